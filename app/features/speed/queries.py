"""Scoped reads for the speed report: reviews, their requests and steps. One query each.

However many requests there are, a report takes the same number of queries; each review that is
listed adds the one that decides whether it may be.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date

from sqlalchemy import or_, select

from app.access import scope
from app.access.decide import keep
from app.domain.actions import Action
from app.domain.elapsed import Step
from app.domain.requests import RUNNING, State
from app.domain.targets import Target
from app.kernel.actor import Side
from app.kernel.clock import now
from app.models.history import Stage
from app.models.organisations import Organisation
from app.models.people import Person
from app.models.reports import Report, Version
from app.models.requests import Request
from app.models.reviews import Review
from app.models.teams import Team
from app.transaction import Transaction


@dataclass(frozen=True)
class Asked:
    """A request as the report counts it: its steps, and whether it is overdue."""

    request_id: str
    review_id: str
    steps: tuple[Step, ...]
    overdue: bool


@dataclass(frozen=True)
class Reviewed:
    """A review with the names around it."""

    row: Review
    report_title: str
    version_number: int
    organisation_name: str


def list_reviews(tx: Transaction, *, beside: Review | None = None) -> list[Reviewed]:
    """List the reviews whose speed the acting person may see, newest first.

    Args:
        tx: the transaction.
        beside: only this one, and earlier ones of its organisation or its report.
    """
    statement = scope.reviews(tx)
    if beside is not None:
        kin = or_(
            Review.organisation_id == beside.organisation_id, Review.report_id == beside.report_id
        )
        earlier = Review.created_at < beside.created_at
        statement = statement.where(or_(Review.id == beside.id, kin & earlier))
    rows = list(tx.session.scalars(statement))
    kept = keep(tx, Action.READ_SPEED, rows, lambda row: Target("review", row.id))
    versions = {
        row.id: (row.title, row.number)
        for row in tx.session.execute(
            select(Version.id, Version.number, Report.title)
            .join(Report, Report.id == Version.report_id)
            .where(Version.id.in_({row.version_id for row in kept}))
        )
    }
    names = dict(
        tx.session.execute(
            select(Organisation.id, Organisation.name).where(
                Organisation.id.in_({row.organisation_id for row in kept})
            )
        ).all()
    )
    return [
        Reviewed(row, *versions[row.version_id], names.get(row.organisation_id, ""))
        for row in kept
        if row.version_id in versions
    ]


def list_asked(tx: Transaction, review_ids: Iterable[str]) -> list[Asked]:
    """List the requests of reviews that were submitted, with the steps this side may see."""
    rows = tx.session.execute(
        scope.requests(tx)
        .where(Request.review_id.in_(set(review_ids)), Request.state != State.DRAFT)
        .with_only_columns(Request.id, Request.review_id, Request.state, Request.due_on)
        .order_by(Request.id)
    ).all()
    steps = _steps(tx, [row.id for row in rows])
    day = now().astimezone(UTC).date()
    return [
        Asked(
            row.id,
            row.review_id,
            tuple(steps[row.id]),
            _overdue(State(row.state), row.due_on, day),
        )
        for row in rows
        if row.id in steps
    ]


def _overdue(state: State, due_on: date | None, day: date) -> bool:
    return state in RUNNING and due_on is not None and due_on < day


def _steps(tx: Transaction, request_ids: Sequence[str]) -> dict[str, list[Step]]:
    statement = (
        select(Stage.subject_id, Stage.name, Stage.stage, Stage.at, Stage.facts)
        .where(Stage.subject_id.in_(request_ids))
        .order_by(Stage.at, Stage.id)
    )
    if tx.actor.side is Side.REVIEWER:
        statement = statement.where(Stage.organisation_id == (tx.actor.organisation_id or ""))
    found: dict[str, list[Step]] = {}
    for row in tx.session.execute(statement):
        step = Step(row.name, State(row.stage), row.at, row.facts)
        found.setdefault(row.subject_id, []).append(step)
    return found


def holder_names(tx: Transaction, ids: Iterable[str]) -> dict[str, str]:
    """Give the names of people and teams by id."""
    people = select(Person.id, Person.name).where(Person.id.in_(set(ids)))
    teams = select(Team.id, Team.name).where(Team.id.in_(set(ids)))
    return {row.id: row.name for row in tx.session.execute(people.union_all(teams))}
