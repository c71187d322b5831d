"""Which claims of an earlier version nobody has carried on to a later one yet: ids and places."""

from sqlalchemy import select
from sqlalchemy.orm import aliased

from app.access.comparing import earlier_version
from app.access.matching import READABLE
from app.models.reports import Claim, Version
from app.models.versions import ClaimCarry
from app.transaction import Transaction


def waiting_claims(tx: Transaction, version_id: str, earlier_id: str) -> list[Claim]:
    """List the claims of an earlier version that nobody carried on or found gone, in their order.

    One whose lineage a claim of this version carries is settled, however it came there.
    """
    here = aliased(Claim)
    carried = select(here.id).where(
        here.version_id == version_id,
        here.lineage_id == Claim.lineage_id,
        here.ended_at.is_(None),
    )
    gone = select(ClaimCarry.id).where(
        ClaimCarry.version_id == version_id,
        ClaimCarry.old_claim_id == Claim.id,
        ClaimCarry.claim_id.is_(None),
        ClaimCarry.undone_at.is_(None),
    )
    return list(
        tx.session.scalars(
            select(Claim)
            .where(
                Claim.version_id == earlier_id,
                Claim.ended_at.is_(None),
                ~carried.exists(),
                ~gone.exists(),
            )
            .order_by(Claim.ordinal, Claim.page, Claim.id)
        )
    )


def claims_waiting(tx: Transaction, version_id: str) -> int:
    """Count the claims that wait to be carried on to a version; 0 where none is before it."""
    if tx.session.get_one(Version, version_id).state not in READABLE:
        return 0
    earlier = earlier_version(tx, version_id, None)
    return 0 if earlier is None else len(waiting_claims(tx, version_id, earlier.id))
