"""Counts the statements that an act sends to the database."""

from collections.abc import Callable

from sqlalchemy import event

from tests.worlds.shared import SharedWorld


def statements(world: SharedWorld, act: Callable[[], object]) -> int:
    """Give how many statements the web role sent while `act` ran."""
    sent: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        sent.append(statement)

    event.listen(world.web.engine, "before_cursor_execute", note)
    try:
        act()
    finally:
        event.remove(world.web.engine, "before_cursor_execute", note)
    return len(sent)
