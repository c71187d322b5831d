"""The part of the door through which the words of two versions leave side by side.

Each word comes from the edition of the person who looks; the worker said which of them stand in
both. Of a passage, only the pages that it stands on are opened.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from app.access.comparing import Place, Rect, ReleasedComparison
from app.access.edition_text import edition_text, outline_of
from app.access.released import EditionFacts
from app.rendering.aligning import Run, align, stretches
from app.rendering.comparing import Heading, Passage, Text, match_passages, spans
from app.transaction import Transaction


@dataclass(frozen=True, kw_only=True)
class Piece:
    """Some words: same, gone, new, moved_here, moved_away; `other_page` is where they moved."""

    kind: str
    text: str
    page: int
    other_page: int | None = None


@dataclass(frozen=True, kw_only=True)
class SectionWords:
    """A section with its words; `id` and `title` are empty before the first title.

    `gone`: it stands in the earlier version alone.
    """

    id: str
    title: str
    level: int
    page: int
    gone: bool
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class _Step:
    """A piece in the making: from and to which word, and where it stands among the new ones."""

    kind: str
    first: int
    end: int
    at: int
    moved_to: int = -1


def release_differences(tx: Transaction, found: ReleasedComparison) -> tuple[SectionWords, ...]:
    """Reveal the words of two editions, by section; `found` was released to this person."""
    runs = found.runs or ()
    old = edition_text(tx, found.old.id, whole=found.whole)
    new = edition_text(tx, found.new.id, whole=found.whole)
    outline = outline_of(tx, found.new.id)
    before = outline_of(tx, found.old.id)
    there = {part.old_id for part in found.parts if part.kind == "section" and part.new_id}
    lost = [heading for heading in before if heading.id not in there]
    return _by_section(old, new, runs, outline, lost, spans(old, before))


def _by_section(
    old: Text,
    new: Text,
    runs: Sequence[Run],
    outline: Sequence[Heading],
    lost: Sequence[Heading],
    before: dict[str, tuple[int, int]],
) -> tuple[SectionWords, ...]:
    begins = [(spans(new, outline)[heading.id][0], heading) for heading in outline]
    gone: dict[str, list[Piece]] = {heading.id: [] for heading in lost}
    pieces: list[list[Piece]] = [[] for _ in range(len(begins) + 1)]
    for step in _steps(old, new, runs):
        if step.kind in ("gone", "moved_away"):
            for section, first, end in _of_lost(step, lost, before):
                piece = _piece(old, new, _Step(step.kind, first, end, step.at, step.moved_to))
                if section:
                    gone[section].append(piece)
                else:
                    pieces[_section_at(begins, max(0, step.at - 1))].append(piece)
            continue
        for index, first, end in _cut(step, begins):
            pieces[index].append(
                _piece(old, new, _Step(step.kind, first, end, first, step.moved_to))
            )
    front = SectionWords(
        id="", title="", level=0, page=1, gone=False, pieces=tuple(pieces[0])
    )  # fmt: skip
    found = [_section(heading, pieces[at + 1]) for at, (_, heading) in enumerate(begins)]
    ended = [_section(heading, gone[heading.id], gone=True) for heading in lost]
    return tuple(section for section in (front, *found, *ended) if section.pieces)


def _section(heading: Heading, pieces: Sequence[Piece], *, gone: bool = False) -> SectionWords:
    return SectionWords(
        id=heading.id, title=heading.title, level=heading.level, page=heading.page, gone=gone,
        pieces=tuple(pieces),
    )  # fmt: skip


def _steps(old: Text, new: Text, runs: Sequence[Run]) -> Iterable[_Step]:
    moved = [run for run in runs if run.moved]
    for (a, b, c, d), run in stretches(runs, (len(old.words), len(new.words))):
        yield from _split("gone", a, b, c, [(m.old, m.size, m.new) for m in moved])
        yield from _split("new", c, d, c, [(m.new, m.size, m.old) for m in moved])
        if run is not None:
            yield _Step("same", run.new, run.new + run.size, run.new)


def _split(
    kind: str, first: int, end: int, at: int, moved: Iterable[tuple[int, int, int]]
) -> Iterable[_Step]:
    """Give the words of a stretch, and apart from them those that moved."""
    name = "moved_away" if kind == "gone" else "moved_here"
    for start, size, other in sorted(m for m in moved if first <= m[0] < end):
        if start > first:
            yield _Step(kind, first, start, at)
        yield _Step(name, start, start + size, at, other)
        first = start + size
    if first < end:
        yield _Step(kind, first, end, at)


def _of_lost(
    step: _Step, lost: Sequence[Heading], before: dict[str, tuple[int, int]]
) -> Iterable[tuple[str, int, int]]:
    """Divide old words among the sections that are gone; the rest belongs where it stood."""
    at = step.first
    for heading in lost:
        first, end = before[heading.id]
        first, end = max(first, at), min(end, step.end)
        if first >= end:
            continue
        if at < first:
            yield "", at, first
        yield heading.id, first, end
        at = end
    if at < step.end:
        yield "", at, step.end


def _cut(step: _Step, begins: Sequence[tuple[int, Heading]]) -> Iterable[tuple[int, int, int]]:
    """Divide new words among the sections that they stand in."""
    first = step.first
    while first < step.end:
        index = _section_at(begins, first)
        end = min(step.end, begins[index][0]) if index < len(begins) else step.end
        yield index, first, end
        first = end


def _section_at(begins: Sequence[tuple[int, Heading]], at: int) -> int:
    """Give which section a word stands in: 0 before the first title."""
    return sum(1 for begin, _ in begins if begin <= at)


def _piece(old: Text, new: Text, step: _Step) -> Piece:
    from_old = step.kind in ("gone", "moved_away")
    text, other = (old, new) if from_old else (new, old)
    said = " ".join(word.text for word in text.words[step.first : step.end])
    away = other.page_of[step.moved_to] if step.moved_to >= 0 else None
    return Piece(kind=step.kind, text=said, page=text.page_of[step.first], other_page=away)


def release_then_and_now(
    tx: Transaction, found: ReleasedComparison, *, page: int, rects: tuple[Rect, ...]
) -> tuple[str, str, tuple[Place, ...], tuple[Piece, ...]]:
    """Reveal a passage of the earlier version as it stood, where it stands now, and how it changed.

    Gives (standing, words then, places now, pieces); nothing but the first where it is gone.
    """
    old = edition_text(tx, found.old.id, whole=found.whole)
    new = edition_text(tx, found.new.id, whole=found.whole)
    standing, spots = match_passage(old, new, found.runs or (), page=page, rects=rects)
    under = old.under(page, rects)
    then = [old.words[at].text for at in under]
    places = spots[0] if spots else ()
    now = [new.words[at].text for on, boxes in places for at in new.under(on, boxes)]
    return standing, " ".join(then), places, tuple(_word_pieces(then, now, page))


def _word_pieces(then: Sequence[str], now: Sequence[str], page: int) -> Iterable[Piece]:
    for (a, b, c, d), run in stretches(align(then, now), (len(then), len(now))):
        if a < b:
            yield Piece(kind="gone", text=" ".join(then[a:b]), page=page)
        if c < d:
            yield Piece(kind="new", text=" ".join(now[c:d]), page=page)
        if run is not None:
            same = then[run.old : run.old + run.size]
            yield Piece(kind="same", text=" ".join(same), page=page)


def match_passage(
    old: Text, new: Text, runs: Sequence[Run], *, page: int, rects: tuple[Rect, ...]
) -> tuple[str, tuple[tuple[Place, ...], ...]]:
    """Say what became of one passage of two texts, and where it may stand now, best first."""
    passage = Passage(id="one", page=page, rects=rects)
    matches = match_passages(old, new, runs, [passage])
    if not matches:
        return "gone", ()
    return matches[0].kind, tuple(spot.places for spot in matches[0].spots)


def words_at(
    tx: Transaction, edition: EditionFacts, wanted: Sequence[Sequence[Place]]
) -> list[str]:
    """Give the words that stand in some places of an edition, █ where something is withheld.

    Whoever calls has had the edition released.
    """
    numbers = {page for places in wanted for page, _ in places}
    text = edition_text(tx, edition.id, whole=False, pages=numbers)
    return [
        " ".join(text.words[at].text for page, rects in places for at in text.under(page, rects))
        for places in wanted
    ]
