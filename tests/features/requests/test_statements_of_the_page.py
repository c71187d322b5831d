"""How many statements the page of a request takes: few, and no more for a longer history."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import event

from tests.world import World
from tests.worlds.reports import grant_internally
from tests.worlds.requests import Asked, request_in
from tests.worlds.shared import SharedWorld

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


@pytest.fixture(scope="module")
def room(shared_room: SharedWorld) -> SharedWorld:
    """Give a world of its own: what others asked alike, and teams, take statements as well."""
    for someone in (shared_room.coordinator, shared_room.approver):
        grant_internally(shared_room, shared_room.made, someone)
    return shared_room


def _sent(world: World, who: str, asked: Asked) -> int:
    with counting(world) as sent:
        asked.seen_by(world.people[who])
    return len(sent)


@pytest.mark.parametrize(
    ("who", "step", "most"),
    [("coordinator", "submitted", 46), ("approver", "in_check", 42), ("responder", "assigned", 30),
     ("reviewer_a", "released", 34)],
)  # fmt: skip
def test_a_page_takes_few(room: SharedWorld, who: str, step: str, most: int) -> None:
    asked = request_in(room, step, room.made)
    asked.seen_by(room.people[who])  # what a process looks up once
    assert _sent(room, who, asked) <= most


def test_steps_notes_and_names_take_no_statement_each(room: SharedWorld) -> None:
    world = room
    short, long = (request_in(world, "assigned", world.made) for _ in range(2))
    for number in range(5):
        long.post(world.coordinator, "notes", note=f"Note {number}.")
        someone = world.second_author if number % 2 else world.responder
        long.post(world.coordinator, "assignment", responder_id=someone.id)
    for who in ("coordinator", "approver"):
        short.seen_by(world.people[who])
        assert _sent(world, who, long) <= _sent(world, who, short) + 1
    assert len(long.seen_by(world.coordinator)["notes"]) == 5, "the control"
