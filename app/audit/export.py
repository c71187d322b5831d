"""Exporting the log as a bundle that verifies elsewhere, without Vitrine.

Here: rows to files, streamed with a server-side cursor in constant memory, into a folder or as a
.zip. Not here: the form of the files (`bundle`), who may export and the entries about it (the
feature), what row-level security hides (the connection's context).

What is exported: the whole log; an excerpt (`selection`), in which the other leaves are hashes; or
the slice of one organisation. Facets are the stored bytes, verbatim.
"""

import os
import zipfile
from collections.abc import Callable, Generator, Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import orjson
from sqlalchemy import Connection, text

from app.audit import bundle
from app.audit.bundle import Evidence, FacetForm, Header, Trailer
from app.audit.canonical import format_time
from app.audit.commitment import FACETS, Facet
from app.audit.merkle import Frontier
from app.audit.note import VerifierKey, parse_verifier_key
from app.audit.slices import HeadsRecord, SlotRecord, disclosed_facets, slot_path

ROWS_AT_A_TIME = 2000
CHUNK = 256 * 1024
_ZIP_TIME = (1980, 1, 1, 0, 0, 0)

Members = Iterator[tuple[str, Iterator[bytes]]]

_ENTRY = (
    "e.core, e.personal, e.content, e.salt_core, e.salt_personal, e.salt_content, e.record,"
    " l.leaf_hash"
)
_LOG = text(
    f"""
    SELECT l.leaf_index AS place, l.entry_id, {_ENTRY}, b.batch, b.unix_ms, b.slots, b.slots_root,
           (CAST(:since AS timestamptz) IS NULL OR e.at >= :since)
       AND (CAST(:until AS timestamptz) IS NULL OR e.at < :until)
       AND (CAST(:actor AS text) IS NULL OR e.actor = :actor)
       AND (CAST(:action AS text) IS NULL OR starts_with(e.action, :action))
       AND (CAST(:object AS text) IS NULL OR e.object = :object)
       AND (CAST(:outcome AS text) IS NULL OR e.outcome = :outcome)
       AND (CAST(:organisation AS text) IS NULL OR e.acting_for = :organisation
            OR EXISTS (SELECT 1 FROM audit_audience a JOIN org_slot o ON o.slot = a.slot
                        WHERE a.entry_id = e.id AND o.organisation = :organisation)) AS selected
      FROM audit_leaf l
      LEFT JOIN audit_entry e ON e.id = l.entry_id
      LEFT JOIN audit_batch b ON l.entry_id IS NULL AND b.batch = l.batch
     WHERE l.leaf_index < :size ORDER BY l.leaf_index
    """  # noqa: S608 - a constant of this file
)
_SLICE = text(
    f"""
    SELECT s.seq AS place, l.entry_id, {_ENTRY}
      FROM audit_slice s JOIN audit_leaf l ON l.leaf_index = s.leaf_index
      JOIN audit_entry e ON e.id = l.entry_id
     WHERE s.slot = :slot AND s.leaf_index < :size ORDER BY s.seq
    """  # noqa: S608 - a constant of this file
)
_CHECKPOINT = text(
    "SELECT c.batch, c.size, c.note, c.vkey FROM audit_checkpoint c"
    " WHERE (CAST(:up_to AS bigint) IS NULL OR c.size <= :up_to) ORDER BY c.size DESC LIMIT 1"
)
# An organisation learns of batches in which its slice grew: it knows those times already.
_SLICE_CHECKPOINT = text(
    "SELECT c.batch, c.size, c.note, c.vkey FROM audit_slice_head h"
    " JOIN audit_checkpoint c ON c.batch = h.batch WHERE h.slot = :slot"
    " AND (CAST(:up_to AS bigint) IS NULL OR c.size <= :up_to) ORDER BY h.batch DESC LIMIT 1"
)


class NothingToExport(LookupError):
    """There is no signed checkpoint yet that covers what is asked for."""


@dataclass(frozen=True, kw_only=True)
class Selection:
    """Which entries an excerpt shows; None does not narrow. `until` is exclusive.

    `organisation` means acting for it, or in its audience; `action` is the beginning of a tag.
    """

    since: datetime | None = None
    until: datetime | None = None
    actor: str | None = None
    organisation: str | None = None
    action: str | None = None
    object: str | None = None
    outcome: str | None = None

    def fields(self) -> dict[str, str | None]:
        """Return the selection as the header states it."""
        return {
            name: format_time(value) if isinstance(value, datetime) else value
            for name, value in asdict(self).items()
        }


@dataclass(frozen=True)
class Exported:
    """What was exported, for the entry that records it."""

    scope: str
    origin: str
    size: int
    leaves: int
    digest: str
    """SHA-256 of SHA256SUMS, and so of every file."""


