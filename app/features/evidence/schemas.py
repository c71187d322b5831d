"""Commands in, views out, for evidence: what readers get is always from their own edition."""

from datetime import datetime
from typing import Annotated

from pydantic import Field, StringConstraints

from app.domain.evidence import EvidenceKind
from app.kernel.values import Frozen


class AttachEvidence(Frozen):
    """Attach a file to a version that is still marked; the title is public."""

    title: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
    kind: EvidenceKind


class AttachAgain(Frozen):
    """Attach items of earlier versions to a version that is still marked, without their files."""

    items: Annotated[
        tuple[Annotated[str, Field(min_length=1, max_length=64)], ...],
        Field(min_length=1, max_length=50),
    ]


class RemoveEvidence(Frozen):
    """Take an item off a version that is still marked."""

    item: Annotated[str, Field(min_length=1, max_length=20)]


class AttachedItem(Frozen):
    """An item as those who work on the version see it."""

    code: str
    kind: str
    title: str
    state: str  # importing, failed, ready; split: a spreadsheet whose sheets are items
    failure: str | None
    lines: int  # of a spreadsheet: its sheets
    hidden_sheets: int
    size: int  # bytes
    digest: str
    attached_by: str
    attached_at: datetime
    marks: int  # that withhold something


class EarlierItem(Frozen):
    """An item of an earlier version that this one has not."""

    id: str
    code: str
    kind: str
    title: str
    marks: int  # that withhold something there


class EarlierEvidence(Frozen):
    """What an earlier version has and this one has not; `open`: this person may attach it here."""

    version_id: str
    number: int
    open: bool
    items: tuple[EarlierItem, ...]


class EvidenceDesk(Frozen):
    """The evidence of a version for those who work on it."""

    version_id: str
    report_id: str
    report_title: str
    version_number: int
    state: str
    items: tuple[AttachedItem, ...]
    earlier: tuple[EarlierEvidence, ...] = ()  # nothing once the version is published


class ItemView(Frozen):
    """An item as a reader sees it in the list."""

    code: str
    kind: str
    title: str


class EvidenceList(Frozen):
    """The evidence that comes with a version."""

    version_id: str
    report_title: str
    version_number: int
    withheld: tuple[str, ...]
    items: tuple[ItemView, ...]


class GapView(Frozen):
    """What was removed at a place: one entry for each redaction that removes it."""

    categories: tuple[str, ...]
    character: str
    redaction_id: str


class PieceView(Frozen):
    """A stretch of permitted words, or a gap."""

    text: str = ""
    gap: tuple[GapView, ...] = ()


class TokenView(Frozen):
    """A bracket, a name, or a value; `kind` as the reading of the file gives it."""

    kind: str
    pieces: tuple[PieceView, ...] = ()


class LineView(Frozen):
    """A line of an edition; `number` counts the lines of the edition."""

    number: int
    depth: int
    tokens: tuple[TokenView, ...] = ()
    gap: tuple[GapView, ...] = ()


class HitView(Frozen):
    """Where a phrase stands in the item."""

    line: int
    part: int
    before: str
    match: str
    after: str


class EvidenceView(Frozen):
    """Some lines of an item, in the reader's edition."""

    version_id: str
    report_title: str
    version_number: int
    code: str
    kind: str
    title: str
    withheld: tuple[str, ...]
    part: int
    parts: int
    lines: tuple[LineView, ...]
    phrase: str = ""
    hits: tuple[HitView, ...] = ()
    more_hits: bool = False
