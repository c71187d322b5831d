"""What the demo's reviewers say: positions of two organisations, advice, and an open assurance."""

from sqlalchemy import select

from app.demo.cast import Cast
from app.demo.scenes import COORDINATOR, accept_terms
from app.domain.positions import CONCLUSION
from app.features.assurances import service as assurances
from app.features.assurances.schemas import RequestAssurance
from app.features.positions import service as positions
from app.features.positions.schemas import KeepPositions, ReleasePositions, TakePosition
from app.features.recommendations import service as recommendations
from app.features.recommendations.schemas import DraftRecommendation
from app.features.reviews import undertaking
from app.features.reviews.schemas import AcceptTerms
from app.kernel.actor import Actor, Role
from app.models.positions import PositionRelease
from app.models.reports import Claim
from app.models.reviews import Grant, Review
from app.transaction import Installation, Transaction, begin

_STANCES = ("agree", "agree", "reservations", "disagree", "cannot_assess")
_ADVICE = (
    "Publish how often the monitor misses what it is meant to catch, measured on transcripts that "
    "were not used to build it."
)


def take_positions(installation: Installation, cast: Cast, version_id: str) -> None:
    """Have a lead take and release positions, and file a recommendation, once."""
    lead = _lead(installation, cast, version_id)
    if lead is None:
        return
    with begin(installation, lead) as tx:
        if tx.session.scalars(select(PositionRelease.id)).first() is not None:
            return
        review_id = _review_of(tx, lead, version_id)
        terms = undertaking.read_terms(tx, review_id)
        if terms.accepted_at is None:
            undertaking.accept_terms(tx, review_id, AcceptTerms(digest=terms.digest))
            tx.commit()
    with begin(installation, lead) as tx:
        claims = list(
            tx.session.scalars(
                select(Claim.id).where(Claim.version_id == version_id).order_by(Claim.code)
            )
        )
        taken = [_position(CONCLUSION, "alone", 2), _position(CONCLUSION, "shared", 0)]
        for number, claim in enumerate(claims[:-1]):  # one is left to be looked at
            taken += [_position(claim, "alone", number), _position(claim, "shared", number + 1)]
        command = KeepPositions(version_id=version_id, positions=tuple(taken))
        positions.keep_positions(tx, review_id, command)
        tx.commit()
    with begin(installation, lead) as tx:
        review_id = _review_of(tx, lead, version_id)
        positions.release_positions(tx, review_id, ReleasePositions(version_id=version_id))
        advice = DraftRecommendation(text=_ADVICE, urgency="next_version", claims=tuple(claims[:1]))
        made = recommendations.draft_recommendation(tx, review_id, advice)
        recommendations.file_recommendation(tx, made.id)
        tx.commit()
    with begin(installation, cast.actors[COORDINATOR]) as tx:
        assurances.request_assurance(tx, review_id, RequestAssurance(template="same-or-higher"))
        tx.commit()
    if not claims:
        return
    with begin(installation, lead) as tx:  # and one changed since, which nobody was given yet
        later = (_position(claims[0], "shared", 2),)
        positions.keep_positions(
            tx, review_id, KeepPositions(version_id=version_id, positions=later)
        )
        tx.commit()


def take_some(installation: Installation, lead: Actor, version_id: str) -> None:
    """Have a second lead release positions on the load-bearing claims alone, once."""
    accept_terms(installation, lead, version_id)
    with begin(installation, lead) as tx:
        review_id = _review_of(tx, lead, version_id)
        held = select(PositionRelease.id).where(PositionRelease.review_id == review_id)
        bearing = select(Claim.id).where(Claim.version_id == version_id, Claim.load_bearing)
        claims = list(tx.session.scalars(bearing.order_by(Claim.code)))
        if tx.session.scalars(held).first() is not None or not claims:
            return
        taken = [_position(CONCLUSION, "alone", 1), _position(CONCLUSION, "shared", 1)]
        taken += [_position(claim, "alone", 4 - number % 3) for number, claim in enumerate(claims)]
        positions.keep_positions(
            tx, review_id, KeepPositions(version_id=version_id, positions=tuple(taken))
        )
        tx.commit()
    with begin(installation, lead) as tx:
        positions.release_positions(tx, review_id, ReleasePositions(version_id=version_id))
        tx.commit()


def _position(claim: str, basis: str, place: int) -> TakePosition:
    return TakePosition.model_validate(
        {
            "claim": claim,
            "basis": basis,
            "stance": _STANCES[place % len(_STANCES)],
            "confidence": ("low", "medium", "high")[place % 3],
        }
    )


def _lead(installation: Installation, cast: Cast, version_id: str) -> Actor | None:
    """Find a lead who has accepted the terms of a review of the version."""
    with begin(installation, cast.actors[COORDINATOR]) as tx:
        reading = set(
            tx.session.scalars(
                select(Review.organisation_id)
                .join(Grant, Grant.review_id == Review.id)
                .where(Review.version_id == version_id, Grant.state == "in_force")
            )
        )
    return next(
        (
            actor
            for _, actor in sorted(cast.actors.items())
            if actor.has(Role.LEAD) and actor.organisation_id in reading
        ),
        None,
    )


def _review_of(tx: Transaction, lead: Actor, version_id: str) -> str:
    return tx.session.scalars(
        select(Review.id).where(
            Review.version_id == version_id, Review.organisation_id == lead.organisation_id
        )
    ).one()
