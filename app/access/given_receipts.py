"""Receipts of what was given out in words: an answer, or a message about a finding."""

import hashlib
from collections.abc import Sequence

from app.access.attached import Home, target_of_home
from app.access.attached_given import Item
from app.access.editions import active_redactions, edition_key, withheld_ids
from app.access.narrowing import granted_codes
from app.domain.actions import Action
from app.domain.events import Event
from app.domain.targets import Target
from app.kernel.clock import now
from app.kernel.ids import new_id
from app.models.reviews import Receipt
from app.transaction import Transaction


def digest_of(text: str) -> str:
    """Give the digest of a text that went out (SHA-256)."""
    return hashlib.sha256(text.encode()).hexdigest()


def pin(tx: Transaction, home: Home, *, item: str, text: str, attached: Sequence[Item]) -> Receipt:
    """Pin what was given out: to whom, beside which edition, by digest; and what goes with it.

    The caller tells of it: first of what was given, then of the receipt (`tell_receipt`).
    """
    codes = granted_codes(tx, home.version_id, organisation_id=home.organisation_id)
    redactions = active_redactions(tx, home.version_id)
    occurring = {code for redaction in redactions for code in redaction.categories}
    receipt = Receipt(
        id=new_id("receipt"),
        review_id=home.review_id,
        organisation_id=home.organisation_id,
        items=[
            {
                "item": item,
                "version_id": home.version_id,
                "edition_key": edition_key(home.version_id, withheld_ids(redactions, codes)),
                "digest": digest_of(text),
                "withholds": sorted(occurring - codes),
                "handling": "view",
            },
            *attached,
        ],
        issued_at=now(),
    )
    tx.session.add(receipt)
    tx.session.flush()
    return receipt


def tell_receipt(tx: Transaction, home: Home, receipt: Receipt, licence: Action) -> None:
    """Tell that a receipt was issued; `licence` was decided on what it is of."""
    said = receipt.items[0]
    tx.emit(
        Event(
            name="ReceiptIssued",
            licence=licence,
            target=target_of_home(home),
            subject=Target("receipt", receipt.id),
            organisations=frozenset({home.organisation_id}),
            facts={"digest": said["digest"], "edition": said["edition_key"]},
            stage="issued",
        )
    )
