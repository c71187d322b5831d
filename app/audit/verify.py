"""The offline verifier: one bundle, one verdict, no database, no network.

Here: the order of the checks and the verdict. It trusts no key that comes with the bundle, reads
every entry (never a cached or lazily checked tree), and names the first fault. It loads nothing but
the standard library, `cryptography`, `orjson` and its pure neighbours.
"""

from base64 import b64encode
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, Protocol

from app.audit import bundle
from app.audit.bundle import (
    EntryLine,
    Evidence,
    HeadsLine,
    LineMalformed,
    Trailer,
    UnselectedLine,
    parse_evidence,
    parse_header,
    parse_line,
    sums_bytes,
)
from app.audit.canonical import format_time
from app.audit.checkpoint import Checkpoint, parse_signed_checkpoint
from app.audit.commitment import SLOT_KEY_SIZE
from app.audit.files import BundleFiles, FileUnreadable
from app.audit.merkle import ProofInvalid, verify_inclusion
from app.audit.note import (
    Note,
    NoteMalformed,
    SignatureInvalid,
    VerifierKey,
    open_note,
    parse_verifier_key,
)
from app.audit.replay import Broken, LogReplay, SliceReplay, Tally

Outcome = Literal["intact", "fault", "key not pinned"]
EXIT_CODES: dict[Outcome, int] = {"intact": 0, "fault": 1, "key not pinned": 3}
PROGRESS_STEP = 4096

Progress = Callable[[int, int], None]
"""Called with lines read and leaves expected."""


class Evidences(Protocol):
    """Where the files of a bundle come from."""

    def read(self, name: str) -> bytes:
        """Return a small file whole."""

    def lines(self, name: str) -> Generator[bytes]:
        """Yield the lines of a file."""


class Fault(Exception):
    """The first thing found wrong: in which file, on which line (from 1), at which leaf."""

    def __init__(
        self, file: str, what: str, *, line: int | None = None, leaf: int | None = None
    ) -> None:
        super().__init__(what)
        self.file = file
        self.what = what
        self.line = line
        self.leaf = leaf

    def __str__(self) -> str:
        """Say where and what."""
        place = self.file
        if self.line is not None:
            place += f", line {self.line}"
        if self.leaf is not None:
            place += f", leaf {self.leaf}"
        return f"{place}: {self.what}"


@dataclass
class Verdict:
    """What a verification found; `outcome` decides the exit code."""

    outcome: Outcome
    fault: Fault | None = None
    scope: str | None = None
    organisation: str | None = None
    checkpoint: Checkpoint | None = None
    key: VerifierKey | None = None
    tally: Tally = field(default_factory=Tally)

    @property
    def exit_code(self) -> int:
        """0 intact, 1 fault, 3 key not pinned."""
        return EXIT_CODES[self.outcome]

    def as_json(self) -> dict[str, object]:
        """Return the verdict for machines."""
        fault, point, tally = self.fault, self.checkpoint, self.tally
        return {
            "verdict": self.outcome,
            "fault": fault
            and {"file": fault.file, "line": fault.line, "leaf": fault.leaf, "what": fault.what},
            "scope": self.scope,
            "organisation": self.organisation,
            "origin": point and point.origin,
            "size": point and point.size,
            "root": point and b64encode(point.root).decode(),
            "key": self.key and str(self.key),
            "entries": tally.entries,
            "batches": tally.batches,
            "first_at": tally.first_at and format_time(tally.first_at),
            "last_at": tally.last_at and format_time(tally.last_at),
            "late": tally.late,
            "withheld": tally.withheld,
            "erased": [list(pair) for pair in tally.erased],
        }


def verify(
    path: Path,
    *,
    keys: Sequence[VerifierKey] = (),
    pinned: Sequence[VerifierKey] = (),
    progress: Progress | None = None,
) -> Verdict:
    """Verify the bundle at `path`, a folder or a .zip archive.

    `keys` were given for this run: one of them must have signed. `pinned` keys must have signed
    when one of them is named like the log; when none is, the verdict is at best "key not pinned".
    """
    try:
        with _reading("bundle"), BundleFiles(path) as files:
            return verify_files(files, keys=keys, pinned=pinned, progress=progress)
    except Fault as fault:
        return Verdict("fault", fault)


def verify_files(
    files: BundleFiles,
    *,
    keys: Sequence[VerifierKey] = (),
    pinned: Sequence[VerifierKey] = (),
    progress: Progress | None = None,
) -> Verdict:
    """Verify a bundle whose files are open already; see `verify`."""
    verdict = Verdict("intact")
    try:
        with _reading("bundle"):
            _examine(files, verdict, keys, pinned, progress)
            _verify_sums(files, verdict)
    except Fault as fault:
        verdict.outcome = "fault"
        verdict.fault = fault
    return verdict


