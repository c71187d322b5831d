"""The rows of the sequencer: what waits, where the tree stands, and what a batch adds.

Here: SQL as the role `vitrine_sequencer`, and the draft of one batch. Not here: whether it may be
signed (`sequencer`).
"""

import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import Connection, text

from app.audit.commitment import SLOT_KEY_SIZE, slot_pads
from app.audit.merkle import Frontier, leaf_hash
from app.audit.slices import HeadsRecord, Slices, audience

_LOCK = 7_114_210_560
_ROWS_AT_A_TIME = 5000

_WAITING = text(
    "SELECT p.entry_id, e.record, e.core FROM audit_pending p"
    " JOIN audit_entry e ON e.id = p.entry_id ORDER BY p.ordinal LIMIT :limit"
)
_WAITING_OF = text(
    "SELECT p.entry_id, e.record, e.core FROM audit_pending p"
    " JOIN audit_entry e ON e.id = p.entry_id"
    " JOIN unnest(CAST(:ids AS uuid[])) WITH ORDINALITY AS o (id, place) ON o.id = p.entry_id"
    " ORDER BY o.place"
)
_SLICE_HEADS = text(
    "SELECT DISTINCT ON (slot) slot, count, frontier FROM audit_slice_head"
    " ORDER BY slot, batch DESC"
)
_INSERT_LEAVES = text(
    "INSERT INTO audit_leaf (leaf_index, entry_id, leaf_hash, batch)"
    " SELECT i, e, h, :batch FROM unnest(CAST(:indexes AS bigint[]), CAST(:entries AS uuid[]),"
    " CAST(:hashes AS bytea[])) AS n (i, e, h)"
)
_INSERT_SLICES = text(
    "INSERT INTO audit_slice (slot, seq, leaf_index)"
    " SELECT * FROM unnest(CAST(:slots AS int[]), CAST(:seqs AS bigint[]),"
    " CAST(:indexes AS bigint[]))"
)
_INSERT_SLICE_HEADS = text(
    "INSERT INTO audit_slice_head (slot, batch, count, root, frontier)"
    " SELECT s, :batch, c, r, f FROM unnest(CAST(:slots AS int[]), CAST(:counts AS bigint[]),"
    " CAST(:roots AS bytea[]), CAST(:frontiers AS bytea[])) AS n (s, c, r, f)"
)
_INSERT_BATCH = text(
    "INSERT INTO audit_batch (batch, first, size, unix_ms, slots, slots_root, heads_path, root)"
    " VALUES (:batch, :first, :size, :unix_ms, :slots, :slots_root, :heads_path, :root)"
)
_INSERT_CHECKPOINT = text(
    "INSERT INTO audit_checkpoint (size, batch, note, vkey) VALUES (:size, :batch, :note, :vkey)"
)


@dataclass(frozen=True)
class PendingEntry:
    """An entry that waits for its leaf."""

    id: UUID
    leaf: bytes
    slots: tuple[int, ...]


@dataclass(frozen=True)
class Batch:
    """What one batch added to the log."""

    batch: int
    first: int
    size: int
    entries: int
    unix_ms: int
    checkpoint: str


@dataclass
class Tip:
    """The log after its last batch."""

    batch: int
    unix_ms: int
    slots: int
    slots_root: bytes
    slot_key: bytes
    tree: Frontier
    slices: Slices


@dataclass
class Draft:
    """A batch in the making, after the tip of the log."""

    batch: int
    first: int
    tree: Frontier
    slices: Slices
    slot_key: bytes
    entries: list[PendingEntry] = field(default_factory=list)
    slice_rows: list[tuple[int, int, int]] = field(default_factory=list)
    heads: HeadsRecord | None = None
    heads_path: bytes = b""

    @classmethod
    def after(cls, tip: Tip | None, slot_key: bytes) -> "Draft":
        """Begin the batch that follows `tip`, on copies of its trees."""
        if tip is None:
            return cls(0, 0, Frontier(), Slices(), slot_key)
        copies = {slot: tree.copy() for slot, tree in tip.slices.frontiers.items()}
        return cls(tip.batch + 1, tip.tree.size, tip.tree.copy(), Slices(copies), slot_key)

    def add(self, entry: PendingEntry) -> None:
        """Append an entry to the log and to the slices of its audience."""
        index = self.tree.size
        self.tree.push(entry.leaf)
        self.slices.add(entry.leaf, entry.slots)
        trees = self.slices.frontiers
        self.slice_rows += [(slot, trees[slot].size - 1, index) for slot in entry.slots]
        self.entries.append(entry)

    def close(self, *, unix_ms: int, slots: int) -> HeadsRecord:
        """Append the heads record, which comes last."""
        heads = self.slices.heads(
            batch=self.batch, unix_ms=unix_ms, slots=slots, slot_key=self.slot_key
        )
        self.heads_path = self.tree.packed()
        self.tree.push(heads.hash())
        self.heads = heads
        return heads

    def as_tip(self) -> Tip:
        """Return the log as it is when this batch has committed."""
        heads = _closed(self)
        return Tip(
            batch=self.batch,
            unix_ms=heads.unix_ms,
            slots=heads.slots,
            slots_root=heads.slots_root,
            slot_key=self.slot_key,
            tree=self.tree,
            slices=self.slices,
        )


def lock(connection: Connection) -> bool:
    """Become the one writer until the transaction ends; False when another one is."""
    return bool(connection.scalar(text("SELECT pg_try_advisory_xact_lock(:lock)"), {"lock": _LOCK}))


def last_batch(connection: Connection) -> int | None:
    """Return the number of the last batch, None in an empty log."""
    number: int | None = connection.scalar(text("SELECT max(batch) FROM audit_batch"))
    return number