class BundleExport:
    """One export from one connection, whose row-level security decides what can be seen.

    Args:
        connection: read only, in the context of who exports; used until the last file is written.
        up_to: size of the newest checkpoint to use, None for the newest there is.
        organisation: export the slice of this organisation instead of the log.
        selection: show these entries of the log only; not with `organisation`.
        withhold: facets to hold back throughout, `personal` or `content`; of a slice besides those
            that its own rule holds back.
        exporter, request: ids for the header.

    Raises NothingToExport on use when no checkpoint covers it yet.
    """

    def __init__(
        self,
        connection: Connection,
        *,
        up_to: int | None = None,
        organisation: str | None = None,
        selection: Selection | None = None,
        withhold: Iterable[Facet] = (),
        exporter: str | None = None,
        request: str | None = None,
    ) -> None:
        self._connection = connection
        self._organisation = organisation
        self._withhold = frozenset(withhold) - {"core"}
        self._selection = selection
        if organisation is not None and selection:
            raise ValueError("a slice is exported whole")
        self._slot = None if organisation is None else self._slot_of(organisation)
        point = self._checkpoint(up_to)
        self.batch, self.size, self._note = point.batch, int(point.size), str(point.note)
        self.key: VerifierKey = parse_verifier_key(point.vkey)
        scope: bundle.Scope = "excerpt" if selection else "log"
        self.header = Header(
            scope="slice" if organisation is not None else scope,
            origin=self.key.name,
            size=self.size,
            slot=self._slot,
            organisation=organisation,
            withheld=tuple(facet for facet in FACETS if facet in self._withhold),
            selection=selection.fields() if selection else None,
            exporter=exporter,
            request=request,
        )
        self.exported: Exported | None = None
        self._leaves = 0
        self._progress: Callable[[int, int], None] | None = None

    def members(self) -> Members:
        """Yield each file's name and its chunks, in an order that needs nothing twice.

        The chunks of a file are to be read before the next file is asked for.
        """
        digests: dict[str, str] = {}
        for name, chunks in self._files():
            yield name, _digesting(name, chunks, digests)
        sums = bundle.sums_bytes(digests)
        yield bundle.SUMS, iter([sums])
        self.exported = Exported(
            scope=self.header.scope,
            origin=self.header.origin,
            size=self.size,
            leaves=self._leaves,
            digest=sha256(sums).hexdigest(),
        )

    def write(self, out: Path, *, progress: Callable[[int, int], None] | None = None) -> Exported:
        """Write the bundle into a new or empty folder that only its owner can read.

        `progress` is called now and then with leaves written and leaves of the log.
        """
        self._progress = progress
        out.mkdir(mode=0o700, parents=True, exist_ok=True)
        if any(out.iterdir()):
            raise FileExistsError(f"{out} is not empty")
        for name, chunks in self.members():
            flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
            with os.fdopen(os.open(out / name, flags, 0o600), "wb") as file:
                file.writelines(chunks)
        return self._result()

    def stream_zip(self) -> Iterator[bytes]:
        """Yield the bundle as the bytes of a .zip archive, without a temporary file."""
        buffer = _Unseekable()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=3) as archive:
            for name, chunks in self.members():
                member = zipfile.ZipInfo(name, _ZIP_TIME)
                member.compress_type = zipfile.ZIP_DEFLATED
                member.external_attr = 0o600 << 16
                with archive.open(member, "w", force_zip64=True) as file:
                    for chunk in chunks:
                        file.write(chunk)
                        yield buffer.take()
        yield buffer.take()

    def file(self, name: str) -> bytes:
        """Return one of the small files on its own."""
        return b"".join(dict(self._small_files())[name])

    def lines(self) -> Generator[bytes]:
        """Yield the lines of `entries.jsonl`."""
        yield bundle.header_line(self.header)
        self._leaves = 0
        for row in self._rows():
            self._leaves += 1
            if self._progress and self._leaves % ROWS_AT_A_TIME == 0:
                self._progress(self._leaves, self.size)
            yield self._line(row)
        yield bundle.trailer_line(Trailer(self._leaves, self.size))

    def _result(self) -> Exported:
        assert self.exported is not None
        return self.exported

    def _files(self) -> Members:
        yield from self._small_files()
        yield bundle.ENTRIES, _chunked(self.lines())

    def _small_files(self) -> Members:
        yield bundle.CHECKPOINT, iter([self._note.encode()])
        yield bundle.KEY, iter([f"{self.key}\n".encode()])
        yield bundle.README, iter([bundle.readme_bytes(self.header, self.key)])
        if self._organisation is not None:
            evidence = self._evidence(self._organisation)
            yield bundle.EVIDENCE, iter([bundle.evidence_bytes(evidence)])
        else:
            key = self._connection.scalar(text("SELECT slot_key FROM audit_slot_key"))
            if key is None:
                raise NothingToExport("this connection may not see the whole log")
            yield bundle.SLOT_KEY, iter([bytes(key).hex().encode() + b"\n"])

    def _slot_of(self, organisation: str) -> int:
        slot = self._connection.scalar(
            text("SELECT slot FROM vitrine_slots_of(:names)"), {"names": [organisation]}
        )
        if slot is None:
            raise NothingToExport(f"{organisation} is not enrolled in the log")
        return int(slot)

    def _checkpoint(self, up_to: int | None) -> Any:
        if self._slot is None:
            found = self._connection.execute(_CHECKPOINT, {"up_to": up_to})
        else:
            values = {"slot": self._slot, "up_to": up_to}
            found = self._connection.execute(_SLICE_CHECKPOINT, values)
        row = found.one_or_none()
        if row is None:
            raise NothingToExport("no signed checkpoint covers this yet")
        return row

    def _rows(self) -> Generator[Any]:
        if self._slot is None:
            selection = asdict(self._selection or Selection())
            query, values = _LOG, {"size": self.size, **selection}
        else:
            query, values = _SLICE, {"size": self.size, "slot": self._slot}
        options = {"yield_per": ROWS_AT_A_TIME}
        with self._connection.execute(query, values, execution_options=options) as rows:
            yield from rows

    def _line(self, row: Any) -> bytes:
        if row.entry_id is None:
            record = HeadsRecord(row.batch, row.unix_ms, row.slots, bytes(row.slots_root))
            return bundle.heads_line(row.place, bytes(row.leaf_hash), record)
        if self._selection is not None and not row.selected:
            return bundle.unselected_line(row.place, bytes(row.leaf_hash))
        withheld = self._withhold
        if self._organisation is not None:
            core = orjson.loads(row.core)
            withheld |= frozenset(FACETS) - disclosed_facets(core, self._organisation)
        forms = [_form(row, number, facet, withheld) for number, facet in enumerate(FACETS)]
        return bundle.entry_line(row.place, bytes(row.leaf_hash), forms)

    def _evidence(self, organisation: str) -> Evidence:
        batch = self._connection.execute(
            text("SELECT unix_ms, slots, slots_root, heads_path FROM audit_batch WHERE batch = :b"),
            {"b": self.batch},
        ).one()
        rows = self._connection.execute(
            text(
                "SELECT slot, own, nonce, count AS entries, root, hash"
                " FROM vitrine_slot_evidence(:batch, :organisation)"
            ),
            {"batch": self.batch, "organisation": organisation},
        ).all()
        own = next(row for row in rows if row.own)
        before = Frontier.unpack(self.size - 1, bytes(batch.heads_path))
        return Evidence(
            slot=SlotRecord(own.slot, bytes(own.nonce), own.entries, bytes(own.root)),
            slot_path=tuple(slot_path([bytes(row.hash) for row in rows], own.slot)),
            heads=HeadsRecord(self.batch, batch.unix_ms, batch.slots, bytes(batch.slots_root)),
            heads_path=tuple(before.next_leaf_path()),
        )


