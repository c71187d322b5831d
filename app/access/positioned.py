"""Which claims nobody took a position on yet, for who lists claims without knowing positions.

To an organisation: of its own positions. Inside the publisher: of what was released, by anybody.
"""

from sqlalchemy import select

from app.kernel.actor import Side
from app.models.positions import Position, PositionRelease, ReleasedPosition
from app.models.reports import Claim
from app.transaction import Transaction


def claims_without_position(tx: Transaction, version_id: str) -> frozenset[str]:
    """Give the ids of the claims of a version without a position, as the acting side knows it."""
    claims = set(
        tx.session.scalars(
            select(Claim.id).where(Claim.version_id == version_id, Claim.ended_at.is_(None))
        )
    )
    if tx.actor.side is Side.REVIEWER:
        taken = select(Position.claim_id).where(
            Position.version_id == version_id,
            Position.organisation_id == (tx.actor.organisation_id or ""),
            Position.current,
        )
    else:
        taken = (
            select(ReleasedPosition.claim_id)
            .join(PositionRelease, PositionRelease.id == ReleasedPosition.release_id)
            .where(ReleasedPosition.version_id == version_id, PositionRelease.latest)
        )
    return frozenset(claims - set(tx.session.scalars(taken)))
