"""Search and mark: find a phrase across lines and pages. Pure; works on confirmed words only.

The words become one normalised stream with a way back to each word: compatibility forms and case
folded, soft hyphens gone, a hyphen at a line's end joined. A phrase that runs over the end of a
page is found although headers, footers and page numbers stand in between.
"""

import bisect
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from app.rendering.layout import around
from app.rendering.shapes import Box, Word

SNIPPET_WORDS = 8
EDGE_WORDS = 60
EDGE_LINES = 4
APART = "\x1e"
HYPHENS = "\u00ad-\u2010\u2011\u2012\u2013\u2212"
HYPHEN = f"[{re.escape(HYPHENS)}]"
QUOTES = str.maketrans({"\u2019": "'", "\u2018": "'", "\u201c": '"', "\u201d": '"'})
IDEOGRAPHS = re.compile("[\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff]")


@dataclass(frozen=True, slots=True)
class Fragment:
    """The part of a hit that lies on one line of one page."""

    page: int
    box: Box


@dataclass(frozen=True, slots=True)
class Hit:
    """One occurrence: a rectangle per line fragment, its words, and the words around it.

    `words` holds (page, index of the word on that page) in reading order.
    """

    fragments: tuple[Fragment, ...]
    words: tuple[tuple[int, int], ...]
    before: str
    text: str
    after: str

    @property
    def snippet(self) -> str:
        """Give the hit with a few words on either side."""
        return " ".join(part for part in (self.before, self.text, self.after) if part)


@dataclass(slots=True)
class _Stream:
    """Normalised text with, for each word in it, where it starts and which word it is."""

    text: str = ""
    starts: list[int] = field(default_factory=list)
    words: list[tuple[int, int]] = field(default_factory=list)


def normalise(text: str) -> str:
    """Fold a text for searching: compatibility forms, case, quotes; soft hyphens go."""
    folded = unicodedata.normalize("NFKC", text).translate(QUOTES).casefold()
    return unicodedata.normalize("NFC", folded.replace("\u00ad", ""))


class SearchIndex:
    """The words of a document, ready to be searched many times."""

    def __init__(self, pages_words: Mapping[int, Sequence[Word]]) -> None:
        """Build the index; keys are page numbers from 1, values words in reading order."""
        self._pages = {number: list(pages_words[number]) for number in sorted(pages_words)}
        numbers = list(self._pages)
        self._body = self._stream(
            [(number, index) for number in numbers for index in range(len(self._pages[number]))]
        )
        self._joins = [
            stream
            for first, second in pairwise(numbers)
            if second == first + 1
            for stream in self._edges(first, second)
        ]

    def find(self, phrase: str, *, whole_words: bool = False) -> list[Hit]:
        """Find every occurrence of a phrase, in reading order; inside words too unless told."""
        pattern = _pattern(phrase, whole_words=whole_words)
        if pattern is None:
            return []
        found: dict[tuple[tuple[int, int], ...], Hit] = {}
        for stream in (self._body, *self._joins):
            for match in pattern.finditer(stream.text):
                members = _members(stream, match.start(), match.end())
                if stream is self._body or members[0][0] != members[-1][0]:
                    found.setdefault(members, self._hit(members))
        return [found[key] for key in sorted(found)]

    def _stream(self, words: Sequence[tuple[int, int]]) -> _Stream:
        stream, parts, length, glued = _Stream(), [], 0, True
        for place, (page, index) in enumerate(words):
            word = self._pages[page][index]
            text = normalise(word.text)
            broken = False
            if len(text) > 1 and text[-1] in HYPHENS and place + 1 < len(words):
                after = words[place + 1]
                broken = _breaks(word, self._pages[after[0]][after[1]], same=after[0] == page)
                text = text[:-1] if broken else text
            if not glued:
                # Between pages that do not follow each other nothing may match.
                far = place > 0 and page > words[place - 1][0] + 1
                parts.append(APART if far else " ")
                length += 1
            stream.starts.append(length)
            stream.words.append((page, index))
            parts.append(text)
            length += len(text)
            glued = broken
        stream.text = "".join(parts)
        return stream

    def _edges(self, first: int, second: int) -> list[_Stream]:
        """Join the end of one page to the start of the next, leaving out lines in the margins."""
        tail, head = self._pages[first], self._pages[second]
        tail_from = max(0, len(tail) - EDGE_WORDS)
        ends = _line_ends(tail, tail_from)[-EDGE_LINES:]
        begins = _line_starts(head[:EDGE_WORDS])[:EDGE_LINES]
        return [
            self._stream(
                [(first, index) for index in range(tail_from, end)]
                + [(second, index) for index in range(begin, min(len(head), begin + EDGE_WORDS))]
            )
            for end in ends
            for begin in begins
            if (end, begin) != (len(tail), 0)
        ]

    def _hit(self, members: tuple[tuple[int, int], ...]) -> Hit:
        fragments: list[Fragment] = []
        line: list[Word] = []
        for place, (page, index) in enumerate(members):
            word = self._pages[page][index]
            if line and (members[place - 1][0] != page or not _beside(line[-1], word)):
                fragments.append(Fragment(members[place - 1][0], around(line)))
                line = []
            line.append(word)
        fragments.append(Fragment(members[-1][0], around(line)))
        (first_page, first), (last_page, last) = members[0], members[-1]
        before = self._pages[first_page][max(0, first - SNIPPET_WORDS) : first]
        after = self._pages[last_page][last + 1 : last + 1 + SNIPPET_WORDS]
        return Hit(
            tuple(fragments),
            members,
            " ".join(word.text for word in before),
            " ".join(self._pages[page][index].text for page, index in members),
            " ".join(word.text for word in after),
        )


