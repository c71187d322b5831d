"""The last day of a review: moved sooner or later, in the open, for one of a few reasons."""

from datetime import UTC, datetime

from app.access.decide import require
from app.domain.actions import Action
from app.domain.events import Event
from app.domain.targets import Target
from app.features.reviews import queries
from app.features.reviews.schemas import MoveEnd, ReviewRow
from app.kernel.clock import now
from app.kernel.errors import Conflict, Invalid, NotFound
from app.models.reviews import Review
from app.transaction import Transaction


def move_end(tx: Transaction, review_id: str, command: MoveEnd) -> ReviewRow:
    """Move the end of a review; its grants keep theirs, and what has ended stays ended.

    What is as it was already is not recorded again.

    Raises:
        Invalid: the day is over, or lies before the review begins.
    """
    target = Target("review", review_id)
    require(tx, Action.CHANGE_REVIEW_SETTINGS, target)
    review, ends_at = tx.session.get(Review, review_id), command.ends_at
    if review is None:
        raise NotFound
    if review.state != "open":
        raise Conflict("This review has ended.")
    if ends_at == review.ends_at:
        return queries.get_review_row(tx, review_id)
    if problem := _problem(review.starts_at, ends_at):
        raise Invalid(fields={"ends_at": problem})
    tx.session.refresh(review, with_for_update=True)
    before = review.ends_at
    if ends_at == before:
        raise Conflict("Somebody saved the same a moment ago.", remedy="Nothing is left to do.")
    review.ends_at = ends_at
    tx.session.flush()
    tx.emit(
        Event(
            name="ReviewEndMoved",
            licence=Action.CHANGE_REVIEW_SETTINGS,
            target=target,
            organisations=frozenset({review.organisation_id}),
            facts={
                "version_id": review.version_id,
                "before": before.astimezone(UTC).isoformat(),
                "ends_at": ends_at.astimezone(UTC).isoformat(),
                "reason": command.reason,
            },
        )
    )
    return queries.get_review_row(tx, review_id)


def _problem(starts_at: datetime, ends_at: datetime) -> str:
    if ends_at <= starts_at:
        return "The end lies after the beginning."
    if ends_at <= now():
        return "This day is over. To end the review, choose today: it ends with the day."
    return ""
