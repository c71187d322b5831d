"""A page of an edition as the reader and the redaction editor draw it.

Here: the shapes that templates take, and the geometry of the text layer (lines, paragraphs, where a
redaction stands among the words). Not here: which words somebody may see (access/release).
All lengths are pixels of the page image, origin top left.

How it is drawn without style attributes, which the content-security-policy refuses: an <svg> with
the image's own coordinates lies over the image. Its x, y, width, height and textLength are
attributes, not styles, and it scales with the image. See templates/reader/parts.html.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from markupsafe import Markup

# The width, in pixels of the screen, at which the signs drawn over a page have their best size.
_SCREEN_WIDTH = 760
_SIGN_HEIGHT = 30
UNSIGNED = frozenset({"highlight", "hit", "found"})  # seen where they are; a sign would say no more
_NEW_LINE = 0.55
_BASELINE = 0.8
_NEW_PARAGRAPH = 1.7


@dataclass(frozen=True, slots=True)
class Word:
    """One permitted word; ``i`` is its index on the page of this edition."""

    i: int
    text: str
    x: float
    y: float
    w: float
    h: float


@dataclass(frozen=True, kw_only=True)
class RedactionBox:
    """A black box: its categories, its public character, and its size in words of a person."""

    id: str
    x: float
    y: float
    w: float
    h: float
    categories: tuple[str, ...]
    character: str
    size: str = ""
    substitute: str = ""
    challenge_url: str | None = None
    finding_url: str | None = None

    @property
    def label(self) -> str:
        """The categories, as they stand in the box."""
        return " ".join(self.categories)

    @property
    def spoken(self) -> str:
        """The whole of it for somebody who hears the page."""
        said = f"Redacted, {', '.join(self.categories)}: {self.character.rstrip('.')}"
        said = f"{said}. {self.size}" if self.size else said
        return f"{said}. In its stead: {self.substitute}" if self.substitute else said


@dataclass(frozen=True, kw_only=True)
class Anchor:
    """A place that a finding, claim or request is about; a passage of n lines has n of them."""

    x: float
    y: float
    w: float
    h: float
    kind: str
    label: str
    href: str


@dataclass(frozen=True, kw_only=True)
class ReaderPage:
    """One page as the reader shows it."""

    number: int
    width_px: int
    height_px: int
    image_url: str
    width_pt: float = 612.0
    height_pt: float = 792.0
    words: Sequence[Word] = ()
    boxes: Sequence[RedactionBox] = ()
    anchors: Sequence[Anchor] = ()
    fine_url: str = ""  # the same at twice the resolution, for dense screens; empty: there is none
    sizes: str = ""  # how wide the picture is shown, in the words of the HTML attribute

    @property
    def unit(self) -> float:
        """Pixels of the image per pixel of the screen at the reader's usual width."""
        return self.width_px / _SCREEN_WIDTH


@dataclass(frozen=True, kw_only=True)
class Mark:
    """A redaction as the editor shows it; ``state`` is proposed, approved, refused or chosen."""

    id: str
    x: float
    y: float
    w: float
    h: float
    state: str
    categories: tuple[str, ...]
    href: str
    at: int = 0  # which of the mark's rectangles this is
    movable: bool = False  # by the person who looks
    here: bool = False  # where the person was

    @property
    def spoken(self) -> str:
        """The mark for somebody who hears the page."""
        said = f"{self.state.capitalize()} redaction, {', '.join(self.categories)}"
        return f"{said}; arrows move it" if self.movable else said


@dataclass(frozen=True, kw_only=True)
class EditorPage:
    """One page as the redaction editor shows it; the form speaks in points, the image in pixels."""

    number: int
    width_px: int
    height_px: int
    width_pt: float
    height_pt: float
    image_url: str
    words: Sequence[Word] = ()
    marks: Sequence[Mark] = ()

    @property
    def unit(self) -> float:
        """Pixels of the image per pixel of the screen at the editor's usual width."""
        return self.width_px / _SCREEN_WIDTH


@dataclass(frozen=True)
class MarginSign:
    """The sign in the margin for all rectangles of one anchor."""

    first: Anchor
    rectangles: tuple[Anchor, ...]
    y: float


def lines_of(words: Sequence[Word]) -> list[list[Word]]:
    """Group words, in their reading order, into the lines on which they stand."""
    lines: list[list[Word]] = []
    for word in words:
        if lines and _same_line(lines[-1][-1], word) and word.x >= lines[-1][-1].x:
            lines[-1].append(word)
        else:
            lines.append([word])
    return lines


