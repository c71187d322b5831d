"""Lists of requests, the board and the export: filtered, counted, sorted, paged. No guarded text.

Every row is decided by itself; counts are those of the acting person's scope and filters, exact
but where a search found more than it looks at, which is then said.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, select, true

from app.access.decide import keep, keep_to_read, require
from app.access.release import release_fields
from app.access.request_facts import remember_requests
from app.domain.actions import Action
from app.domain.events import Event
from app.domain.requests import ENDED, UNTRIAGED, State
from app.domain.targets import INSTALLATION, Target
from app.features.requests import parts
from app.features.requests.commands import ListFilter, ListQuery
from app.features.requests.filters import Show, in_states, narrowed, shows
from app.features.requests.queries import (
    SeenAs,
    basis_label,
    clock_of,
    organisation_names,
    seen_as,
    state_for,
)
from app.features.requests.rows import (
    AskerRow,
    Board,
    Chip,
    Column,
    PublisherRow,
    RequestList,
    ResponderRow,
)
from app.features.requests.suggesting import suggestions
from app.models.organisations import Organisation
from app.models.requests import Request
from app.models.reviews import Review
from app.transaction import Transaction

PAGE_SIZE = 50
MOST_CARDS = 25
"""Cards of a column of the board; the rest is one link away."""
MOST_ROWS = 20_000
"""Rows of one export; who has more exports one filter at a time."""
_COLUMNS = ("untriaged", "with_teams", "in_progress", "check", "waiting", "released", "appeal")
_AT_A_TIME = 1_000
LONGEST = 110
"""Characters of a question that stand in a list."""
_SORTS: Mapping[str, Any] = {
    "number": Request.number,
    "due": Request.due_on,
    "since": Request.state_since,
    "age": Request.submitted_at,
    "type": Request.type,
    "state": Request.state,
}
Row = PublisherRow | AskerRow | ResponderRow


def list_requests(tx: Transaction, wanted: ListQuery) -> RequestList:
    """List the requests that the acting person may read, filtered, sorted and paged."""
    seen = seen_as(tx)
    known = shows(seen)
    shown = wanted.show if wanted.show in known else next(iter(known))
    found = narrowed(tx, wanted)
    counts = _counts(tx, found.statement, known, few=bool(wanted.q))
    statement = _sorted(found.statement.where(known[shown].clause), seen, wanted.sort, shown)
    page = statement.limit(PAGE_SIZE).offset((wanted.page - 1) * PAGE_SIZE)
    return RequestList(
        seen_as=seen,
        show=shown,
        sort=wanted.sort,
        rows=tuple(_decided_rows(tx, page, seen)),
        chips=_chips(counts),
        total=counts[shown],
        more=found.more,
        page=wanted.page,
        pages=max(1, -(-counts[shown] // PAGE_SIZE)),
    )


def list_board(tx: Transaction, wanted: ListFilter) -> Board:
    """Give the queue by where its requests are, the most urgent of each; none but overseers' is."""
    known = shows("publisher")
    found = narrowed(tx, wanted)
    counts = _counts(tx, found.statement, known, few=bool(wanted.q))
    # A second look is rare: its column comes when there is one.
    columns = [show for show in _COLUMNS if show != "appeal" or counts[show]]
    cards: dict[str, list[Request]] = {}
    for show in columns:
        held = found.statement.where(known[show].clause)
        ordered = _sorted(held, "publisher", wanted.sort, show).limit(MOST_CARDS)
        cards[show] = list(tx.session.scalars(ordered)) if counts[show] else []
    shown = _kept_to_read(tx, [row for held in cards.values() for row in held])
    rows = _rows(tx, "publisher", shown, said=_said(tx, shown))
    by_id = {row.id: row for row in rows if isinstance(row, PublisherRow)}
    return Board(
        columns=tuple(
            Column(
                show=show,
                count=counts[show],
                rows=tuple(by_id[row.id] for row in cards[show] if row.id in by_id),
            )
            for show in columns
        ),
        chips=_chips(counts),
        more=found.more,
    )


def export_requests(tx: Transaction, wanted: ListFilter) -> tuple[SeenAs, list[Row]]:
    """Give all rows that a filter lets through, in the order of the list."""
    seen = seen_as(tx)
    known = shows(seen)
    shown = wanted.show if wanted.show in known else next(iter(known))
    statement = narrowed(tx, wanted).statement.where(known[shown].clause)
    every = _sorted(statement, seen, wanted.sort, shown).limit(MOST_ROWS)
    found = list(tx.session.scalars(every))
    rows: list[Row] = []
    for start in range(0, len(found), _AT_A_TIME):
        rows += _rows(tx, seen, _kept(tx, found[start : start + _AT_A_TIME]))
    return seen, rows


def askers(tx: Transaction) -> list[tuple[str, str]]:
    """List (id, name) of the organisations that have a review, by name."""
    asked = select(Review.organisation_id)
    rows = tx.session.execute(
        select(Organisation.id, Organisation.name)
        .where(Organisation.id.in_(asked))
        .order_by(Organisation.name)
    )
    return [(row.id, row.name) for row in rows]


def _chips(counts: Mapping[str, int]) -> tuple[Chip, ...]:
    return tuple(Chip(show=name, count=count) for name, count in counts.items())


