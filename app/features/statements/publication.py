"""The publication right of a review, and who pays: terms fixed before anybody has access.

And how it went with the right, for the process appendix.
"""

from datetime import UTC, datetime

from app.access.decide import require
from app.domain.actions import Action
from app.domain.events import Event
from app.domain.statements import RIGHTS, VERDICTS
from app.domain.targets import Target
from app.features.statements import queries, verdicts
from app.features.statements.record import Publication, PublicationStep
from app.features.statements.schemas import PublicationView, SetPublication, VerdictView
from app.kernel.errors import Conflict
from app.models.reviews import Review
from app.models.statements import Statement
from app.transaction import Transaction

_SHARED = "The draft was shared with the publisher"
_APPROVED = "The publisher approved publication of exactly this text."
_APPROVED_OTHER = "The publisher approved another text, not this one."
_MARKED = (
    "The publisher could mark what is confidential in the shared draft; the organisation decided."
)


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


def publication_of(tx: Transaction, review: Review, row: Statement, said: str) -> Publication:
    """Tell how it went with the publication right of a statement, from the record.

    Args:
        tx: the transaction.
        review: its review.
        row: the statement.
        said: digest of what it says now: audit/statement.said_digest.
    """
    given = verdicts.verdict_views(tx, row)
    of_sharing = {one.sharing: one.digest for one in queries.verdicts_of(tx, row.id)}
    steps = [
        (at, PublicationStep(on=_day(at), what=_SHARED, digest=of_sharing.get(n, ""), reason=""))
        for n, at in enumerate(row.sharings, start=1)
    ]
    steps += [
        (
            one.decided_at,
            PublicationStep(
                on=_day(one.decided_at),
                what=VERDICTS[one.decision],
                digest=one.digest,
                reason=one.reason,
            ),
        )
        for one in given
    ]
    last = given[-1] if given and given[-1].latest else None
    return Publication(
        right=RIGHTS[review.publication_right],
        digest=said,
        outcome=_outcome(review.publication_right, last, said, shared=bool(row.sharings)),
        steps=tuple(step for _, step in sorted(steps, key=lambda one: one[0])),
    )


def _outcome(right: str, last: VerdictView | None, said: str, *, shared: bool) -> str:
    if right == "approval":
        if last is not None and last.decision == "approved":
            return _APPROVED if last.digest == said else _APPROVED_OTHER
        return "The publisher has not approved publication."
    if right == "confidentiality":
        return _MARKED if shared else "The draft has not been shared with the publisher."
    return "The organisation decided alone."


def _day(moment: datetime) -> str:
    return moment.astimezone(UTC).date().isoformat()
