"""Scoped reads of requests: rows, and the names around them. No guarded text, and no lists."""

from collections.abc import Iterable
from datetime import UTC, date
from typing import Literal

from sqlalchemy import func, or_, select

from app.access import scope
from app.access.claims import claim_labels
from app.db.base import one_of
from app.domain.interviews import Standing, in_effect, leads_to
from app.domain.requests import ENDED, PENDING, State, is_late, outward
from app.features.requests.schemas import Clock
from app.kernel.actor import Role, Side
from app.kernel.clock import now
from app.kernel.errors import NotFound
from app.models.history import Stage
from app.models.interviews import Interview
from app.models.organisations import Organisation
from app.models.people import Membership, Person
from app.models.reports import Report, Version
from app.models.requests import InternalNote, Request
from app.models.reviews import Review
from app.transaction import Transaction

SeenAs = Literal["asker", "publisher", "responder"]
_OVERSEERS = frozenset({Role.COORDINATOR, Role.APPROVER, Role.AUDITOR})


def seen_as(tx: Transaction) -> SeenAs:
    """Say in which of the three ways the acting person sees requests."""
    if tx.actor.side is Side.REVIEWER:
        return "asker"
    return "publisher" if tx.actor.roles & _OVERSEERS else "responder"


def today() -> date:
    """Give the day by which clocks are read (UTC)."""
    return now().astimezone(UTC).date()


def state_for(row: Request, seen: SeenAs) -> str:
    """Give the state in the words of the reader: outward ones for the asker."""
    state = State(row.state)
    if seen != "asker":
        return state.value
    face = outward(state)
    return face.value if face else State.DRAFT.value


def clock_of(row: Request, seen: SeenAs) -> Clock:
    """Give when a request is due and whether it is late; untriaged too long is inside business."""
    state, day = State(row.state), today()
    overdue = is_late(state, due_on=row.due_on, triage_due_on=None, today=day)
    waited = is_late(state, due_on=None, triage_due_on=row.triage_due_on, today=day)
    untriaged = waited and seen == "publisher"
    return Clock(
        due_on=row.due_on if state in PENDING else None,
        late=overdue or untriaged,
        paused=state is State.NEEDS_CLARIFICATION,
        untriaged_late=untriaged,
    )


def basis_label(row: Request) -> str:
    """Name what a request is about, without content, number or organisation."""
    where = f" on page {row.basis_page}" if row.basis_page else ""
    match row.basis_kind:
        case "page":
            return f"Page {row.basis_page}"
        case "report":
            return "The report as a whole"
        case "request":
            return "An earlier request"
        case "":
            return "Nothing chosen yet"
        case kind:
            return f"A {kind}{where}"


# ---- one request and what hangs on it


def get_request(tx: Transaction, request_id: str, *, lock: bool = False) -> Request:
    """Give a request's row, locked if it is about to change; NotFound when missing or hidden."""
    row = tx.session.get(Request, request_id, with_for_update=lock or None, populate_existing=lock)
    if row is None:
        raise NotFound
    return row


def find_request(tx: Transaction, named: str) -> Request | None:
    """Find a request by its id or its number, among those that this side sees."""
    given = or_(Request.id == named, Request.number == named.upper())
    return tx.session.scalars(select(Request).where(given, Request.state != "draft")).first()


def numbers_of(tx: Transaction, ids: set[str]) -> dict[str, str]:
    """Give the numbers of requests by id."""
    if not ids:
        return {}
    rows = tx.session.execute(select(Request.id, Request.number).where(Request.id.in_(ids)))
    return {row.id: row.number or "" for row in rows}


def list_stages(tx: Transaction, request_id: str, *, seen: SeenAs) -> list[Stage]:
    """List the steps of a request, oldest first; for the asker those shared with it."""
    statement = select(Stage).where(Stage.subject_id == request_id).order_by(Stage.at, Stage.id)
    if seen == "asker":
        statement = statement.where(Stage.organisation_id == (tx.actor.organisation_id or ""))
    return list(tx.session.scalars(statement))


def count_stages(tx: Transaction, request_id: str, name: str) -> int:
    """Count how often a step was taken."""
    statement = select(func.count()).where(Stage.subject_id == request_id, Stage.name == name)
    return tx.session.scalars(statement).one()


