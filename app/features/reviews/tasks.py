"""Background work of reviews: a receipt for each grant whose edition has become ready."""

from collections.abc import Callable

from sqlalchemy import select

from app.access.decide import require
from app.access.editions import active_redactions, edition_key, withheld_ids
from app.access.evidence_lines import evidence_digests
from app.access.facts import database_now
from app.domain.actions import Action
from app.domain.events import Event
from app.domain.targets import Target
from app.kernel.actor import system_actor
from app.kernel.clock import now
from app.kernel.ids import new_id
from app.models.reports import Edition, Report, Version
from app.models.reviews import Grant, Receipt
from app.transaction import Installation, Transaction, begin


def issue_receipts(installation: Installation, *, version_id: str) -> None:
    """Issue a receipt for each grant in force whose edition is ready and not yet receipted.

    The grants are locked, so that two runs at once issue each receipt once.
    """
    with begin(installation, system_actor("build")) as tx:
        require(tx, Action.BUILD_EDITION, Target("version", version_id))
        version = tx.session.get_one(Version, version_id)
        if version.state != "published":
            return
        grants = tx.session.scalars(
            select(Grant)
            .where(
                Grant.version_id == version_id,
                Grant.review_id.is_not(None),
                Grant.state == "in_force",
                Grant.ends_at > database_now(tx),
            )
            .order_by(Grant.id)
            .with_for_update()
        )
        for grant in grants.all():
            _issue(tx, grant, version)
        if tx.events:
            tx.commit()


def _issue(tx: Transaction, grant: Grant, version: Version) -> None:
    redactions = active_redactions(tx, version.id)
    codes = frozenset(grant.lifted)
    key = edition_key(version.id, withheld_ids(redactions, codes))
    edition = tx.session.scalars(
        select(Edition).where(
            Edition.version_id == version.id, Edition.key == key, Edition.state == "ready"
        )
    ).first()
    if edition is None or _receipted(tx, grant, key):
        return
    title = tx.session.scalars(select(Report.title).where(Report.id == version.report_id)).one()
    withholds = sorted({code for r in redactions for code in r.categories} - codes)
    shared = {
        "version_id": version.id,
        "edition_key": key,
        "withholds": withholds,
        "handling": grant.handling,
        # A grant that has not begun: the receipt says from when it can be read.
        **({"from": grant.starts_at.isoformat()} if grant.starts_at > now() else {}),
    }
    receipt = Receipt(
        id=new_id("receipt"),
        review_id=str(grant.review_id),
        grant_id=grant.id,
        organisation_id=grant.organisation_id,
        items=[
            {
                "item": f"{title}, version {version.number}",
                "digest": edition.document_digest or "",
                **shared,
            },
            *(
                {"item": f"Evidence {code}: {name}", "digest": digest, **shared}
                for code, name, digest in evidence_digests(tx, edition)
            ),
        ],
        issued_at=now(),
    )
    tx.session.add(receipt)
    tx.session.flush()
    tx.emit(
        Event(
            name="ReceiptIssued",
            licence=Action.BUILD_EDITION,
            target=Target("version", version.id),
            subject=Target("receipt", receipt.id),
            organisations=frozenset({grant.organisation_id}),
            facts={"edition": key, "digest": edition.document_digest, "grant": grant.id},
            stage="issued",
        )
    )


def _receipted(tx: Transaction, grant: Grant, key: str) -> bool:
    own = Receipt.grant_id == grant.id
    if grant.follows is not None:  # its first receipt is that of the answer
        own |= Receipt.grant_id.is_(None) & (Receipt.review_id == grant.review_id)
    receipts = tx.session.scalars(select(Receipt).where(own))
    return any(item["edition_key"] == key for receipt in receipts for item in receipt.items)


TASKS: dict[str, Callable[..., None]] = {"reviews.issue_receipts": issue_receipts}
