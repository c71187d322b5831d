"""The log logs itself: a sequencer that starts and stops leaves an entry (I11)."""

import json
from typing import Any

import pytest
from sqlalchemy import text

from app.features.auditing.keeping import record_sequencer_started
from app.kernel.errors import AuditUnavailable
from app.worker import record_stop, sequencer_of, signer_of
from tests.world import World


def of_the_sequencer(world: World) -> list[dict[str, Any]]:
    with world.owner.connect() as connection:
        rows = connection.scalars(
            text(
                "SELECT convert_from(core, 'UTF8') FROM audit_entry"
                " WHERE action = 'audit:sequence' ORDER BY id"
            )
        )
        return [json.loads(row) for row in rows]


def waiting(world: World) -> int:
    with world.owner.connect() as connection:
        return int(connection.scalar(text("SELECT count(*) FROM audit_pending")) or 0)


def test_start_and_stop_are_entries_and_the_stop_is_signed_too(world: World) -> None:
    settings = world.worker.settings
    signer = signer_of(settings)
    record_sequencer_started(world.worker, origin=signer.origin, key=signer.vkey)
    sequencer = sequencer_of(settings)
    record_stop(world.worker, sequencer, signer.origin)
    sequencer.close()
    started, stopped = of_the_sequencer(world)
    assert (started["actor"], started["outcome"]) == ("system:sequencer", "done")
    assert started["facts"]["event"] == "SequencerStarted"
    assert started["facts"]["facts"] == {"origin": signer.origin, "key": signer.vkey}
    assert stopped["facts"]["event"] == "SequencerStopped"
    assert waiting(world) == 0


def test_a_log_that_takes_no_entry_lets_no_sequencer_start_and_holds_up_no_stop(
    world: World,
) -> None:
    with world.owner.begin() as connection:
        connection.execute(text("REVOKE INSERT ON audit_entry FROM vitrine_worker"))
    signer, sequencer = signer_of(world.worker.settings), sequencer_of(world.worker.settings)
    with pytest.raises(AuditUnavailable):
        record_sequencer_started(world.worker, origin=signer.origin, key=signer.vkey)
    record_stop(world.worker, sequencer, signer.origin)  # says so in the log of the process
    sequencer.close()
    assert of_the_sequencer(world) == []
