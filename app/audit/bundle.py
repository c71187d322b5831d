"""The bundle: which files evidence consists of, and the exact bytes of their lines.

Here: the one form that the exporter writes and the verifier reads, both ways. Not here: where the
rows come from (`export`), whether they are true (`replay`, `verify`), files and archives (`files`).

A bundle of the whole log (or an excerpt of it) has `slot-key`; one of an organisation's slice has
`evidence.json` instead. Each line is canonical JSON. A facet that is not shown stands as
`{"withheld": commitment}` or `{"erased": commitment}`; only a facet with a salt is shown, and
`null` is a facet that the entry never had.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

import orjson

from app.audit.canonical import canonical_bytes
from app.audit.commitment import FACETS, Facet, commit, entry_leaf
from app.audit.merkle import leaf_hash
from app.audit.note import VerifierKey
from app.audit.slices import MAX_SLOTS, HeadsRecord, SlotRecord

FORMAT: Final = "vitrine-bundle/1"
MAX_LINE: Final = 4 * 1024 * 1024
"""Bytes that a line may have."""

ENTRIES: Final = "entries.jsonl"
CHECKPOINT: Final = "checkpoint"
KEY: Final = "log.vkey"
SLOT_KEY: Final = "slot-key"
EVIDENCE: Final = "evidence.json"
README: Final = "README.txt"
SUMS: Final = "SHA256SUMS"

Scope = Literal["log", "excerpt", "slice"]
Sealing = Literal["withheld", "erased"]
_SEALINGS: Final[tuple[Sealing, ...]] = ("withheld", "erased")


class LineMalformed(ValueError):
    """A line, or a file of evidence, that no exporter writes."""


@dataclass(frozen=True, slots=True)
class FacetForm:
    """One facet as a line shows it; `salt` is None where it is sealed."""

    text: bytes
    salt: bytes | None
    commitment: bytes


def shown(facet: Facet, body: bytes, salt: bytes) -> FacetForm:
    """Show a facet: its stored canonical bytes, verbatim."""
    return FacetForm(body, salt, commit(facet, salt, body))


def sealed(reason: Sealing, commitment: bytes) -> FacetForm:
    """Hold a facet back; the commitment keeps the leaf provable."""
    text = b'{"%b":"%b"}' % (reason.encode(), commitment.hex().encode())
    return FacetForm(text, None, commitment)


@dataclass(frozen=True, kw_only=True)
class Header:
    """The first line: what the bundle claims to be."""

    scope: Scope
    origin: str
    size: int
    slot: int | None = None
    organisation: str | None = None
    withheld: tuple[Facet, ...] = ()
    selection: Mapping[str, object] | None = None
    exporter: str | None = None
    request: str | None = None


@dataclass(frozen=True)
class EntryLine:
    """One entry of the bundle; `index` counts in the tree that the bundle shows."""

    index: int
    leaf: bytes
    core: dict[str, Any] | None
    forms: tuple[FacetForm, FacetForm, FacetForm]
    sealings: tuple[tuple[Facet, Sealing], ...]


@dataclass(frozen=True)
class HeadsLine:
    """The record that ends a batch."""

    index: int
    leaf: bytes
    record: HeadsRecord


@dataclass(frozen=True)
class UnselectedLine:
    """A leaf of an excerpt that its selection leaves out: its hash only."""

    index: int
    leaf: bytes


@dataclass(frozen=True)
class Trailer:
    """The last line: how many leaves the bundle shows, of a log of which size."""

    count: int
    size: int


Line = EntryLine | HeadsLine | UnselectedLine | Trailer


@dataclass(frozen=True)
class Evidence:
    """What proves that a slice is complete (AUDIT.md 3.5)."""

    slot: SlotRecord
    slot_path: tuple[bytes, ...]
    heads: HeadsRecord
    heads_path: tuple[bytes, ...]


def header_line(header: Header) -> bytes:
    """Return the header as a line."""
    fields = {
        "exporter": header.exporter,
        "format": FORMAT,
        "kind": "header",
        "organisation": header.organisation,
        "origin": header.origin,
        "request": header.request,
        "scope": header.scope,
        "selection": header.selection,
        "size": header.size,
        "slot": header.slot,
        "withheld": sorted(header.withheld),
    }
    return canonical_bytes(fields) + b"\n"


def entry_line(index: int, leaf: bytes, forms: Sequence[FacetForm]) -> bytes:
    """Return an entry as a line; facets (core, personal, content) go in verbatim."""
    core, personal, content = forms
    salts = b",".join(
        b'"%b":"%b"' % (name, form.salt.hex().encode())
        for name, form in ((b"content", content), (b"core", core), (b"personal", personal))
        if form.salt is not None
    )
    return (
        b'{"content":%b,"core":%b,"index":%d,"kind":"entry","leaf":"%b","personal":%b,'
        b'"salts":{%b}}\n'
    ) % (content.text, core.text, index, leaf.hex().encode(), personal.text, salts)


def leaf_of(forms: Sequence[FacetForm]) -> bytes:
    """Return the leaf hash of an entry from its three facets."""
    core, personal, content = forms
    return leaf_hash(entry_leaf(core.commitment, personal.commitment, content.commitment))


def heads_line(index: int, leaf: bytes, record: HeadsRecord) -> bytes:
    """Return a heads record as a line."""
    fields = {
        "batch": record.batch,
        "index": index,
        "kind": "heads",
        "leaf": leaf.hex(),
        "slots": record.slots,
        "slots_root": record.slots_root.hex(),
        "unix_ms": record.unix_ms,
    }
    return canonical_bytes(fields) + b"\n"


def unselected_line(index: int, leaf: bytes) -> bytes:
    """Return a leaf that an excerpt leaves out as a line."""
    return b'{"index":%d,"kind":"unselected","leaf":"%b"}\n' % (index, leaf.hex().encode())


def trailer_line(trailer: Trailer) -> bytes:
    """Return the trailer as a line."""
    return b'{"count":%d,"kind":"trailer","size":%d}\n' % (trailer.count, trailer.size)


def evidence_bytes(evidence: Evidence) -> bytes:
    """Return the content of `evidence.json`."""
    slot, heads = evidence.slot, evidence.heads
    fields = {
        "heads": {
            "batch": heads.batch,
            "path": [node.hex() for node in evidence.heads_path],
            "slots": heads.slots,
            "slots_root": heads.slots_root.hex(),
            "unix_ms": heads.unix_ms,
        },
        "slot": {
            "count": slot.count,
            "nonce": slot.nonce.hex(),
            "path": [node.hex() for node in evidence.slot_path],
            "root": slot.root.hex(),
            "slot": slot.slot,
        },
    }
    return canonical_bytes(fields) + b"\n"


def parse_evidence(content: bytes) -> Evidence:
    """Read `evidence.json`; raise LineMalformed on any other bytes than an exporter writes."""
    try:
        fields = orjson.loads(content)
        heads, slot = fields["heads"], fields["slot"]
        evidence = Evidence(
            slot=SlotRecord(
                slot=_number(slot["slot"]),
                nonce=_hash(slot["nonce"]),
                count=_number(slot["count"]),
                root=_hash(slot["root"]),
            ),
            slot_path=tuple(_hash(node) for node in slot["path"]),
            heads=_heads_record(heads),
            heads_path=tuple(_hash(node) for node in heads["path"]),
        )
        rebuilt = evidence_bytes(evidence)
    except (ValueError, KeyError, TypeError) as error:
        raise LineMalformed("not the evidence of a slice") from error
    if rebuilt != content:
        raise LineMalformed("not in the form that an exporter writes")
    return evidence


def parse_header(line: bytes) -> Header:
    """Read the first line; raise LineMalformed on any other bytes than an exporter writes."""
    fields = _fields(line)
    if fields.get("kind") != "header" or fields.get("format") != FORMAT:
        raise LineMalformed(f"not the header of a bundle of format {FORMAT}")
    try:
        header = Header(
            scope=fields["scope"],
            origin=fields["origin"],
            size=fields["size"],
            slot=fields["slot"],
            organisation=fields["organisation"],
            withheld=tuple(facet for facet in FACETS if facet in fields["withheld"]),
            selection=fields["selection"],
            exporter=fields["exporter"],
            request=fields["request"],
        )
        rebuilt = header_line(header)
    except (ValueError, KeyError, TypeError) as error:
        raise LineMalformed("not a header") from error
    if rebuilt != line or header.scope not in ("log", "excerpt", "slice"):
        raise LineMalformed("not in the form that an exporter writes")
    return header


def parse_line(line: bytes) -> Line:
    """Read any line after the header; raise LineMalformed on any bytes an exporter never writes.

    The bytes of a shown facet are those of the line, and the line is its only spelling.
    """
    fields = _fields(line)
    try:
        parsed, rebuilt = _parse(fields)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise LineMalformed(f"not a line of a bundle: {error}") from error
    if rebuilt != line:
        raise LineMalformed("not in the form that an exporter writes")
    return parsed


def _parse(fields: dict[str, Any]) -> tuple[Line, bytes]:
    kind = fields["kind"]
    if kind == "entry":
        return _entry(fields)
    if kind == "heads":
        heads = HeadsLine(fields["index"], _hash(fields["leaf"]), _heads_record(fields))
        return heads, heads_line(heads.index, heads.leaf, heads.record)
    if kind == "unselected":
        leaf = _hash(fields["leaf"])
        return UnselectedLine(fields["index"], leaf), unselected_line(fields["index"], leaf)
    if kind == "trailer":
        trailer = Trailer(fields["count"], fields["size"])
        return trailer, trailer_line(trailer)
    raise LineMalformed(f"no such kind of line: {kind!r}")


def _entry(fields: dict[str, Any]) -> tuple[EntryLine, bytes]:
    salts: dict[str, str] = fields["salts"]
    forms: list[FacetForm] = []
    sealings: list[tuple[Facet, Sealing]] = []
    for facet in FACETS:
        salt = salts.get(facet)
        if salt is None:
            form, reason = _sealed(fields[facet])
            sealings.append((facet, reason))
        else:
            body = orjson.dumps(fields[facet], option=orjson.OPT_SORT_KEYS)
            form = shown(facet, body, bytes.fromhex(salt))
        forms.append(form)
    core = fields["core"] if "core" in salts else None
    parsed = EntryLine(
        index=fields["index"],
        leaf=_hash(fields["leaf"]),
        core=core,
        forms=(forms[0], forms[1], forms[2]),
        sealings=tuple(sealings),
    )
    return parsed, entry_line(parsed.index, parsed.leaf, forms)


def _sealed(value: dict[str, str]) -> tuple[FacetForm, Sealing]:
    ((reason, commitment),) = value.items()
    for known in _SEALINGS:
        if reason == known:
            return sealed(known, _hash(commitment)), known
    raise LineMalformed("a facet without a salt is withheld or erased")


def _heads_record(fields: dict[str, Any]) -> HeadsRecord:
    slots = _number(fields["slots"])
    if slots > MAX_SLOTS:
        raise LineMalformed("a heads record with an impossible number of slots")
    return HeadsRecord(
        batch=_number(fields["batch"]),
        unix_ms=_number(fields["unix_ms"]),
        slots=slots,
        slots_root=_hash(fields["slots_root"]),
    )


def _number(value: object) -> int:
    if type(value) is not int or value < 0:
        raise LineMalformed("evidence counts in whole numbers")
    return value


def _hash(text: str) -> bytes:
    value = bytes.fromhex(text)
    if len(value) != 32:
        raise LineMalformed("a hash has 32 bytes")
    return value


def _fields(line: bytes) -> dict[str, Any]:
    try:
        fields = orjson.loads(line)
    except orjson.JSONDecodeError as error:
        raise LineMalformed(f"not JSON: {error}") from error
    if not isinstance(fields, dict):
        raise LineMalformed("not a JSON object")
    return fields


def sums_bytes(digests: Mapping[str, str]) -> bytes:
    """Return the content of SHA256SUMS, readable by `sha256sum -c`."""
    return "".join(f"{digests[name]}  {name}\n" for name in sorted(digests)).encode()


def readme_bytes(header: Header, key: VerifierKey) -> bytes:
    """Return the text for whoever opens the bundle years later."""
    shows = {
        "log": "every entry of the log",
        "excerpt": "selected entries of the log; the others are here as hashes only",
        "slice": "every entry that concerns one organisation",
    }[header.scope]
    return f"""EVIDENCE OF THE AUDIT LOG {header.origin}
This bundle shows {shows}, up to the signed checkpoint of {header.size} leaves.

To check it, without database and without network:

    vitrine audit verify THIS_FOLDER --key 'KEY OF THE LOG'

The key of the log must come from elsewhere: from your enrolment, or from a person you trust. The
file {KEY} says which key the exporter used, for information only; nothing in a bundle vouches for
itself. The name of that key is

    {key.name}+{key.key_id.hex()}

{ENTRIES}  one JSON object a line: header, entries in order, trailer
{CHECKPOINT}     size and root of the log, signed (c2sp.org/tlog-checkpoint)
{SUMS}     digests of the other files (sha256sum -c)
""".encode()
