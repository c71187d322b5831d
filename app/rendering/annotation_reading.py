"""Reading in the walled child what somebody noted in a PDF or an XFDF: notes come out."""

import math
from collections.abc import Mapping
from typing import Any, Literal

import msgspec

from app.rendering import sandbox
from app.rendering.refusals import refused
from app.rendering.sandbox import DEFAULT, Limits
from app.rendering.shapes import MOST_NOTE_RECTS, MOST_NOTE_SIGNS, MOST_NOTES


class Note(msgspec.Struct, frozen=True):
    """A note: its page from 1, its mark, its rectangles, its comment, and the words under it.

    Rectangles are points as displayed of a PDF; of an XFDF points of the page's own space, y up.
    """

    page: int
    mark: Literal["highlight", "underline", "strikeout", "note"]
    rects: list[tuple[float, float, float, float]]
    comment: str
    quoted: str


class Notes(msgspec.Struct, frozen=True):
    """The notes of a file; of a PDF how many pages it has and how large each is, in points."""

    notes: list[Note]
    pages: int | None = None
    sizes: Mapping[int, tuple[float, float]] = {}


def read_notes(source: bytes, *, kind: Literal["pdf", "xfdf"], limits: Limits = DEFAULT) -> Notes:
    """Read the notes of a file in a child; raises SourceRefused."""
    pages: int | None = None
    sizes: dict[int, tuple[float, float]] = {}
    notes: list[Note] = []
    for head, _ in sandbox.run_streaming(
        "notes", source=source, arguments={"kind": kind}, limits=limits
    ):
        if "pages" in head:
            pages = _believed(head, "pages")
        elif "width" in head:
            page = _believed(head, "page")
            sizes[page] = (float(head["width"]), float(head["height"]))
        else:
            notes.append(_note(head))
        if len(notes) > MOST_NOTES or len(sizes) > (pages or 0):
            raise refused("crashed")
    return Notes(notes=notes, pages=pages, sizes=sizes)


def _note(head: Any) -> Note:
    try:
        note = msgspec.convert(head, Note)
    except msgspec.ValidationError as error:
        raise refused("crashed") from error
    edges = [edge for rect in note.rects for edge in rect]
    wrong = not all(map(math.isfinite, edges)) or len(note.rects) > MOST_NOTE_RECTS
    if wrong or note.page < 1 or max(len(note.comment), len(note.quoted)) > MOST_NOTE_SIGNS:
        raise refused("crashed")
    return note


def _believed(head: Any, name: str) -> int:
    value = head[name]
    if not isinstance(value, int) or not 0 < value < 10**6:
        raise refused("crashed")
    return value
