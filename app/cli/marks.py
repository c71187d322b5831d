"""Read a marks file and plan what to paint on which page. No rendering, no writing."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, FiniteFloat, ValidationError, model_validator

from app.domain.categories import BY_CODE
from app.domain.redactions import default_mode
from app.rendering.layout import around
from app.rendering.redact import expand, touches
from app.rendering.search import SearchIndex, normalise
from app.rendering.shapes import Box, BuiltPage, ExtractedPage, Mark, Mode, PageJob, Word

SHORT_PHRASE = 4
SHORTEST_SECRET = 6


class MarkFault(Exception):
    """The marks cannot be used; the text says which one and why."""


class MarkEntry(BaseModel):
    """One entry of a marks file: a rectangle of a page, or words to find."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    page: Annotated[int, Field(ge=1)] | None = None
    rect: tuple[FiniteFloat, FiniteFloat, FiniteFloat, FiniteFloat] | None = None
    text: str | None = None
    categories: tuple[str, ...] = ()
    mode: Mode | None = None
    whole_words: bool | None = None

    @model_validator(mode="after")
    def _one_kind(self) -> "MarkEntry":
        if (self.rect is None) == (self.text is None):
            raise ValueError("give either `rect` (with `page`) or `text`")
        if self.rect is not None:
            if self.page is None:
                raise ValueError("a rectangle needs its page")
            if self.rect[0] == self.rect[2] or self.rect[1] == self.rect[3]:
                raise ValueError("the rectangle has no area")
        if self.text is not None and not any(letter.isalnum() for letter in self.text):
            raise ValueError("the text has no letter or digit")
        unknown = [code for code in self.categories if code not in BY_CODE]
        if unknown:
            raise ValueError(f"unknown category {', '.join(unknown)}")
        return self

    @property
    def reach(self) -> Mode:
        """Give the mode: as asked, else `line` for personal data and `padded` for the rest."""
        if self.mode is not None:
            return self.mode
        return Mode(default_mode(self.categories))

    @property
    def whole(self) -> bool:
        """Say whether only whole words count: as asked, else for phrases of up to four letters."""
        if self.whole_words is not None:
            return self.whole_words
        return len(normalise(self.text or "").replace(" ", "")) <= SHORT_PHRASE


class MarksFile(BaseModel):
    """A marks file with, after reading, the categories to withhold (None: all marks)."""

    model_config = ConfigDict(extra="forbid")

    marks: tuple[MarkEntry, ...]
    withhold: frozenset[str] | None = None

    def withholds(self, entry: MarkEntry) -> bool:
        """Say whether a mark is to be painted."""
        if self.withhold is None or not entry.categories:
            return True
        return any(code in self.withhold for code in entry.categories)


@dataclass(frozen=True, slots=True)
class Row:
    """What became of one mark: painted or not, in how many places, and what it hides."""

    entry: MarkEntry
    withheld: bool
    places: int
    hides: str


@dataclass(frozen=True, slots=True)
class Plan:
    """What to build, and what became of each mark."""

    jobs: tuple[PageJob, ...]
    rows: tuple[Row, ...]
    unconfirmed: int

    def secrets(self, permitted: Sequence[Sequence[str]]) -> list[str]:
        """Give the texts that must not be in the new file.

        What a rectangle hides may rightly stand elsewhere: then it is no secret but a warning.
        """
        text = _flat(word for page in permitted for word in page)
        out: dict[str, None] = {}
        for row in self.rows:
            if not row.withheld:
                continue
            if row.entry.text is not None:
                out[row.entry.text] = None
            elif len(row.hides) >= SHORTEST_SECRET and _flat([row.hides]) not in text:
                out[row.hides] = None
        return list(out)

    def warnings(self, built: Sequence[BuiltPage]) -> list[str]:
        """Say what the operator should look at again."""
        out = []
        for place, row in enumerate(self.rows, start=1):
            if row.withheld and not row.places:
                out.append(f"mark {place}: its text was not found; images are not searched")
            if row.withheld and row.entry.rect is not None and len(row.hides) >= SHORTEST_SECRET:
                pages = [
                    state.number
                    for state in built
                    if _flat([row.hides]) in _flat(word.text for word in state.words)
                ]
                if pages:
                    listed = ", ".join(str(number) for number in pages[:10])
                    out.append(f"mark {place}: the same words also stand unmarked on page {listed}")
        out += [
            f"page {state.number} could not be drawn and is blank, without text"
            for state in built
            if not state.rendered
        ]
        if self.unconfirmed:
            out.append(f"{self.unconfirmed} words that nobody could read on the page were left out")
        return out


