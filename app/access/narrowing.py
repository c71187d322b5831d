"""Narrowing: a recorded statement that a text needs less clearance than its writer had.

Here: what a person or organisation has lifted by grants, as the bound of a narrowing, and the
narrowing itself. Not here: sharing with the other side (deposit), reading (release).
"""

from collections.abc import Iterable

from sqlalchemy import ColumnElement, and_, func, or_, select

from app.access.decide import lifted
from app.domain.targets import Target
from app.kernel.errors import Forbidden, NotFound
from app.models.content import GuardedField
from app.models.reviews import Grant
from app.transaction import Transaction


def granted_codes(
    tx: Transaction, version_id: str, *, organisation_id: str, person_id: str | None = None
) -> frozenset[str]:
    """Give the categories that grants in force lift for an organisation, or for one of its people.

    It decides nothing: a reader is still decided upon when they read.
    """
    rows = tx.session.execute(
        select(Grant.lifted, Grant.person_ids).where(*_in_force(version_id, organisation_id))
    )
    return frozenset(
        code for row in rows if row.person_ids is None or person_id in row.person_ids
        for code in row.lifted
    )  # fmt: skip


def once_granted(tx: Transaction, version_id: str) -> frozenset[str]:
    """Give what grants that have ended had lifted for the acting person on a version.

    Whoever read it knows it still: what they write afterwards needs as much of its readers.
    """
    rows = tx.session.execute(
        select(Grant.lifted, Grant.person_ids).where(
            Grant.version_id == version_id,
            Grant.organisation_id == (tx.actor.organisation_id or ""),
            or_(
                Grant.state == "revoked",
                and_(Grant.state == "in_force", Grant.ends_at <= func.now()),
            ),
        )
    )
    return frozenset(
        code for row in rows if row.person_ids is None or tx.actor.id in row.person_ids
        for code in row.lifted
    )  # fmt: skip


def is_granted(tx: Transaction, version_id: str, *, organisation_id: str) -> bool:
    """Say whether a whole organisation may read a version just now; it decides nothing either."""
    statement = select(Grant.id).where(
        *_in_force(version_id, organisation_id), Grant.person_ids.is_(None)
    )
    return tx.session.scalars(statement.limit(1)).first() is not None


def organisations_granted(tx: Transaction, version_id: str) -> frozenset[str]:
    """Give the organisations, by id, that as a whole may read a version just now; as above."""
    statement = select(Grant.organisation_id).where(
        *_running(version_id), Grant.person_ids.is_(None)
    )
    return frozenset(tx.session.scalars(statement))


def _in_force(version_id: str, organisation_id: str) -> tuple[ColumnElement[bool], ...]:
    return (Grant.organisation_id == organisation_id, *_running(version_id))


def _running(version_id: str) -> tuple[ColumnElement[bool], ...]:
    return (
        Grant.version_id == version_id,
        Grant.state == "in_force",
        Grant.starts_at <= func.now(),
        Grant.ends_at > func.now(),
    )


def narrow_field(
    tx: Transaction, subject: Target, *, field: str, narrowed_to: Iterable[str]
) -> tuple[str, ...]:
    """Narrow a text within its side, by somebody cleared for all of it; gives what is still needed.

    The caller emits the event that says who stated it.

    Raises:
        NotFound: no such text, or hidden from this side.
        Forbidden: the acting person is not cleared for the whole text.
    """
    row = tx.session.scalars(
        select(GuardedField).where(
            GuardedField.subject_id == subject.id, GuardedField.field == field
        )
    ).one_or_none()
    if row is None:
        raise NotFound
    needed = frozenset(row.sensitivity)
    written = row.written_by == tx.actor.id
    if not written and row.version_id and needed - lifted(tx, row.version_id, sorted(needed)).codes:
        raise Forbidden(
            "Only somebody who is cleared for the whole text can say what it contains.",
            remedy="Ask a person with a wider grant, or reword the text.",
        )
    row.sensitivity = sorted(needed & frozenset(narrowed_to))
    tx.session.flush()
    return tuple(row.sensitivity)
