"""What was given with confidentiality slips (class H): for those inside who look after them.

The receipt of a message about a slip, and the grant of what was attached to it, name the slip.
"""

from sqlalchemy import ColumnElement, Select, func, select, true

from app.kernel.actor import Role, Side
from app.models.findings import Finding
from app.models.requests import Attachment
from app.models.reviews import Grant, Receipt
from app.transaction import Transaction

_LOOK_AFTER = frozenset({Role.COORDINATOR, Role.APPROVER})


def slip_grants() -> Select[str]:
    """Give the ids of the grants of what was attached to a slip."""
    return (
        select(Grant.id)
        .join(
            Attachment,
            (Attachment.version_id == Grant.version_id)
            & (Attachment.organisation_id == Grant.organisation_id),
        )
        .join(Finding, Finding.id == Attachment.finding_id)
        .where(
            Grant.follows.is_not(None),
            Attachment.released_at.is_not(None),
            Finding.finding_class == "H",
        )
    )


def slip_receipts() -> Select[str]:
    """Give the ids of the receipts of messages about slips, and of new editions of their files."""
    named = func.jsonb_build_array(func.jsonb_build_object("attachment_id", Attachment.id))
    with_message = (
        select(Receipt.id)
        .join(Finding, Finding.review_id == Receipt.review_id)
        .join(Attachment, Attachment.finding_id == Finding.id)
        .where(Finding.finding_class == "H", Receipt.items.contains(named))
    )
    later = select(Receipt.id).where(Receipt.grant_id.in_(slip_grants()))
    return select(with_message.union(later).subquery().c.id)


def slips_among(tx: Transaction, kind: str) -> frozenset[str]:
    """Give what belongs to slips, of the publisher's facts: `receipt` or `grant`, by id.

    Its own organisation is told of no difference, and needs none for a decision.
    """
    if tx.actor.side is not Side.PUBLISHER:
        return frozenset()
    key = ("slips", kind)
    if key not in tx.memory:
        asked = slip_receipts() if kind == "receipt" else slip_grants()
        tx.memory[key] = frozenset(tx.session.scalars(asked))
    found: frozenset[str] = tx.memory[key]
    return found


def receipts_told(tx: Transaction) -> ColumnElement[bool]:
    """Say of which receipts the acting person may know, as far as slips go."""
    return Receipt.id.not_in(slip_receipts()) if _kept_from(tx) else true()


def grants_told(tx: Transaction) -> ColumnElement[bool]:
    """Say of which grants the acting person may know, as far as slips go."""
    return Grant.id.not_in(slip_grants()) if _kept_from(tx) else true()


def _kept_from(tx: Transaction) -> bool:
    return tx.actor.side is Side.PUBLISHER and not tx.actor.roles & _LOOK_AFTER
