"""Commands in, views out, for redactions: places and reasons, never the words removed."""

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

Edge = Annotated[float, Field(ge=-100_000, le=100_000, allow_inf_nan=False)]
Rect = tuple[Edge, Edge, Edge, Edge]
Character = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
Prose = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2000)]
Mode = Literal["tight", "padded", "line", "block"]


class Frozen(BaseModel):
    """A value that is made once; unknown names are refused, so nothing slips in."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Place(Frozen):
    """A place on one page: a rectangle a line, in points as displayed, from the top left."""

    page: Annotated[int, Field(ge=1)]
    rects: Annotated[tuple[Rect, ...], Field(min_length=1, max_length=200)]


class ProposeRedactions(Frozen):
    """Propose to redact places for one reason; they are decided together."""

    places: Annotated[tuple[Place, ...], Field(min_length=1, max_length=1000)]
    categories: Annotated[tuple[str, ...], Field(min_length=1, max_length=3)]
    character: Character
    justification: Prose
    mode: Mode | None = None  # None: whole lines for PII, else padded
    expires_on: date | None = None


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


class UndoView(Frozen):
    """The act that undoes the last one on a mark."""

    act: Literal["change", "withdraw", "restore"]
    mark: RedactionView
    before: tuple[Rect, ...] = ()  # where it stood, for `change`
    mode: str = ""  # and how it grew


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


class EditorView(Frozen):
    """A page as its marks are made: its size, and every mark on it."""

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
    marks: tuple[RedactionView, ...]
