"""What the log says of itself (I11): the sequencer's start and stop, restored backups, adoption.

Here: one function per such event. Not here: sequencing and signing (`app.audit`), whether a log
may be adopted (the command).
"""

from sqlalchemy import select

from app.access.decide import require
from app.domain.actions import Action
from app.domain.events import Event, Fact
from app.domain.targets import INSTALLATION
from app.kernel.actor import system_actor
from app.models.organisations import Organisation
from app.transaction import Installation, Transaction, begin


def record_sequencer_started(installation: Installation, *, origin: str, key: str) -> None:
    """Record that a sequencer begins, and with which key it signs."""
    _record_of_sequencer(installation, "SequencerStarted", {"origin": origin, "key": key})


def record_sequencer_stopped(installation: Installation, *, origin: str) -> None:
    """Record that a sequencer ends in order; one that was killed leaves a start without a stop."""
    _record_of_sequencer(installation, "SequencerStopped", {"origin": origin})


def record_restored(
    tx: Transaction, *, made_at: str, size: int, older: bool, last_signed: int | None
) -> None:
    """Record that the installation was brought back from a backup, in everybody's record.

    Args:
        tx: of the installation's operator.
        made_at: when the backup was made.
        size: leaves of the restored log.
        older: the log is older than the last one seen here.
        last_signed: leaves of the last log seen here; None where no record of it was kept.
    """
    facts: dict[str, Fact] = {
        "made_at": made_at, "size": size, "older": older, "last_signed": last_signed,
    }  # fmt: skip
    _record_openly(tx, "BackupRestored", facts, None)


def record_adopted(
    tx: Transaction, *, before: str, after: str, size: int, root: str, reason: str
) -> None:
    """Record that a log which is not the last one seen goes on under a new origin.

    Args:
        tx: of the installation's operator.
        before: the origin that ends.
        after: the origin that begins; its first checkpoint covers this entry.
        size: leaves of the adopted log.
        root: its root, in hexadecimal.
        reason: what the operator says about it.
    """
    facts: dict[str, Fact] = {"before": before, "after": after, "size": size, "root": root}
    _record_openly(tx, "LogAdopted", facts, reason)


def _record_of_sequencer(installation: Installation, name: str, facts: dict[str, Fact]) -> None:
    with begin(installation, system_actor("sequencer")) as tx:
        require(tx, Action.RUN_SEQUENCER, INSTALLATION)
        tx.emit(Event(name=name, licence=Action.RUN_SEQUENCER, target=INSTALLATION, facts=facts))
        tx.commit()


def _record_openly(tx: Transaction, name: str, facts: dict[str, Fact], reason: str | None) -> None:
    require(tx, Action.OPERATE, INSTALLATION)
    reviewers = tx.session.scalars(
        select(Organisation.id).where(Organisation.kind != "publisher").order_by(Organisation.id)
    )
    tx.emit(
        Event(
            name=name,
            licence=Action.OPERATE,
            target=INSTALLATION,
            organisations=frozenset(reviewers),
            facts=facts,
            content=None if reason is None else {"reason": reason},
        )
    )
