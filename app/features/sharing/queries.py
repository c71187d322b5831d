"""Rows of answers that are shared further. No guarded text."""

from collections.abc import Iterable

from sqlalchemy import select

from app.access.editions import active_redactions
from app.access.narrowing import granted_codes, is_granted
from app.domain.requests import WITHOUT_BODY
from app.features.requests import parts
from app.features.requests.queries import organisation_names
from app.features.sharing.schemas import AudienceView
from app.models.requests import Answer, Request
from app.models.reviews import Receipt, Review
from app.models.sharing import SharedAnswer, SharedFrom
from app.transaction import Transaction

MOST = 500


def shareable(tx: Transaction, request_id: str) -> list[Answer]:
    """List the answers that gave the asker more than a refusal, newest first."""
    given = parts.list_answers(tx, request_id, "released", "accepted")
    return [answer for answer in reversed(given) if answer.determination not in WITHOUT_BODY]


def audiences(tx: Transaction, row: Request) -> tuple[list[AudienceView], int]:
    """List with whom an answer can be shared, and count who reads too narrow an edition.

    At an equal edition or a wider one: what the asker may read, they may as well.
    """
    occurring = {c for one in active_redactions(tx, row.version_id) for c in one.categories}
    withheld = _withheld_at_release(tx, row.id)
    if withheld is None:
        return [], 0
    reviews = tx.session.scalars(
        select(Review).where(
            Review.version_id == row.version_id,
            Review.state == "open",
            Review.organisation_id != row.organisation_id,
        )
    ).all()
    names = organisation_names(tx, {review.organisation_id for review in reviews})
    had = shared_before(tx, row.id)
    found, narrower = [], 0
    for review in reviews:
        theirs = review.organisation_id
        if not is_granted(tx, row.version_id, organisation_id=theirs):
            continue
        codes = granted_codes(tx, row.version_id, organisation_id=theirs)
        if not occurring - codes <= withheld:
            narrower += 1
            continue
        found.append(
            AudienceView(
                review_id=review.id,
                organisation_id=theirs,
                organisation_name=names.get(theirs, ""),
                shared_at=had[review.id].shared_at if review.id in had else None,
            )
        )
    return sorted(found, key=lambda one: one.organisation_name), narrower


def _withheld_at_release(tx: Transaction, request_id: str) -> set[str] | None:
    """Give what was withheld from the asker when they got the answers: their receipts pin it.

    What the asker may read today says nothing of that: a grant ends, or is narrowed. None: there
    is no receipt to go by.
    """
    answers = shareable(tx, request_id)
    receipts = [tx.session.get(Receipt, answer.receipt_id or "") for answer in answers]
    pinned = [set(receipt.items[0]["withholds"]) for receipt in receipts if receipt is not None]
    if not pinned or len(pinned) < len(answers):
        return None
    return set.intersection(*pinned)


def shared_before(tx: Transaction, request_id: str) -> dict[str, SharedAnswer]:
    """Give what of a request was shared, by the review it was shared in; the latest of each."""
    rows = tx.session.scalars(
        select(SharedAnswer)
        .join(SharedFrom, SharedFrom.shared_id == SharedAnswer.id)
        .where(SharedFrom.request_id == request_id)
        .order_by(SharedAnswer.shared_at)
    )
    return {row.review_id: row for row in rows}


def list_shared(tx: Transaction, review_id: str) -> list[SharedAnswer]:
    """List what was shared in a review, newest first."""
    statement = (
        select(SharedAnswer)
        .where(SharedAnswer.review_id == review_id)
        .order_by(SharedAnswer.shared_at.desc(), SharedAnswer.id)
        .limit(MOST)
    )
    return list(tx.session.scalars(statement))


def sources(tx: Transaction, ids: Iterable[str]) -> dict[str, tuple[str, str | None]]:
    """Give (request id, its number) by shared answer; nothing to a reviewer organisation."""
    rows = tx.session.execute(
        select(SharedFrom.shared_id, Request.id, Request.number)
        .join(Request, Request.id == SharedFrom.request_id)
        .where(SharedFrom.shared_id.in_(set(ids)))
    )
    return {row.shared_id: (row.id, row.number) for row in rows}