def _flat(words: Any) -> str:
    return " " + " ".join(normalise(word) for word in words) + " "


def read_marks(path: Path, *, withhold: str) -> MarksFile:
    """Read a marks file; raises MarkFault with the first thing that is wrong."""
    try:
        found = MarksFile.model_validate(json.loads(path.read_text(encoding="utf-8")))
    except (UnicodeDecodeError, json.JSONDecodeError) as error:
        raise MarkFault(f"{path.name} is not JSON: {error}.") from error
    except ValidationError as error:
        first = error.errors()[0]
        where = " ".join(
            f"mark {part + 1}" if isinstance(part, int) and place == 1 else str(part)
            for place, part in enumerate(first["loc"])
            if place
        )
        raise MarkFault(f"{path.name}: {where or 'marks'}: {first['msg']}.") from error
    codes = frozenset(code.strip().upper() for code in withhold.split(",") if code.strip())
    if unknown := sorted(codes - set(BY_CODE)):
        raise MarkFault(f"Unknown category to withhold: {', '.join(unknown)}.")
    return found.model_copy(update={"withhold": codes or None})


def plan_pages(pages: Sequence[ExtractedPage], wanted: MarksFile) -> Plan:
    """Find every place to paint; raises MarkFault for a rectangle that lies on no page."""
    by_number = {page.number: page for page in pages}
    indexes = [
        SearchIndex({page.number: page.words for page in pages}),
        # Text that the pixels do not confirm may still be there to see: a scan under its OCR layer.
        SearchIndex({page.number: page.hidden for page in pages}),
    ]
    marks: dict[int, list[Mark]] = {page.number: [] for page in pages}
    rows = []
    for place, entry in enumerate(wanted.marks, start=1):
        withheld = wanted.withholds(entry)
        if entry.text is not None:
            found = _found(indexes, entry)
        else:
            found = [(entry.page or 0, _rectangle(entry, by_number, place))]
        if withheld:
            for number, box in found:
                marks[number].append(Mark(box, entry.reach))
        rows.append(Row(entry, withheld, len(found), _hidden_by(found, by_number, entry)))
    jobs = tuple(
        PageJob(
            page.number,
            tuple(expand(marks[page.number], page.words, (page.width_pt, page.height_pt))),
            page.words,
        )
        for page in pages
    )
    return Plan(jobs, tuple(rows), sum(len(page.hidden) for page in pages))


def _found(indexes: Sequence[SearchIndex], entry: MarkEntry) -> list[tuple[int, Box]]:
    return [
        (fragment.page, fragment.box)
        for index in indexes
        for hit in index.find(entry.text or "", whole_words=entry.whole)
        for fragment in hit.fragments
        if entry.page is None or fragment.page == entry.page
    ]


def _rectangle(entry: MarkEntry, pages: dict[int, ExtractedPage], place: int) -> Box:
    page = pages.get(entry.page or 0)
    if page is None:
        raise MarkFault(f"mark {place}: there is no page {entry.page}; the last is {max(pages)}.")
    x0, y0, x1, y1 = entry.rect or (0.0, 0.0, 0.0, 0.0)
    box = Box(min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1))
    if box.x0 >= page.width_pt or box.y0 >= page.height_pt or box.x1 <= 0 or box.y1 <= 0:
        size = f"{page.width_pt:g} × {page.height_pt:g} points"
        raise MarkFault(f"mark {place}: the rectangle lies beside page {entry.page} ({size}).")
    return box


def _hidden_by(
    found: Sequence[tuple[int, Box]], pages: dict[int, ExtractedPage], entry: MarkEntry
) -> str:
    if entry.text is not None:
        return entry.text
    words: list[Word] = []
    for number, box in found:
        middle = [word for word in pages[number].words if touches(box, word)]
        words += [word for word in middle if touches(box, _heart(word))]
    return " ".join(word.text for word in words)


def _heart(word: Word) -> Box:
    """Give the middle of a word: a box that only grazes a word does not mean it."""
    box = around([word])
    across, down = (box.x1 - box.x0) / 3, (box.y1 - box.y0) / 3
    return Box(box.x0 + across, box.y0 + down, box.x1 - across, box.y1 - down)
