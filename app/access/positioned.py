"""Which claims nobody took a position on yet, for who lists claims without knowing positions.

To an organisation: of its own positions. Inside the publisher: of what is released now, by anybody,
and only to who may compare it; an organisation's worksheet is nobody else's.
"""

from sqlalchemy import bindparam, select

from app.access.decide import may
from app.domain.actions import Action
from app.domain.targets import Target
from app.kernel.actor import Side
from app.models.positions import Position, PositionRelease, ReleasedPosition
from app.transaction import Transaction

_OWN = select(Position.claim_id).where(
    Position.version_id == bindparam("version"),
    Position.organisation_id == bindparam("organisation"),
    Position.current,
    Position.claim_id.is_not(None),
)
_RELEASED = (
    select(ReleasedPosition.claim_id)
    .join(PositionRelease, PositionRelease.id == ReleasedPosition.release_id)
    .where(
        PositionRelease.version_id == bindparam("version"),
        PositionRelease.latest,
        ~PositionRelease.withdraws,
        ReleasedPosition.claim_id.is_not(None),
    )
    .distinct()
)


def positioned_claims(tx: Transaction, version_id: str) -> frozenset[str] | None:
    """Give the ids of the claims of a version with a position, as the acting side knows it.

    None where positions are nothing that the acting person may know of: then nothing is offered
    that asks for them. The caller has required the reading of the claims.
    """
    if tx.actor.side is Side.REVIEWER:
        own = {"version": version_id, "organisation": tx.actor.organisation_id or ""}
        return frozenset(one for one in tx.session.scalars(_OWN, own) if one)
    if not may(tx, Action.COMPARE_POSITIONS, Target("version", version_id)):
        return None
    given = tx.session.scalars(_RELEASED, {"version": version_id})
    return frozenset(one for one in given if one)
