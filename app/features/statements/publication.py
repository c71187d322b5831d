"""The publication right of a review, and who pays: terms fixed before anybody has access."""

from app.access.decide import require
from app.domain.actions import Action
from app.domain.events import Event
from app.domain.targets import Target
from app.features.statements import queries
from app.features.statements.schemas import PublicationView, SetPublication
from app.kernel.errors import Conflict
from app.models.reviews import Review
from app.transaction import Transaction


def read_publication(tx: Transaction, review_id: str) -> PublicationView:
    """Give the publication right of a review to somebody who may set it."""
    require(tx, Action.CHANGE_REVIEW_SETTINGS, Target("review", review_id))
    return _view(tx, queries.get_review(tx, review_id))


def set_publication(tx: Transaction, review_id: str, command: SetPublication) -> PublicationView:
    """Set who has a say in publication, and who pays, while nobody has had access.

    Raises:
        Conflict: somebody has had access, so the terms are fixed.
    """
    target = Target("review", review_id)
    require(tx, Action.CHANGE_REVIEW_SETTINGS, target)
    review = queries.get_review(tx, review_id)
    wanted = (command.publication_right, command.payment)
    if wanted == (review.publication_right, review.payment):
        return _view(tx, review)
    tx.session.refresh(review, with_for_update=True)
    before = (review.publication_right, review.payment)
    if wanted == before:
        raise Conflict("Somebody saved the same a moment ago.", remedy="Nothing is left to do.")
    if queries.had_access(tx, review_id):
        raise Conflict(
            "These terms are fixed: the organisation has had access under them.",
            kept="Nothing was changed.",
            remedy="Agree on other terms in a new review.",
            code="terms-fixed",
        )
    review.publication_right, review.payment = command.publication_right, command.payment
    tx.session.flush()
    tx.emit(
        Event(
            name="PublicationRightSet",
            licence=Action.CHANGE_REVIEW_SETTINGS,
            target=target,
            organisations=frozenset({review.organisation_id}),
            facts={
                "publication_right_before": before[0],
                "publication_right": review.publication_right,
                "payment_before": before[1],
                "payment": review.payment,
            },
        )
    )
    return _view(tx, review)


def _view(tx: Transaction, review: Review) -> PublicationView:
    title, _ = queries.version_names(tx, [review.version_id]).get(review.version_id, ("", 0))
    names = queries.organisation_names(tx, [review.organisation_id])
    return PublicationView(
        review_id=review.id,
        organisation_name=names.get(review.organisation_id, ""),
        report_title=title,
        publication_right=review.publication_right,
        payment=review.payment,
        fixed=queries.had_access(tx, review.id),
    )