def export(
    connection: Connection,
    out: Path,
    *,
    up_to: int | None = None,
    organisation: str | None = None,
    selection: Selection | None = None,
    withhold: Iterable[Facet] = (),
    exporter: str | None = None,
    request: str | None = None,
) -> Exported:
    """Write a bundle into the folder `out`; see BundleExport."""
    made = BundleExport(
        connection,
        up_to=up_to,
        organisation=organisation,
        selection=selection,
        withhold=withhold,
        exporter=exporter,
        request=request,
    )
    return made.write(out)


def _form(row: Any, number: int, facet: Facet, withheld: frozenset[Facet]) -> FacetForm:
    """Show, withhold or mark as erased one facet; `number` is its place in the record."""
    body, salt = row[number + 2], row[number + 5]
    commitment = bytes(row.record)[1 + 32 * number : 33 + 32 * number]
    if body is None or salt is None:
        return bundle.sealed("erased", commitment)
    if facet in withheld:
        return bundle.sealed("withheld", commitment)
    return FacetForm(bytes(body), bytes(salt), commitment)


def _chunked(lines: Iterator[bytes]) -> Iterator[bytes]:
    """Gather lines into chunks worth a system call."""
    gathered: list[bytes] = []
    size = 0
    for line in lines:
        gathered.append(line)
        size += len(line)
        if size >= CHUNK:
            yield b"".join(gathered)
            gathered.clear()
            size = 0
    yield b"".join(gathered)


def _digesting(name: str, chunks: Iterator[bytes], digests: dict[str, str]) -> Iterator[bytes]:
    digest = sha256()
    for chunk in chunks:
        digest.update(chunk)
        yield chunk
    digests[name] = digest.hexdigest()


class _Unseekable:
    """What a streamed archive is written to; `take` empties it."""

    def __init__(self) -> None:
        self._chunks: list[bytes] = []

    def write(self, chunk: bytes) -> int:
        self._chunks.append(bytes(chunk))
        return len(chunk)

    def flush(self) -> None:
        """Nothing is held back."""

    def close(self) -> None:
        """Nothing is open."""

    def take(self) -> bytes:
        taken = b"".join(self._chunks)
        self._chunks.clear()
        return taken
