"""Scoped reads of the log: the explorer, the counts of reading, an organisation's record."""

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import Select, func, select

from app.domain.actions import Action
from app.features.auditing.schemas import EntryRow, LogFilter, LogPage, LogState, ReadingCount
from app.kernel.actor import Side
from app.models.audit import (
    AuditAudience,
    AuditBatch,
    AuditCheckpoint,
    AuditEntry,
    AuditLeaf,
    OrganisationSlot,
)
from app.models.organisations import Organisation
from app.models.people import Person
from app.transaction import READING, Transaction

PAGE_SIZE = 50
READING_TAGS = tuple(sorted(action.tag for action in READING))


def list_entries(tx: Transaction, wanted: LogFilter) -> LogPage:
    """List a page of the log, newest first, without what reviewers read (counts only)."""
    reviewers = select(Organisation.id).where(Organisation.kind != "publisher")
    statement = _filtered(wanted).where(
        ~(AuditEntry.action.in_(READING_TAGS) & AuditEntry.acting_for.in_(reviewers))
    )
    return _page(tx, statement)


def list_record(tx: Transaction, organisation_id: str, wanted: LogFilter) -> LogPage:
    """List a page of the entries that concern an organisation, newest first."""
    statement = (
        _filtered(wanted)
        .join(AuditAudience, AuditAudience.entry_id == AuditEntry.id)
        .join(OrganisationSlot, OrganisationSlot.slot == AuditAudience.slot)
        .where(OrganisationSlot.organisation == organisation_id)
    )
    return _page(tx, statement)


def reading_counts(tx: Transaction) -> list[ReadingCount]:
    """Count what each organisation read and searched, without who or what."""
    searches = func.count().filter(AuditEntry.action == Action.SEARCH_VERSION.tag)
    rows = tx.session.execute(
        select(Organisation.name, func.count().label("all"), searches.label("searches"))
        .join(Organisation, Organisation.id == AuditEntry.acting_for)
        .where(AuditEntry.action.in_(READING_TAGS), Organisation.kind != "publisher")
        .group_by(Organisation.name)
        .order_by(Organisation.name)
    )
    return [
        ReadingCount(organisation=row.name, reads=row.all - row.searches, searches=row.searches)
        for row in rows
    ]


def log_state(tx: Transaction) -> LogState:
    """Say how many entries there are and up to where they are signed."""
    entries = tx.session.scalars(select(func.count()).select_from(AuditEntry)).one()
    leaves = tx.session.scalars(
        select(func.count()).select_from(AuditLeaf).where(AuditLeaf.entry_id.is_not(None))
    ).one()
    latest = tx.session.execute(
        select(AuditCheckpoint.size, AuditCheckpoint.note, AuditCheckpoint.vkey, AuditBatch.unix_ms)
        .join(AuditBatch, AuditBatch.batch == AuditCheckpoint.batch)
        .order_by(AuditCheckpoint.size.desc())
        .limit(1)
    ).one_or_none()
    return LogState(
        entries=entries,
        size=latest.size if latest else None,
        signed_at=None if latest is None else datetime.fromtimestamp(latest.unix_ms / 1000, UTC),
        pending=entries - leaves,
        origin=latest.note.partition("\n")[0] if latest else None,
        vkey=latest.vkey if latest else None,
    )


def organisation_options(tx: Transaction) -> list[tuple[str, str]]:
    """List (id, name) of organisations for the filter."""
    rows = tx.session.execute(
        select(Organisation.id, Organisation.name).order_by(Organisation.name)
    )
    return [(row.id, row.name) for row in rows]


def _filtered(wanted: LogFilter) -> Select[AuditEntry, int | None]:
    statement = (
        select(AuditEntry, AuditLeaf.leaf_index)
        .outerjoin(AuditLeaf, AuditLeaf.entry_id == AuditEntry.id)
        .order_by(AuditEntry.id.desc())
        .limit(PAGE_SIZE + 1)
    )
    conditions = {
        AuditEntry.actor: wanted.person,
        AuditEntry.acting_for: wanted.organisation,
        AuditEntry.object: wanted.object,
        AuditEntry.outcome: wanted.outcome,
    }
    for column, value in conditions.items():
        if value:
            statement = statement.where(column == value)
    if wanted.action:
        statement = statement.where(AuditEntry.action.startswith(wanted.action, autoescape=True))
    if wanted.since is not None:
        statement = statement.where(AuditEntry.at >= wanted.since)
    if wanted.until is not None:
        statement = statement.where(AuditEntry.at < wanted.until)
    if wanted.before:
        statement = statement.where(AuditEntry.id < _cursor(wanted.before))
    return statement


def _cursor(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        return UUID(int=0)


def _page(tx: Transaction, statement: Select[AuditEntry, int | None]) -> LogPage:
    rows = tx.session.execute(statement).all()
    shown = rows[:PAGE_SIZE]
    names = _names(tx, (row.AuditEntry for row in shown))
    return LogPage(
        entries=tuple(_row(tx, row.AuditEntry, row.leaf_index, names) for row in shown),
        more=str(shown[-1].AuditEntry.id) if len(rows) > PAGE_SIZE else None,
    )


def _names(tx: Transaction, entries: Iterable[AuditEntry]) -> dict[str, str]:
    """Give the names of people and organisations that the acting side may know."""
    ids = {i for entry in entries for i in (entry.actor, entry.acting_for) if i}
    people = tx.session.execute(select(Person.id, Person.name).where(Person.id.in_(ids)))
    organisations = tx.session.execute(
        select(Organisation.id, Organisation.name).where(Organisation.id.in_(ids))
    )
    return {row.id: row.name for rows in (people, organisations) for row in rows}


def _row(
    tx: Transaction, entry: AuditEntry, leaf_index: int | None, names: dict[str, str]
) -> EntryRow:
    core = json.loads(entry.core)
    said = core.get("facts", {})
    outsider = tx.actor.side is Side.REVIEWER
    return EntryRow(
        id=str(entry.id),
        leaf_index=leaf_index,
        at=entry.at,
        event=said.get("event", ""),
        action=entry.action,
        outcome=entry.outcome,
        actor=_actor(entry, names, outsider=outsider),
        organisation=names.get(entry.acting_for or ""),
        object=entry.object,
        policies=tuple(said.get("policies", ())),
        facts={key: _plain(value) for key, value in said.get("facts", {}).items()},
    )


def _actor(entry: AuditEntry, names: dict[str, str], *, outsider: bool) -> str:
    if entry.actor in names:
        return names[entry.actor]
    if entry.actor.startswith("system:"):
        return "The portal"
    if entry.actor == "anonymous":
        return "Nobody signed in"
    return "The publisher" if outsider else entry.actor


def _plain(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