def highest_slot(connection: Connection) -> int:
    """Return the highest slot ever given, -1 when there is none."""
    slot = connection.scalar(text("SELECT max(slot) FROM org_slot"))
    return -1 if slot is None else int(slot)


def find_tip(connection: Connection) -> Tip | None:
    """Read where the log stands, None in an empty log; nothing about it is checked."""
    row = connection.execute(
        text(
            "SELECT batch, size, unix_ms, slots, slots_root, heads_path FROM audit_batch"
            " ORDER BY batch DESC LIMIT 1"
        )
    ).one_or_none()
    if row is None:
        return None
    tree = Frontier.unpack(row.size - 1, bytes(row.heads_path))
    heads = HeadsRecord(row.batch, row.unix_ms, row.slots, bytes(row.slots_root))
    tree.push(heads.hash())
    frontiers = {
        slot: Frontier.unpack(count, bytes(packed))
        for slot, count, packed in connection.execute(_SLICE_HEADS)
    }
    return Tip(
        batch=row.batch,
        unix_ms=row.unix_ms,
        slots=row.slots,
        slots_root=heads.slots_root,
        slot_key=slot_key(connection),
        tree=tree,
        slices=Slices(frontiers),
    )


def slot_key(connection: Connection) -> bytes:
    """Return the key of the slots' nonces, made on first use."""
    known = connection.scalar(text("SELECT slot_key FROM audit_slot_key"))
    if known is not None:
        return bytes(known)
    key = secrets.token_bytes(SLOT_KEY_SIZE)
    inner, outer = slot_pads(key)
    connection.execute(
        text(
            "INSERT INTO audit_slot_key (id, slot_key, inner_pad, outer_pad)"
            " VALUES (1, :key, :inner, :outer)"
        ),
        {"key": key, "inner": inner, "outer": outer},
    )
    return key


def checkpoint_note(connection: Connection, size: int) -> str:
    """Return the signed checkpoint of a size, empty when there is none."""
    note = connection.scalar(
        text("SELECT note FROM audit_checkpoint WHERE size = :size"), {"size": size}
    )
    return str(note or "")


def leaf_hashes(connection: Connection, *, size: int) -> Iterator[bytes]:
    """Yield the hashes of the first `size` leaves in order, from a server-side cursor."""
    statement = text(
        "SELECT leaf_hash FROM audit_leaf WHERE leaf_index < :size ORDER BY leaf_index"
    )
    options = {"yield_per": _ROWS_AT_A_TIME}
    with connection.execute(statement, {"size": size}, execution_options=options) as rows:
        for (value,) in rows:
            yield bytes(value)


def pending(connection: Connection, *, limit: int) -> list[PendingEntry]:
    """Return the entries that wait, in order of arrival."""
    return [_pending(row) for row in connection.execute(_WAITING, {"limit": limit})]


def pending_of(connection: Connection, ids: Sequence[UUID]) -> list[PendingEntry]:
    """Return the entries of `ids` that wait, in the order of `ids`."""
    return [_pending(row) for row in connection.execute(_WAITING_OF, {"ids": list(ids)})]


def write(connection: Connection, draft: Draft, *, note: str, vkey: str) -> Batch:
    """Insert everything that a batch adds, and take its entries out of the queue."""
    heads = _closed(draft)
    number = {"batch": draft.batch}
    connection.execute(
        _INSERT_BATCH,
        {
            **number,
            "first": draft.first,
            "size": draft.tree.size,
            "unix_ms": heads.unix_ms,
            "slots": heads.slots,
            "slots_root": heads.slots_root,
            "heads_path": draft.heads_path,
            "root": draft.tree.root(),
        },
    )
    connection.execute(
        _INSERT_LEAVES,
        {
            **number,
            "indexes": list(range(draft.first, draft.tree.size)),
            "entries": [*(entry.id for entry in draft.entries), None],
            "hashes": [*(entry.leaf for entry in draft.entries), heads.hash()],
        },
    )
    if draft.slice_rows:
        _write_slices(connection, draft)
    connection.execute(
        _INSERT_CHECKPOINT, {**number, "size": draft.tree.size, "note": note, "vkey": vkey}
    )
    if draft.entries:
        connection.execute(
            text("DELETE FROM audit_pending WHERE entry_id = ANY(:ids)"),
            {"ids": [entry.id for entry in draft.entries]},
        )
    return Batch(
        batch=draft.batch,
        first=draft.first,
        size=draft.tree.size,
        entries=len(draft.entries),
        unix_ms=heads.unix_ms,
        checkpoint=note,
    )


def _write_slices(connection: Connection, draft: Draft) -> None:
    connection.execute(
        _INSERT_SLICES,
        {
            "slots": [slot for slot, _, _ in draft.slice_rows],
            "seqs": [seq for _, seq, _ in draft.slice_rows],
            "indexes": [index for _, _, index in draft.slice_rows],
        },
    )
    grown = sorted({slot for slot, _, _ in draft.slice_rows})
    trees = [draft.slices.frontiers[slot] for slot in grown]
    connection.execute(
        _INSERT_SLICE_HEADS,
        {
            "batch": draft.batch,
            "slots": grown,
            "counts": [tree.size for tree in trees],
            "roots": [tree.root() for tree in trees],
            "frontiers": [tree.packed() for tree in trees],
        },
    )


def _closed(draft: Draft) -> HeadsRecord:
    if draft.heads is None:
        raise ValueError("a batch ends in its heads record")
    return draft.heads


def _pending(row: Any) -> PendingEntry:
    return PendingEntry(row.entry_id, leaf_hash(row.record), audience(orjson.loads(row.core)))
