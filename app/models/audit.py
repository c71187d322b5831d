"""The evidence log: entries as they were hashed, their order, slices, batches, checkpoints.

Tables only; nothing here is ever updated or deleted, except that `audit_pending` empties. Entries
are written by `audit/log`, everything derived from them by `audit/sequencer`.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Identity, Index, Integer, LargeBinary, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base


class AuditEntry(Base):
    """One entry. The facets are the record; the columns after them exist for queries only."""

    __tablename__ = "audit_entry"
    __table_args__ = (
        Index("ix_audit_entry_at", "at", "id"),
        Index("ix_audit_entry_actor", "actor", "id"),
        Index("ix_audit_entry_acting_for", "acting_for", "id"),
        Index("ix_audit_entry_action", "action", "id"),
        Index("ix_audit_entry_object", "object", "id"),
        Index(
            "ix_audit_entry_refused",
            "outcome",
            "id",
            postgresql_where=text("outcome IN ('denied', 'failed')"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)  # version 7: newest first is by id
    core: Mapped[bytes] = mapped_column(LargeBinary)
    personal: Mapped[bytes | None] = mapped_column(LargeBinary)  # None: erased
    content: Mapped[bytes | None] = mapped_column(LargeBinary)
    salt_core: Mapped[bytes] = mapped_column(LargeBinary)
    salt_personal: Mapped[bytes | None] = mapped_column(LargeBinary)
    salt_content: Mapped[bytes | None] = mapped_column(LargeBinary)
    record: Mapped[bytes] = mapped_column(LargeBinary)  # 97 bytes: the leaf data
    at: Mapped[datetime]
    action: Mapped[str]
    outcome: Mapped[str]
    actor: Mapped[str]
    acting_for: Mapped[str | None]
    object: Mapped[str | None]


class OrganisationSlot(Base):
    """An organisation's place in the slots tree; given once, never reused."""

    __tablename__ = "org_slot"

    slot: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    organisation: Mapped[str] = mapped_column(unique=True)
    enrolled_at: Mapped[datetime] = mapped_column(server_default=text("now()"))


class AuditAudience(Base):
    """Whose slice contains an entry; derived from `core`, for queries and walls only."""

    __tablename__ = "audit_audience"
    __table_args__ = (Index("ix_audit_audience_slot", "slot", "entry_id"),)

    entry_id: Mapped[UUID] = mapped_column(ForeignKey("audit_entry.id"), primary_key=True)
    slot: Mapped[int] = mapped_column(ForeignKey("org_slot.slot"), primary_key=True)


class AuditPending(Base):
    """Entries without a leaf, in order of arrival; filled by a trigger."""

    __tablename__ = "audit_pending"

    ordinal: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    entry_id: Mapped[UUID] = mapped_column(unique=True)


class AuditBatch(Base):
    """What one batch added: leaves `first` to `size` - 1, the last of them its heads record.

    `heads_path` holds the hashes of the tree before the heads record, largest subtree first: it is
    the frontier to go on from and, reversed, the inclusion proof of the heads record.
    """

    __tablename__ = "audit_batch"

    batch: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    first: Mapped[int] = mapped_column(BigInteger)
    size: Mapped[int] = mapped_column(BigInteger, unique=True)
    unix_ms: Mapped[int] = mapped_column(BigInteger)
    slots: Mapped[int] = mapped_column(Integer)
    slots_root: Mapped[bytes] = mapped_column(LargeBinary)
    heads_path: Mapped[bytes] = mapped_column(LargeBinary)
    root: Mapped[bytes] = mapped_column(LargeBinary)


class AuditLeaf(Base):
    """A leaf of the log: an entry, or the heads record of its batch (`entry_id` None)."""

    __tablename__ = "audit_leaf"

    leaf_index: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    entry_id: Mapped[UUID | None] = mapped_column(ForeignKey("audit_entry.id"), unique=True)
    leaf_hash: Mapped[bytes] = mapped_column(LargeBinary)
    batch: Mapped[int] = mapped_column(ForeignKey("audit_batch.batch"))


class AuditSlice(Base):
    """The `seq`-th entry of one organisation's slice."""

    __tablename__ = "audit_slice"
    __table_args__ = (Index("uq_audit_slice_leaf_index_slot", "leaf_index", "slot", unique=True),)

    slot: Mapped[int] = mapped_column(ForeignKey("org_slot.slot"), primary_key=True)
    seq: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    leaf_index: Mapped[int] = mapped_column(ForeignKey("audit_leaf.leaf_index"))


class AuditSliceHead(Base):
    """A slice tree after a batch in which it grew; `frontier` is packed as in `merkle`."""

    __tablename__ = "audit_slice_head"

    slot: Mapped[int] = mapped_column(ForeignKey("org_slot.slot"), primary_key=True)
    batch: Mapped[int] = mapped_column(ForeignKey("audit_batch.batch"), primary_key=True)
    count: Mapped[int] = mapped_column(BigInteger)
    root: Mapped[bytes] = mapped_column(LargeBinary)
    frontier: Mapped[bytes] = mapped_column(LargeBinary)


class AuditCheckpoint(Base):
    """A signed state of the log, as a C2SP note."""

    __tablename__ = "audit_checkpoint"

    size: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("audit_batch.size"), primary_key=True, autoincrement=False
    )
    batch: Mapped[int] = mapped_column(ForeignKey("audit_batch.batch"), unique=True)
    note: Mapped[str]
    vkey: Mapped[str]  # the public key that signed, for those who must not read the private one


class AuditSlotKey(Base):
    """The key of the slots' nonces; one row. The pads let SQL compute HMAC from `sha256()`."""

    __tablename__ = "audit_slot_key"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    slot_key: Mapped[bytes] = mapped_column(LargeBinary)
    inner_pad: Mapped[bytes] = mapped_column(LargeBinary)
    outer_pad: Mapped[bytes] = mapped_column(LargeBinary)
