"""Rows behind statements: the review, drafts, what a section can point to. No guarded text."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import func, or_, select

from app.access.claim_places import NOT_SHOWN, claim_codes
from app.access.decide import may
from app.domain.actions import Action
from app.domain.findings import CLASSES, outward
from app.domain.positions import BASES, CONFIDENCES, STANCES
from app.domain.recommendations import URGENCIES
from app.domain.requests import TYPES
from app.domain.statements import LIVE
from app.domain.targets import Target
from app.features.statements import disagreements, readable
from app.kernel.errors import NotFound
from app.models.assurances import Assurance
from app.models.findings import Finding
from app.models.organisations import Organisation
from app.models.people import Person
from app.models.positions import Position
from app.models.recommendations import Recommendation
from app.models.reports import Report, Version
from app.models.requests import Request
from app.models.reviews import Grant, Receipt, Review, Undertaking
from app.models.statements import (
    Statement,
    StatementComment,
    StatementDraft,
    StatementSection,
    StatementVerdict,
)
from app.models.withheld import Assessment
from app.transaction import Transaction

_HREFS = {
    "finding": "/findings/{}",
    "request": "/requests/{}",
    "assurance": "/assurances/{}",
    "recommendation": "/recommendations/{}",
}


@dataclass(frozen=True)
class Around:
    """A review with what stands around it, as it is printed."""

    review: Review
    report: Report
    version: Version
    organisation: Organisation


@dataclass(frozen=True)
class Pointed:
    """Something that a section can point to: what is said of it wherever it is printed."""

    kind: str
    id: str
    label: str
    note: str
    carried: frozenset[str] | None = None
    """Of what is carried into a statement by itself: what a reader needs to have lifted."""

    @property
    def href(self) -> str:
        """Give the page of the thing, where it has one of its own."""
        return _HREFS.get(self.kind, "").format(self.id)


def get_review(tx: Transaction, review_id: str) -> Review:
    """Give a review of the acting side."""
    row = tx.session.get(Review, review_id)
    if row is None:
        raise NotFound
    return row


def around(tx: Transaction, review: Review, version_id: str) -> Around:
    """Give what stands around a review; NotFound where the version is hidden."""
    row = tx.session.execute(
        select(Version, Report)
        .join(Report, Report.id == Version.report_id)
        .where(Version.id == version_id)
    ).one_or_none()
    if row is None:
        raise NotFound
    organisation = tx.session.get_one(Organisation, review.organisation_id)
    return Around(review, row.Report, row.Version, organisation)


def versions_of(tx: Transaction, review: Review) -> tuple[tuple[str, int], ...]:
    """List (id, number) of the versions that a review is about, the newest first."""
    granted = select(Grant.version_id).where(Grant.review_id == review.id)
    rows = tx.session.execute(
        select(Version.id, Version.number)
        .join(Report, Report.id == Version.report_id)
        .where(
            Version.report_id == review.report_id,
            or_(Version.id == review.version_id, Version.id.in_(granted)),
            ~Report.dossier,
        )
        .order_by(Version.number.desc())
    )
    return tuple((row.id, row.number) for row in rows)


def live(tx: Transaction, review_id: str) -> Statement | None:
    """Find the statement of a review that is being written."""
    return tx.session.scalars(
        select(Statement).where(Statement.review_id == review_id, Statement.state.in_(LIVE))
    ).one_or_none()


def editions(tx: Transaction, review_id: str) -> list[Statement]:
    """List the statements of a review that were released, the newest first."""
    return list(
        tx.session.scalars(
            select(Statement)
            .where(Statement.review_id == review_id, Statement.released_at.is_not(None))
            .order_by(Statement.number.desc())
        )
    )


def get_statement(tx: Transaction, statement_id: str, *, lock: bool = False) -> Statement:
    """Give a statement of the acting side; NotFound when missing or hidden."""
    row = tx.session.get(
        Statement, statement_id, with_for_update=True if lock else None, populate_existing=lock
    )
    if row is None:
        raise NotFound
    return row


def draft_of(tx: Transaction, statement_id: str) -> StatementDraft:
    """Give what is the organisation's own of a statement."""
    row = tx.session.get(StatementDraft, statement_id)
    if row is None:
        raise NotFound
    return row


