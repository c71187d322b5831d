"""The cockpit: where all requests stand, what presses, and which team is the bottleneck.

Derived from what is open and its steps each time it is read; nothing of it is stored.
"""

from collections.abc import Callable, Sequence
from datetime import date, timedelta

from app.access.decide import require
from app.domain.actions import Action
from app.domain.calendar import Calendar
from app.domain.elapsed import Step, days_by_holder, median, spans
from app.domain.requests import RUNNING, UNTRIAGED, State, is_late, stands_still
from app.domain.targets import INSTALLATION
from app.features.cockpit import queries
from app.features.cockpit.queries import HeldPart, OpenRequest
from app.features.cockpit.schemas import Cockpit, Pile, Standing, TeamStanding
from app.features.requests.queries import organisation_names, today
from app.kernel.clock import now
from app.transaction import Transaction

_FIRST = 5
"""Requests named of each pile."""


def read_cockpit(tx: Transaction) -> Cockpit:
    """Give where all requests stand, to the publisher's overseers."""
    require(tx, Action.READ_COCKPIT, INSTALLATION)
    rows, held, day = queries.list_open(tx), queries.list_held(tx), today()
    names = organisation_names(tx, {row.organisation_id for row in rows})
    pile = _Piles(rows, names)
    sunday = day + timedelta(days=6 - day.weekday())
    untriaged = [row for row in rows if row.state in UNTRIAGED]
    return Cockpit(
        open=len(rows),
        untriaged=pile.of(lambda row: row.state in UNTRIAGED, show="untriaged"),
        untriaged_late=sum(_late(row, day) for row in untriaged),
        late=pile.by_day(lambda row: _late(row, day), show="overdue"),
        today=pile.by_day(lambda row: _due(row, day, day), show="open", due="today"),
        week=pile.by_day(lambda row: _due(row, day, sunday), show="open", due="week"),
        waiting=pile.of(lambda row: stands_still(row.state, row.due_on), show="waiting"),
        check=pile.of(lambda row: row.state is State.DISCLOSURE_CHECK, show="check"),
        third_returns=pile.of(lambda row: row.returns >= 3, show="third_return"),
        appeals=pile.of(lambda row: row.state is State.UNDER_APPEAL, show="appeal"),
        without_holder=len({part.request_id for part in held if _waits(part)}),
        teams=_teams(tx, rows, held, names),
    )


def _late(row: OpenRequest, day: date) -> bool:
    return is_late(row.state, due_on=row.due_on, triage_due_on=row.triage_due_on, today=day)


def _due(row: OpenRequest, first: date, last: date) -> bool:
    return row.state in RUNNING and row.due_on is not None and first <= row.due_on <= last


def _waits(part: HeldPart) -> bool:
    return part.responder_id is None and part.state in ("assigned", "in_progress")


class _Piles:
    """Makes piles of the open requests; they come the longest standing first."""

    def __init__(self, rows: Sequence[OpenRequest], names: dict[str, str]) -> None:
        self._rows = rows
        self._names = names

    def of(self, wanted: Callable[[OpenRequest], bool], *, show: str) -> Pile:
        """Pile up what stands somewhere; the longest standing is named first."""
        return self._pile([row for row in self._rows if wanted(row)], show=show)

    def by_day(self, wanted: Callable[[OpenRequest], bool], *, show: str, due: str = "") -> Pile:
        """Pile up what is due; the first due is named first."""
        found = [row for row in self._rows if wanted(row)]
        return self._pile(sorted(found, key=lambda row: row.due_on or date.max), show, due)

    def _pile(self, found: Sequence[OpenRequest], show: str, due: str = "") -> Pile:
        return Pile(
            count=len(found),
            oldest_since=min((row.since for row in found), default=None),
            first=tuple(standing(row, self._names) for row in found[:_FIRST]),
            show=show,
            due=due,
        )


def standing(row: OpenRequest, names: dict[str, str]) -> Standing:
    """Name one request."""
    return Standing(
        id=row.id,
        number=row.number,
        organisation_name=names.get(row.organisation_id, ""),
        type=row.type,
        state=row.state.value,
        since=row.since,
        due_on=row.due_on,
    )


def _teams(
    tx: Transaction, rows: Sequence[OpenRequest], held: Sequence[HeldPart], names: dict[str, str]
) -> tuple[TeamStanding, ...]:
    """Give what each team has, the one with the most overdue first; persons without one last."""
    day, by_id = today(), {row.id: row for row in rows}
    with_team = {part.request_id for part in held}
    days = _days_in_hand(tx, [row for row in rows if row.id in with_team])
    teams = queries.list_teams(tx, sorted({part.team_id for part in held if part.team_id}))
    found = []
    for team_id, name in [*teams.items(), (None, "No team")]:
        parts = [part for part in held if part.team_id == team_id]
        if team_id is None and not parts:
            continue
        ids = {part.request_id for part in parts}
        own = [row for row in rows if row.id in ids]
        spent = [days[row.id][team_id] for row in own if team_id and team_id in days[row.id]]
        found.append(
            TeamStanding(
                team_id=team_id,
                name=name,
                open=len(own),
                overdue=sum(_late(row, day) for row in own),
                waiting=len({part.request_id for part in parts if part.responder_id is None}),
                median_days=median(spent),
                oldest=standing(by_id[own[0].id], names) if own else None,
            )
        )
    return tuple(sorted(found, key=lambda one: (one.team_id is None, -one.overdue, -one.open)))


def _days_in_hand(tx: Transaction, rows: Sequence[OpenRequest]) -> dict[str, dict[str, int]]:
    """Count for each request the business days that each had it, as the speed report does."""
    steps: dict[str, list[Step]] = queries.list_steps(tx, [row.id for row in rows])
    moment = now()
    return {
        row.id: days_by_holder(spans(steps.get(row.id, ()), until=moment), Calendar(row.calendar))
        for row in rows
    }
