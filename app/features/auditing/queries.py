"""Scoped reads of the log: the explorer, the counts of reading, an organisation's record."""

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, cast, func, or_, select
from sqlalchemy.dialects.postgresql import JSONB

from app.audit.folding import OTHERS
from app.audit.slices import LOOKS_LIKE_READING
from app.domain.actions import Action
from app.domain.sentences import sentence_of
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
EXPORT_FINISHED = "ExportFinished"
_OF_A_READING = frozenset({"digest", "edition", "lifted", "page", "part", "withheld"})
READING_TAGS = tuple(sorted(action.tag for action in READING))


def list_entries(tx: Transaction, wanted: LogFilter) -> LogPage:
    """List a page of the log, newest first, without what reviewers read (counts only)."""
    statement = _filtered(wanted).where(~_reading_by_reviewers())
    if wanted.person:
        statement = statement.where(AuditEntry.actor.in_(_people_called(tx, wanted.person)))
    if wanted.organisation:
        statement = statement.where(_concerns(wanted.organisation))
    return _page(tx, statement)


def list_record(tx: Transaction, organisation_id: str, wanted: LogFilter) -> LogPage:
    """List a page of the entries that concern one's own organisation, newest first."""
    statement = _filtered(wanted).where(_in_slice_of(organisation_id))
    if wanted.person:
        people = _people_called(tx, wanted.person)
        # What one's own people read names the person in the personal facet only.
        reader = cast(func.convert_from(AuditEntry.personal, "UTF8"), JSONB)["person"].astext
        own = (AuditEntry.acting_for == organisation_id) & reader.in_(people)
        statement = statement.where(or_(AuditEntry.actor.in_(people), own))
    return _page(tx, statement)


def _reading_by_reviewers() -> ColumnElement[bool]:
    reviewers = select(Organisation.id).where(Organisation.kind != "publisher")
    return AuditEntry.action.in_(READING_TAGS) & AuditEntry.acting_for.in_(reviewers)


def _in_slice_of(organisation_id: str) -> ColumnElement[bool]:
    return (
        select(AuditAudience.entry_id)
        .join(OrganisationSlot, OrganisationSlot.slot == AuditAudience.slot)
        .where(
            AuditAudience.entry_id == AuditEntry.id,
            OrganisationSlot.organisation == organisation_id,
        )
        .exists()
    )


def _concerns(organisation_id: str) -> ColumnElement[bool]:
    return or_(AuditEntry.acting_for == organisation_id, _in_slice_of(organisation_id))


def _people_called(tx: Transaction, words: str) -> list[str]:
    """Give the ids that a name, a part of one, or an id stands for."""
    named = tx.session.scalars(
        select(Person.id).where(Person.name.icontains(words, autoescape=True))
    )
    return [words, *named]


def reading_counts(tx: Transaction) -> list[ReadingCount]:
    """Count what each organisation read and searched, without who, what or when."""
    done = AuditEntry.outcome == "allowed"
    searched = AuditEntry.action == Action.SEARCH_VERSION.tag
    rows = tx.session.execute(
        select(
            Organisation.name,
            func.count().filter(done, ~searched).label("reads"),
            func.count().filter(done, searched).label("searches"),
            func.count().filter(~done).label("refused"),
        )
        .join(Organisation, Organisation.id == AuditEntry.acting_for)
        .where(AuditEntry.action.in_(READING_TAGS), Organisation.kind != "publisher")
        .group_by(Organisation.name)
        .order_by(Organisation.name)
    )
    return [
        ReadingCount(
            organisation=row.name, reads=row.reads, searches=row.searches, refused=row.refused
        )
        for row in rows
    ]


def exports_begun(tx: Transaction, action: Action) -> int:
    """Count the exports that the acting person began and has not been handed out yet."""
    name = cast(func.convert_from(AuditEntry.core, "UTF8"), JSONB)["facts"]["event"].astext
    counted = tx.session.execute(
        select(
            func.count().filter(name != EXPORT_FINISHED).label("begun"),
            func.count().filter(name == EXPORT_FINISHED).label("finished"),
        ).where(
            AuditEntry.action == action.tag,
            AuditEntry.actor == tx.actor.id,
            AuditEntry.outcome == "done",
        )
    ).one()
    return int(counted.begun - counted.finished)


def unsigned_exports(tx: Transaction, action: Action) -> int:
    """Count the entries about the acting person's exports that the log has not signed yet."""
    return tx.session.scalars(
        select(func.count())
        .select_from(AuditEntry)
        .outerjoin(AuditLeaf, AuditLeaf.entry_id == AuditEntry.id)
        .where(
            AuditEntry.action == action.tag,
            AuditEntry.actor == tx.actor.id,
            AuditLeaf.leaf_index.is_(None),
        )
    ).one()


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
    for column, value in ((AuditEntry.object, wanted.object), (AuditEntry.outcome, wanted.outcome)):
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
    own = outsider and entry.acting_for == tx.actor.organisation_id
    facts = {key: _plain(value) for key, value in said.get("facts", {}).items()}
    # A colleague's act on a note or draft stands as one of these: all of them are shown bare, as in
    # the record that is taken away.
    bare = own and entry.action in LOOKS_LIKE_READING and _by_a_colleague(tx, entry)
    if own and not bare:  # what one's own people read is one's own to know, exactly
        facts |= _read(_facet(entry.content))
    event = facts.pop("event", "") or str(said.get("event", ""))
    action = facts.pop("act", "") or entry.action
    return EntryRow(
        id=str(entry.id),
        leaf_index=leaf_index,
        at=entry.at,
        event=event,
        sentence=sentence_of(event, action=action, outcome=entry.outcome, facts=facts),
        action=action,
        outcome=entry.outcome,
        actor=_actor(entry, names, outsider=outsider, own=own),
        organisation=names.get(entry.acting_for or ""),
        object=entry.object,
        policies=() if bare else tuple(said.get("policies", ())),
        facts=facts,
    )


def _by_a_colleague(tx: Transaction, entry: AuditEntry) -> bool:
    return bool(_facet(entry.personal).get("person") != tx.actor.id)


def _read(content: dict[str, Any]) -> dict[str, str]:
    """Spell out what the content of an entry says, and in `also` what was folded into it."""
    others = content.pop(OTHERS, [])
    facts = {key: _plain(value) for key, value in content.items()}
    return facts | ({"also": "; ".join(map(_told, others))} if others else {})


def _told(content: dict[str, Any]) -> str:
    facts = {key: _plain(value) for key, value in content.items()}
    event, action = facts.pop("event", "PageRead"), facts.pop("act", "")
    sentence = sentence_of(event, action=action, outcome="allowed", facts=facts)
    more = [value for key, value in facts.items() if key not in _OF_A_READING]
    return f"{sentence} ({', '.join(more)})" if more else sentence


def _facet(stored: bytes | None) -> dict[str, Any]:
    return (json.loads(stored) or {}) if stored else {}


def _actor(entry: AuditEntry, names: dict[str, str], *, outsider: bool, own: bool) -> str:
    if own and (name := _facet(entry.personal).get("name")):
        return str(name)
    if entry.actor in names:
        return names[entry.actor]
    if entry.actor.startswith("system:"):
        return "The portal"
    if entry.actor == "anonymous":
        return "Nobody signed in"
    return "The publisher" if outsider else entry.actor


def _plain(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