def sections_of(tx: Transaction, statement_id: str) -> dict[str, StatementSection]:
    """Give the sections that were written, by topic."""
    rows = tx.session.scalars(
        select(StatementSection).where(StatementSection.statement_id == statement_id)
    )
    return {row.topic: row for row in rows}


def comments_of(tx: Transaction, statement_id: str) -> list[StatementComment]:
    """List the comments on a statement, in the order in which they were made."""
    return list(
        tx.session.scalars(
            select(StatementComment)
            .where(StatementComment.statement_id == statement_id)
            .order_by(StatementComment.number)
        )
    )


def verdicts_of(tx: Transaction, statement_id: str) -> list[StatementVerdict]:
    """List what the publisher said of the sharings of a statement, in order."""
    return list(
        tx.session.scalars(
            select(StatementVerdict)
            .where(StatementVerdict.statement_id == statement_id)
            .order_by(StatementVerdict.number)
        )
    )


def own_reviews(tx: Transaction) -> list[Review]:
    """List the reviews of one's reviewer organisation, the newest first."""
    return list(
        tx.session.scalars(
            select(Review)
            .where(Review.organisation_id == (tx.actor.organisation_id or ""))
            .order_by(Review.created_at.desc(), Review.id)
        )
    )


def own_drafts(tx: Transaction) -> dict[str, tuple[Statement, int]]:
    """Give what one's organisation writes now, by review, with how many sections have words."""
    rows = tx.session.execute(
        select(Statement, func.count(StatementSection.topic).filter(StatementSection.words > 0))
        .outerjoin(StatementSection, StatementSection.statement_id == Statement.id)
        .where(
            Statement.organisation_id == (tx.actor.organisation_id or ""),
            Statement.state.in_(LIVE),
        )
        .group_by(Statement.id)
    )
    return {row[0].review_id: (row[0], row[1]) for row in rows}


def version_names(tx: Transaction, ids: Iterable[str]) -> dict[str, tuple[str, int]]:
    """Give (report title, number) of versions by id."""
    rows = tx.session.execute(
        select(Version.id, Version.number, Report.title)
        .join(Report, Report.id == Version.report_id)
        .where(Version.id.in_(set(ids)))
    )
    return {row.id: (row.title, row.number) for row in rows}


def organisation_names(tx: Transaction, ids: Iterable[str]) -> dict[str, str]:
    """Give the names of organisations by id."""
    rows = tx.session.execute(
        select(Organisation.id, Organisation.name).where(Organisation.id.in_(set(ids)))
    )
    return {row.id: row.name for row in rows}


def people(tx: Transaction, ids: Iterable[str]) -> dict[str, str]:
    """Give the names of people by id, as far as the acting side may know them."""
    rows = tx.session.execute(select(Person.id, Person.name).where(Person.id.in_(set(ids))))
    return {row.id: row.name for row in rows}


def had_access(tx: Transaction, review_id: str) -> bool:
    """Say whether anybody accepted the terms of a review, or something was shared in it."""
    shared = select(Receipt.id).where(Receipt.review_id == review_id)
    accepted = select(Undertaking.id).where(Undertaking.review_id == review_id)
    granted = select(Grant.id).where(Grant.review_id == review_id, Grant.state == "in_force")
    return bool(
        tx.session.scalar(select(or_(shared.exists(), accepted.exists(), granted.exists())))
    )


def pointed(tx: Transaction, review: Review, version_id: str) -> list[Pointed]:
    """List what the sections of a statement can point to, all of it the organisation's own."""
    return [
        *_positions(tx, review, version_id),
        *_findings(tx, review),
        *_requests(tx, review),
        *_assurances(tx, review),
        *_recommendations(tx, review),
        *_assessments(tx, review, version_id),
    ]


