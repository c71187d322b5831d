"""The evidence of a review statement: what is in the bundle, and its offline verifier.

Here: the names of its files and the order of the checks. Like `verify` it needs no database, no
network, and loads nothing but the standard library, `cryptography`, `orjson` and its neighbours.

What holds it together: the signature is over the digest of `statement.json`; that names the digest
of `appendix.json` and of an uploaded file; the log slice in `record/` names, under the log's own
signature, the digest that was released, the key that signed it, and the digests of every other
form of the statement.
"""

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

import orjson

from app.audit import bundle
from app.audit.bundle import EntryLine, LineMalformed, parse_line, sums_bytes
from app.audit.canonical import NotCanonical, canonical_bytes, parse_canonical
from app.audit.files import BundleFiles, FileUnreadable
from app.audit.note import VerifierKey
from app.audit.signatures import BadSignature
from app.audit.signatures import fingerprint as fingerprint_of
from app.audit.signatures import verify as verify_signature
from app.audit.verify import Fault, Progress, Verdict, verify_files
from app.domain.statements import RIGHTS, VERDICTS

STATEMENT: Final = "statement.json"
APPENDIX: Final = "appendix.json"
SIGNATURE: Final = "signature.json"
RECORD: Final = "record/"
UPLOADED: Final = "as-uploaded."
FORMS: Final = ("statement.docx", "statement.md", "statement.pdf", "redaction-index.csv")
"""Forms of what is signed; the log names the digest of each."""

RELEASED: Final = "StatementReleased"
EXPORTED: Final = "StatementExportStarted"
DECIDED: Final = "PublicationDecided"


@dataclass
class StatementVerdict:
    """What a verification found: of the statement, and of the log slice in it."""

    record: Verdict
    digest: str = ""
    fingerprint: str = ""
    signer: str = ""

    @property
    def exit_code(self) -> int:
        """0 intact, 1 fault, 3 the log's key is not pinned."""
        return self.record.exit_code

    def as_json(self) -> dict[str, object]:
        """Return the verdict for machines."""
        return {
            **self.record.as_json(),
            "statement": self.digest,
            "fingerprint": self.fingerprint,
            "signer": self.signer,
        }


def is_statement(path: Path) -> bool:
    """Say whether a bundle is the evidence of a statement."""
    try:
        with BundleFiles(path) as files:
            found = set(files.names())
            return bool(found & {STATEMENT, APPENDIX, SIGNATURE})
    except FileUnreadable:
        return False


def verify_statement(
    path: Path,
    *,
    keys: Sequence[VerifierKey] = (),
    pinned: Sequence[VerifierKey] = (),
    progress: Progress | None = None,
) -> StatementVerdict:
    """Verify the evidence at `path`, a folder or a .zip archive; keys are as in `verify`."""
    verdict = StatementVerdict(Verdict("intact"))
    try:
        with BundleFiles(path) as files, BundleFiles(path, within=RECORD) as record:
            names = files.names()
            _verify_sums(files, names)
            content = _verify_signed(files, verdict)
            verdict.record = verify_files(record, keys=keys, pinned=pinned, progress=progress)
            if verdict.record.fault is None:
                _verify_recorded(files, record, names, content, verdict)
    except FileUnreadable as unreadable:
        return _broken(verdict, Fault("bundle", str(unreadable)))
    except Fault as fault:
        return _broken(verdict, fault)
    return verdict


def _broken(verdict: StatementVerdict, fault: Fault) -> StatementVerdict:
    verdict.record.outcome, verdict.record.fault = "fault", fault
    return verdict


def _verify_sums(files: BundleFiles, names: list[str]) -> None:
    """Hold every file, and no other, against the list of digests."""
    given = _read(files, bundle.SUMS)
    digests = {name: files.measure(name) for name in names if name != bundle.SUMS}
    if sums_bytes(digests) == given:
        return
    known = dict(
        line.split("  ", 1)[::-1]
        for line in given.decode("utf-8", "replace").splitlines()
        if "  " in line
    )
    for name, digest in digests.items():
        if known.get(name, digest) != digest:
            raise Fault(name, f"its digest is not the one in {bundle.SUMS}")
    for name in sorted(known.keys() ^ digests.keys()):
        if name in known:
            raise Fault(name, f"it is listed in {bundle.SUMS}, and missing from this bundle")
        raise Fault(name, f"it is not listed in {bundle.SUMS}")
    raise Fault(bundle.SUMS, "does not list the files of this bundle")


