"""Appending to the log: the one way in which entries are written.

Here: salts, commitments and the insert, inside the caller's transaction (I1), and enrolment of an
organisation. Not here: order and signatures (`sequencer`). Only `transaction` calls `append`.
"""

import os
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from app.audit.commitment import SALT_SIZE, commit, entry_leaf
from app.audit.entry import Entry, facet_bytes
from app.audit.merkle import leaf_hash
from app.audit.slices import MAX_SLOTS, slots_for, split_by_audience
from app.kernel.clock import now

MAX_AGE = timedelta(seconds=30)
"""How old an entry may be when it is appended; half of what a verifier tolerates (I9)."""

_ENROLMENT_LOCK = 7_114_210_559

_SLOTS = text("SELECT organisation, slot FROM vitrine_slots_of(:organisations)")

# One statement and one round trip for any number of entries; the text never changes, so that it is
# planned once per connection.
_INSERT = text(
    """
    WITH added AS (
      INSERT INTO audit_entry (id, core, personal, content, salt_core, salt_personal, salt_content,
                               record, at, action, outcome, actor, acting_for, object)
      SELECT * FROM unnest(
        CAST(:id AS uuid[]), CAST(:core AS bytea[]), CAST(:personal AS bytea[]),
        CAST(:content AS bytea[]), CAST(:salt_core AS bytea[]), CAST(:salt_personal AS bytea[]),
        CAST(:salt_content AS bytea[]), CAST(:record AS bytea[]), CAST(:at AS timestamptz[]),
        CAST(:action AS text[]), CAST(:outcome AS text[]), CAST(:actor AS text[]),
        CAST(:acting_for AS text[]), CAST(:object AS text[]))
    )
    INSERT INTO audit_audience (entry_id, slot)
    SELECT * FROM unnest(CAST(:audience AS uuid[]), CAST(:slots AS int[]))
    """
)


class NotAppended(SQLAlchemyError):
    """An entry that the log cannot take; the transaction it belongs to must not commit."""


@dataclass(frozen=True)
class AppendedEntry:
    """What a receipt names: the entry's id and its leaf hash."""

    id: UUID
    leaf_hash: bytes


def append(session: Session, entries: Sequence[Entry]) -> list[AppendedEntry]:
    """Insert entries in the session's transaction; nothing is committed here.

    An entry with several organisations becomes one for each (`split_by_audience`), so the result
    may be longer than `entries`. Raises NotAppended for an organisation that is not enrolled or an
    entry whose time is not now, and NotCanonical for facts without a canonical form.
    """
    if not entries:
        return []
    single = [part for entry in entries for part in split_by_audience(entry)]
    _refuse_stale(single)
    slots = _slots_of(session, single)
    rows = [_row(entry, [slots[name] for name in entry.organisations]) for entry in single]
    columns = {name: [row[name] for row in rows] for name in rows[0]}
    audience = [(entry.id, slots[name]) for entry in single for name in entry.organisations]
    session.execute(
        _INSERT,
        {
            **columns,
            "audience": [entry for entry, _ in audience],
            "slots": [slot for _, slot in audience],
        },
    )
    return [
        AppendedEntry(entry.id, leaf_hash(row["record"]))
        for entry, row in zip(single, rows, strict=True)
    ]


def enrol(session: Session, organisation_id: str) -> int:
    """Give an organisation its slot for ever and return it; an enrolled one keeps its slot.

    The slot is chosen at random among those never used, in a tree that always has room to spare, so
    that its number does not count the organisations. The caller emits the entry about it.
    """
    session.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _ENROLMENT_LOCK})
    rows = session.execute(text("SELECT organisation, slot FROM org_slot"))
    taken: dict[str, int] = {row[0]: row[1] for row in rows}
    if organisation_id in taken:
        return taken[organisation_id]
    room = slots_for(2 * len(taken) + 2)
    if room > MAX_SLOTS:
        raise NotAppended("the log has no slots left")
    slot = secrets.choice(sorted(set(range(room)) - set(taken.values())))
    session.execute(
        text("INSERT INTO org_slot (slot, organisation) VALUES (:slot, :organisation)"),
        {"slot": slot, "organisation": organisation_id},
    )
    return slot


def _refuse_stale(entries: Iterable[Entry]) -> None:
    moment = now()
    for entry in entries:
        if abs(entry.at - moment) > MAX_AGE:
            raise NotAppended(f"entry {entry.id} is not of this moment: the log would look forged")


def _slots_of(session: Session, entries: Iterable[Entry]) -> dict[str, int]:
    wanted = sorted({name for entry in entries for name in entry.organisations})
    if not wanted:
        return {}
    rows = session.execute(_SLOTS, {"organisations": wanted})
    found: dict[str, int] = {row[0]: row[1] for row in rows}
    missing = [name for name in wanted if name not in found]
    if missing:
        raise NotAppended(f"not enrolled in the log: {', '.join(missing)}")
    return found


def _row(entry: Entry, slots: list[int]) -> dict[str, Any]:
    facets = facet_bytes(entry, slots)
    salts = os.urandom(3 * SALT_SIZE)
    core, personal, content = (salts[at : at + SALT_SIZE] for at in range(0, 48, SALT_SIZE))
    return {
        "id": entry.id,
        "core": facets.core,
        "personal": facets.personal,
        "content": facets.content,
        "salt_core": core,
        "salt_personal": personal,
        "salt_content": content,
        "record": entry_leaf(
            commit("core", core, facets.core),
            commit("personal", personal, facets.personal),
            commit("content", content, facets.content),
        ),
        "at": entry.at,
        "action": entry.action,
        "outcome": entry.outcome,
        "actor": entry.actor,
        "acting_for": entry.acting_for,
        "object": entry.object,
    }