def _positions(tx: Transaction, review: Review, version_id: str) -> list[Pointed]:
    if not may(tx, Action.READ_POSITIONS, Target("review", review.id)):
        return []
    rows = tx.session.scalars(
        select(Position)
        .where(Position.review_id == review.id, Position.version_id == version_id, Position.current)
        .order_by(Position.claim_code, Position.basis)
    ).all()
    claims = sorted({row.claim_id for row in rows if row.claim_id})
    called = claim_codes(tx, claims, also=claims)
    found = []
    for row in rows:
        named = called.get(row.claim_id, NOT_SHOWN) if row.claim_id else ""
        what = f"claim {named}" if named else "the conclusion"
        found.append(
            Pointed(
                "position", row.id, f"Position on {what}",
                f"{BASES[row.basis]}: {STANCES[row.stance].lower()},"
                f" {CONFIDENCES[row.confidence].lower()} confidence",
            )
        )  # fmt: skip
    return found


def _findings(tx: Transaction, review: Review) -> list[Pointed]:
    rows = tx.session.scalars(
        select(Finding)
        .where(Finding.review_id == review.id, Finding.state != "draft")
        .order_by(Finding.number)
    ).all()
    kept = readable.of_findings(tx, rows)
    disputed = disagreements.carried(tx, kept)
    found = []
    for row in kept:
        kind = CLASSES.get(row.finding_class, row.finding_class)
        note = f"{kind}, page {row.page}: {outward(row.state).lower()}"
        name, both = f"Finding {row.number}", disputed.get(row.id)
        found.append(
            Pointed("finding", row.id, name, both.note, both.sensitivity)
            if both
            else Pointed("finding", row.id, name, note)
        )
    return found


def carried_sensitivity(tx: Transaction, review: Review) -> frozenset[str]:
    """Give what a reader of all disagreements that are carried along needs to have lifted."""
    return frozenset(code for one in _findings(tx, review) for code in one.carried or ())


def _requests(tx: Transaction, review: Review) -> list[Pointed]:
    rows = tx.session.scalars(
        select(Request)
        .where(Request.review_id == review.id, Request.number.is_not(None))
        .order_by(Request.number)
    ).all()
    return [
        Pointed(
            "request", row.id, f"Request {row.number}",
            f"{TYPES.get(row.type, row.type)}: {_standing(row.state)}",
        )
        for row in readable.of_requests(tx, rows, lambda row: row)
    ]  # fmt: skip


def _standing(state: str) -> str:
    return {"released": "answered", "closed": "closed", "withdrawn": "withdrawn"}.get(state, "open")


def _assurances(tx: Transaction, review: Review) -> list[Pointed]:
    rows = tx.session.scalars(
        select(Assurance)
        .where(Assurance.review_id == review.id, Assurance.released_at.is_not(None))
        .order_by(Assurance.number)
    ).all()
    return [
        Pointed(
            "assurance", row.id, f"Assurance {row.number}",
            f"{row.state}{f', as of {row.as_of}' if row.as_of else ''}",
        )
        for row in readable.of_assurances(tx, rows)
    ]  # fmt: skip


def _recommendations(tx: Transaction, review: Review) -> list[Pointed]:
    rows = tx.session.scalars(
        select(Recommendation)
        .where(Recommendation.review_id == review.id, Recommendation.filed_at.is_not(None))
        .order_by(Recommendation.number)
    ).all()
    return [
        Pointed(
            "recommendation", row.id, f"Recommendation {row.number}",
            URGENCIES.get(row.urgency, row.urgency),
        )
        for row in readable.of_recommendations(tx, rows)
    ]  # fmt: skip


def _assessments(tx: Transaction, review: Review, version_id: str) -> list[Pointed]:
    rows = tx.session.scalars(
        select(Assessment)
        .where(
            Assessment.version_id == version_id,
            Assessment.organisation_id == review.organisation_id,
        )
        .order_by(Assessment.page, Assessment.id)
    ).all()
    return [
        Pointed(
            "assessment", row.id,
            f"Redaction on page {row.page}" if row.page else "Redaction in evidence",
            f"{', '.join(row.categories)}: scope {_axis(row.scope)}, reason {_axis(row.reason)},"
            f" balance {_axis(row.balance)}, materiality {_axis(row.materiality)}",
        )
        for row in readable.of_assessments(tx, rows)
    ]  # fmt: skip


def _axis(mark: str) -> str:
    return mark.replace("_", " ")
