"""How many notices wait for the acting person: what the frame of every page shows."""

from sqlalchemy import bindparam, func, select

from app.models.notices import Notice
from app.transaction import Transaction

_UNREAD = select(func.count(Notice.id)).where(
    Notice.person_id == bindparam("person"),
    Notice.organisation_id == bindparam("organisation"),
    Notice.read_at.is_(None),
)


def count_unread(tx: Transaction) -> int:
    """Count the unread notices of the acting person for the organisation acted for."""
    return int(
        tx.session.execute(
            _UNREAD, {"person": tx.actor.id, "organisation": tx.actor.organisation_id or ""}
        ).scalar_one()
    )
