"""Replaying a log: everything that its entries determine, recomputed from the entries alone.

Here: gapless order, commitments, slices and heads (I7, I8), times (I9), erasures (I10). Used by the
offline verifier and by the database check. Not here: signatures and files (`verify`).
"""

import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from app.audit.bundle import EntryLine, HeadsLine, UnselectedLine, leaf_of
from app.audit.canonical import NotCanonical, parse_time
from app.audit.commitment import Facet
from app.audit.entry import OUTCOMES, VERSION
from app.audit.merkle import Frontier
from app.audit.slices import (
    LOOKS_LIKE_READING,
    AudienceMalformed,
    HeadsRecord,
    Slices,
    audience,
    disclosed_facets,
)

MAX_BATCH: Final = 1000
"""Entries that the sequencer puts into one batch; a full batch shows that more were waiting."""

MAX_SKEW: Final = timedelta(seconds=60)
"""D of I9: how far an entry's time may lie from its batch."""

_UUID: Final = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")

ERASURE_ACTION: Final = "audit:facet:erased"
"""The entry that records an erasure; `facts.erased` lists `[entry id, facet]` pairs."""


class Broken(ValueError):
    """The log contradicts itself; `leaf` is the index in the tree, where there is one."""

    def __init__(self, what: str, leaf: int | None = None) -> None:
        super().__init__(what)
        self.what = what
        self.leaf = leaf


@dataclass
class Tally:
    """What a replay has met, for the verdict."""

    entries: int = 0
    batches: int = 0
    late: int = 0
    withheld: int = 0
    erased: list[tuple[str, Facet]] = field(default_factory=list)
    first_at: datetime | None = None
    last_at: datetime | None = None


class Erasures:
    """Facets marked as erased, against the entries that record an erasure."""

    def __init__(self) -> None:
        self.marked: list[tuple[str, Facet]] = []
        self._recorded: set[tuple[str, str]] = set()

    def record(self, core: dict[str, Any]) -> None:
        """Take note of an entry that records erasures."""
        if core["action"] != ERASURE_ACTION:
            return
        erased = core["facts"].get("erased")
        if isinstance(erased, list):
            pairs = [pair for pair in erased if isinstance(pair, list) and len(pair) == 2]
            self._recorded.update((str(pair[0]), str(pair[1])) for pair in pairs)

    def finish(self) -> None:
        """Raise Broken when a facet is marked as erased and no entry says so."""
        for entry, facet in self.marked:
            if (entry, facet) not in self._recorded:
                raise Broken(f"{facet} of entry {entry} is marked as erased, but no entry says so")


def check_leaf(line: EntryLine) -> None:
    """Check that an entry's facets give the leaf hash beside them; raise Broken."""
    if leaf_of(line.forms) != line.leaf:
        raise Broken("the entry does not give the leaf hash beside it", line.index)


def check_core(core: dict[str, Any] | None, index: int) -> tuple[datetime, tuple[int, ...]]:
    """Return time and slots of an entry; raise Broken when `core` is not what version 1 says."""
    if core is None:
        raise Broken("core is never withheld or erased", index)
    try:
        if core["v"] != VERSION or core["outcome"] not in OUTCOMES:
            raise Broken("core is of no known version or outcome", index)
        if not isinstance(core["action"], str) or not isinstance(core["facts"], dict):
            raise Broken("core has no action or no facts", index)
        if not _UUID.fullmatch(core["id"]):
            raise Broken("core has no canonical id", index)
        return parse_time(core["at"]), audience(core)
    except (KeyError, TypeError, NotCanonical, AudienceMalformed) as error:
        raise Broken(f"core is malformed: {error}", index) from error


