"""What `release` hands out: the only values that carry guarded content upward."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from app.rendering.shapes import Word

WITHHELD_MARK = "█"

Rect = tuple[float, float, float, float]


@dataclass(frozen=True, kw_only=True)
class EditionFacts:
    """Which edition this is: never a boolean."""

    id: str
    key: str
    version_id: str
    lifted: tuple[str, ...]  # categories that occur and are lifted for this person
    withheld: tuple[str, ...]  # categories that occur and are withheld


@dataclass(frozen=True, kw_only=True)
class ReleasedWord:
    """A permitted word with its box in pixels of the page image."""

    text: str
    x: int
    y: int
    w: int
    h: int


@dataclass(frozen=True, kw_only=True)
class ReleasedBox:
    """A black box on the page, and the redactions it belongs to (by id)."""

    x: int
    y: int
    w: int
    h: int
    redaction_ids: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Released:
    """Anything that came through the door."""

    edition: EditionFacts | None = None


@dataclass(frozen=True, kw_only=True)
class ReleasedPage(Released):
    """The permitted words and the boxes of one page; `number` counts from 1."""

    number: int
    pages: int
    width_px: int
    height_px: int
    width_pt: float
    height_pt: float
    words: tuple[ReleasedWord, ...]
    boxes: tuple[ReleasedBox, ...]


@dataclass(frozen=True, kw_only=True)
class ReleasedImage(Released):
    """The page's pixels with the viewer's watermark burned in."""

    content: bytes
    media_type: str


@dataclass(frozen=True, kw_only=True)
class OutlineEntry:
    """One title of the edition's outline."""

    section_id: str
    title: str
    level: int
    page: int


@dataclass(frozen=True, kw_only=True)
class ReleasedDocument(Released):
    """The outline and size of an edition."""

    pages: int
    outline: tuple[OutlineEntry, ...]


@dataclass(frozen=True, kw_only=True)
class ReleasedHit:
    """A place where a phrase occurs in the edition: (page, rectangle in points) a line, context."""

    page: int
    fragments: tuple[tuple[int, tuple[float, float, float, float]], ...]
    before: str
    match: str
    after: str


@dataclass(frozen=True, kw_only=True)
class ReleasedSearch(Released):
    """The hits of a search, all from permitted words."""

    phrase: str
    hits: tuple[ReleasedHit, ...]


@dataclass(frozen=True, kw_only=True)
class ReleasedPassage(Released):
    """The words of a place as this person may read them; withheld ones become █.

    `rects` is the place as `rects_shown` gives it.
    """

    quote: str
    digest: str  # SHA-256 of the quote
    rects: tuple[tuple[float, float, float, float], ...]


@dataclass(frozen=True, kw_only=True)
class ReleasedField(Released):
    """A guarded text, or None where the person is not cleared for it (`masked`)."""

    body: str | None
    masked: bool
    written_by: str = ""
    missing_codes: tuple[str, ...] = field(default=())
    sensitivity: tuple[str, ...] = ()  # what a reader of a text kept elsewhere must have lifted


def quote_from(page: ReleasedPage, rects: tuple[Rect, ...]) -> str:
    """Quote a place (points) of a page that was released: its words, each black gap as one █.

    Words and gaps stand in reading order; neighbouring gaps are one, so that nobody can count.
    """
    runs: list[str] = []
    for rect in rects:
        left, top, right, bottom = _in_pixels(page, rect)
        line = [
            (word.x, word.text)
            for word in page.words
            if left <= word.x + word.w / 2 <= right and top <= word.y + word.h / 2 <= bottom
        ]
        line += [(max(box.x, round(left)), WITHHELD_MARK) for box in _boxes_in(page, rect)]
        for _, text in sorted(line, key=lambda run: run[0]):
            if not (text == WITHHELD_MARK and runs and runs[-1] == WITHHELD_MARK):
                runs.append(text)
    return " ".join(runs)


def points_of_page(page: ReleasedPage) -> list[Word]:
    """Give the words of a page that was released in points as displayed."""
    across, down = page.width_pt / page.width_px, page.height_pt / page.height_px
    return [
        Word(w.text, w.x * across, w.y * down, (w.x + w.w) * across, (w.y + w.h) * down)
        for w in page.words
    ]


def rects_shown(
    page: ReleasedPage, rects: tuple[Rect, ...], *, gap: str | None = None
) -> tuple[Rect, ...]:
    """Give a stored place (points) as whoever this page was released to may know it.

    Where a line ends inside a black box says how long a word under it is: a place that is withheld
    in part is given as the lines of the reader's own words, without any as the whole page.

    Args:
        page: as it was released to the reader.
        rects: the place as somebody stored it who may read more.
        gap: the redaction that the place is about; its boxes on the page are no secret.
    """
    if WITHHELD_MARK not in quote_from(page, rects):
        return rects
    across, down = page.width_pt / page.width_px, page.height_pt / page.height_px
    boxes = tuple(
        (
            round(box.x * across, 2),
            round(box.y * down, 2),
            round((box.x + box.w) * across, 2),
            round((box.y + box.h) * down, 2),
        )
        for box in page.boxes
        if gap is not None and gap in box.redaction_ids
    )
    own = [
        word
        for word in points_of_page(page)
        if any(
            left <= (word.x0 + word.x1) / 2 <= right and top <= (word.y0 + word.y1) / 2 <= bottom
            for left, top, right, bottom in rects
        )
    ]
    return boxes or line_rects(own) or ((0.0, 0.0, page.width_pt, page.height_pt),)


def gaps_in(page: ReleasedPage, rects: tuple[Rect, ...]) -> tuple[str, ...]:
    """Give the redactions, by id, whose black boxes a quote of this place would show as gaps."""
    found = {i for rect in rects for box in _boxes_in(page, rect) for i in box.redaction_ids}
    return tuple(sorted(found))


def _boxes_in(page: ReleasedPage, rect: Rect) -> list[ReleasedBox]:
    left, top, right, bottom = _in_pixels(page, rect)
    return [
        box
        for box in page.boxes
        if left < box.x + box.w and box.x < right and top < box.y + box.h and box.y < bottom
    ]


def _in_pixels(page: ReleasedPage, rect: Rect) -> Rect:
    across, down = page.width_px / page.width_pt, page.height_px / page.height_pt
    x0, y0, x1, y1 = rect
    return x0 * across, y0 * down, x1 * across, y1 * down


def line_rects(words: Sequence[Word]) -> tuple[tuple[float, float, float, float], ...]:
    """Give one rectangle in points for each line that these words, in reading order, stand on."""
    rows: list[list[Word]] = []
    for word in words:
        last = rows[-1][-1] if rows else None
        middle = (word.y0 + word.y1) / 2
        if last is not None and last.y0 <= middle <= last.y1 and word.x0 >= last.x0:
            rows[-1].append(word)
        else:
            rows.append([word])
    return tuple(
        (
            round(min(w.x0 for w in row), 2),
            round(min(w.y0 for w in row), 2),
            round(max(w.x1 for w in row), 2),
            round(max(w.y1 for w in row), 2),
        )
        for row in rows
    )
