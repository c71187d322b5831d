"""Texts that belong to parts of a version, many at once, as the acting person reads them."""

from collections.abc import Collection

from sqlalchemy import select

from app.access.release import field_of
from app.access.released import ReleasedField
from app.db.base import one_of
from app.models.content import GuardedField
from app.transaction import Transaction


def released_texts(
    tx: Transaction, kind: str, ids: Collection[str], *, field: str
) -> dict[str, ReleasedField]:
    """Give the texts of parts that have one, by the part's id; one may be masked.

    The caller has required the reading of the versions that the parts belong to.
    """
    rows = tx.session.scalars(
        select(GuardedField).where(
            GuardedField.subject_kind == kind,
            one_of(GuardedField.subject_id, sorted(ids)),
            GuardedField.field == field,
        )
    )
    return {row.subject_id: field_of(tx, row) for row in rows}
