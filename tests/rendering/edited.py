"""A report as it may come back in its next version: real words, edited in known ways, set anew."""

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from app.rendering.carrying import PageText, Rect
from app.rendering.comparing import Passage, Text, text_of
from app.rendering.shapes import ExtractedPage, Word

WIDTH, HEIGHT, MARGIN = 595.0, 842.0, 110.0
LETTER, LINE = 5.2, 13.0
CHANGED, PUT_IN = "CHANGED", "inserted"


@dataclass(frozen=True)
class Edited:
    """Both versions, and of each passage what its words are and whether an edit touched them."""

    old: Text
    new: Text
    passages: tuple[Passage, ...]
    said: dict[str, list[str]]
    touched: frozenset[str]


def edited(pages: Iterable[ExtractedPage], *, passages: int, seed: int = 7) -> Edited:
    """Edit a real report: a paragraph put in early, numbers changed, a part moved, one deleted.

    Every 40th passage is reworded besides. All of it is set anew on other pages, with other lines.
    """
    old = text_of({
        page.number: PageText(page.width_pt, page.height_pt, page.words) for page in pages
    })  # fmt: skip
    words = [(at, word.text) for at, word in enumerate(old.words)]
    chosen = _chosen(old, passages, seed)
    new, hit = _edit(words, chosen)
    said = {passage.id: [old.words[at].text for at in span] for passage, span in chosen}
    touched = frozenset(passage.id for passage, span in chosen if hit & set(span))
    anew = text_of(_set(new))
    return Edited(old, anew, tuple(passage for passage, _ in chosen), said, touched)


def _chosen(old: Text, many: int, seed: int) -> list[tuple[Passage, list[int]]]:
    """Choose passages of 6 to 24 words on one page each, anywhere in the report."""
    rng, found = random.Random(seed), []
    while len(found) < many:
        first = rng.randrange(len(old.words) - 30)
        end = first + rng.randint(6, 24)
        if len(set(old.page_of[first:end])) > 1:
            continue
        ((page, rects),) = old.lined(first, end)
        under = old.under(page, rects)
        if under == list(range(first, end)):
            found.append((Passage(id=f"p{len(found)}", page=page, rects=rects), under))
    return found


def _edit(
    words: list[tuple[int, str]], chosen: Sequence[tuple[Passage, list[int]]]
) -> tuple[list[str], set[int]]:
    size, hit = len(words), set[int]()
    texts = [word for _, word in words]
    for at in range(size // 50, size, max(1, size // 40)):  # numbers
        if any(letter.isdigit() for letter in texts[at]):
            texts[at], _ = f"{at}.5", hit.add(at)
    for _, span in chosen[::40]:  # a reworded passage
        texts[span[2]], texts[span[3]] = CHANGED, CHANGED
        hit |= {span[2], span[3]}
    order = list(range(size))
    moved = order[size // 2 : size // 2 + size // 20]  # a part that moves to the end
    gone = set(order[size // 4 : size // 4 + size // 30])  # a part that is deleted
    hit |= gone
    rest = [at for at in order if at not in gone and at not in set(moved)]
    place = len(rest) - size // 20
    rest[place:place] = moved
    out = [texts[at] for at in rest]
    out[size // 60 : size // 60] = f"A paragraph was {PUT_IN} here ".split() * 12
    return out, hit


def _set(words: Sequence[str]) -> dict[int, PageText]:
    """Set words in lines on pages with a running head and a number at the foot."""
    pages: dict[int, PageText] = {}
    line: list[Word] = []
    x, y, number = MARGIN, MARGIN, 1

    def head(number: int) -> list[Word]:
        foot = HEIGHT - 40
        return [
            Word("Report", MARGIN, 40, MARGIN + 40, 50),
            Word(str(number), WIDTH / 2, foot, WIDTH / 2 + 12, foot + 10),
        ]

    for text in words:
        wide = LETTER * len(text)
        if x + wide > WIDTH - 60:
            x, y = MARGIN, y + LINE
        if y > HEIGHT - MARGIN:
            pages[number] = PageText(WIDTH, HEIGHT, (*head(number), *line))
            number, line, x, y = number + 1, [], MARGIN, MARGIN
        line.append(Word(text, x, y, x + wide, y + 10))
        x += wide + LETTER
    pages[number] = PageText(WIDTH, HEIGHT, (*head(number), *line))
    return pages


def said_at(text: Text, places: Sequence[tuple[int, tuple[Rect, ...]]]) -> list[str]:
    """Give the words that stand in some places."""
    return [text.words[at].text for page, rects in places for at in text.under(page, rects)]
