"""The ledger of what was asked and what was provided, with codes where something was not.

Others may call `ledger_rows` for an account of their own that records itself.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any

from app.access.decide import keep, require
from app.access.release import release_fields
from app.access.released import ReleasedField
from app.access.request_facts import remember_requests
from app.domain.actions import Action
from app.domain.events import Event, Fact
from app.domain.requests import PENDING, State
from app.domain.targets import INSTALLATION, Target
from app.features.provided import queries
from app.features.provided.schemas import ProvidedFilter, ProvidedList, ProvidedRow
from app.features.requests.queries import seen_as, state_for, today
from app.models.requests import Request
from app.transaction import Transaction

PAGE_SIZE = 50
MOST_ROWS = 20_000
"""Rows of one export; an organisation that asks more exports one review at a time."""


def read_provided(tx: Transaction, wanted: ProvidedFilter, *, page: int = 1) -> ProvidedList:
    """Give a page of the ledger that the acting person may read, and counts over all of it."""
    require(tx, Action.READ_PROVIDED, INSTALLATION)
    outcomes, codes, total = queries.counts(tx, wanted)
    rows = ledger_rows(tx, wanted, offset=(page - 1) * PAGE_SIZE, limit=PAGE_SIZE)
    _tell(tx, wanted, rows)
    return ProvidedList(
        rows=rows,
        outcomes=outcomes,
        codes=codes,
        total=total,
        page=page,
        pages=max(1, -(-total // PAGE_SIZE)),
    )


def export_provided(tx: Transaction, wanted: ProvidedFilter) -> tuple[ProvidedRow, ...]:
    """Give the whole ledger that a filter lets through."""
    require(tx, Action.READ_PROVIDED, INSTALLATION)
    rows = ledger_rows(tx, wanted, offset=0, limit=MOST_ROWS)
    _tell(tx, wanted, rows)
    return rows


def ledger_rows(
    tx: Transaction, wanted: ProvidedFilter, *, offset: int, limit: int
) -> tuple[ProvidedRow, ...]:
    """Give rows of the ledger, each decided by itself, reasons as this reader may see them."""
    statement, _ = queries.matching(tx, wanted)
    found = queries.page_of(tx, statement, offset=offset, limit=limit)
    remember_requests(tx, [row.Request for row in found])
    kept = keep(tx, Action.READ_REQUEST, found, lambda row: _target(row.Request))
    for row in kept:
        require(tx, Action.READ_REQUEST, _target(row.Request))
    reasons = _reasons(tx, kept)
    seen = seen_as(tx)
    names = (
        {}
        if seen == "asker"
        else queries.organisation_names(tx, {row.Request.organisation_id for row in kept})
    )
    return tuple(
        _row(row, state_for(row.Request, seen), names, reasons.get(row.Request.id)) for row in kept
    )


def _row(
    found: Any, state: str, names: dict[str, str], reason: ReleasedField | None
) -> ProvidedRow:
    request: Request = found.Request
    released = _day(found.released_at)
    return ProvidedRow(
        request_id=request.id,
        number=request.number or "",
        organisation=names.get(request.organisation_id, ""),
        asked_on=_day(request.submitted_at),
        type=request.type,
        form=request.expected_form,
        state=state,
        outcome=None if found.outcome == "open" else found.outcome,
        code=found.category,
        reason=reason.body or None if reason else None,
        reason_masked=bool(reason and reason.masked),
        due_on=request.due_on,
        released_on=released,
        late_by=_late_by(request, released),
        rounds=found.round or 0,
        verdict=found.state if found.state in ("accepted", "returned") else None,
    )


def _late_by(request: Request, released: date | None) -> int:
    """Give by how many days an answer was late, or is while it is still owed."""
    if request.due_on is None:
        return 0
    running = State(request.state) in PENDING - {State.NEEDS_CLARIFICATION}
    until = today() if running else released
    return max(0, (until - request.due_on).days) if until else 0


def _reasons(tx: Transaction, rows: Sequence[Any]) -> dict[str, ReleasedField]:
    by_round: dict[int, list[Target]] = {}
    for row in rows:
        if row.round is not None:
            by_round.setdefault(row.round, []).append(_target(row.Request))
    found: dict[str, ReleasedField] = {}
    for number, targets in by_round.items():
        found |= release_fields(tx, targets, field=f"reason.{number}")
    return found


def _tell(tx: Transaction, wanted: ProvidedFilter, rows: Sequence[ProvidedRow]) -> None:
    facts: dict[str, Fact] = {
        "rows": len(rows),
        "organisation": wanted.organisation,
        "review": wanted.review,
    }
    tx.emit(
        Event(
            name="ProvidedRead",
            licence=Action.READ_PROVIDED,
            target=INSTALLATION,
            facts={name: fact for name, fact in facts.items() if fact != ""},
        )
    )


def _day(moment: datetime | None) -> date | None:
    return moment.astimezone(UTC).date() if moment else None


def _target(row: Request) -> Target:
    return Target("request", row.id)