class LogReplay:
    """The whole log, leaf by leaf; keeps frontiers only.

    `slot_key` is None for an excerpt: slices cannot be recomputed from selected entries.
    `withheld` are the facets that the header says are withheld throughout.
    """

    def __init__(self, slot_key: bytes | None, withheld: tuple[Facet, ...] = ()) -> None:
        self.tree = Frontier()
        self.tally = Tally()
        self.slices = Slices()
        self.heads_last = False
        self._slot_key = slot_key
        self._withheld = frozenset(withheld)
        self._erasures = Erasures()
        self._times = _Times()
        self._last: HeadsRecord | None = None
        self._highest_slot = -1

    def entry(self, line: EntryLine) -> None:
        """Append an entry; raise Broken."""
        self._next(line.index)
        check_leaf(line)
        at, slots = check_core(line.core, line.index)
        assert line.core is not None
        self._sealings(line, line.core["id"])
        self._erasures.record(line.core)
        self._times.entry(at, line.index)
        self.tally.entries += 1
        self.tally.first_at = min(at, self.tally.first_at or at)
        self.tally.last_at = max(at, self.tally.last_at or at)
        if slots:
            self._highest_slot = max(self._highest_slot, slots[-1])
            self.slices.add(line.leaf, slots)
        self.tree.push(line.leaf)
        self.heads_last = False

    def unselected(self, line: UnselectedLine) -> None:
        """Append a leaf of which only the hash is known; raise Broken outside an excerpt."""
        self._next(line.index)
        if self._slot_key is not None:
            raise Broken("an entry is left out of a whole log", line.index)
        self._times.entry(None, line.index)
        self.tree.push(line.leaf)
        self.heads_last = False

    def heads(self, line: HeadsLine) -> None:
        """Append the record that ends a batch; raise Broken when it is not the true one."""
        self._next(line.index)
        record, last = line.record, self._last
        if record.hash() != line.leaf:
            raise Broken("the heads record does not give the leaf hash beside it", line.index)
        if record.batch != (last.batch + 1 if last else 0):
            raise Broken(f"batch {record.batch} is out of order", line.index)
        if last and record.unix_ms <= last.unix_ms:
            raise Broken(f"time of batch {record.batch} does not rise", line.index)
        if record.slots < (last.slots if last else 0):
            raise Broken(f"batch {record.batch} has lost slots", line.index)
        if self._highest_slot >= record.slots:
            raise Broken(f"an entry concerns slot {self._highest_slot}, beyond heads", line.index)
        self.tally.late += self._times.batch(record)
        if self._slot_key is not None and self._expected(record) != record:
            what = f"heads record of batch {record.batch} differs from the slices of its entries"
            raise Broken(what, line.index)
        self.tree.push(line.leaf)
        self.tally.batches += 1
        self._last = record
        self.heads_last = True

    def finish(self) -> None:
        """Check what only the whole shows; raise Broken."""
        if not self.heads_last:
            raise Broken("the last leaf is not a heads record", self.tree.size - 1)
        self._erasures.finish()
        self.tally.erased = self._erasures.marked

    def _next(self, index: int) -> None:
        if index != self.tree.size:
            raise Broken(f"leaf {self.tree.size} is missing: leaf {index} stands here", index)

    def _expected(self, record: HeadsRecord) -> HeadsRecord:
        assert self._slot_key is not None
        return self.slices.heads(
            batch=record.batch,
            unix_ms=record.unix_ms,
            slots=record.slots,
            slot_key=self._slot_key,
        )

    def _sealings(self, line: EntryLine, entry: str) -> None:
        withheld = {facet for facet, reason in line.sealings if reason == "withheld"}
        erased = [facet for facet, reason in line.sealings if reason == "erased"]
        if withheld != self._withheld - set(erased):
            raise Broken("withholds other facets than the header says", line.index)
        self.tally.withheld += len(withheld)
        self._erasures.marked.extend((entry, facet) for facet in erased)


