"""Whether a text that others are to read names who asked. No rows of what is shared."""

from app.domain.linting import tokens
from app.models.organisations import Organisation
from app.models.requests import Request
from app.transaction import Transaction


def naming(tx: Transaction, row: Request, body: str) -> list[str]:
    """List what of the asker's names stands in a text: its name, its code, the number."""
    asker = tx.session.get_one(Organisation, row.organisation_id)
    said = f" {' '.join(tokens(body))} "
    names = (asker.name, asker.code, row.number or "")
    return [name for name in names if name and f" {' '.join(tokens(name))} " in said]
