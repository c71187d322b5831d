"""Compare two texts of one report: their sections, their passages, and what changed where. Pure.

Works on permitted words only. A gap is a word like any other, `█`: it is equal to every gap, so
that nothing tells whether what is under it changed. Running heads and feet are left out.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from app.rendering.aligning import Run, align, likeness, stretches
from app.rendering.carrying import CONTEXT_WORDS, Carrier, PageText, Rect, Spot
from app.rendering.layout import lines
from app.rendering.shapes import Word

GAP = "█"
_MARGIN = 0.12  # of a page's height, at its head and at its foot
_RUNS_ON = 3  # pages with the same line in a margin
_ENDS = re.compile(r"[.!?:][)\]”’\"'\d]{0,3}$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """A title of an outline: where its section begins."""

    id: str
    title: str
    level: int
    page: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """A place on a page that somebody means, such as a claim."""

    id: str
    page: int
    rects: tuple[Rect, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PassageMatch:
    """What became of a passage, and where it may stand now, best first.

    `kind`: identical; same (the words and those around, as far as the two texts go); moved;
    changed; ambiguous; gone. `likeness` is of the first place, 0 to 1.
    """

    id: str
    kind: str
    likeness: float
    spots: tuple[Spot, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionMatch:
    """What became of a section; a new one has no `old`, one that is gone no `new`."""

    old: str | None
    new: str | None
    kind: str  # identical, moved, changed, gone, new
    likeness: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangedPlace:
    """Lines of the old text that read otherwise now; `kind`: changed, moved, gone, added.

    At an added one nothing is gone, but something was put into the midst of its sentence.
    """

    page: int
    rects: tuple[Rect, ...]
    kind: str
    new_page: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """Two texts, compared."""

    runs: tuple[Run, ...]
    sections: tuple[SectionMatch, ...]
    passages: tuple[PassageMatch, ...]
    places: tuple[ChangedPlace, ...]


@dataclass(slots=True)
class Text:
    """All words of an edition in reading order, but for running heads, with where each stands."""

    pages: Mapping[int, PageText]
    words: list[Word] = field(default_factory=list)
    page_of: list[int] = field(default_factory=list)
    begins: dict[int, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for number in sorted(self.pages):
            self.begins[number] = len(self.words)
            self.words += self.pages[number].words
            self.page_of += [number] * len(self.pages[number].words)

    @property
    def said(self) -> list[str]:
        """Give the words without their places."""
        return [word.text for word in self.words]

    def under(self, page: int, rects: Sequence[Rect]) -> list[int]:
        """Give the places in the text of the words that stand in some rectangles of a page."""
        here = self.pages.get(page)
        begin = self.begins.get(page, 0)
        return [
            begin + at
            for at, word in enumerate(here.words if here else ())
            if any(_inside(word, rect) for rect in rects)
        ]

    def lined(self, first: int, end: int) -> list[tuple[int, tuple[Rect, ...]]]:
        """Give by page a rectangle for each line that these words stand on."""
        by_page: dict[int, list[Word]] = {}
        for at in range(first, end):
            by_page.setdefault(self.page_of[at], []).append(self.words[at])
        return [
            (page, tuple(_rounded((line.box.x0, line.box.y0, line.box.x1, line.box.y1))
                         for line in lines(words)))
            for page, words in sorted(by_page.items())
        ]  # fmt: skip


def text_of(pages: Mapping[int, PageText]) -> Text:
    """Make the text of an edition from its pages, gaps among the words, without running heads."""
    margins = {number: _margins(page) for number, page in pages.items()}
    counts = Counter(key for found in margins.values() for key in set(found.values()))
    running = {key for key, count in counts.items() if count >= _RUNS_ON}
    if not running:
        return Text(pages)
    return Text(
        {
            number: replace(
                page,
                words=tuple(
                    word
                    for at, word in enumerate(page.words)
                    if margins[number].get(at) not in running
                ),
            )
            for number, page in pages.items()
        }
    )


def _margins(page: PageText) -> dict[int, tuple[str, int]]:
    """Give of each word in a margin the line that it stands on: its words and its height.

    Numbers are as good as each other there. A line with a gap in it is never a running head.
    """
    by_line: dict[int, list[int]] = {}
    for at, word in enumerate(page.words):
        middle = (word.y0 + word.y1) / 2
        if not _MARGIN * page.height_pt < middle < (1 - _MARGIN) * page.height_pt:
            by_line.setdefault(round(middle / 3), []).append(at)
    return {
        at: (re.sub(r"\d+", "0", " ".join(page.words[i].text for i in line)), height)
        for height, line in by_line.items()
        if all(page.words[i].text != GAP for i in line)
        for at in line
    }


def compare(
    old: Text, new: Text, *, outlines: tuple[Sequence[Heading], Sequence[Heading]],
    passages: Iterable[Passage],
) -> Compared:  # fmt: skip
    """Compare two texts; passages are of the old one. One of which no word is read is left out."""
    runs = align(old.said, new.said)
    return Compared(
        runs=runs,
        sections=_sections(old, new, runs, outlines),
        passages=match_passages(old, new, runs, passages),
        places=tuple(_places(old, new, runs)),
    )


# ---- passages


def match_passages(
    old: Text, new: Text, runs: Sequence[Run], passages: Iterable[Passage]
) -> tuple[PassageMatch, ...]:
    """Say what became of passages; one of which no word is read is left out."""
    carrier = Carrier(old.pages, new.pages)
    found = [_passage(old, new, runs, carrier, passage) for passage in passages]
    return tuple(match for match in found if match is not None)


def _passage(
    old: Text, new: Text, runs: Sequence[Run], carrier: Carrier, passage: Passage
) -> PassageMatch | None:
    under = old.under(passage.page, passage.rects)
    said = [old.words[at].text for at in under]
    if not any(word != GAP for word in said):
        return None
    match = carrier.match(passage.page, passage.rects)
    spots = _by_alignment(new, runs, under, match.spots)
    if match.kind == "identical" and len(spots[0].places) == 1:
        return PassageMatch(id=passage.id, kind="identical", likeness=1.0, spots=spots)
    if not spots:
        return PassageMatch(id=passage.id, kind="gone", likeness=0.0)
    alike = likeness(said, spots[0].text.split(" "))
    kind = {"several": "ambiguous", "area": "ambiguous"}.get(match.kind)
    kind = kind or ("moved" if alike == 1.0 else "changed")
    if alike == 1.0 and _in_place(old, runs, under):
        kind = "same"
    return PassageMatch(id=passage.id, kind=kind, likeness=alike, spots=spots)


def _in_place(old: Text, runs: Sequence[Run], under: Sequence[int]) -> bool:
    """Say whether a passage and what stands around it lie within what did not change."""
    first = max(0, under[0] - CONTEXT_WORDS)
    end = min(len(old.words), under[-1] + 1 + CONTEXT_WORDS)
    return any(r.old <= first and end <= r.old + r.size for r in runs if not r.moved)


def _by_alignment(
    new: Text, runs: Sequence[Run], under: Sequence[int], spots: tuple[Spot, ...]
) -> tuple[Spot, ...]:
    """Put first the place to which the text around leads; make one where nothing else was found."""
    mapped = _mapped(runs, under)
    if not mapped:
        return spots
    first, end = mapped
    lined = new.lined(first, end)
    page, rects = lined[0]

    def distance(spot: Spot) -> tuple[int, float]:
        at, boxes = spot.places[0]
        return abs(at - page), abs(boxes[0][1] - rects[0][1]) + abs(boxes[0][0] - rects[0][0])

    if spots:
        return tuple(sorted(spots, key=distance))
    text = " ".join(word.text for word in new.words[first:end])
    return (Spot(places=tuple(lined), before="", text=text, after=""),)


def _mapped(runs: Sequence[Run], under: Sequence[int]) -> tuple[int, int] | None:
    """Give from where to where the words of a passage stand now, if half of them stand together."""
    there: list[int] = []
    for run in runs:
        first, end = max(run.old, under[0]), min(run.old + run.size, under[-1] + 1)
        there += [at - run.old + run.new for at in range(first, end)]
    there.sort()
    size = under[-1] + 1 - under[0]
    if 2 * len(there) < size or there[-1] - there[0] > 3 * size:
        return None
    return there[0], there[-1] + 1


# ---- sections


def _sections(
    old: Text,
    new: Text,
    runs: Sequence[Run],
    outlines: tuple[Sequence[Heading], Sequence[Heading]],
) -> tuple[SectionMatch, ...]:
    before, after = spans(old, outlines[0]), spans(new, outlines[1])
    shared = _shared(runs, before, after)
    pairs = _pairs(outlines, shared, before)
    order = {heading.id: at for at, heading in enumerate(outlines[0])}
    steady = _steady([order[pairs[h.id]] for h in outlines[1] if h.id in pairs])
    found = [
        _section(
            heading.id, pairs.get(heading.id), shared, before, after, order, steady, (old, new)
        )
        for heading in outlines[1]
    ]
    gone = [heading.id for heading in outlines[0] if heading.id not in pairs.values()]
    return (
        *found,
        *(SectionMatch(old=one, new=None, kind="gone", likeness=0.0) for one in gone),
    )


def _section(
    new_id: str,
    old_id: str | None,
    shared: Mapping[tuple[str, str], int],
    before: Mapping[str, tuple[int, int]],
    after: Mapping[str, tuple[int, int]],
    order: Mapping[str, int],
    steady: set[int],
    texts: tuple[Text, Text],
) -> SectionMatch:
    if old_id is None:
        return SectionMatch(old=None, new=new_id, kind="new", likeness=0.0)
    a, b = before[old_id]
    c, d = after[new_id]
    longest = max(b - a, d - c)
    alike = round(min(1.0, shared.get((old_id, new_id), 0) / longest), 2) if longest else 1.0
    same = texts[0].said[a:b] == texts[1].said[c:d] if alike > 0.9 else False
    moved = order[old_id] not in steady
    kind = "moved" if moved else "identical" if same else "changed"
    return SectionMatch(old=old_id, new=new_id, kind=kind, likeness=1.0 if same else alike)


def spans(text: Text, outline: Sequence[Heading]) -> dict[str, tuple[int, int]]:
    """Give from which word to which each section reaches, its title included."""
    starts: list[int] = []
    for heading in outline:
        least = starts[-1] if starts else 0
        starts.append(max(least, _start(text, heading, least)))
    ends = [*starts[1:], len(text.words)]
    return {
        heading.id: (start, max(start, end))
        for heading, start, end in zip(outline, starts, ends, strict=False)
    }


def _start(text: Text, heading: Heading, least: int) -> int:
    """Give the word with which a title begins on its page; without one, the page's first."""
    begin = text.begins.get(heading.page)
    if begin is None:
        return least
    end = begin + len(text.pages[heading.page].words)
    wanted = _plain(heading.title)
    for at in range(max(begin, least), end):
        said = ""
        for word in text.words[at:end]:
            said += _plain(word.text)
            if said == wanted:
                return at
            if not wanted.startswith(said):
                break
    return begin


