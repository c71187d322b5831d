"""Terms, undertakings, receipts and the ledger: one function per intention."""

import hashlib

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from app.access.decide import require
from app.domain.actions import Action
from app.domain.events import Event
from app.domain.targets import INSTALLATION, Target
from app.features.reviews import queries
from app.features.reviews.schemas import (
    AcceptTerms,
    ChangeTerms,
    LedgerRow,
    ReceiptView,
    TermsView,
    UnsharedRow,
)
from app.kernel.clock import now
from app.kernel.errors import Conflict, NotFound
from app.kernel.ids import new_id
from app.models.reviews import Receipt, Review, Terms, Undertaking
from app.transaction import Transaction


def read_terms(tx: Transaction, review_id: str) -> TermsView:
    """Give the terms of a review to somebody who may accept or has accepted them."""
    require(tx, Action.READ_REVIEW, Target("review", review_id))
    return queries.get_terms(tx, review_id)


def accept_terms(tx: Transaction, review_id: str, command: AcceptTerms) -> None:
    """Accept the terms of a review; accepting twice is accepting once."""
    target = Target("review", review_id)
    require(tx, Action.ACCEPT_TERMS, target)
    terms = queries.get_terms(tx, review_id)
    if terms.digest != command.digest:
        raise Conflict(
            "The terms have changed since you opened them.", remedy="Please read them again."
        )
    review = tx.session.get_one(Review, review_id)
    made = tx.session.execute(
        insert(Undertaking)
        .values(
            id=new_id("undertaking"),
            review_id=review_id,
            organisation_id=review.organisation_id,
            person_id=tx.actor.id,
            terms_id=review.terms_id,
            digest=terms.digest,
            accepted_at=now(),
        )
        .on_conflict_do_nothing()
        .returning(Undertaking.id)
    ).scalar()
    tx.emit(
        Event(
            name="TermsAccepted",
            licence=Action.ACCEPT_TERMS,
            target=target,
            organisations=frozenset({review.organisation_id}),
            facts={"digest": terms.digest, "again": made is None},
        )
    )


def report_of(tx: Transaction, review_id: str) -> Target:
    """Name the report of a review, on which its opening, and its terms, are decided."""
    review = tx.session.get(Review, review_id)
    return Target("report", review.report_id if review else review_id)


def change_terms(tx: Transaction, review_id: str, command: ChangeTerms) -> TermsView:
    """Put other terms in place of a review's; nobody reads on before accepting the new text."""
    target = report_of(tx, review_id)
    require(tx, Action.OPEN_REVIEW, target)
    review = tx.session.get(Review, review_id, with_for_update=True)
    if review is None:
        raise NotFound
    if review.state != "open":
        raise Conflict("This review has ended.")
    before = queries.get_terms(tx, review_id).digest
    review.terms_id = keep_terms(tx, command.terms_title, command.terms_body)
    tx.session.flush()
    terms = queries.get_terms(tx, review_id)
    tx.emit(
        Event(
            name="TermsChanged",
            licence=Action.OPEN_REVIEW,
            target=target,
            subject=Target("review", review_id),
            organisations=frozenset({review.organisation_id}),
            facts={"from": before, "to": terms.digest},
        )
    )
    return terms


def read_receipt(tx: Transaction, receipt_id: str) -> ReceiptView:
    """Give a receipt."""
    require(tx, Action.READ_RECEIPT, Target("receipt", receipt_id))
    receipt = tx.session.get(Receipt, receipt_id)
    if receipt is None:
        raise NotFound
    return queries.receipt_view(tx, receipt)


def acknowledge_receipt(tx: Transaction, receipt_id: str) -> ReceiptView:
    """Acknowledge what was shared; the review clock starts with the first acknowledgement."""
    target = Target("receipt", receipt_id)
    require(tx, Action.ACKNOWLEDGE_RECEIPT, target)
    receipt = tx.session.get(Receipt, receipt_id, with_for_update=True)
    if receipt is None:
        raise NotFound
    again = receipt.acknowledged_at is not None
    if not again:
        receipt.acknowledged_by = tx.actor.id
        receipt.acknowledged_at = now()
    tx.emit(
        Event(
            name="ReceiptAcknowledged",
            licence=Action.ACKNOWLEDGE_RECEIPT,
            target=target,
            organisations=frozenset({receipt.organisation_id}),
            facts={"again": again, "review_id": receipt.review_id},
            stage=None if again else "acknowledged",
        )
    )
    return queries.receipt_view(tx, receipt)


def read_ledger(tx: Transaction, *, organisation_id: str | None = None) -> list[LedgerRow]:
    """Give the shared-items ledger: what was shared where, in which edition, since when."""
    require(tx, Action.READ_LEDGER, INSTALLATION)
    return queries.list_ledger(tx, organisation_id=organisation_id)


def read_unshared(tx: Transaction, *, organisation_id: str | None = None) -> list[UnsharedRow]:
    """Give what is granted and could not be shared yet, beside the ledger."""
    require(tx, Action.READ_LEDGER, INSTALLATION)
    return queries.list_unshared(tx, organisation_id=organisation_id)


def keep_terms(tx: Transaction, title: str, body: str) -> str:
    """Keep a text of terms once, by its digest; gives its id."""
    digest = hashlib.sha256(f"{title}\n\n{body}".encode()).hexdigest()
    known = tx.session.scalars(select(Terms.id).where(Terms.digest == digest)).first()
    if known is not None:
        return known
    terms = Terms(id=new_id("terms"), title=title, body=body, digest=digest, created_at=now())
    tx.session.add(terms)
    tx.session.flush()
    return terms.id