def examine(files: Evidences, *, keys: Sequence[VerifierKey] = ()) -> Verdict:
    """Verify evidence that is not in files, such as a database read as a bundle."""
    verdict = Verdict("intact")
    try:
        _examine(files, verdict, keys, (), None)
    except Fault as fault:
        verdict.outcome = "fault"
        verdict.fault = fault
    return verdict


def _examine(
    files: Evidences,
    verdict: Verdict,
    keys: Sequence[VerifierKey],
    pinned: Sequence[VerifierKey],
    progress: Progress | None,
) -> None:
    with _reading(bundle.CHECKPOINT):
        checkpoint, note = parse_signed_checkpoint(files.read(bundle.CHECKPOINT))
    verdict.checkpoint = checkpoint
    verdict.key = _signer(checkpoint, note, [*keys, *pinned])
    if verdict.key is None:
        if keys:
            raise Fault(bundle.CHECKPOINT, "not signed by the key that was given")
        if any(key.name == checkpoint.origin for key in pinned):
            raise Fault(bundle.CHECKPOINT, "not signed by the key pinned for this log")
        verdict.outcome = "key not pinned"
        verdict.key = _enclosed_signer(files, checkpoint, note)
    with closing(files.lines(bundle.ENTRIES)) as texts:
        _examine_entries(files, verdict, _NumberedLines(texts, checkpoint.size, progress))


def _examine_entries(files: Evidences, verdict: Verdict, lines: "_NumberedLines") -> None:
    checkpoint = verdict.checkpoint
    assert checkpoint is not None
    with _reading(bundle.ENTRIES, lines):
        header = parse_header(next(lines, b""))
    verdict.scope, verdict.organisation = header.scope, header.organisation
    if (header.origin, header.size) != (checkpoint.origin, checkpoint.size):
        raise Fault(bundle.ENTRIES, "made for another checkpoint", line=1)
    if header.scope == "slice":
        _verify_slice(files, verdict, header, lines)
    else:
        _verify_log(files, verdict, header, lines)


def _verify_log(
    files: Evidences, verdict: Verdict, header: bundle.Header, lines: "_NumberedLines"
) -> None:
    slot_key = _slot_key(files)
    replay = LogReplay(slot_key if header.scope == "log" else None, header.withheld)
    verdict.tally = replay.tally
    checkpoint = verdict.checkpoint
    assert checkpoint is not None
    with _reading(bundle.ENTRIES, lines):
        trailer = _replay_log(replay, lines)
        if (trailer.count, trailer.size) != (replay.tree.size, checkpoint.size):
            raise Broken(f"the trailer counts {trailer.count} of {trailer.size} leaves")
        if replay.tree.size != checkpoint.size:
            raise Broken(f"{replay.tree.size} leaves, the checkpoint has {checkpoint.size}")
    if replay.tree.root() != checkpoint.root:
        what = f"the root of the {checkpoint.size} leaves differs from the signed root"
        raise Fault(bundle.CHECKPOINT, what)
    with _reading(bundle.ENTRIES):
        replay.finish()


def _replay_log(replay: LogReplay, lines: "_NumberedLines") -> Trailer:
    for text in lines:
        line = parse_line(text)
        if isinstance(line, EntryLine):
            replay.entry(line)
        elif isinstance(line, HeadsLine):
            replay.heads(line)
        elif isinstance(line, UnselectedLine):
            replay.unselected(line)
        else:
            _nothing_follows(lines)
            return line
    raise Broken("ends without a trailer: the file is cut off")


def _verify_slice(
    files: Evidences, verdict: Verdict, header: bundle.Header, lines: "_NumberedLines"
) -> None:
    checkpoint = verdict.checkpoint
    assert checkpoint is not None
    with _reading(bundle.EVIDENCE):
        evidence = parse_evidence(files.read(bundle.EVIDENCE))
        _verify_evidence(evidence, checkpoint)
        if header.slot != evidence.slot.slot or header.organisation is None:
            raise Broken(f"the evidence is for slot {evidence.slot.slot}, not {header.slot}")
    replay = SliceReplay(
        slot=evidence.slot.slot, organisation=header.organisation, withheld=header.withheld
    )
    verdict.tally = replay.tally
    with _reading(bundle.ENTRIES, lines):
        trailer = _replay_slice(replay, lines)
        if (trailer.count, trailer.size) != (replay.tree.size, checkpoint.size):
            raise Broken(f"the trailer counts {trailer.count} of {trailer.size} leaves")
    slot = evidence.slot
    if replay.tree.size != slot.count:
        what = f"{replay.tree.size} entries, but the log committed to {slot.count}"
        raise Fault(bundle.ENTRIES, what)
    if replay.tree.root() != slot.root:
        raise Fault(bundle.ENTRIES, "the entries are not those that the log committed to")
    with _reading(bundle.ENTRIES):
        replay.finish(evidence.heads)


