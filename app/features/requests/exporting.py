"""The list of requests as a table: to each kind of reader its own columns."""

from collections.abc import Sequence

from app.domain.requests import FORMS, PRIORITIES, TYPES
from app.features.requests.listing import Row
from app.features.requests.queries import SeenAs
from app.features.requests.rows import AskerRow, PublisherRow, ResponderRow
from app.features.requests.schemas import Clock

HEADS: dict[SeenAs, tuple[str, ...]] = {
    "asker": ("number", "type", "about", "form", "state", "since", "due on", "late"),
    "publisher": (
        *("number", "organisation", "type", "about", "form", "state", "since", "priority"),
        *("held by", "suggested team", "asked on", "due on", "late", "paused", "returns"),
    ),
    "responder": ("alias", "type", "about", "form", "state", "since", "due on", "late"),
}


def cells(row: Row) -> Sequence[str]:
    """Give the cells of a row under the heads of its kind of reader."""
    what = (TYPES.get(row.type, row.type), row.basis, FORMS.get(row.expected_form or "", ""))
    where = (row.state.replace("_", " "), row.since.date().isoformat())
    if isinstance(row, PublisherRow):
        asked = row.asked_at.date().isoformat() if row.asked_at else ""
        held = (row.responder or "", row.suggestion.team if row.suggestion else "", asked)
        priority = PRIORITIES.get(row.priority, row.priority)
        paused = "yes" if row.clock.paused else ""
        return (
            *(row.number or "", row.organisation_name, *what, *where, priority, *held),
            *(*_clock(row.clock), paused, str(row.returns)),
        )
    name = row.alias if isinstance(row, ResponderRow) else _number(row)
    return (name, *what, *where, *_clock(row.clock))


def _number(row: AskerRow) -> str:
    return row.number or "draft"


def _clock(clock: Clock) -> tuple[str, str]:
    return (clock.due_on.isoformat() if clock.due_on else "", "yes" if clock.late else "")
