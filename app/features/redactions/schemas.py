"""Commands in, views out, for redactions: places and reasons, never the words removed."""

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from app.kernel.values import Frozen

Edge = Annotated[float, Field(ge=-100_000, le=100_000, allow_inf_nan=False)]
Rect = tuple[Edge, Edge, Edge, Edge]
Character = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
Prose = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2000)]
Mode = Literal["tight", "padded", "line", "block"]


class Place(Frozen):
    """A place on one page: a rectangle a line, in points as displayed, from the top left."""

    page: Annotated[int, Field(ge=1)]
    rects: Annotated[tuple[Rect, ...], Field(min_length=1, max_length=200)]


class Reason(Frozen):
    """Why something is to be withheld: one reason for all of its places."""

    categories: Annotated[tuple[str, ...], Field(min_length=1, max_length=3)]
    character: Character
    justification: Prose
    expires_on: date | None = None
    substitute: Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)] = ""
    segregable: bool | None = None  # whether this is the smallest span
    restricted_justification: Annotated[
        str, StringConstraints(strip_whitespace=True, max_length=4000)
    ] = ""


class ProposeRedactions(Reason):
    """Propose to redact places for one reason; they are decided together."""

    places: Annotated[tuple[Place, ...], Field(min_length=1, max_length=1000)]
    mode: Mode | None = None  # None: whole lines for PII, else padded


class LinePlace(Frozen):
    """A place in evidence: whole lines (from 1), one field (from 0), or characters of it."""

    line_from: Annotated[int, Field(ge=1, le=10**7)]
    line_to: Annotated[int, Field(ge=1, le=10**7)]
    field: Annotated[int | None, Field(ge=0, le=10**4)] = None
    char_from: Annotated[int | None, Field(ge=0, le=10**7)] = None
    char_to: Annotated[int | None, Field(ge=0, le=10**7)] = None  # not included


class ProposeInEvidence(Reason):
    """Propose to redact lines, fields or words of an evidence item for one reason."""

    places: Annotated[tuple[LinePlace, ...], Field(min_length=1, max_length=1000)]


class DecideRedactions(Frozen):
    """Approve or refuse redactions, by id or by group; an approval needs the statement."""

    redactions: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    approve: bool
    statement: bool = False
    reason: Annotated[str, StringConstraints(strip_whitespace=True, max_length=2000)] = ""


class WithdrawRedactions(Frozen):
    """Withdraw one's own undecided proposals, by id or by group."""

    redactions: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()


class ChangeRedaction(Frozen):
    """Move or resize one's own undecided mark, as it was at `revision`."""

    redaction: Annotated[str, Field(min_length=1)]
    revision: Annotated[int, Field(ge=1, le=2**31 - 1)]
    rects: Annotated[tuple[Rect, ...], Field(min_length=1, max_length=200)]
    mode: Mode | None = None  # None: as it is


class EditRedactions(Frozen):
    """Change the reason or the boxes of one's own undecided groups; what is left out stays."""

    groups: Annotated[tuple[str, ...], Field(min_length=1, max_length=1000)]
    categories: Annotated[tuple[str, ...], Field(max_length=3)] = ()
    character: Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)] = ""
    justification: Annotated[str, StringConstraints(strip_whitespace=True, max_length=2000)] = ""
    mode: Mode | None = None


class MakeTemplate(Frozen):
    """Put a reason that recurs on the list."""

    categories: Annotated[tuple[str, ...], Field(min_length=1, max_length=3)]
    character: Character
    justification: Prose


class TemplateView(Frozen):
    """A reason that recurs: its texts are public, like those of a redaction."""

    id: str
    categories: tuple[str, ...]
    character: str
    justification: str


class RestoreRedactions(Frozen):
    """Bring withdrawn marks back, by id, or what was last withdrawn of a group."""

    redactions: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()


