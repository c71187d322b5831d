"""The redactions of a version as readers of an edition may know them: never a word of theirs."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from app.domain.redactions import WITHHOLDING, size_label
from app.domain.withheld import Removal, part_at
from app.models.redactions import Redaction
from app.transaction import Transaction


def removals_of(
    tx: Transaction, version_id: str, *, lifted: frozenset[str], outline: Sequence[tuple[str, int]]
) -> list[Removal]:
    """List the redactions of a version that withhold from somebody, as a reader may know them.

    Args:
        tx: the transaction; the reading of the version was decided.
        version_id: the version.
        lifted: the categories that are lifted for the reader.
        outline: (title, first page) of the sections of the reader's edition.
    """
    rows = tx.session.scalars(
        select(Redaction)
        .where(Redaction.version_id == version_id, Redaction.state.in_(WITHHOLDING))
        .order_by(Redaction.page, Redaction.id)
    )
    return [_removal(row, lifted, outline) for row in rows]


def _removal(row: Redaction, lifted: frozenset[str], outline: Sequence[tuple[str, int]]) -> Removal:
    return Removal(
        id=row.id,
        page=row.page,
        section=part_at(outline, row.page, row.evidence),
        categories=tuple(sorted(row.categories)),
        character=row.character,
        size=size_label(row.size_words),
        justification=row.justification,
        withheld=not set(row.categories) <= lifted,
        expires_on=row.expires_at.date() if row.expires_at else None,
        substitute=substitute_of(row),
        evidence=row.evidence,
    )


def substitute_of(row: Redaction) -> str | None:
    """Give the public words that stand for what is removed, where there are any."""
    found: Any = getattr(row, "substitute", None)
    return str(found) if found else None