def _verify_signed(files: BundleFiles, verdict: StatementVerdict) -> dict[str, Any]:
    """Check the signature over the statement, and what the statement names by digest."""
    body, content = _canonical(files, STATEMENT)
    _, signature = _canonical(files, SIGNATURE)
    appendix, _ = _canonical(files, APPENDIX)
    verdict.digest = sha256(body).hexdigest()
    if signature.get("digest") != verdict.digest:
        raise Fault(SIGNATURE, "signs another statement")
    try:
        key = str(signature["public_key"])
        verify_signature(str(signature["signature"]), verdict.digest, key)
        verdict.fingerprint = fingerprint_of(key)
    except BadSignature as bad:
        raise Fault(SIGNATURE, str(bad)) from bad
    except (KeyError, ValueError) as error:
        raise Fault(SIGNATURE, "has no key that can be read") from error
    verdict.signer = str(signature.get("signer_name", ""))
    if content.get("appendix_sha256") != sha256(appendix).hexdigest():
        raise Fault(APPENDIX, "is not the appendix that the statement names")
    return content


@dataclass
class _Told:
    """What the log tells of one statement, in the slice that was verified before."""

    released: dict[str, Any] | None = None
    exported: dict[str, Any] | None = None
    decided: list[tuple[str, str]] = field(default_factory=list)


def _verify_recorded(
    files: BundleFiles,
    record: BundleFiles,
    names: list[str],
    content: dict[str, Any],
    verdict: StatementVerdict,
) -> None:
    """Hold the statement and its forms against what the log says of them."""
    told = _told_of(record, content.get("statement"))
    released = told.released
    if released is None or released.get("digest") != verdict.digest:
        raise Fault(STATEMENT, "the log does not say that this statement was released")
    if released.get("fingerprint") != verdict.fingerprint:
        raise Fault(SIGNATURE, "the log says that another key signed it")
    verify_published(_canonical(files, APPENDIX)[1], content, told.decided)
    listed = (told.exported or {}).get("files")
    said = set(listed) if isinstance(listed, list) else set()
    uploaded = [name for name in names if name.startswith(UPLOADED)]
    for name in (*FORMS, *uploaded):
        if f"{name} {files.measure(name)}" not in said:
            raise Fault(name, "is not what the log says was handed out")
    _verify_uploaded(files, uploaded, content)
    others = set(names) - {*FORMS, *uploaded, STATEMENT, APPENDIX, SIGNATURE}
    strange = sorted(
        name for name in others - {bundle.README, bundle.SUMS} if not name.startswith(RECORD)
    )
    if strange:
        raise Fault(strange[0], "does not belong to this bundle")


def _told_of(record: BundleFiles, statement: object) -> _Told:
    told = _Told()
    for name, about, facts in _recorded(record):
        if about != statement:
            continue
        if name == DECIDED:
            said = VERDICTS.get(str(facts.get("decision")), "")
            told.decided.append((said, str(facts.get("text"))))
        elif name == RELEASED:
            told.released = facts
        elif name == EXPORTED:
            told.exported = facts
    return told


def said_digest(
    statement_id: str,
    version_id: str,
    sections: Iterable[tuple[str, str, Iterable[Sequence[str]]]],
    file_digest: str | None,
    update: Mapping[str, Any] | None = None,
) -> str:
    """Give the digest of what an organisation says: its words, what they point to, its file.

    Words that people wrote and that are carried along are among it: both sides of a disagreement,
    and what an update shows of the edition before. What is generated beside them (outcomes,
    counts, the appendix) moves on without it.

    Args:
        statement_id: the statement.
        version_id: the version that it is pinned to.
        sections: topic, text, and (kind, id) of what the section points to; of what carries
            words of both sides its label and note as well.
        file_digest: the digest of an uploaded file.
        update: what an update shows of the edition before, where it is one.
    """
    said: dict[str, Any] = {
        "file": file_digest,
        "sections": [
            {"points_to": [list(one) for one in points_to], "text": text, "topic": topic}
            for topic, text, points_to in sections
        ],
        "statement": statement_id,
        "version": version_id,
    }
    if update is not None:
        said["update"] = update
    return sha256(canonical_bytes(said)).hexdigest()


