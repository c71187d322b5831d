"""What waits of positions, recommendations and assurances, counted for the home page."""

from sqlalchemy import Select, exists, func, select

from app.features.home.schemas import Figure
from app.kernel.actor import Role
from app.models.assurances import Assurance, AssuranceDraft
from app.models.positions import Position
from app.models.recommendations import Recommendation, RecommendationResponse
from app.models.reports import Claim
from app.models.reviews import Review
from app.models.signing import Signature
from app.transaction import Transaction


def reviewer_opinions(tx: Transaction) -> list[Figure]:
    """Count the claims that lack one's position, by review, and the assurances that are open."""
    own = tx.actor.organisation_id or ""
    taken = exists().where(
        Position.claim_id == Claim.id, Position.review_id == Review.id, Position.current
    )
    rows = tx.session.execute(
        select(Review.id, func.count(Claim.id))
        .join(Claim, Claim.version_id == Review.version_id)
        .where(
            Review.organisation_id == own,
            Review.state == "open",
            Claim.ended_at.is_(None),
            ~taken,
        )
        .group_by(Review.id)
        .order_by(Review.id)
    ).all()
    figures = [
        Figure(
            label="claims lack your position",
            one="claim lacks your position",
            value=count,
            href=f"/reviews/{review_id}/positions?show=missing",
        )
        for review_id, count in rows
    ]
    asked = _count(
        tx, select(Assurance.id).where(
            Assurance.organisation_id == own, Assurance.state == "requested"
        ),
    )  # fmt: skip
    if asked:
        figures.append(
            Figure(
                label="assurances are open",
                one="assurance is open",
                value=asked,
                href="/assurances",
            )
        )
    return figures


def publisher_opinions(tx: Transaction) -> list[Figure]:
    """Count what waits for an answer, for the acting person's signature, or for a release."""
    figures = []
    if tx.actor.has(Role.COORDINATOR):
        answered = exists().where(RecommendationResponse.recommendation_id == Recommendation.id)
        figures.append(
            Figure(
                label="recommendations wait for your answer",
                one="recommendation waits for your answer",
                value=_count(
                    tx, select(Recommendation.id).where(Recommendation.state == "filed", ~answered)
                ),
                href="/recommendations?show=unanswered",
                waits=True,
            )
        )
    signed = exists().where(
        Signature.subject_id == AssuranceDraft.assurance_id,
        Signature.digest == AssuranceDraft.digest,
    )
    waiting = (
        select(AssuranceDraft.assurance_id)
        .join(Assurance, Assurance.id == AssuranceDraft.assurance_id)
        .where(Assurance.state == "requested", AssuranceDraft.digest.is_not(None))
    )
    mine = waiting.where(
        AssuranceDraft.signatory_id == tx.actor.id, AssuranceDraft.outcome != "declined", ~signed
    )
    figures.append(
        Figure(
            label="assurances wait for your signature",
            one="assurance waits for your signature",
            value=_count(tx, mine),
            href="/assurances",
            waits=True,
        )
    )
    if tx.actor.roles & {Role.COORDINATOR, Role.APPROVER}:
        ready = waiting.where(
            AssuranceDraft.drafted_by != tx.actor.id,
            (AssuranceDraft.outcome == "declined") | signed,
        )
        figures.append(
            Figure(
                label="assurances wait for their release",
                one="assurance waits for its release",
                value=_count(tx, ready),
                href="/assurances",
                waits=True,
            )
        )
    return [figure for figure in figures if figure.value]


def _count(tx: Transaction, statement: Select[str]) -> int:
    return tx.session.scalar(select(func.count()).select_from(statement.subquery())) or 0
