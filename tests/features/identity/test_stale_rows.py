"""Old sign-ins, sessions and invitations are removed by a periodic task; the log keeps its own."""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.orm import Session

from app.features.identity import tasks
from app.kernel.clock import now
from app.kernel.errors import Forbidden
from app.models.people import Invitation, SignedInSession, SignIn
from app.worker import crontabs, queue_of, work
from tests.world import World

DAY = timedelta(days=1)


def sign_in(world: World, name: str, begun: datetime) -> SignIn:
    return SignIn(
        id=name, state_hash=name.encode(), browser_hash=b"b", nonce="n", verifier="v",
        provider_id=f"idp_{world.organisations['ORGA'][4:]}", next_path="/", created_at=begun,
    )  # fmt: skip


def session(world: World, name: str, *, ended: datetime | None, expires: datetime) -> Any:
    someone = world.reviewer_a
    return SignedInSession(
        id=name, token_hash=name.encode(), person_id=someone.id, csrf_secret="c", amr=[],
        membership_id=someone.membership_id, created_at=now() - 90 * DAY, seen_at=now() - 90 * DAY,
        provider_id=f"idp_{someone.organisation_id[4:]}", expires_at=expires, ended_at=ended,
    )  # fmt: skip


def invitation(world: World, name: str, *, expires: datetime, accepted: bool = False) -> Invitation:
    return Invitation(
        id=name, organisation_id=world.organisations["ORGA"], email="x@example.test", name="X",
        roles=["reviewer"], token_hash=name.encode(), invited_by="per_x",
        created_at=now() - 300 * DAY, expires_at=expires,
        accepted_at=now() - 290 * DAY if accepted else None,
    )  # fmt: skip


def fill(world: World) -> None:
    """Put rows that have served beside rows that are still of use."""
    with Session(world.owner) as rows:
        rows.add_all(
            [
                sign_in(world, "old", now() - 2 * DAY),
                sign_in(world, "kept", now() - timedelta(minutes=5)),
                session(world, "old-ended", ended=now() - 31 * DAY, expires=now() - 30 * DAY),
                session(world, "old-expired", ended=None, expires=now() - 31 * DAY),
                session(world, "kept-ended", ended=now() - DAY, expires=now() - DAY),
                session(world, "kept-running", ended=None, expires=now() + DAY),
                invitation(world, "old", expires=now() - 91 * DAY),
                invitation(world, "kept-open", expires=now() + DAY),
                invitation(world, "kept-expired", expires=now() - 5 * DAY),
                invitation(world, "kept-accepted", expires=now() - 250 * DAY, accepted=True),
            ]
        )
        rows.commit()


def names(world: World) -> set[str]:
    with Session(world.owner) as rows:
        found: list[Sequence[str]] = [
            rows.scalars(select(table.id)).all() for table in (SignIn, SignedInSession, Invitation)
        ]
    return {name for some in found for name in some if name.startswith(("old", "kept"))}


def log_of(world: World) -> list[Any]:
    with world.owner.connect() as connection:
        return list(
            connection.execute(
                text("SELECT action, outcome, actor, convert_from(core, 'UTF8') AS core"
                     " FROM audit_entry ORDER BY id")
            )
        )  # fmt: skip


def test_what_has_served_is_removed_and_what_is_of_use_stays(world: World) -> None:
    fill(world)
    before = log_of(world)
    tasks.remove_stale_rows(world.worker, timestamp=0)
    assert names(world) == {
        "kept", "kept-ended", "kept-running", "kept-open", "kept-expired", "kept-accepted",
    }  # fmt: skip
    *earlier, added = log_of(world)
    assert earlier == before  # nothing of the log is touched
    assert (added.action, added.outcome, added.actor) == (
        "identity:leftovers:remove", "done", "system:tidy",
    )  # fmt: skip
    for counted in ('"sign_ins":1', '"sessions":2', '"invitations":1'):
        assert counted in added.core


def test_nothing_to_remove_leaves_no_entry(world: World) -> None:
    before = log_of(world)
    tasks.remove_stale_rows(world.worker, timestamp=0)
    assert log_of(world) == before
    assert world.reviewer_a.client.get("/api/v1/session").status_code == 200


def test_a_process_that_serves_pages_removes_nothing(world: World) -> None:
    fill(world)
    with pytest.raises((ProgrammingError, Forbidden)):
        tasks.remove_stale_rows(world.web, timestamp=0)
    assert len([name for name in names(world) if name.startswith("old")]) == 3


def test_the_worker_enqueues_it_by_the_clock_and_runs_it(world: World) -> None:
    assert crontabs()["identity.remove_stale_rows"] == "23 * * * *"
    assert queue_of(world.worker).periodic_registry.periodic_tasks == {}
    queue = queue_of(world.worker, by_the_clock=True)
    planned = queue.periodic_registry.periodic_tasks.values()
    assert {one.task.name: one.cron for one in planned} == crontabs()
    fill(world)

    async def defer() -> None:
        async with queue.open_async():
            await queue.tasks["identity.remove_stale_rows"].defer_async(timestamp=1)

    asyncio.run(defer())
    asyncio.run(work(world.worker, wait=False))
    assert not any(name.startswith("old") for name in names(world))