class RedactionView(Frozen):
    """One redaction with its place, reason, state and people."""

    id: str
    group_id: str
    page: int
    rects: tuple[Rect, ...]
    mode: str
    categories: tuple[str, ...]
    character: str
    justification: str
    size: str
    state: str
    proposed_by: str
    proposed_at: datetime
    decided_by: str | None
    decided_at: datetime | None
    decision_reason: str | None
    expires_at: datetime | None
    revision: int
    replaces: str | None
    changed_at: datetime | None
    substitute: str | None
    segregable: bool | None
    evidence: str | None = None  # code of the item in which it stands; then page is 0
    where: str = ""  # "line 12, field 2", there


class UndoView(Frozen):
    """The act that undoes the last one on a mark."""

    act: Literal["change", "withdraw", "restore"]
    mark: RedactionView
    before: tuple[Rect, ...] = ()  # where it stood, for `change`
    mode: str = ""  # and how it grew


class RestrictedView(Frozen):
    """A justification that stays inside: its text for who is cleared, and who that is."""

    text: str | None  # None: this person is not cleared for it
    readers: tuple[str, ...]


class CommentRedaction(Frozen):
    """Comment on a group of marks, for the publisher's people who decide about them."""

    group: Annotated[str, Field(min_length=1)]
    comment: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=4000)]


class CommentView(Frozen):
    """A comment, with its text for who is cleared for what its writer could read."""

    id: str
    by: str
    at: datetime
    text: str | None


class StepView(Frozen):
    """A step in the history of a group: what was done to how many of its marks."""

    at: datetime
    by: str
    what: str
    marks: int


class GroupView(Frozen):
    """Redactions that share one reason and one decision."""

    id: str
    categories: tuple[str, ...]
    character: str
    justification: str
    state: str  # that of its redactions; "mixed" where they differ
    proposed_by: str
    proposed_at: datetime
    pages: tuple[int, ...]
    redactions: tuple[RedactionView, ...]
    undecided: int
    claims: tuple[str, ...] = ()  # codes of the claims that it touches
    restricted: RestrictedView | None = None
    comments: tuple[CommentView, ...] = ()
    can_comment: bool = False
    history: tuple[StepView, ...] = ()
    boilerplate: str | None = None  # why its justification looks like one for everything


class HitView(Frozen):
    """A place where a phrase stands, ready to be proposed: its places and its surroundings."""

    places: tuple[Place, ...]
    before: str
    match: str
    after: str
    marked: bool  # a redaction covers it already


class FoundView(Frozen):
    """The hits of search and mark, to be reviewed one by one."""

    phrase: str
    hits: tuple[HitView, ...]


class WordView(Frozen):
    """A word of the page in the person's own edition; lengths in pixels."""

    i: int
    text: str
    x: int
    y: int
    w: int
    h: int


class EditorView(Frozen):
    """A page as its marks are made: its size, its words to choose from, and every mark on it."""

    version_id: str
    report_id: str
    report_title: str
    version_number: int
    page: int
    pages: int
    width_px: int
    height_px: int
    width_pt: float
    height_pt: float
    edition_name: str
    withheld: tuple[str, ...]
    words: tuple[WordView, ...]
    guesses: dict[str, str]  # by mark: how many names would fit its gap
    marks: tuple[RedactionView, ...]


class FieldView(Frozen):
    """A field of a line: its words, and which of its letters are marked already."""

    field: int
    kind: str
    text: str
    marked: bool  # a mark covers it whole


class LineView(Frozen):
    """A line of an item, with its number in the source."""

    number: int
    depth: int
    opening: str  # brackets around the fields, for the eye
    closing: str
    fields: tuple[FieldView, ...]
    marked: bool


class LineHit(Frozen):
    """A place where a phrase stands in an item, ready to be proposed."""

    place: LinePlace
    before: str
    match: str
    after: str
    marked: bool


class LineMark(Frozen):
    """A mark in an item, and the other lines on which the same words stand unmarked."""

    mark: RedactionView
    also_on: tuple[int, ...]


class EvidenceEditorView(Frozen):
    """Some lines of an item as its marks are made, and every mark of the item."""

    version_id: str
    report_id: str
    report_title: str
    version_number: int
    code: str
    kind: str
    title: str
    part: int
    parts: int
    lines: tuple[LineView, ...]
    marks: tuple[LineMark, ...]
    phrase: str = ""
    hits: tuple[LineHit, ...] = ()
    more_hits: bool = False
