"""The other organisations that the acting person could act for."""

from sqlalchemy import text

from app.transaction import Transaction

_OTHERS = text("SELECT membership_id, organisation_name FROM other_memberships(:person, :current)")


def other_memberships(tx: Transaction) -> list[tuple[str, str]]:
    """List (membership id, organisation name) of the person's other active memberships."""
    rows = tx.session.execute(
        _OTHERS, {"person": tx.actor.id, "current": tx.actor.membership_id or ""}
    )
    return [(row.membership_id, row.organisation_name) for row in rows]
