"""What the tests of notices have in common: a request on its way, and what people were told."""

from collections.abc import Callable
from typing import Any

from tests.world import Someone
from tests.worlds.reports import grant_internally, settle
from tests.worlds.requests import ANSWER, STEPS, Asked, draft
from tests.worlds.shared import SharedWorld

MISSING = "ntc_00000000000000000000"


def asked_in(world: SharedWorld, step: str) -> Asked:
    """Bring a request of organisation A to one of STEPS, letting the jobs run after each."""
    for someone in (world.coordinator, world.approver):
        grant_internally(world, world.made, someone)
    asked = draft(world, world.made)
    for name in STEPS[1 : STEPS.index(step) + 1]:
        _STEP[name](asked)
        settle(world)
    return asked


def _assign(asked: Asked) -> None:
    asked.post(
        asked.world.coordinator, "assignment",
        responder_id=asked.world.responder.id, nothing_withheld=True,
    )  # fmt: skip


def _send_to_check(asked: Asked) -> None:
    asked.post(asked.world.responder, "answer", answer=ANSWER)
    asked.post(asked.world.responder, "check")


_STEP: dict[str, Callable[[Asked], object]] = {
    "submitted": lambda asked: asked.post(asked.world.lead_a, "submit"),
    "assigned": _assign,
    "in_check": _send_to_check,
    "released": lambda asked: asked.post(
        asked.world.approver, "release", determination="full", nothing_withheld=True
    ),
}


def notices(someone: Someone, **query: str) -> Any:
    """Read somebody's notices by JSON."""
    answer = someone.client.get("/api/v1/notices", params=query)
    assert answer.status_code == 200, answer.text
    return answer.json()


def kinds(someone: Someone, **query: str) -> list[str]:
    """List the kinds of somebody's notices, oldest first."""
    return [row["kind"] for row in reversed(notices(someone, **query)["rows"])]


def told(world: SharedWorld, kind: str) -> set[str]:
    """Name who was told of a kind of thing."""
    known = {someone.id: name for name, someone in world.people.items()}
    rows = world.rows("SELECT person_id FROM notices WHERE kind = :k", k=kind)
    return {known[str(person)] for (person,) in rows}
