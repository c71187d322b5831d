"""What an action is done to, and what `release` can reveal: references by id, never rows."""

from dataclasses import dataclass
from typing import Literal

Kind = Literal[
    "installation",
    "organisation",
    "report",
    "version",
    "pathway",
    "claim",
    "redaction",
    "category",
    "review",
    "grant",
    "receipt",
    "request",
    "finding",
    "finding_draft",
    "note",
    "assessment",
    "challenge",
    "pack",
    "assurance",
    "recommendation",
    "statement",
]


@dataclass(frozen=True)
class Target:
    """A thing by kind and public id."""

    kind: Kind
    id: str


INSTALLATION = Target("installation", "ins_this")


@dataclass(frozen=True, kw_only=True)
class PageRef:
    """One page of one version, as image and words."""

    version_id: str
    page: int


@dataclass(frozen=True, kw_only=True)
class DocumentRef:
    """The outline and facts of a version as a whole."""

    version_id: str


@dataclass(frozen=True, kw_only=True)
class SearchRef:
    """A phrase searched in the edition of a version."""

    version_id: str
    phrase: str
    whole_words: bool = False


@dataclass(frozen=True, kw_only=True)
class PassageRef:
    """A place on a page, `rects` in points as displayed: quoted as the reader's edition has it."""

    version_id: str
    page: int
    rects: tuple[tuple[float, float, float, float], ...]


@dataclass(frozen=True, kw_only=True)
class FieldRef:
    """One guarded text of a subject, such as the question of a request."""

    subject: Target
    field: str
    version_id: str | None = None  # read with this version's record, not with its subject
