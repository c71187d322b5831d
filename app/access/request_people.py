"""To whom of its organisation a request is kept: for the facts of decisions, and for lists."""

from collections.abc import Iterable

from sqlalchemy import ColumnElement, Select, false, or_, select

from app.kernel.actor import Role, Side
from app.models.requests import Answer, Attachment, Request, RequestPerson
from app.models.reviews import Grant, Receipt
from app.transaction import Transaction


def kept_to(tx: Transaction, request_ids: Iterable[str]) -> dict[str, frozenset[str]]:
    """Give by request the people that it is kept to; one that is everybody's is left out.

    The publisher is told of no compartment, and needs none for a decision.
    """
    if tx.actor.side is Side.PUBLISHER:
        return {}
    found: dict[str, set[str]] = {}
    for row in tx.session.execute(
        select(RequestPerson.request_id, RequestPerson.person_id).where(
            RequestPerson.request_id.in_(set(request_ids))
        )
    ):
        found.setdefault(row.request_id, set()).add(row.person_id)
    return {request_id: frozenset(people) for request_id, people in found.items()}


def receipt_kept_to(tx: Transaction, receipt_id: str) -> frozenset[str] | None:
    """Give the people that the receipt of an answer is kept to, as the answer's request is."""
    if tx.actor.side is Side.PUBLISHER:
        return None
    of = select(Answer.request_id).where(Answer.receipt_id == receipt_id)
    request_id = tx.session.scalars(of).first()
    return kept_to(tx, [request_id]).get(request_id) if request_id else None


def open_to(tx: Transaction) -> ColumnElement[bool]:
    """Say of which requests of an organisation the acting person may know."""
    return Request.id.not_in(_kept_from(tx))


def receipts_open_to(tx: Transaction) -> ColumnElement[bool]:
    """Say of which receipts of an organisation the acting person may know."""
    return Receipt.id.not_in(
        select(Answer.receipt_id).where(
            Answer.receipt_id.is_not(None), Answer.request_id.in_(_kept_from(tx))
        )
    )


def grants_open_to(tx: Transaction) -> ColumnElement[bool]:
    """Say of which grants of an organisation the acting person may know.

    What was attached to the answer of a request is kept as that is, unless it came with
    another, or with a message about a finding.
    """
    own = Attachment.organisation_id == (tx.actor.organisation_id or "")
    of = select(Attachment.version_id).where(own, Attachment.released_at.is_not(None))
    kept = of.where(Attachment.request_id.in_(_kept_from(tx)))
    free = of.where(
        or_(Attachment.request_id.is_(None), Attachment.request_id.not_in(_kept_from(tx)))
    )
    return or_(Grant.follows.is_(None), Grant.version_id.not_in(kept), Grant.version_id.in_(free))


def _kept_from(tx: Transaction) -> Select[str]:
    """Give the requests that an organisation keeps to others; for its leads there are none."""
    own = RequestPerson.organisation_id == (tx.actor.organisation_id or "")
    named = select(RequestPerson.request_id).where(own)
    if tx.actor.has(Role.LEAD):
        return named.where(false())
    mine = named.where(RequestPerson.person_id == tx.actor.id)
    return named.where(RequestPerson.request_id.not_in(mine))
