"""Where words that are marked in evidence, or elsewhere, stand unmarked in lines. Pure."""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence

from app.rendering.lines import CLOSING, OPENING, Shown, ShownLine, Span

MOST_LINES = 500
SHORTEST_PHRASE = 4
_EVERYTHING = 10**9
_AROUND = " .,;:()[]\u201c\u201d\"'"


class MarkedLines:
    """The lines of an item of which nothing is withheld, and what marks on them cover."""

    def __init__(self, lines: Sequence[ShownLine], spans: Iterable[Span]) -> None:
        self.lines = lines
        self.whole: list[tuple[int, int]] = []
        self.within: dict[tuple[int, int], list[tuple[int, int]]] = {}
        for span in spans:
            if span.field is None:
                self.whole.append((span.line_from, span.line_to))
            else:
                end = _EVERYTHING if span.char_to is None else span.char_to
                place = (span.line_from, span.field)
                self.within.setdefault(place, []).append((span.char_from or 0, end))
        self._joined: str | None = None
        self._starts: list[int] = []

    def covers_line(self, number: int) -> bool:
        """Say whether a mark covers a line, counted from 1, altogether."""
        return any(first <= number <= last for first, last in self.whole)

    def covers(self, number: int, field: int, start: int = 0, end: int = _EVERYTHING) -> bool:
        """Say whether one mark covers these characters of a field."""
        spans = self.within.get((number, field), ())
        return self.covers_line(number) or any(a <= start and end <= b for a, b in spans)

    def phrase_under(self, span: Span) -> str:
        """Give the words under a mark on one line; none of several lines, or of hardly any."""
        if span.line_from != span.line_to or span.line_to > len(self.lines):
            return ""
        fields = fields_of(self.lines[span.line_from - 1])
        if span.field is None:
            found = " ".join(field.words for field in fields)
        elif span.field < len(fields):
            found = fields[span.field].words[span.char_from : span.char_to]
        else:
            return ""
        phrase = found.strip(_AROUND)
        telling = len(phrase) >= SHORTEST_PHRASE and any(letter.isalpha() for letter in phrase)
        return phrase if telling else ""

    def unmarked(self, phrase: str) -> tuple[int, ...]:
        """Give the numbers of the lines on which a phrase stands where no mark covers it."""
        found = []
        for number in self._holding(phrase.casefold()):
            fields = fields_of(self.lines[number - 1])
            pattern = re.compile(re.escape(phrase), re.IGNORECASE)
            if any(
                not self.covers(number, at, *match.span())
                for at, field in enumerate(fields)
                for match in pattern.finditer(field.words)
            ):
                found.append(number)
            if len(found) >= MOST_LINES:
                break
        return tuple(found)

    def _holding(self, wanted: str) -> Iterator[int]:
        if self._joined is None:
            texts = ["\t".join(f.words for f in fields_of(line)).casefold() for line in self.lines]
            self._joined = "\n".join(texts)
            self._starts = [0]
            for text in texts:
                self._starts.append(self._starts[-1] + len(text) + 1)
        at, last = self._joined.find(wanted), 0
        while at >= 0:
            number = bisect_right(self._starts, at)
            if number != last:
                yield number
            last = number
            at = self._joined.find(wanted, self._starts[number])


def fields_of(line: ShownLine) -> list[Shown]:
    """Give the tokens of a line that hold words, in the order by which marks name them."""
    return [token for token in line.tokens if token.kind not in (*OPENING, *CLOSING)]