class SliceReplay:
    """One organisation's slice, entry by entry.

    `withheld` are the facets that the header says are withheld throughout.
    """

    def __init__(self, *, slot: int, organisation: str, withheld: tuple[Facet, ...] = ()) -> None:
        self.tree = Frontier()
        self.tally = Tally()
        self._slot = slot
        self._organisation = organisation
        self._withheld = frozenset(withheld)
        self._erasures = Erasures()

    def entry(self, line: EntryLine) -> None:
        """Append an entry; raise Broken."""
        if line.index != self.tree.size:
            what = f"entry {self.tree.size} is missing: entry {line.index} stands here"
            raise Broken(what, line.index)
        check_leaf(line)
        at, slots = check_core(line.core, line.index)
        assert line.core is not None
        if self._slot not in slots:
            raise Broken(f"the entry does not concern slot {self._slot}", line.index)
        self._sealings(line, line.core)
        self._erasures.record(line.core)
        self.tally.entries += 1
        self.tally.first_at = min(at, self.tally.first_at or at)
        self.tally.last_at = max(at, self.tally.last_at or at)
        self.tree.push(line.leaf)

    def finish(self, heads: HeadsRecord) -> None:
        """Check what only the whole shows; raise Broken."""
        limit = _moment(heads.unix_ms) + MAX_SKEW
        if self.tally.last_at is not None and self.tally.last_at > limit:
            raise Broken("an entry is later than the heads record that covers it")
        self._erasures.finish()
        self.tally.erased = self._erasures.marked

    def _sealings(self, line: EntryLine, core: dict[str, Any]) -> None:
        allowed = disclosed_facets(core, self._organisation)
        withheld = {facet for facet, reason in line.sealings if reason == "withheld"}
        erased = {facet for facet, reason in line.sealings if reason == "erased"}
        due = ({"core", "personal", "content"} - allowed | self._withheld) - erased
        # Records that were taken away before held the content of what was read.
        early = {"content"} if core.get("action") in LOOKS_LIKE_READING else set()
        if withheld not in (due, due - early | (self._withheld & early)):
            raise Broken("withholds other facets than the rule for slices says", line.index)
        self.tally.withheld += len(withheld)
        self._erasures.marked.extend((core["id"], facet) for facet in sorted(erased))


class _Times:
    """I9: no entry after its batch, none before the batches that should have taken it."""

    def __init__(self) -> None:
        self._earliest: tuple[datetime, int] | None = None
        self._latest: tuple[datetime, int] | None = None
        self._floor: datetime | None = None
        self._count = 0
        self._ats: list[datetime] = []

    def entry(self, at: datetime | None, index: int) -> None:
        self._count += 1
        if self._count > MAX_BATCH:
            raise Broken(f"a batch has more than {MAX_BATCH} entries", index)
        if at is None:
            return
        self._ats.append(at)
        if self._earliest is None or at < self._earliest[0]:
            self._earliest = (at, index)
        if self._latest is None or at > self._latest[0]:
            self._latest = (at, index)

    def batch(self, record: HeadsRecord) -> int:
        """Close a batch; return how many of its entries came late. Raises Broken."""
        moment = _moment(record.unix_ms)
        if self._latest and self._latest[0] > moment + MAX_SKEW:
            at, index = self._latest
            raise Broken(f"time {at.isoformat()} is after that of its batch", index)
        if self._earliest and self._floor and self._earliest[0] < self._floor - MAX_SKEW:
            at, index = self._earliest
            raise Broken(f"time {at.isoformat()} is before that of an earlier batch", index)
        late = sum(at < moment - MAX_SKEW for at in self._ats)
        if self._count < MAX_BATCH:
            self._floor = moment
        self._earliest = self._latest = None
        self._count = 0
        self._ats.clear()
        return late


def _moment(unix_ms: int) -> datetime:
    try:
        return datetime.fromisoformat("1970-01-01T00:00:00Z") + timedelta(milliseconds=unix_ms)
    except OverflowError as error:
        raise Broken("a time beyond the calendar") from error
