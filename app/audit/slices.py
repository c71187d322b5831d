"""Slices: which organisations an entry belongs to, their trees, and the heads record.

Here: the one pure rule from `core` to slots (I8), what of an entry its audience may read, and the
record that commits to every slice (I7); used alike by the sequencer and by the verifier. Not here:
which organisation has which slot (a table, filled by `log.enrol`).
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from app.audit.commitment import Facet, heads_leaf, slot_leaf, slot_nonce
from app.audit.entry import Entry, uuid7
from app.audit.merkle import Frontier, inclusion_proof, leaf_hash, root_of

MAX_SLOTS = 65_536
"""Slots that a log may have; bounds what a hostile heads record makes a verifier do."""


MIN_SLOTS = 64
"""Slots of a small log; most of them empty, so that nobody can count the organisations."""


PAGE_READ = "report:page:read"
"""The action of reading a page, and of what is recorded as that."""


LOOKS_LIKE_READING = frozenset({PAGE_READ, "statement:list"})
"""Actions as which an organisation's acts on what is its own are recorded (decisions/0049)."""


class AudienceMalformed(ValueError):
    """`core` does not name its audience as ascending slot numbers."""


@dataclass(frozen=True)
class SlotRecord:
    """One organisation's place in the slots tree of one batch."""

    slot: int
    nonce: bytes
    count: int
    root: bytes

    def hash(self) -> bytes:
        """Return the leaf hash in the slots tree."""
        leaf = slot_leaf(nonce=self.nonce, slot=self.slot, count=self.count, root=self.root)
        return leaf_hash(leaf)


@dataclass(frozen=True)
class HeadsRecord:
    """The last leaf of every checkpointed tree: a commitment to all slices, with its time."""

    batch: int
    unix_ms: int
    slots: int
    slots_root: bytes

    def hash(self) -> bytes:
        """Return the leaf hash in the log."""
        leaf = heads_leaf(
            batch=self.batch, unix_ms=self.unix_ms, slots=self.slots, slots_root=self.slots_root
        )
        return leaf_hash(leaf)


def audience(core: Mapping[str, object]) -> tuple[int, ...]:
    """Return the slots whose slices contain the entry with this `core`; the slice rule (I8).

    Raises AudienceMalformed unless `slots` is a strictly ascending list of slot numbers.
    """
    slots = core.get("slots")
    if not isinstance(slots, list):
        raise AudienceMalformed("core has no list of slots")
    last = -1
    for slot in slots:
        if type(slot) is not int or not last < slot < MAX_SLOTS:
            raise AudienceMalformed("slots are ascending slot numbers")
        last = slot
    return tuple(slots)


def slots_for(used: int) -> int:
    """Return the size of the slots tree whose first `used` slots may be taken."""
    return max(MIN_SLOTS, 1 << max(used - 1, 0).bit_length())


def disclosed_facets(core: Mapping[str, object], organisation: str) -> frozenset[Facet]:
    """Return what an organisation in the audience may read of an entry, taken away as a whole.

    `core` always; `personal` of its own people; `content` of its own people, but for what a
    colleague's act on a note or draft stands as (its content would tell), and where the
    entry says that it is shared with its audience.
    """
    if core.get("acting_for") == organisation:
        if core.get("action") in LOOKS_LIKE_READING:
            return frozenset({"core", "personal"})
        return frozenset({"core", "personal", "content"})
    if core.get("content_shared") is True:
        return frozenset({"core", "content"})
    return frozenset({"core"})


def split_by_audience(entry: Entry) -> Iterator[Entry]:
    """Yield one entry per organisation of the audience, each with an id of its own.

    `core` cannot be shown in part, so an entry with two organisations would tell each of them that
    the other exists. The first copy keeps the id; the request id in `core` ties them together.
    """
    if len(entry.organisations) <= 1:
        yield entry
        return
    for number, organisation in enumerate(sorted(entry.organisations)):
        copy_id = uuid7() if number else entry.id
        yield replace(entry, id=copy_id, organisations=frozenset({organisation}))


class Slices:
    """The slice trees of all organisations as frontiers, and the heads record over them."""

    def __init__(self, frontiers: Mapping[int, Frontier] | None = None) -> None:
        self.frontiers = dict(frontiers or {})
        self._roots = {slot: tree.root() for slot, tree in self.frontiers.items()}

    def add(self, leaf: bytes, slots: Iterable[int]) -> None:
        """Append an entry's leaf hash to the slices of its audience."""
        for slot in slots:
            tree = self.frontiers.setdefault(slot, Frontier())
            tree.push(leaf)
            self._roots.pop(slot, None)

    def records(self, *, batch: int, slots: int, slot_key: bytes) -> list[SlotRecord]:
        """Return the records of slots 0 to `slots` - 1 as they stand at the end of `batch`."""
        return [self._record(slot, batch, slot_key) for slot in range(slots)]

    def heads(self, *, batch: int, unix_ms: int, slots: int, slot_key: bytes) -> HeadsRecord:
        """Return the record that ends `batch`."""
        records = self.records(batch=batch, slots=slots, slot_key=slot_key)
        return HeadsRecord(batch, unix_ms, slots, root_of(record.hash() for record in records))

    def _record(self, slot: int, batch: int, slot_key: bytes) -> SlotRecord:
        tree = self.frontiers.get(slot)
        if tree is None:
            tree = self.frontiers[slot] = Frontier()
        root = self._roots.get(slot)
        if root is None:
            root = self._roots[slot] = tree.root()
        nonce = slot_nonce(slot_key, batch=batch, slot=slot)
        return SlotRecord(slot, nonce, tree.size, root)


def slot_path(hashes: list[bytes], slot: int) -> list[bytes]:
    """Return the proof that leads from one slot's hash to the slots root."""
    return inclusion_proof(hashes, slot)