def interview_standing(tx: Transaction, row: Request) -> str | None:
    """Say where the interview of a request stands; None where there is none, nor to be one."""
    found = tx.session.scalars(
        select(Interview).where(Interview.request_id == row.id)
    ).one_or_none()
    if found is not None:
        ended_at = row.state_since if State(row.state) in ENDED else None
        standing = Standing(found.standing)
        return in_effect(standing, starts_at=found.starts_at, ended_at=ended_at).value
    wanted = row.state != State.DRAFT.value and leads_to(row.type, row.expected_form)
    return "none" if wanted else None


def list_notes(tx: Transaction, request_id: str) -> list[InternalNote]:
    """List the internal notes, oldest first."""
    return list(
        tx.session.scalars(
            select(InternalNote)
            .where(InternalNote.request_id == request_id)
            .order_by(InternalNote.written_at, InternalNote.id)
        )
    )


def request_numbers(tx: Transaction, ids: Iterable[str]) -> dict[str, str]:
    """Give the numbers of requests by id, of those that this person may read."""
    rows = scope.requests(tx).where(Request.id.in_(set(ids))) if ids else None
    return {} if rows is None else {r.id: r.number for r in tx.session.scalars(rows) if r.number}


def version_facts(tx: Transaction, version_id: str) -> tuple[str, int, str]:
    """Give a report's title, and a version's number and state."""
    row = tx.session.execute(
        select(Report.title, Version.number, Version.state)
        .join(Report, Report.id == Version.report_id)
        .where(Version.id == version_id)
    ).one_or_none()
    if row is None:
        raise NotFound
    return row.title, row.number, row.state


def review_end(tx: Transaction, review_id: str) -> date | None:
    """Give the last day of a review, as far as the acting side sees it."""
    ends_at = tx.session.scalars(select(Review.ends_at).where(Review.id == review_id)).one_or_none()
    return None if ends_at is None else ends_at.astimezone(UTC).date()


def lead_submits(tx: Transaction, review_id: str) -> bool:
    """Say whether in a review the lead of the organisation submits."""
    by = select(Review.submitted_by).where(Review.id == review_id)
    return tx.session.scalars(by).one_or_none() == "lead"


def open_reviews(tx: Transaction, version_id: str = "") -> list[tuple[str, str]]:
    """List (id, label) of the acting organisation's open reviews, newest first."""
    statement = (
        select(Review.id, Report.title, Version.number)
        .join(Version, Version.id == Review.version_id)
        .join(Report, Report.id == Review.report_id)
        .where(Review.organisation_id == (tx.actor.organisation_id or ""), Review.state == "open")
        .order_by(Review.created_at.desc())
    )
    if version_id:
        statement = statement.where(Review.version_id == version_id)
    return [(row.id, f"{row.title}, version {row.number}") for row in tx.session.execute(statement)]


def claim_options(tx: Transaction, version_id: str) -> list[tuple[str, str]]:
    """List (id, label) of a version's claims, as far as the acting side sees them."""
    labels = claim_labels(tx, version_id)
    return [(claim, f"Claim {label}, page {page}") for claim, (label, page) in labels.items()]


# ---- names


def organisation_names(tx: Transaction, ids: Iterable[str]) -> dict[str, str]:
    """Give the names of organisations by id."""
    rows = tx.session.execute(
        select(Organisation.id, Organisation.name).where(one_of(Organisation.id, ids))
    )
    return {row.id: row.name for row in rows}


def person_names(tx: Transaction, ids: Iterable[str]) -> dict[str, str]:
    """Give the names of people by id, as far as the acting side may know them."""
    rows = tx.session.execute(select(Person.id, Person.name).where(Person.id.in_(set(ids))))
    return {row.id: row.name for row in rows}


def possible_responders(tx: Transaction) -> list[tuple[str, str]]:
    """List (id, name and roles) of the publisher's people who can answer; responders first."""
    rows = tx.session.execute(
        select(Person.id, Person.name, Membership.roles)
        .join(Membership, Membership.person_id == Person.id)
        .where(
            Membership.organisation_id == (tx.actor.organisation_id or ""),
            Membership.state == "active",
        )
        .order_by(Person.name)
    ).all()
    idle = {Role.AUDITOR, Role.SECURITY_AUDITOR, Role.ADMINISTRATOR}
    able = [row for row in rows if set(row.roles) - idle]
    able.sort(key=lambda row: Role.RESPONDER not in row.roles)
    return [(row.id, f"{row.name} ({', '.join(row.roles).replace('_', ' ')})") for row in able]
