"""Scoped reads of highlights and notes: rows and counts, no texts (those come by release)."""

from collections.abc import Sequence

from sqlalchemy import Select, func, select

from app.access import scope
from app.features.notes.schemas import NotedVersion, NoteFilter
from app.models.notes import ReaderNote
from app.models.people import Person
from app.models.reports import Report, Version
from app.transaction import Transaction

PAGE_SIZE = 30


def matching(tx: Transaction, wanted: NoteFilter) -> Select[ReaderNote]:
    """Give the statement of the notes that a filter lets through, in reading order."""
    statement = scope.notes(tx)
    removed = ReaderNote.removed_at
    statement = statement.where(removed.is_not(None) if wanted.removed else removed.is_(None))
    if wanted.version:
        statement = statement.where(ReaderNote.version_id == wanted.version)
    if wanted.kind:
        statement = statement.where(ReaderNote.has_text == (wanted.kind == "note"))
    if wanted.whose == "mine":
        statement = statement.where(ReaderNote.person_id == tx.actor.id)
    if wanted.whose == "shared":
        statement = statement.where(ReaderNote.shared)
    return statement.order_by(
        ReaderNote.version_id,
        ReaderNote.page,
        ReaderNote.rects[0][1].as_float(),
        ReaderNote.kept_at,
        ReaderNote.id,
    )


def page_of(tx: Transaction, statement: Select[ReaderNote], page: int) -> list[ReaderNote]:
    """Give one page of the notes of a statement."""
    return list(tx.session.scalars(statement.limit(PAGE_SIZE).offset((page - 1) * PAGE_SIZE)))


def all_of(tx: Transaction, statement: Select[ReaderNote]) -> list[ReaderNote]:
    """Give every note of a statement."""
    return list(tx.session.scalars(statement))


def count(tx: Transaction, statement: Select[ReaderNote]) -> int:
    """Count the notes of a statement."""
    inner = statement.order_by(None).subquery()
    return tx.session.scalars(select(func.count()).select_from(inner)).one()


def noted_versions(tx: Transaction) -> tuple[NotedVersion, ...]:
    """List the versions that one has notes on."""
    notes = scope.notes(tx).where(ReaderNote.removed_at.is_(None)).subquery()
    rows = tx.session.execute(
        select(Version.id, Report.title, Version.number, func.count(notes.c.id).label("notes"))
        .join(Report, Report.id == Version.report_id)
        .join(notes, notes.c.version_id == Version.id)
        .group_by(Version.id, Report.title, Version.number)
        .order_by(Report.title, Version.number)
    )
    return tuple(
        NotedVersion(id=row.id, title=row.title, number=row.number, count=row.notes) for row in rows
    )


def titles_of(tx: Transaction, rows: Sequence[ReaderNote]) -> dict[str, tuple[str, int]]:
    """Give (title of the report, number of the version) by the version's id."""
    found = tx.session.execute(
        select(Version.id, Report.title, Version.number)
        .join(Report, Report.id == Version.report_id)
        .where(Version.id.in_({row.version_id for row in rows}))
    )
    return {row.id: (row.title, row.number) for row in found}


def writers_of(tx: Transaction, rows: Sequence[ReaderNote]) -> dict[str, str]:
    """Give the names of those who wrote notes of one's organisation."""
    found = tx.session.execute(
        select(Person.id, Person.name).where(Person.id.in_({row.person_id for row in rows}))
    )
    return {row.id: row.name for row in found}
