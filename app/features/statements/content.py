"""What is signed: the one canonical form of a statement, and of the appendix that belongs to it.

The signature is over the SHA-256 of the canonical bytes (audit/canonical). They name the digest of
the appendix, and of each thing that a section points to, so that one signature covers all of it.
"""

import difflib
import hashlib
from typing import Literal

import orjson
from pydantic import ValidationError

from app.audit.canonical import canonical_bytes
from app.domain.statements import TOPICS
from app.features.statements.record import Appendix
from app.features.statements.schemas import FileView
from app.kernel.errors import ProgrammingFault
from app.kernel.values import Frozen

FORMAT: Literal["vitrine-statement/1"] = "vitrine-statement/1"


class Reference(Frozen):
    """A thing that a section points to, and the digest of what is said of it."""

    kind: str
    id: str
    label: str
    note: str
    sha256: str


class Section(Frozen):
    """A section as it is signed."""

    topic: str
    title: str
    text: str
    references: tuple[Reference, ...]


class CommentCount(Frozen):
    """How many comments of a kind there were, and what became of them."""

    kind: str
    made: int
    adopted: int
    in_part: int
    not_adopted: int


class Content(Frozen):
    """A statement as it is signed."""

    format: Literal["vitrine-statement/1"]
    statement: str
    edition: int
    organisation: str
    report: str
    version: int
    version_id: str
    review: str
    publication_right: str
    payment: str
    sections: tuple[Section, ...]
    file: FileView | None
    comments: tuple[CommentCount, ...]
    appendix_sha256: str


def bytes_of(value: Content | Appendix) -> bytes:
    """Give the canonical bytes of what is signed, or of its appendix."""
    return canonical_bytes(value.model_dump(mode="json"))


def digest_of(value: bytes) -> str:
    """Give the SHA-256 of bytes, in hexadecimal."""
    return hashlib.sha256(value).hexdigest()


def reference(kind: str, thing_id: str, label: str, note: str) -> Reference:
    """Make a reference with the digest of what is said of its thing."""
    said = canonical_bytes({"id": thing_id, "kind": kind, "label": label, "note": note})
    return Reference(kind=kind, id=thing_id, label=label, note=note, sha256=digest_of(said))


def read_content(body: str) -> Content:
    """Read what was kept as signed; only bytes of our own making get here."""
    try:
        return Content.model_validate(orjson.loads(body))
    except (ValidationError, orjson.JSONDecodeError) as fault:
        raise ProgrammingFault("a kept statement cannot be read") from fault


def read_appendix(body: str) -> Appendix:
    """Read an appendix that was kept."""
    try:
        return Appendix.model_validate(orjson.loads(body))
    except (ValidationError, orjson.JSONDecodeError) as fault:
        raise ProgrammingFault("a kept appendix cannot be read") from fault


def title_of(topic: str) -> str:
    """Give the title of a section."""
    return TOPICS[topic][0]


def word_changes(before: str, after: str) -> tuple[tuple[str, str], ...]:
    """Compare two texts word by word: (same, gone or added, words), in order."""
    old, new = before.split(), after.split()
    found: list[tuple[str, str]] = []
    matcher = difflib.SequenceMatcher(a=old, b=new, autojunk=False)
    for tag, a0, a1, b0, b1 in matcher.get_opcodes():
        if tag == "equal":
            found.append(("same", " ".join(old[a0:a1])))
            continue
        if a1 > a0:
            found.append(("gone", " ".join(old[a0:a1])))
        if b1 > b0:
            found.append(("added", " ".join(new[b0:b1])))
    return tuple(found)