def _plain(words: str) -> str:
    return re.sub(r"\s+", "", words).lower()


def _shared(
    runs: Sequence[Run], before: Mapping[str, tuple[int, int]], after: Mapping[str, tuple[int, int]]
) -> Counter[tuple[str, str]]:
    """Count the words that each old section shares with each new one."""
    found: Counter[tuple[str, str]] = Counter()
    for run in runs:
        for old_id, (a, b) in before.items():
            first, end = max(run.old, a), min(run.old + run.size, b)
            if first >= end:
                continue
            shift = run.new - run.old
            for new_id, (c, d) in after.items():
                size = min(end + shift, d) - max(first + shift, c)
                if size > 0:
                    found[old_id, new_id] += size
    return found


def _pairs(
    outlines: tuple[Sequence[Heading], Sequence[Heading]],
    shared: Mapping[tuple[str, str], int],
    before: Mapping[str, tuple[int, int]],
) -> dict[str, str]:
    """Pair sections, by the new one: those that share most words, then those of one title."""
    pairs: dict[str, str] = {}
    taken: set[str] = set()
    for (old_id, new_id), size in sorted(shared.items(), key=lambda item: (-item[1], item[0])):
        a, b = before[old_id]
        if old_id not in taken and new_id not in pairs and 2 * size >= b - a:
            pairs[new_id] = old_id
            taken.add(old_id)
    titles = [Counter(_plain(heading.title) for heading in outline) for outline in outlines]
    for heading in outlines[1]:
        title = _plain(heading.title)
        if heading.id in pairs or titles[0][title] != 1 or titles[1][title] != 1:
            continue
        other = next(one.id for one in outlines[0] if _plain(one.title) == title)
        if other not in taken:
            pairs[heading.id] = other
            taken.add(other)
    return pairs


