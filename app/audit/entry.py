"""An audit entry before it is stored, and the canonical bytes of its three facets.

Here: what every entry says and how it becomes bytes. Not here: salts and commitments
(`commitment`), storing (`log`), order in the log (`sequencer`).
"""

import os
import re
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal
from uuid import UUID

from app.audit.canonical import canonical_bytes, format_time

Outcome = Literal["done", "allowed", "denied", "failed"]
OUTCOMES: Final[tuple[Outcome, ...]] = ("done", "allowed", "denied", "failed")

VERSION: Final = 1
ABSENT: Final = b"null"
"""Canonical bytes of a facet that the entry never had; committed to like any other."""

_ACTION = re.compile(r"[a-z][a-z0-9_.-]*(:[a-z][a-z0-9_.-]*)+")


Facts = Mapping[str, object]


class EntryMalformed(ValueError):
    """An entry that the log cannot carry."""


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One thing that happened, or was refused.

    `core` holds facts that everyone in the audience may read: ids, policy ids, page, edition key,
    digests, request id; never content. `personal` holds name, address, agent; `content` titles,
    labels, query text, free text. `organisations` is the audience: reviewer organisations whose
    slice contains the entry. `at` is stamped when the transaction commits: an entry more than a
    minute older than its batch makes the log look back-dated.
    """

    id: UUID
    at: datetime
    action: str
    outcome: Outcome
    actor: str
    acting_for: str | None = None
    object: str | None = None
    organisations: frozenset[str] = frozenset()
    core: Facts
    personal: Facts | None = None
    content: Facts | None = None
    content_shared: bool = False
    """The audience may read `content` although somebody else's person wrote it."""

    def __post_init__(self) -> None:
        if not _ACTION.fullmatch(self.action):
            raise EntryMalformed(f"not an action tag: {self.action!r}")
        if self.outcome not in OUTCOMES:
            raise EntryMalformed(f"not an outcome: {self.outcome!r}")
        if not self.actor:
            raise EntryMalformed("an entry names its actor")
        if self.at.tzinfo is None:
            raise EntryMalformed("the time of an entry has a zone")


@dataclass(frozen=True)
class FacetBytes:
    """The canonical bytes that are hashed, stored and exported."""

    core: bytes
    personal: bytes
    content: bytes


def facet_bytes(entry: Entry, slots: Iterable[int]) -> FacetBytes:
    """Return the canonical bytes of an entry whose audience has these slots.

    Raises NotCanonical when a facet holds floats, keys that are not ASCII or other types.
    """
    core = {
        "acting_for": entry.acting_for,
        "action": entry.action,
        "actor": entry.actor,
        "at": format_time(entry.at),
        "content_shared": entry.content_shared,
        "facts": entry.core,
        "id": str(entry.id),
        "object": entry.object,
        "outcome": entry.outcome,
        "slots": sorted(slots),
        "v": VERSION,
    }
    return FacetBytes(
        core=canonical_bytes(core),
        personal=ABSENT if entry.personal is None else canonical_bytes(entry.personal),
        content=ABSENT if entry.content is None else canonical_bytes(entry.content),
    )


def uuid7() -> UUID:
    """Return a new time-ordered id (RFC 9562 version 7, with 12 bits below the millisecond)."""
    milliseconds, rest = divmod(time.time_ns(), 1_000_000)
    fraction = rest * 4096 // 1_000_000
    random = int.from_bytes(os.urandom(8)) & (1 << 62) - 1
    return UUID(int=milliseconds << 80 | 0x7 << 76 | fraction << 64 | 0x2 << 62 | random)