def said_by(content: Mapping[str, Any]) -> str:
    """Give the digest of what a statement says, from the statement as it is signed.

    Statements that were signed before these words were covered name nothing as `carried`; theirs
    is made as it was then. Raises KeyError and TypeError where it is no statement.
    """
    carried = content.get("carried")
    return said_digest(
        content["statement"],
        content["version_id"],
        [
            (one["topic"], one["text"], [pointing(ref, carried or ()) for ref in one["references"]])
            for one in content["sections"]
        ],
        content["file"]["digest"] if content["file"] else None,
        content.get("update") if carried is not None else None,
    )


def pointing(reference: Mapping[str, str], carried: Container[str]) -> tuple[str, ...]:
    """Give of a reference what the digest covers."""
    thing = (reference["kind"], reference["id"])
    return (*thing, reference["label"], reference["note"]) if thing[1] in carried else thing


def verify_published(
    appendix: dict[str, Any], content: dict[str, Any], decided: list[tuple[str, str]]
) -> None:
    """Hold what is printed of the publisher's say against the log, and against the text."""
    published: Any = appendix.get("publication")
    if published is None and not decided:
        return
    try:
        told = [
            (step["what"], step["digest"])
            for step in published["steps"]
            if step["what"] in VERDICTS.values()
        ]
        said = said_by(content)
        given, right = published["digest"], published["right"]
    except (KeyError, TypeError) as error:
        raise Fault(APPENDIX, "does not tell how publication was decided") from error
    if told != decided:
        raise Fault(APPENDIX, "tells otherwise than the log what the publisher decided")
    if given != said:
        raise Fault(APPENDIX, "names another text than the statement says")
    if right == RIGHTS["approval"] and (VERDICTS["approved"], said) not in decided:
        raise Fault(STATEMENT, "the log does not say that the publisher approved this text")


def _verify_uploaded(files: BundleFiles, uploaded: list[str], content: dict[str, Any]) -> None:
    file = content.get("file")
    wanted = file.get("digest") if isinstance(file, dict) else None
    found = [files.measure(name) for name in uploaded]
    if found != ([wanted] if wanted else []):
        raise Fault(STATEMENT, "names another uploaded file than the bundle holds")


def _recorded(record: BundleFiles) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Yield (event, object, facts) of the entries in the slice, which was verified before."""
    with closing(record.lines(bundle.ENTRIES)) as lines:
        next(lines, None)
        for text in lines:
            try:
                line = parse_line(text)
            except LineMalformed as error:
                raise Fault(RECORD + bundle.ENTRIES, str(error)) from error
            if isinstance(line, EntryLine) and line.core is not None:
                facts = line.core["facts"]
                yield str(facts.get("event")), str(line.core["object"]), facts.get("facts") or {}


def _canonical(files: BundleFiles, name: str) -> tuple[bytes, dict[str, Any]]:
    body = _read(files, name)
    try:
        value = parse_canonical(body)
    except (NotCanonical, orjson.JSONDecodeError) as error:
        raise Fault(name, str(error)) from error
    if not isinstance(value, dict):
        raise Fault(name, "not a JSON object")
    return body, value


def _read(files: BundleFiles, name: str) -> bytes:
    try:
        return files.read(name)
    except FileUnreadable as error:
        raise Fault(name, str(error)) from error


def readme_bytes(key: VerifierKey, digest: str, fingerprint: str) -> bytes:
    """Return the text for whoever opens the bundle years later."""
    return f"""EVIDENCE OF A REVIEW STATEMENT
The statement with SHA-256 {digest}, its signature, its appendix, and every entry
of the audit log that concerns the organisation that made it.

To check it, without database and without network:

    vitrine verify THIS_BUNDLE --key 'KEY OF THE LOG'

The key of the log, and the fingerprint of the signer, must come from elsewhere; nothing in a
bundle vouches for itself. The name of the log's key, and the fingerprint, are

    {key.name}+{key.key_id.hex()}
    {fingerprint}

{STATEMENT}  what was signed; {SIGNATURE}  the signature, with the public key
{APPENDIX}   the process appendix that the statement names
statement.*      the same as a page to read or print, as a document, as text
redaction-index.csv  what was withheld from the edition that was read
{UPLOADED}*   the statement as it was uploaded, where it was written elsewhere
{RECORD}         a bundle of the log: vitrine audit verify checks it alone
{bundle.SUMS}      digests of the other files (sha256sum -c)
""".encode()
