"""Search and mark: find a phrase across lines and pages. Pure; works on confirmed words only.

The words become one normalised stream with a way back to each word: compatibility forms and case
folded, soft hyphens gone, a hyphen at a line's end joined. A phrase that runs over the end of a
page is found although headers, footers and page numbers stand in between.
"""

import bisect
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from app.rendering.layout import around
from app.rendering.shapes import Box, Word

SNIPPET_WORDS = 8
EDGE_WORDS = 60
EDGE_LINES = 4
SPARE = 8
APART = "\x1e"
HYPHENS = "\u00ad-\u2010\u2011\u2012\u2013\u2212"
HYPHEN = f"[{re.escape(HYPHENS)}]"
QUOTES = str.maketrans({"\u2019": "'", "\u2018": "'", "\u201c": '"', "\u201d": '"'})
IDEOGRAPHS = re.compile("[\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff]")

APART_IN_PHRASE = re.compile(
    f"[\\s{re.escape(HYPHENS)}]|(?<={IDEOGRAPHS.pattern})|(?={IDEOGRAPHS.pattern})"
)


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


@dataclass(slots=True)
class _Join:
    """The end of one page and the start of the next as one text; its places come when asked for."""

    tail: _Stream
    head: _Stream
    end: int  # words of the tail that count
    begin: int  # the first word of the head that counts
    text: str = field(init=False)
    border: int = field(init=False)  # where the head begins in the text

    def __post_init__(self) -> None:
        tail, head = self.tail, self.head
        left = tail.text if self.end == len(tail.starts) else tail.text[: tail.starts[self.end]]
        self.border = len(left)
        self.text = left + head.text[head.starts[self.begin] :]

    def stream(self) -> _Stream:
        """Give the text with the place of each word in it."""
        tail, head = self.tail, self.head
        shift = len(self.text) - len(head.text)
        return _Stream(
            self.text,
            tail.starts[: self.end] + [start + shift for start in head.starts[self.begin :]],
            tail.words[: self.end] + head.words[self.begin :],
        )


@dataclass(frozen=True, slots=True)
class _Edge:
    """All ways to read on from one page to the next; `text` None where a word runs over the end."""

    text: str | None
    joins: list[_Join]

    def may_hold(self, piece: str) -> bool:
        """Say whether a piece without space or hyphen can stand in one of them."""
        return self.text is None or piece in self.text


def normalise(text: str) -> str:
    """Fold a text for searching: compatibility forms, case, quotes; soft hyphens go."""
    folded = unicodedata.normalize("NFKC", text).translate(QUOTES).casefold()
    return unicodedata.normalize("NFC", folded.replace("\u00ad", ""))


class SearchIndex:
    """The words of a document, ready to be searched many times."""

    def __init__(self, pages_words: Mapping[int, Sequence[Word]]) -> None:
        """Build the index; keys are page numbers from 1, values words in reading order."""
        self._pages = {number: list(pages_words[number]) for number in sorted(pages_words)}
        self._normalised: dict[str, str] = {}  # most words stand in a text many times
        numbers = list(self._pages)
        self._body = self._stream(
            [(number, index) for number in numbers for index in range(len(self._pages[number]))]
        )
        self._edges = [
            self._edge(first, second) for first, second in pairwise(numbers) if second == first + 1
        ]

    def find(self, phrase: str, *, whole_words: bool = False) -> list[Hit]:
        """Find every occurrence of a phrase, in reading order; inside words too unless told."""
        pattern = _pattern(phrase, whole_words=whole_words)
        if pattern is None:
            return []
        piece, reach = _longest_piece(phrase), 2 * len(normalise(phrase)) + SPARE
        found: dict[tuple[tuple[int, int], ...], Hit] = {}
        for match in _matches(pattern, self._body.text, piece, reach):
            members = _members(self._body, match.start(), match.end())
            found.setdefault(members, self._hit(members))
        for edge in self._edges:
            for join in edge.joins if edge.may_hold(piece) else ():
                # Only what runs over the end of the page: the rest was found above.
                if join.text.find(piece, max(0, join.border - reach), join.border + reach) < 0:
                    continue
                stream = join.stream()
                for match in _matches(pattern, stream.text, piece, reach):
                    members = _members(stream, match.start(), match.end())
                    if members[0][0] != members[-1][0]:
                        found.setdefault(members, self._hit(members))
        return [found[key] for key in sorted(found)]

    def _stream(self, words: Sequence[tuple[int, int]], *, open_end: bool = False) -> _Stream:
        """Write words one after the other; behind an `open_end` others will follow."""
        stream, parts, length, glued = _Stream(), [], 0, True
        known = self._normalised
        for place, (page, index) in enumerate(words):
            word = self._pages[page][index]
            text = known.get(word.text) or known.setdefault(word.text, normalise(word.text))
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
            if open_end and place + 1 == len(words) and not broken:
                text = text[:-1] if len(text) > 1 and text[-1] in HYPHENS else f"{text} "
                parts[-1] = text
        stream.text = "".join(parts)
        return stream

    def _edge(self, first: int, second: int) -> _Edge:
        """Join the end of one page to the start of the next, leaving out lines in the margins."""
        tail, head = self._pages[first], self._pages[second]
        tail_from = max(0, len(tail) - EDGE_WORDS)
        left = self._stream(
            [(first, index) for index in range(tail_from, len(tail))], open_end=True
        )
        right = self._stream([(second, index) for index in range(min(len(head), 2 * EDGE_WORDS))])
        joins = [
            _Join(left, right, end - tail_from, begin)
            for end in _line_ends(tail, tail_from)[-EDGE_LINES:]
            for begin in _line_starts(head[:EDGE_WORDS])[:EDGE_LINES]
            if (end, begin) != (len(tail), 0)
        ]
        glued = any(join.text[: join.border][-1:] != " " for join in joins)
        return _Edge(None if glued else left.text + right.text, joins)

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


def _longest_piece(phrase: str) -> str:
    """Give what of a phrase stands in every match as it is: no space or hyphen is in between."""
    return max(APART_IN_PHRASE.split(normalise(phrase)), key=len)


def _matches(
    pattern: re.Pattern[str], text: str, piece: str, reach: int
) -> Iterator[re.Match[str]]:
    """Find what `finditer` finds, but look only where the piece stands: a few letters of many."""
    done, at = 0, text.find(piece)
    while at >= 0:
        match = pattern.search(text, max(done, at - reach), at + reach + len(piece))
        if match is None or match.start() > at:
            at = text.find(piece, at + 1)
            continue
        yield match
        done = max(match.end(), at + 1)
        at = text.find(piece, done)


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
