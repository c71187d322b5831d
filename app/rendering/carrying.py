"""Find the place of a mark in another version of a text. Pure; works on permitted words only.

A mark is *identical* only where the same words with the same words around them stand exactly once
in both texts. Everything else is a suggestion that a person looks at: *moved* (the same words,
other surroundings), *several* (more places may be meant), *changed* (like words between like
surroundings), *gone* (nothing like it), *area* (no words under the mark).
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher

from app.rendering.layout import lines
from app.rendering.shapes import Word

CONTEXT_WORDS = 8
MOST_PLACES = 8
LIKE_ENOUGH = 0.5
SHIFT = 1.5  # points by which words of one rectangle may be set apart differently
_COMMON = 40  # a word that stands more often says little about where one is
_BIN = 8

Rect = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class PageText:
    """The permitted words of a page; `whole` where nothing on it is withheld or in doubt."""

    width_pt: float
    height_pt: float
    words: tuple[Word, ...]
    whole: bool = True


@dataclass(frozen=True, slots=True)
class Spot:
    """A place where a mark may go: rectangles by page, with what stands there and around."""

    places: tuple[tuple[int, tuple[Rect, ...]], ...]
    before: str
    text: str
    after: str


@dataclass(frozen=True, slots=True)
class Match:
    """What became of a mark: its words as they were, and where it may go now, best first."""

    kind: str  # identical, moved, several, changed, gone, area
    before: str
    text: str
    after: str
    spots: tuple[Spot, ...] = ()


@dataclass(slots=True)
class _Text:
    """All words of a document in reading order, with where each word stands."""

    pages: Mapping[int, PageText]
    words: list[Word] = field(default_factory=list)
    page_of: list[int] = field(default_factory=list)
    at: dict[str, list[int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for number in sorted(self.pages):
            for word in self.pages[number].words:
                self.at.setdefault(word.text, []).append(len(self.words))
                self.words.append(word)
                self.page_of.append(number)

    def said(self, first: int, end: int) -> str:
        return " ".join(word.text for word in self.words[max(0, first) : max(0, end)])

    def texts(self, first: int, end: int) -> list[str]:
        return [word.text for word in self.words[max(0, first) : max(0, end)]]

    def whole(self, first: int, end: int) -> bool:
        return all(self.pages[page].whole for page in set(self.page_of[first:end]))

    def find(self, wanted: Sequence[str]) -> list[int]:
        """Give where these words stand one after the other."""
        rarest = min(range(len(wanted)), key=lambda i: len(self.at.get(wanted[i], ())))
        starts = (place - rarest for place in self.at.get(wanted[rarest], ()))
        size = len(wanted)
        return [
            start
            for start in starts
            if start >= 0
            and start + size <= len(self.words)
            and all(self.words[start + i].text == text for i, text in enumerate(wanted))
        ]


@dataclass(frozen=True, slots=True)
class _Under:
    """What lies under a mark: the places of its words, and where they begin and end."""

    places: tuple[int, ...]
    by_rect: tuple[tuple[int, ...], ...]

    @property
    def first(self) -> int:
        return self.places[0]

    @property
    def end(self) -> int:
        return self.places[-1] + 1


class Carrier:
    """Two texts of one report, ready to tell where the marks of the old one go in the new one."""

    def __init__(self, old: Mapping[int, PageText], new: Mapping[int, PageText]) -> None:
        """Take the pages of both by number, from 1."""
        self._old, self._new = _Text(old), _Text(new)

    def match(self, page: int, rects: Sequence[Rect]) -> Match:
        """Say what became of a mark of the old text and where it may go in the new one."""
        under = self._under(page, rects)
        if under is None:
            return self._area(page, rects)
        old, size = self._old, under.end - under.first
        window = old.texts(under.first - CONTEXT_WORDS, under.end + CONTEXT_WORDS)
        start = max(0, under.first - CONTEXT_WORDS)
        if (at := self._once(window, start, under)) is not None:
            return self._result("identical", under, [self._spot(under, rects, at, size)])
        found = self._new.find(old.texts(under.first, under.end))
        best = sorted(found, key=lambda at: (-self._alike(under, at), at))[:MOST_PLACES]
        spots = [self._spot(under, rects, at, size) for at in best]
        # The same words may stand elsewhere while others took their place here: both are shown.
        like = self._like(under, window, under.first - start)
        if like and not any(at < like[1] and like[0] < at + size for at in found):
            spots.insert(0, self._rewritten(*like))
        if not spots:
            return self._result("gone", under, [])
        kind = "several" if len(spots) > 1 else ("moved" if found else "changed")
        return self._result(kind, under, spots)

    def _under(self, page: int, rects: Sequence[Rect]) -> _Under | None:
        here = self._old.pages.get(page)
        if here is None or not here.words:
            return None
        begin = self._old.page_of.index(page)
        by_rect = tuple(
            tuple(begin + i for i, word in enumerate(here.words) if _inside(word, rect))
            for rect in rects
        )
        places = tuple(sorted({place for part in by_rect for place in part}))
        return _Under(places, by_rect) if places else None

    def _once(self, window: list[str], start: int, under: _Under) -> int | None:
        """Give where the words begin now if they and their surroundings stand once in both."""
        # A rectangle without words holds something that no words can be compared with.
        if not all(under.by_rect):
            return None
        old = self._old
        there, here = self._new.find(window), old.find(window)
        if len(there) != 1 or here != [start]:
            return None
        at, size = there[0], len(window)
        begins = under.first - start == CONTEXT_WORDS or at == 0
        ends = start + size - under.end == CONTEXT_WORDS or at + size == len(self._new.words)
        whole = old.whole(start, start + size) and self._new.whole(at, at + size)
        return at + under.first - start if begins and ends and whole else None

    def _alike(self, under: _Under, at: int) -> float:
        """Say how alike the words around both places are: 0 to 1 on either side."""
        end = at + under.end - under.first
        return sum(
            SequenceMatcher(None, left, right, autojunk=False).ratio()
            for left, right in (
                (self._old.texts(under.first - CONTEXT_WORDS, under.first),
                 self._new.texts(at - CONTEXT_WORDS, at)),
                (self._old.texts(under.end, under.end + CONTEXT_WORDS),
                 self._new.texts(end, end + CONTEXT_WORDS)),
            )
        )  # fmt: skip

    def _spot(self, under: _Under, rects: Sequence[Rect], at: int, size: int) -> Spot:
        """Put the mark on the same words where they stand now."""
        shift = at - under.first
        boxes: list[tuple[int, Rect]] = []
        for rect, places in zip(rects, under.by_rect, strict=True):
            boxes += self._moved(rect, places, shift)
        return self._placed(boxes, at, at + size)

    def _moved(self, rect: Rect, places: tuple[int, ...], shift: int) -> list[tuple[int, Rect]]:
        if not places:
            return []
        old = [self._old.words[i] for i in places]
        new = [self._new.words[i + shift] for i in places]
        page = self._new.page_of[places[0] + shift]
        together = all(self._new.page_of[i + shift] == page for i in places)
        dx, dy = new[0].x0 - old[0].x0, new[0].y0 - old[0].y0
        if together and all(_shifted(a, b, dx, dy) for a, b in zip(old, new, strict=True)):
            return [(page, (rect[0] + dx, rect[1] + dy, rect[2] + dx, rect[3] + dy))]
        return self._lines(i + shift for i in places)

    def _lines(self, places: Iterable[int]) -> list[tuple[int, Rect]]:
        """Give a rectangle for each line that these words stand on now."""
        by_page: dict[int, list[Word]] = {}
        for place in places:
            by_page.setdefault(self._new.page_of[place], []).append(self._new.words[place])
        return [
            (page, (line.box.x0, line.box.y0, line.box.x1, line.box.y1))
            for page, words in by_page.items()
            for line in lines(words)
        ]

    def _placed(self, boxes: list[tuple[int, Rect]], first: int, end: int) -> Spot:
        by_page: dict[int, list[Rect]] = {}
        for page, rect in boxes:
            x0, y0, x1, y1 = (round(edge, 2) for edge in rect)
            by_page.setdefault(page, []).append((x0, y0, x1, y1))
        return Spot(
            places=tuple((page, tuple(rects)) for page, rects in sorted(by_page.items())),
            before=self._new.said(first - CONTEXT_WORDS, first),
            text=self._new.said(first, end),
            after=self._new.said(end, end + CONTEXT_WORDS),
        )

    def _result(self, kind: str, under: _Under, spots: list[Spot]) -> Match:
        first, end = under.first, under.end
        return Match(
            kind=kind,
            before=self._old.said(first - CONTEXT_WORDS, first),
            text=self._old.said(first, end),
            after=self._old.said(end, end + CONTEXT_WORDS),
            spots=tuple(spots),
        )

    def _like(self, under: _Under, window: list[str], lead: int) -> tuple[int, int] | None:
        """Give the words that stand now where the marked ones stood, if enough around is alike."""
        votes: Counter[int] = Counter()
        for index, text in enumerate(window):
            places = self._new.at.get(text, ())
            if len(places) <= _COMMON:
                votes.update({(place - index) // _BIN for place in places})
        size, best = under.end - under.first, None
        for near, _ in votes.most_common(6):
            begin = max(0, near * _BIN - 2 * _BIN)
            region = self._new.texts(begin, (near + 3) * _BIN + len(window))
            span = _aligned(window, region, lead, lead + size)
            if span is None or span[1] - span[0] > 3 * size + 12:
                continue
            around = region[max(0, span[0] - lead) : span[1] + len(window) - lead - size]
            score = SequenceMatcher(None, window, around, autojunk=False).ratio()
            if score >= LIKE_ENOUGH and (best is None or score > best[0]):
                best = (score, begin + span[0], begin + span[1])
        return None if best is None else best[1:]

    def _rewritten(self, first: int, end: int) -> Spot:
        return self._placed(self._lines(range(first, end)), first, end)

    def _area(self, page: int, rects: Sequence[Rect]) -> Match:
        """Suggest the same rectangles where a page has the same words, and only one does."""
        here = self._old.pages.get(page)
        said = [word.text for word in here.words] if here else []
        alike = [
            number
            for number, other in self._new.pages.items()
            if here is not None
            and [word.text for word in other.words] == said
            and (other.width_pt, other.height_pt) == (here.width_pt, here.height_pt)
        ]
        if said and len(alike) == 1:
            spot = Spot(places=((alike[0], tuple(rects)),), before="", text="", after="")
            return Match(kind="area", before="", text="", after="", spots=(spot,))
        return Match(kind="area", before="", text="", after="")


def _inside(word: Word, rect: Rect) -> bool:
    x, y = (word.x0 + word.x1) / 2, (word.y0 + word.y1) / 2
    return rect[0] <= x <= rect[2] and rect[1] <= y <= rect[3]


def _shifted(old: Word, new: Word, dx: float, dy: float) -> bool:
    edges = (new.x0 - old.x0 - dx, new.x1 - old.x1 - dx, new.y0 - old.y0 - dy, new.y1 - old.y1 - dy)
    return all(abs(edge) <= SHIFT for edge in edges)


def _aligned(window: list[str], region: list[str], first: int, end: int) -> tuple[int, int] | None:
    """Give what of a region stands between what matches before and after a span of a window."""
    matcher = SequenceMatcher(None, window, region, autojunk=False)
    left: int | None = None
    right: int | None = None
    last = 0
    for at, there, size in matcher.get_matching_blocks():
        if not size:
            continue
        if at < first:
            left = there + min(size, first - at)
        if left is None and at < end:
            left = there
        if at + size > end and right is None:
            right = there + max(0, end - at)
        if at < end and (right is None or at + size <= end):
            last = there + min(size, end - at)
    if left is None:
        return None
    right = last if right is None else right
    return (left, right) if right > left else None