def _steady(order: Sequence[int]) -> set[int]:
    """Give the longest rising row: what did not change its place among the others."""
    best: list[tuple[int, tuple[int, ...]]] = [(0, ())]
    for value in order:
        size, row = max(found for found in best if not found[1] or found[1][-1] < value)
        best.append((size + 1, (*row, value)))
    return set(max(best)[1])


# ---- places


def _places(old: Text, new: Text, runs: Sequence[Run]) -> Iterable[ChangedPlace]:
    moved = sorted((run for run in runs if run.moved), key=lambda run: run.old)
    for (a, b, c, d), _ in stretches(runs, (len(old.words), len(new.words))):
        here = new.page_of[min(c, len(new.words) - 1)] if new.words else None
        if a == b:
            if d > c and 0 < a < len(old.words) and not _ENDS.search(old.words[a - 1].text):
                yield from _lined(old, a - 1, a + 1, "added", here)
            continue
        at = a
        for run in [run for run in moved if run.old < b and run.old + run.size > a]:
            yield from _lined(old, at, run.old, "changed" if d > c else "gone", here)
            yield from _lined(old, run.old, run.old + run.size, "moved", new.page_of[run.new])
            at = run.old + run.size
        yield from _lined(old, at, b, "changed" if d > c else "gone", here)


def _lined(
    text: Text, first: int, end: int, kind: str, new_page: int | None
) -> Iterable[ChangedPlace]:
    for page, rects in text.lined(first, end):
        yield ChangedPlace(page=page, rects=rects, kind=kind, new_page=new_page)


def _inside(word: Word, rect: Rect) -> bool:
    x, y = (word.x0 + word.x1) / 2, (word.y0 + word.y1) / 2
    return rect[0] <= x <= rect[2] and rect[1] <= y <= rect[3]


def _rounded(rect: Rect) -> Rect:
    x0, y0, x1, y1 = rect
    return round(x0, 2), round(y0, 2), round(x1, 2), round(y1, 2)