def _counts(
    tx: Transaction, base: Select[Request], known: Mapping[str, Show], *, few: bool
) -> dict[str, int]:
    """Count for every filter: by state, which an index does, and the others among what is open.

    Among the few that a search found, all in one go.
    """
    where = _where(base)
    if few:
        every = [func.count().filter(show.clause).label(name) for name, show in known.items()]
        counted = tx.session.execute(select(*every).where(where)).one()
        return {name: int(count) for name, count in counted._mapping.items()}
    by_state = select(Request.state, func.count()).where(where).group_by(Request.state)
    rows = tx.session.execute(by_state)
    states = {str(state): int(count) for state, count in rows}
    rest = {name: show for name, show in known.items() if show.condition is not None}
    found: dict[str, int] = {}
    if rest:
        within = frozenset().union(*(show.states for show in rest.values()))
        columns = [func.count().filter(show.clause).label(name) for name, show in rest.items()]
        row = tx.session.execute(select(*columns).where(where, in_states(within))).one()
        found = {name: int(count) for name, count in row._mapping.items()}
    return {
        name: found[name]
        if name in found
        else sum(states.get(state.value, 0) for state in show.states)
        for name, show in known.items()
    }


def _where(base: Select[Request]) -> ColumnElement[bool]:
    clause: ColumnElement[bool] | None = base.whereclause
    return true() if clause is None else clause


def _sorted(statement: Select[Request], seen: SeenAs, sort: str, shown: str) -> Select[Request]:
    name = sort.removeprefix("-")
    column = _SORTS.get(name)
    if (seen == "responder" and name == "number") or (seen != "publisher" and name == "age"):
        column = None  # the order of numbers would tell whose they are
    # In the order of their numbers where these are known: a whole pack comes in at one moment.
    last = (Request.id,) if seen == "responder" else (Request.number, Request.id)
    if column is not None:
        ordered = column.desc() if sort.startswith("-") else column.asc()
        return statement.order_by(ordered.nulls_last(), *last)
    if seen == "asker":
        reply = in_states((State.NEEDS_CLARIFICATION, State.RELEASED))
        rank = case((reply, 0), (in_states(ENDED), 2), else_=1)
        return statement.order_by(rank, Request.created_at.desc(), *last)
    if shown == "ended":
        return statement.order_by(Request.state_since.desc(), *last)
    untriaged = case((in_states(UNTRIAGED), 0), else_=1)
    return statement.order_by(untriaged, Request.due_on.asc().nulls_last(), *last)


def _decided_rows(tx: Transaction, statement: Select[Request], seen: SeenAs) -> list[Row]:
    found = list(tx.session.scalars(statement))
    if seen == "responder":
        return _rows(tx, seen, _kept(tx, found))
    shown = _kept_to_read(tx, found)
    return _rows(tx, seen, shown, said=_said(tx, shown))


def _kept(tx: Transaction, rows: Sequence[Request]) -> list[Request]:
    remember_requests(tx, rows)
    return keep(tx, Action.READ_REQUEST, rows, _target)


def _kept_to_read(tx: Transaction, rows: Sequence[Request]) -> list[Request]:
    remember_requests(tx, rows)
    return keep_to_read(tx, Action.READ_REQUEST, rows, _target)


def _target(row: Request) -> Target:
    return Target("request", row.id)


def _said(tx: Transaction, rows: Sequence[Request]) -> dict[str, str]:
    """Give how each request begins, as far as this person may read it; told in one entry."""
    texts = release_fields(tx, [_target(row) for row in rows], field="question")
    begun = {one: _beginning(found.body) for one, found in texts.items() if found.body}
    if begun:
        require(tx, Action.LIST_REQUESTS, INSTALLATION)
        tx.emit(
            Event(
                name="RequestsListed",
                licence=Action.LIST_REQUESTS,
                target=INSTALLATION,
                facts={"requests": sorted(begun)},
            )
        )
    return begun


def _beginning(body: str) -> str:
    words = " ".join(body.split())
    return words if len(words) <= LONGEST else f"{words[:LONGEST].rsplit(' ', 1)[0]} …"


def _rows(
    tx: Transaction, seen: SeenAs, rows: list[Request], *, said: Mapping[str, str] | None = None
) -> list[Row]:
    known = said or {}
    if seen == "asker":
        return [
            AskerRow(number=row.number, said=known.get(row.id), **_common(row, seen))
            for row in rows
        ]
    if seen == "responder":
        return [ResponderRow(alias=row.alias, **_common(row, seen)) for row in rows]
    names = organisation_names(tx, {row.organisation_id for row in rows})
    held = parts.holders(tx, {row.id for row in rows})
    suggested = suggestions(tx, [row for row in rows if State(row.state) in UNTRIAGED])
    return [
        PublisherRow(
            number=row.number,
            said=known.get(row.id),
            organisation_name=names.get(row.organisation_id, ""),
            priority=row.priority,
            responder=held.get(row.id),
            asked_at=row.submitted_at,
            returns=row.returns,
            suggestion=suggested.get(row.id),
            **_common(row, seen),
        )
        for row in rows
    ]


def _common(row: Request, seen: SeenAs) -> dict[str, Any]:
    return {
        "id": row.id,
        "type": row.type,
        "basis": basis_label(row),
        "expected_form": row.expected_form or None,
        "state": state_for(row, seen),
        "since": row.state_since,
        "clock": clock_of(row, seen),
    }
