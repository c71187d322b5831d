"""The filters of the lists of requests, by the names that stand in the URL, as conditions."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.orm import aliased

from app.access import scope
from app.access.searching import search_requests
from app.db.base import one_of
from app.domain.requests import (
    ENDED,
    PRIORITIES,
    RUNNING,
    TRIAGED,
    TYPES,
    UNTRIAGED,
    Outward,
    State,
    behind,
)
from app.features.requests.commands import ListFilter
from app.features.requests.queries import SeenAs, seen_as, today
from app.models.requests import Assignment, Request
from app.transaction import Transaction

OPEN = frozenset(State) - ENDED - {State.DRAFT}
NOBODY = "none"
_DONE = (State.RELEASED, *ENDED)  # whose parts are all released


@dataclass(frozen=True)
class Show:
    """One filter of a list: in which states, and on what condition besides."""

    states: frozenset[State]
    condition: ColumnElement[bool] | None = None

    @property
    def clause(self) -> ColumnElement[bool]:
        """Give it as one condition."""
        states = in_states(self.states)
        return states if self.condition is None else and_(states, self.condition)


def in_states(states: Collection[State]) -> ColumnElement[bool]:
    """Say that a request is in one of some states."""
    return Request.state.in_(sorted(state.value for state in states))


def shows(seen: SeenAs) -> Mapping[str, Show]:
    """Give the filters of a list by name; the first is the default."""
    if seen == "asker":
        faces = {face.value: Show(behind(face)) for face in Outward}
        every, draft = frozenset(State), frozenset({State.DRAFT})
        ready = Show(draft, Request.ready_at.is_not(None))
        return {"all": Show(every), "draft": Show(draft), "ready": ready, **faces}
    if seen == "responder":
        return {
            "to_answer": Show(frozenset({State.ASSIGNED, State.IN_PROGRESS})),
            "check": Show(frozenset({State.DISCLOSURE_CHECK})),
            "all": Show(frozenset(State) - {State.DRAFT}),
        }
    return {
        "open": Show(OPEN),
        "in_hand": Show(OPEN - {State.RELEASED}),
        "untriaged": Show(UNTRIAGED),
        "unowned": Show(OPEN, _waits_for_somebody()),
        "with_teams": Show(frozenset({State.ASSIGNED}), ~_stands_still()),
        "in_progress": Show(frozenset({State.IN_PROGRESS}), ~_stands_still()),
        "check": Show(frozenset({State.DISCLOSURE_CHECK})),
        "appeal": Show(frozenset({State.UNDER_APPEAL})),
        "waiting": Show(TRIAGED | {State.NEEDS_CLARIFICATION}, _stands_still()),
        "overdue": Show(RUNNING, late("publisher")),
        "third_return": Show(OPEN, Request.returns >= 3),
        "released": Show(frozenset({State.RELEASED})),
        "ended": Show(ENDED),
    }


def _stands_still() -> ColumnElement[bool]:
    """Standing still as `domain.requests.stands_still` says it."""
    return or_(
        in_states({State.NEEDS_CLARIFICATION}), and_(in_states(TRIAGED), Request.due_on.is_(None))
    )


def late(seen: SeenAs) -> ColumnElement[bool]:
    """Late as `domain.requests.is_late` says it; what waits for triage is late inside only."""
    day = today()
    due = and_(in_states(RUNNING), Request.due_on < day)
    if seen != "publisher":
        return due
    return or_(due, and_(in_states(UNTRIAGED), Request.triage_due_on < day))


def week_end(day: date) -> date:
    """Give the Sunday of a day's week."""
    return day + timedelta(days=6 - day.weekday())


@dataclass(frozen=True)
class Narrowed:
    """The requests that a filter lets through, whichever of `shows` is chosen."""

    statement: Select[Request]
    more: bool  # a search found more than it looks at


def narrowed(tx: Transaction, wanted: ListFilter) -> Narrowed:
    """Give the requests that the acting person may list, and that a filter lets through."""
    seen = seen_as(tx)
    statement, more = scope.requests(tx), False
    if wanted.q:
        hits = search_requests(tx, wanted.q, reader=seen)
        more = hits.more
        found = one_of(Request.id, hits.ids)
        kinds = _types_called(wanted.q)
        statement = statement.where(or_(found, Request.type.in_(kinds)) if kinds else found)
    if wanted.type in TYPES:
        statement = statement.where(Request.type == wanted.type)
    if wanted.due:
        statement = statement.where(_due(wanted.due, seen))
    if seen == "publisher":
        statement = _inside(statement, wanted)
    return Narrowed(statement, more)


def _types_called(words: str) -> list[str]:
    """Name the types that are called so: `interview`, or the start of it."""
    plain = words.casefold()
    return [kind for kind, label in TYPES.items() if label.casefold().startswith(plain)]


def _due(word: str, seen: SeenAs) -> ColumnElement[bool]:
    day = today()
    match word:
        case "late":
            return late(seen)
        case "today":
            return and_(in_states(RUNNING), Request.due_on == day)
        case "week":
            return and_(in_states(RUNNING), Request.due_on.between(day, week_end(day)))
        case _:
            return Request.id.is_not(None)


def _inside(statement: Select[Request], wanted: ListFilter) -> Select[Request]:
    """Filter by what only the publisher's overseers know."""
    if wanted.organisation:
        statement = statement.where(Request.organisation_id == wanted.organisation)
    if wanted.priority in PRIORITIES:
        statement = statement.where(Request.priority == wanted.priority)
    if wanted.team or wanted.holder:
        statement = statement.where(_held(wanted.team, wanted.holder))
    return statement


def _held(team: str, holder: str) -> ColumnElement[bool]:
    """Say that one part is with a team and a person; a part that is released counts no more."""
    parts = select(Assignment.request_id).where(Assignment.state != "dropped")
    if team:
        parts = parts.where(
            Assignment.team_id.is_(None) if team == NOBODY else Assignment.team_id == team
        )
    if holder:
        mine = Assignment.responder_id
        parts = parts.where(mine.is_(None) if holder == NOBODY else mine == holder)
    running = Request.id.in_(parts.where(Assignment.state != "released"))
    return or_(running, and_(in_states(_DONE), Request.id.in_(parts)))


def _waits_for_somebody() -> ColumnElement[bool]:
    """Say that some part waits for somebody, in a team's queue or in nobody's.

    What follows another request waits for that one's answer, and for somebody once none will come.
    """
    main = aliased(Request)
    done = main.state.in_(sorted(state.value for state in _DONE))
    answered = select(main.id).where(main.id == Assignment.follows_id, done).exists()
    # Asked of each request: the database may look at a few, or gather them once for very many.
    return (
        select(Assignment.id)
        .where(
            Assignment.request_id == Request.id,
            Assignment.responder_id.is_(None),
            Assignment.state.in_(("assigned", "in_progress")),
            or_(Assignment.follows_id.is_(None), answered),
        )
        .exists()
    )
