"""How many statements the page of a request takes: few, and no more for a longer history."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import event

from tests.world import World
from tests.worlds.reports import SharedVersion
from tests.worlds.requests import Asked, request_in

SAFE = {"nothing_withheld": True}


@contextmanager
def counting(world: World) -> Iterator[list[str]]:
    """List the statements that are sent to the database meanwhile."""
    sent: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        sent.append(statement)

    event.listen(world.web.engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(world.web.engine, "before_cursor_execute", note)


def _sent(world: World, who: str, asked: Asked) -> int:
    with counting(world) as sent:
        asked.seen_by(world.people[who])
    return len(sent)


@pytest.mark.parametrize(
    ("who", "step", "most"),
    [("coordinator", "submitted", 42), ("approver", "in_check", 40), ("responder", "assigned", 30),
     ("reviewer_a", "released", 34)],
)  # fmt: skip
def test_a_page_takes_few(
    world: World, version: SharedVersion, who: str, step: str, most: int
) -> None:
    asked = request_in(world, step, version)
    asked.seen_by(world.people[who])  # what a process looks up once
    assert _sent(world, who, asked) <= most


def test_steps_notes_and_names_take_no_statement_each(world: World, version: SharedVersion) -> None:
    short, long = (request_in(world, "assigned", version) for _ in range(2))
    for number in range(5):
        long.post(world.coordinator, "notes", note=f"Note {number}.")
        someone = world.second_author if number % 2 else world.responder
        long.post(world.coordinator, "assignment", responder_id=someone.id)
    for who in ("coordinator", "approver"):
        short.seen_by(world.people[who])
        assert _sent(world, who, long) <= _sent(world, who, short) + 1
    assert len(long.seen_by(world.coordinator)["notes"]) == 5, "the control"
