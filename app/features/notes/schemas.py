"""Commands in, views out, for highlights and notes."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from app.kernel.values import Frozen

MaybeProse = Annotated[str, StringConstraints(strip_whitespace=True, max_length=20_000)]


class KeepNote(Frozen):
    """Keep a run of words of a page, by their numbers in one's own edition.

    Without a text it is a highlight.
    """

    page: Annotated[int, Field(ge=1)]
    word_from: Annotated[int, Field(ge=0)]
    word_to: Annotated[int, Field(ge=0)]
    text: MaybeProse = ""
    shared: bool = False


class ChangeNote(Frozen):
    """Write a note's text anew, and say who sees it."""

    text: MaybeProse = ""
    shared: bool = False


class NoteFilter(Frozen):
    """What of one's notes to list; empty means all that are not removed."""

    version: str = ""
    kind: Literal["", "note", "highlight"] = ""
    whose: Literal["", "mine", "shared"] = ""
    removed: bool = False


class NoteView(Frozen):
    """A highlight or note; `quote` is what the reader's own edition shows there now, or None."""

    id: str
    kind: Literal["highlight", "note"]
    version_id: str
    report_title: str
    version_number: int
    page: int
    at: str  # the place as the address of a passage has it; empty where it cannot be read now
    quote: str | None
    text: str
    mine: bool
    writer: str
    shared: bool
    removed: bool
    kept_at: datetime
    changed_at: datetime


class NotedVersion(Frozen):
    """A version that one has notes on, and how many."""

    id: str
    title: str
    number: int
    count: int


class NoteList(Frozen):
    """A page of one's notes, in the order of the reports; how many there are in all."""

    rows: tuple[NoteView, ...]
    total: int
    versions: tuple[NotedVersion, ...]


class NotesExport(Frozen):
    """One's notes as a document; quotes are of the edition that one may read now."""

    format: Literal["vitrine/notes/1"] = "vitrine/notes/1"
    organisation: str
    exported_at: datetime
    exported_by: str
    notes: tuple[NoteView, ...]
