"""What is signed: the one canonical form of a statement, and of the appendix that belongs to it.

The signature is over the SHA-256 of the canonical bytes (audit/canonical). They name the digest of
the appendix, and of each thing that a section points to, so that one signature covers all of it.
"""

import difflib
import hashlib
from collections.abc import Iterable
from typing import Literal

import orjson
from pydantic import ValidationError

from app.audit.canonical import canonical_bytes
from app.audit.statement import said_by
from app.domain.statements import TOPICS
from app.features.statements.record import Appendix
from app.features.statements.schemas import FileView
from app.kernel.errors import ProgrammingFault
from app.kernel.values import Frozen

MOST_COMPARED = 4_000_000
"""Pairs of words that are compared one by one; beyond it the comparison would take minutes."""
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


class SectionChange(Frozen):
    """What changed in a section since the edition before: (same | added | gone, words), in order.

    Long stretches that stayed are shortened.
    """

    topic: str
    title: str
    words: tuple[tuple[str, str], ...]


class Update(Frozen):
    """Of an update: the edition before, and word by word what changed.

    `shown` is false, and `changes` empty, where nobody stated of the edition before that it holds
    nothing withheld: its words are then not handed on with this one.
    """

    edition: int
    sha256: str
    shown: bool
    changes: tuple[SectionChange, ...]


class CommentCount(Frozen):
    """How many comments of a kind there were, and what became of them."""

    kind: str
    made: int
    adopted: int
    in_part: int
    not_adopted: int


class Content(Frozen):
    """A statement as it is signed.

    `carried` names the references whose notes hold words of both sides; what the digest of its
    words covers then includes them, and the update. Without it, it was signed before that.
    """

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
    update: Update | None = None
    carried: tuple[str, ...] | None = None


_LATER = ("update", "publication", "carried")
"""Came to be after the first statements were signed: left out where there is none."""


def bytes_of(value: Content | Appendix) -> bytes:
    """Give the canonical bytes of what is signed, or of its appendix."""
    said = value.model_dump(mode="json")
    return canonical_bytes(
        {key: one for key, one in said.items() if one is not None or key not in _LATER}
    )


def digest_of(value: bytes) -> str:
    """Give the SHA-256 of bytes, in hexadecimal."""
    return hashlib.sha256(value).hexdigest()


def reference(kind: str, thing_id: str, label: str, note: str) -> Reference:
    """Make a reference with the digest of what is said of its thing."""
    said = canonical_bytes({"id": thing_id, "kind": kind, "label": label, "note": note})
    return Reference(kind=kind, id=thing_id, label=label, note=note, sha256=digest_of(said))


def said_of(content: Content) -> str:
    """Give the digest of what a content says; see audit/statement."""
    return said_by(content.model_dump(mode="json"))


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
    return tuple(
        (kind, " ".join(words)) for kind, words in _compared(before.split(), after.split())
    )


def shortened(
    changes: Iterable[tuple[str, str]], *, around: int = 12
) -> tuple[tuple[str, str], ...]:
    """Leave of what stayed the same only some words beside what changed."""
    found = []
    for kind, text in changes:
        words = text.split()
        if kind == "same" and len(words) > 2 * around:
            words = [*words[:around], "…", *words[-around:]]
        found.append((kind, " ".join(words)))
    return tuple(found)


def _compared(old: list[str], new: list[str]) -> list[tuple[str, list[str]]]:
    """Compare lists of words; where both are long and all different, as two whole blocks."""
    head = _alike(old, new)
    tail = _alike(old[head:][::-1], new[head:][::-1])
    inner_old, inner_new = old[head : len(old) - tail], new[head : len(new) - tail]
    found = [("same", old[:head])]
    if len(inner_old) * len(inner_new) > MOST_COMPARED:
        found += [("gone", inner_old), ("added", inner_new)]
    else:
        matcher = difflib.SequenceMatcher(a=inner_old, b=inner_new, autojunk=False)
        for tag, a0, a1, b0, b1 in matcher.get_opcodes():
            if tag == "equal":
                found.append(("same", inner_old[a0:a1]))
                continue
            found += [("gone", inner_old[a0:a1]), ("added", inner_new[b0:b1])]
    found.append(("same", old[len(old) - tail :]))
    return [(kind, words) for kind, words in found if words]


def _alike(old: list[str], new: list[str]) -> int:
    """Count the words that two lists begin with alike."""
    return next(
        (at for at, (one, other) in enumerate(zip(old, new, strict=False)) if one != other),
        min(len(old), len(new)),
    )
