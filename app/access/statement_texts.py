"""The guarded texts of a statement, several at once, and the file that it may be written in.

Whoever reads has been decided upon for the statement. Row-level security shows the publisher what
was shared of it, and nothing else.
"""

from collections.abc import Sequence

from sqlalchemy import select

from app.access.release import field_of
from app.access.released import ReleasedField
from app.db.base import one_of
from app.domain.targets import Target
from app.kernel.errors import NotFound
from app.models.content import GuardedField
from app.transaction import Transaction


def statement_texts(
    tx: Transaction, statement_id: str, names: Sequence[str]
) -> dict[str, ReleasedField]:
    """Give the texts of these names as the acting person may read them; missing ones are left out.

    Raises:
        NotFound: no act on the statement was decided here.
    """
    _require_decided(tx, statement_id)
    rows = tx.session.scalars(
        select(GuardedField).where(
            GuardedField.subject_id == statement_id, one_of(GuardedField.field, list(names))
        )
    )
    return {row.field: field_of(tx, row) for row in rows}


def keep_file(tx: Transaction, content: bytes) -> str:
    """Keep a statement that was written elsewhere, as it is; gives its digest (SHA-256)."""
    return tx.installation.editions.put(content)


def open_file(tx: Transaction, statement_id: str, digest: str) -> bytes:
    """Give the kept file of a statement, unopened.

    Raises:
        NotFound: no act on the statement was decided here.
    """
    _require_decided(tx, statement_id)
    return tx.installation.editions.get(digest)


def _require_decided(tx: Transaction, statement_id: str) -> None:
    target = Target("statement", statement_id)
    if not any(decision.allowed and decision.target == target for decision in tx.decisions):
        raise NotFound
