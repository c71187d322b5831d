"""Scoped reads for the cockpit: what is open, who has it, and its steps. A few queries in all.

What is open is small beside what ever was: it is read whole, and counted here, by the very
filters (features/requests) that the lists behind the figures have.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select

from app.access import scope
from app.db.base import one_of
from app.domain.elapsed import Step
from app.domain.requests import State
from app.features.requests.filters import OPEN, in_states
from app.models.history import Stage
from app.models.requests import Assignment, Request
from app.models.reviews import Review
from app.models.teams import Team
from app.transaction import Transaction


@dataclass(frozen=True)
class OpenRequest:
    """A request that is not over."""

    id: str
    number: str
    organisation_id: str
    type: str
    state: State
    since: datetime
    due_on: date | None
    triage_due_on: date | None
    returns: int
    calendar: str


@dataclass(frozen=True)
class HeldPart:
    """A part of an open request that is not released."""

    request_id: str
    team_id: str | None
    responder_id: str | None
    state: str


def list_open(tx: Transaction) -> list[OpenRequest]:
    """List all open requests, those first that stand where they are the longest."""
    statement = (
        scope.requests(tx)
        .join(Review, Review.id == Request.review_id)
        .where(in_states(OPEN))
        .with_only_columns(
            Request.id,
            Request.number,
            Request.organisation_id,
            Request.type,
            Request.state,
            Request.state_since,
            Request.due_on,
            Request.triage_due_on,
            Request.returns,
            Review.calendar,
        )
        .order_by(Request.state_since, Request.id)
    )
    return [
        OpenRequest(
            id=row.id,
            number=row.number or "",
            organisation_id=row.organisation_id,
            type=row.type,
            state=State(row.state),
            since=row.state_since,
            due_on=row.due_on,
            triage_due_on=row.triage_due_on,
            returns=row.returns,
            calendar=row.calendar,
        )
        for row in tx.session.execute(statement)
    ]


def list_held(tx: Transaction) -> list[HeldPart]:
    """List the parts of open requests that are with somebody still."""
    still = scope.requests(tx).where(in_states(OPEN - {State.RELEASED}))
    rows = tx.session.execute(
        select(
            Assignment.request_id, Assignment.team_id, Assignment.responder_id, Assignment.state
        ).where(
            Assignment.request_id.in_(still.with_only_columns(Request.id)),
            Assignment.state.not_in(("dropped", "released")),
        )
    )
    return [HeldPart(*row) for row in rows]


def list_steps(tx: Transaction, request_ids: Iterable[str]) -> dict[str, list[Step]]:
    """List the steps of some requests, by request, oldest first."""
    rows = tx.session.execute(
        select(Stage.subject_id, Stage.name, Stage.stage, Stage.at, Stage.facts)
        .where(one_of(Stage.subject_id, request_ids))
        .order_by(Stage.subject_id, Stage.at, Stage.id)
    )
    found: dict[str, list[Step]] = {}
    for row in rows:
        step = Step(row.name, State(row.stage), row.at, row.facts)
        found.setdefault(row.subject_id, []).append(step)
    return found


def list_teams(tx: Transaction, ids: Sequence[str]) -> dict[str, str]:
    """Give the teams there are, and some that ended, by id: their names."""
    rows = tx.session.execute(
        select(Team.id, Team.name)
        .where(Team.ended_at.is_(None) | Team.id.in_(ids))
        .order_by(Team.name)
    )
    return {row.id: row.name for row in rows}
