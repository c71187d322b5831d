"""A small log in memory, and bundles of it: what the offline verifier is tried on."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from app.audit import bundle
from app.audit.bundle import FacetForm, Header, Trailer
from app.audit.checkpoint import Checkpoint
from app.audit.commitment import FACETS
from app.audit.entry import Entry, facet_bytes, uuid7
from app.audit.merkle import Frontier
from app.audit.note import SigningKey, sign
from app.audit.slices import Slices, disclosed_facets, slot_path

ORIGIN = "example.org/log/2026"
NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
SLOTS = {"org_a": 0, "org_b": 1, "org_idle": 2}
Rewrite = Callable[[dict[str, bytes]], None]


def salt_of(entry: Entry, facet: str) -> bytes:
    return sha256(f"{entry.id}{facet}".encode()).digest()[:16]


@dataclass
class MemoryLog:
    """Entries in batches, sequenced as the sequencer does."""

    key: SigningKey = field(
        default_factory=lambda: SigningKey(ORIGIN, Ed25519PrivateKey.from_private_bytes(b"k" * 32))
    )
    slot_key: bytes = b"s" * 32
    tree: Frontier = field(default_factory=Frontier)
    slices: Slices = field(default_factory=Slices)
    rows: list[Any] = field(default_factory=list)
    batches: int = 0
    now: datetime = NOON

    def entry(self, action: str = "report:page:read", **changed: Any) -> Entry:
        """Make an entry of the current moment."""
        self.now += timedelta(seconds=1)
        fields: dict[str, Any] = {
            "id": uuid7(),
            "at": self.now,
            "outcome": "allowed",
            "actor": "per_1",
            "acting_for": "org_a",
            "object": "ver_abc",
            "organisations": frozenset({"org_a"}),
            "core": {"page": 12, "request": "req_1"},
            "personal": {"name": "Ada Example"},
            "content": {"query": "naïve “café”"},
        }
        return Entry(action=action, **{**fields, **changed})

    def batch(self, *entries: Entry, at: datetime | None = None, **changed: Any) -> None:
        """Append entries and the heads record that ends them."""
        for entry in entries:
            slots = sorted(SLOTS[name] for name in entry.organisations)
            facets = facet_bytes(entry, slots)
            forms = tuple(
                bundle.shown(facet, getattr(facets, facet), salt_of(entry, facet))
                for facet in FACETS
            )
            leaf = bundle.leaf_of(forms)
            self.rows.append((entry, leaf, forms, slots))
            self.tree.push(leaf)
            self.slices.add(leaf, slots)
        self.now += timedelta(seconds=1)
        fields: dict[str, Any] = {
            "batch": self.batches,
            "unix_ms": round((at or self.now).timestamp() * 1000),
            "slots": len(SLOTS),
            "slot_key": self.slot_key,
        }
        record = self.slices.heads(**{**fields, **changed})
        self.rows.append(record)
        self.heads_path = self.tree.next_leaf_path()
        self.tree.push(record.hash())
        self.batches += 1

    def checkpoint(self) -> bytes:
        """Sign the log as it stands."""
        return sign(Checkpoint(ORIGIN, self.tree.size, self.tree.root()).text(), self.key).encode()

    def log_files(self, *, seal: Callable[[Entry, FacetForm, str], FacetForm] | None = None,
                  **header: Any) -> dict[str, bytes]:  # fmt: skip
        """Return the files of a bundle of the whole log."""
        lines = []
        for index, row in enumerate(self.rows):
            if isinstance(row, tuple):
                entry, leaf, forms, _ = row
                if seal:
                    forms = [
                        seal(entry, form, name) for form, name in zip(forms, FACETS, strict=True)
                    ]
                lines.append(bundle.entry_line(index, leaf, forms))
            else:
                lines.append(bundle.heads_line(index, row.hash(), row))
        made = Header(**{"scope": "log", "origin": ORIGIN, "size": self.tree.size, **header})
        return self._files(made, lines, {bundle.SLOT_KEY: self.slot_key.hex().encode() + b"\n"})

    def slice_files(self, organisation: str) -> dict[str, bytes]:
        """Return the files of a bundle of one organisation's slice."""
        slot = SLOTS[organisation]
        lines: list[bytes] = []
        for row in self.rows:
            if isinstance(row, tuple) and slot in row[3]:
                entry, leaf, forms, _ = row
                core = {"acting_for": entry.acting_for, "content_shared": entry.content_shared}
                allowed = disclosed_facets(core, organisation)
                forms = [
                    form if name in allowed else bundle.sealed("withheld", form.commitment)
                    for form, name in zip(forms, FACETS, strict=True)
                ]
                lines.append(bundle.entry_line(len(lines), leaf, forms))
        records = self.slices.records(
            batch=self.batches - 1, slots=len(SLOTS), slot_key=self.slot_key
        )
        evidence = bundle.Evidence(
            slot=records[slot],
            slot_path=tuple(slot_path([record.hash() for record in records], slot)),
            heads=self.rows[-1],
            heads_path=tuple(self.heads_path),
        )
        header = Header(
            scope="slice", origin=ORIGIN, size=self.tree.size, slot=slot, organisation=organisation
        )
        return self._files(header, lines, {bundle.EVIDENCE: bundle.evidence_bytes(evidence)})

    def _files(
        self, header: Header, lines: list[bytes], extra: dict[str, bytes]
    ) -> dict[str, bytes]:
        trailer = bundle.trailer_line(Trailer(len(lines), self.tree.size))
        files = {
            bundle.CHECKPOINT: self.checkpoint(),
            bundle.KEY: f"{self.key.verifier}\n".encode(),
            bundle.README: bundle.readme_bytes(header, self.key.verifier),
            bundle.ENTRIES: b"".join([bundle.header_line(header), *lines, trailer]),
            **extra,
        }
        return reseal(files)


def reseal(files: dict[str, bytes]) -> dict[str, bytes]:
    """Write SHA256SUMS anew, as somebody who changes a bundle would."""
    listed = {
        name: sha256(content).hexdigest() for name, content in files.items() if name != bundle.SUMS
    }
    return {**files, bundle.SUMS: bundle.sums_bytes(listed)}


class Desk:
    """Writes bundles to a folder and makes small logs."""

    reseal = staticmethod(reseal)
    noon = NOON

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._written = 0

    def empty(self) -> MemoryLog:
        """Give a log with nothing in it."""
        return MemoryLog()

    def log(self) -> MemoryLog:
        """Give a log of three batches with entries of two organisations, and of none."""
        log = MemoryLog()
        log.batch(
            log.entry(),
            log.entry(organisations=frozenset({"org_b"}), acting_for="org_b", actor="per_2"),
            log.entry("identity:session:started", organisations=frozenset(), personal=None),
        )
        log.batch(log.entry(), log.entry("report:page:read", outcome="denied"))
        log.batch(
            log.entry("request:assign", acting_for="org_publisher", actor="per_3"),
            log.entry("grant:revoke", acting_for="org_publisher", content_shared=True),
        )
        return log

    def small_log(self) -> MemoryLog:
        """Give a log with one entry of each kind of line."""
        log = MemoryLog()
        log.batch(log.entry())
        log.batch(log.entry("grant:revoke", acting_for="org_publisher"))
        return log

    def write(self, files: dict[str, bytes]) -> Path:
        """Write a bundle into a new folder."""
        self._written += 1
        target = self.folder / f"bundle-{self._written}"
        target.mkdir()
        for name, content in files.items():
            (target / name).write_bytes(content)
        return target


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)
