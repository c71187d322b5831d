"""What was shared in a review, for its process appendix: from the receipts, without typed titles.

A statement may be open to people who never read what was attached, and the titles of files were
compared with what is withheld from its receiver alone: they stay in the receipts. What an item
was is told by its digest.
"""

from collections.abc import Iterable

from app.features.reviews import queries as reviews
from app.features.statements import readable
from app.features.statements.record import Material
from app.features.statements.timeline import day_of
from app.models.reviews import Review
from app.transaction import Transaction

_ATTACHED = "An attachment, in another edition"


def materials_of(tx: Transaction, review: Review) -> tuple[Material, ...]:
    """List what was shared, in the order of its receipts, but for what no statement names."""
    kept = readable.kept_receipts(tx, review.id)
    attached = readable.of_attached(tx, review.id)
    return tuple(
        Material(
            item=_named(
                str(item.get("item", "")), first=not place, attached=receipt.id in attached
            ),
            edition=str(item.get("edition_key", "")),
            digest=str(item.get("digest", "")),
            withholds=tuple(_texts(item.get("withholds"))),
            handling=str(item.get("handling", "")),
            shared_on=day_of(receipt.issued_at),
            acknowledged_on=day_of(receipt.acknowledged_at) or None,
        )
        for receipt in reversed(reviews.list_receipts(tx, review_id=review.id))
        if receipt.id not in kept
        for place, item in enumerate(receipt.items)
    )


def _named(item: str, *, first: bool, attached: bool) -> str:
    """Name what was shared: the report, answer or message first; with it, by number or code.

    What comes after the first is "Attachment 1 to …: TITLE", or "Evidence E1: TITLE".
    """
    if first:
        return _ATTACHED if attached else item
    return item.partition(":")[0]


def _texts(given: object) -> Iterable[str]:
    return (str(one) for one in given) if isinstance(given, list) else ()