def _replay_slice(replay: SliceReplay, lines: "_NumberedLines") -> Trailer:
    for text in lines:
        line = parse_line(text)
        if isinstance(line, EntryLine):
            replay.entry(line)
        elif isinstance(line, Trailer):
            _nothing_follows(lines)
            return line
        else:
            raise Broken("a slice has entries only")
    raise Broken("ends without a trailer: the file is cut off")


def _nothing_follows(lines: "_NumberedLines") -> None:
    if next(lines, None) is not None:
        raise Broken("something follows the trailer")


def _verify_evidence(evidence: Evidence, checkpoint: Checkpoint) -> None:
    slot, heads = evidence.slot, evidence.heads
    try:
        verify_inclusion(
            index=slot.slot,
            size=heads.slots,
            leaf=slot.hash(),
            proof=evidence.slot_path,
            root=heads.slots_root,
        )
    except ProofInvalid as error:
        raise Broken(f"the slot is not in the heads record: {error}") from error
    try:
        verify_inclusion(
            index=checkpoint.size - 1,
            size=checkpoint.size,
            leaf=heads.hash(),
            proof=evidence.heads_path,
            root=checkpoint.root,
        )
    except ProofInvalid as error:
        raise Broken(f"the heads record is not the last leaf of the log: {error}") from error


def _verify_sums(files: BundleFiles, verdict: Verdict) -> None:
    extra = bundle.EVIDENCE if verdict.scope == "slice" else bundle.SLOT_KEY
    with _reading(bundle.SUMS):
        given = files.read(bundle.SUMS)
    for name in (bundle.README, bundle.KEY):
        with _reading(name):
            files.read(name)
    names = (bundle.ENTRIES, bundle.CHECKPOINT, bundle.KEY, bundle.README, extra)
    digests = {name: files.digests[name] for name in names}
    if sums_bytes(digests) == given:
        return
    known = dict(line.split("  ", 1)[::-1] for line in _sum_lines(given))
    for name in names:
        if name in known and known[name] != digests[name]:
            raise Fault(name, f"its digest is not the one in {bundle.SUMS}")
    raise Fault(bundle.SUMS, "does not list the files of this bundle")


def _sum_lines(given: bytes) -> Iterator[str]:
    return (line for line in given.decode("utf-8", "replace").splitlines() if "  " in line)


def _signer(checkpoint: Checkpoint, note: Note, keys: Sequence[VerifierKey]) -> VerifierKey | None:
    """Return the trusted key, named like the log, that signed the checkpoint."""
    named = [key for key in keys if key.name == checkpoint.origin]
    with _reading(bundle.CHECKPOINT):
        return next(iter(open_note(note, named)), None)


def _enclosed_signer(files: Evidences, checkpoint: Checkpoint, note: Note) -> VerifierKey:
    """Check the bundle against its own key: that finds damage, and proves nothing."""
    with _reading(bundle.KEY):
        key = parse_verifier_key(files.read(bundle.KEY).decode("utf-8", "replace"))
    if _signer(checkpoint, note, [key]) is None:
        raise Fault(bundle.CHECKPOINT, f"not signed by the key in {bundle.KEY} either")
    return key


def _slot_key(files: Evidences) -> bytes:
    with _reading(bundle.SLOT_KEY):
        text = files.read(bundle.SLOT_KEY)
        try:
            key = bytes.fromhex(text.decode("ascii").removesuffix("\n"))
        except ValueError as error:
            raise Broken("not a key in hexadecimal") from error
        if len(key) != SLOT_KEY_SIZE or key.hex().encode() + b"\n" != text:
            raise Broken("not a key of 32 bytes in lower-case hexadecimal")
    return key


class _NumberedLines(Iterator[bytes]):
    """Lines with the number of the last one given, and a callback now and then."""

    def __init__(self, lines: Iterator[bytes], expected: int, progress: Progress | None) -> None:
        self.number = 0
        self._lines = lines
        self._expected = expected
        self._progress = progress

    def __next__(self) -> bytes:
        line = next(self._lines)
        self.number += 1
        if self._progress and self.number % PROGRESS_STEP == 0:
            self._progress(self.number, self._expected)
        return line


class _reading:  # noqa: N801 - reads as a word: with _reading(file)
    """Turn what goes wrong while a file is read into a Fault that names the place."""

    def __init__(self, file: str, lines: _NumberedLines | None = None) -> None:
        self._file = file
        self._lines = lines

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        line = self._lines.number if self._lines else None
        if isinstance(error, Broken):
            raise Fault(self._file, error.what, line=line, leaf=error.leaf) from error
        if isinstance(error, SignatureInvalid | NoteMalformed | LineMalformed | FileUnreadable):
            raise Fault(self._file, str(error), line=line) from error
