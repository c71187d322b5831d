"""The shapes that the engine speaks in: boxes, words, marks, pages. No behaviour lives here.

Lengths are points of the page as displayed (after rotation and crop box), origin top left, y down,
unless a name ends in `px`.
"""

from dataclasses import dataclass
from enum import StrEnum

import msgspec

# Of a file that somebody commented: notes, signs of a comment, rectangles of one note.
MOST_NOTES, MOST_NOTE_SIGNS, MOST_NOTE_RECTS = 1000, 20_000, 200


@dataclass(frozen=True, slots=True, order=True)
class Box:
    """A rectangle in points of the page as displayed."""

    x0: float
    y0: float
    x1: float
    y1: float


@dataclass(frozen=True, slots=True, order=True)
class PixelBox:
    """A rectangle in whole pixels: x0, y0 inside, x1, y1 just outside."""

    x0: int
    y0: int
    x1: int
    y1: int


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a page with its box in points."""

    text: str
    x0: float
    y0: float
    x1: float
    y1: float


@dataclass(frozen=True, slots=True)
class PixelWord:
    """A word of a built page with its box in whole pixels."""

    text: str
    x0: int
    y0: int
    x1: int
    y1: int


class Mode(StrEnum):
    """How far a painted box reaches beyond what was marked (REDACTION.md, section 2.3)."""

    TIGHT = "tight"
    PADDED = "padded"
    LINE = "line"
    BLOCK = "block"


@dataclass(frozen=True, slots=True)
class Mark:
    """One marked rectangle of a page, with the mode that says how far its box grows."""

    box: Box
    mode: Mode = Mode.PADDED


@dataclass(frozen=True, slots=True)
class OutlineEntry:
    """One bookmark: level from 0, title, page from 1 (None where it points nowhere)."""

    level: int
    title: str
    page: int | None


@dataclass(frozen=True, slots=True)
class SourceFacts:
    """What a look at a source file says before anything of it is shown.

    `sizes` holds width and height in points for each page. The counts feed the author's ingestion
    report; nothing that they count is ever published.
    """

    pages: int
    size_bytes: int
    title_present: bool
    sizes: tuple[tuple[float, float], ...]
    attachments: int
    scripts: int
    has_form: bool
    encrypted: bool
    revisions: int


@dataclass(frozen=True, slots=True)
class ExtractedPage:
    """The words of one page: `words` confirmed by pixels or by a person, `hidden` by neither.

    Of `hidden` the first `doubtful` ones have ink of their own that does not settle the matter.
    `confirmed` says which of them (by place, from 0) a person has confirmed: those are in `words`
    and no longer in `hidden`. `rendered` is false when the page could not be drawn: such a page has
    no words at all.
    """

    number: int
    width_pt: float
    height_pt: float
    words: tuple[Word, ...]
    hidden: tuple[Word, ...]
    rendered: bool = True
    doubtful: int = 0
    confirmed: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class SourceSurvey:
    """What a source file holds beside what its pages show, for the author's eyes only.

    `annotations` maps a page to the kinds of its annotations; `names` are of attachments, layers
    and form fields, shortened; `metadata` holds the document's own description.
    """

    annotations: dict[int, dict[str, int]]
    attachments: tuple[str, ...]
    layers: tuple[tuple[str, bool], ...]  # name, shown when the file is opened
    fields: tuple[tuple[str, str], ...]  # name, value
    scripts: tuple[str, ...]  # where they hang
    metadata: dict[str, str]
    scanned: tuple[int, ...]  # pages that are one picture under a text nobody sees
    unreadable: tuple[str, ...]  # fonts that do not say what their letters are


@dataclass(frozen=True, slots=True)
class ConvertedSource:
    """A PDF made of a file of another kind; `left_out` counts what the PDF does not show."""

    pdf: bytes
    left_out: dict[str, int]


@dataclass(frozen=True, slots=True)
class PageJob:
    """One page to build: boxes already expanded, and the page's confirmed words."""

    number: int
    boxes: tuple[Box, ...]
    words: tuple[Word, ...]


@dataclass(frozen=True, slots=True)
class BuiltPage:
    """A finished page state: painted image as PNG, permitted words, painted boxes."""

    number: int
    width_px: int
    height_px: int
    width_pt: float
    height_pt: float
    png: bytes
    words: tuple[PixelWord, ...]
    boxes_px: tuple[PixelBox, ...]
    rendered: bool = True


MOST_SHEETS = 40  # of a spreadsheet


class Sheet(msgspec.Struct, frozen=True):
    """A sheet of a spreadsheet; `content` is its CSV, empty where it is hidden or holds nothing."""

    name: str
    visible: bool
    rows: int
    columns: int
    content: bytes