def text_layer(words: Sequence[Word]) -> Markup:
    """Return the words as transparent <text>, one per line, each word stretched to its box.

    Written by hand: as a template it made rendering a page of 600 words more than twice as long.
    """
    return Markup("".join(_line_of_text(line) for line in lines_of(words)))  # noqa: S704 – escaped below


def _line_of_text(line: Sequence[Word]) -> str:
    tall = max(word.h for word in line)
    baseline = max(word.y for word in line) + tall * _BASELINE
    spans = " ".join(
        f'<tspan data-i="{w.i:d}" data-box="{w.x:g} {w.y:g} {w.w:g} {w.h:g}" x="{w.x:g}" '
        f'textLength="{w.w:g}" lengthAdjust="spacingAndGlyphs">{escape(w.text)}</tspan>'
        for w in line
    )
    return f'<text y="{baseline:.1f}" font-size="{tall:.1f}">{spans}</text>'


def paragraphs_of(
    words: Sequence[Word], boxes: Sequence[RedactionBox] = ()
) -> list[list[str | RedactionBox]]:
    """Return the page's text as paragraphs of runs, each redaction where it stands in the text."""
    before: dict[int, list[RedactionBox]] = {}
    for box in sorted(boxes, key=lambda b: (b.y, b.x)):
        before.setdefault(_place_of(box, words), []).append(box)
    paragraphs: list[list[str | RedactionBox]] = []
    for at, word in enumerate(words):
        if not paragraphs or _new_paragraph(words[at - 1], word):
            paragraphs.append([])
        for box in before.get(at, ()):
            _add(paragraphs[-1], box)
        _add(paragraphs[-1], word.text)
    rest = before.get(len(words), [])
    if rest and not paragraphs:
        paragraphs.append([])
    for box in rest:
        _add(paragraphs[-1], box)
    return paragraphs


def signs_of(page: ReaderPage) -> list[MarginSign]:
    """Return one sign for each anchored thing, moved down where two would cover each other."""
    groups: dict[tuple[str, str], list[Anchor]] = {}
    for anchor in page.anchors:
        if anchor.kind in UNSIGNED:
            continue
        groups.setdefault((anchor.kind, anchor.href), []).append(anchor)
    signs: list[MarginSign] = []
    free_from = 0.0
    for group in sorted(groups.values(), key=lambda g: g[0].y):
        y = max(group[0].y, free_from)
        free_from = y + _SIGN_HEIGHT * page.unit
        signs.append(MarginSign(group[0], tuple(group), y))
    return signs


def label_size(box: RedactionBox, unit: float) -> float:
    """Return the font size of a box's label in image pixels; 0 where none would be readable."""
    fits = (box.w - 4 * unit) / (0.64 * max(1, len(box.label)))
    size = min(12 * unit, box.h * 0.72, fits)
    return round(size, 1) if size >= 6 * unit else 0.0


def _same_line(one: Word, other: Word) -> bool:
    apart = abs((one.y + one.h / 2) - (other.y + other.h / 2))
    return apart < _NEW_LINE * max(one.h, other.h)


def _new_paragraph(one: Word, other: Word) -> bool:
    down = (other.y + other.h / 2) - (one.y + one.h / 2)
    return down < -one.h or down > _NEW_PARAGRAPH * (one.h + other.h) / 2


def _place_of(box: RedactionBox, words: Sequence[Word]) -> int:
    """Return the index before which a box is read: after its left neighbour, or above the next."""
    left, below = -1, -1
    for at, word in enumerate(words):
        middle = word.y + word.h / 2
        if box.y <= middle <= box.y + box.h and word.x + word.w / 2 <= box.x:
            if left < 0 or (word.y, word.x) >= (words[left].y, words[left].x):
                left = at
        elif below < 0 and middle > box.y and _overlap(box, word):
            below = at
    if left >= 0:
        return left + 1
    return below if below >= 0 else len(words)


def _overlap(box: RedactionBox, word: Word) -> bool:
    return word.x < box.x + box.w and word.x + word.w > box.x


def _add(paragraph: list[str | RedactionBox], run: str | RedactionBox) -> None:
    last = paragraph[-1] if paragraph else None
    if isinstance(run, str) and isinstance(last, str):
        paragraph[-1] = f"{last} {run}"
    elif isinstance(run, str) or not (isinstance(last, RedactionBox) and last.id == run.id):
        paragraph.append(run)