def find(
    pages_words: Mapping[int, Sequence[Word]], phrase: str, *, whole_words: bool = False
) -> list[Hit]:
    """Find a phrase once; keep a SearchIndex to search the same words again."""
    return SearchIndex(pages_words).find(phrase, whole_words=whole_words)


def _pattern(phrase: str, *, whole_words: bool) -> re.Pattern[str] | None:
    parts = []
    for letter in " ".join(normalise(phrase).split()):
        if letter in HYPHENS:
            # A hyphen may have been joined away at a line's end.
            parts.append(f"(?:{HYPHEN} ?)?")
        elif letter == " ":
            parts.append(" ?")
        else:
            loose = " ?" if IDEOGRAPHS.match(letter) else ""
            parts.append(re.escape(letter) + loose)
    pattern = "".join(parts)
    if not any(letter.isalnum() for letter in phrase) and not phrase.strip():
        return None
    return re.compile(rf"(?<!\w){pattern}(?!\w)" if whole_words else pattern)


def _members(stream: _Stream, start: int, end: int) -> tuple[tuple[int, int], ...]:
    first = bisect.bisect_right(stream.starts, start) - 1
    last = bisect.bisect_left(stream.starts, end)
    return tuple(stream.words[max(0, first) : max(last, first + 1)])


def _beside(left: Word, right: Word) -> bool:
    shared = min(left.y1, right.y1) - max(left.y0, right.y0)
    level = shared > 0.3 * min(left.y1 - left.y0, right.y1 - right.y0)
    return level and abs(right.x0 - left.x1) < 4 * (left.y1 - left.y0) + 8


def _breaks(word: Word, after: Word, *, same: bool) -> bool:
    """Say whether a word's last hyphen stands at the end of a line."""
    return not same or not _beside(word, after) or after.x0 < word.x0


def _line_ends(words: Sequence[Word], start: int) -> list[int]:
    """Give the places behind each last word of a line."""
    ends = [
        index + 1
        for index in range(start, len(words) - 1)
        if not _beside(words[index], words[index + 1])
    ]
    return [*ends, len(words)]


def _line_starts(words: Sequence[Word]) -> list[int]:
    """Give the places of each first word of a line."""
    return [
        index
        for index in range(len(words))
        if index == 0 or not _beside(words[index - 1], words[index])
    ]
