"""Find the place of a mark in another version of a file of text. Pure; on permitted lines only.

A mark is *identical* where the file is the same, or where the same words between the same lines
stand exactly once in both files. Everything else has no suggested place: *moved* (the words are
there, their surroundings are others) and *gone* (they are not).
"""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, replace

from app.rendering.line_repeats import fields_of
from app.rendering.lines import CLOSING, KEY, OPENING, ShownLine, Span

LONGEST = 600
"""Letters of a passage that are shown; enough to tell it."""

_AROUND = 120


@dataclass(frozen=True, slots=True)
class LineMatch:
    """What became of a mark: its words as they were, and where it stands now if identical."""

    kind: str  # identical, moved, gone; unread: the file is not ready to be compared
    before: str = ""
    text: str = ""
    after: str = ""
    place: Span | None = None


class LineCarrier:
    """Two files, ready to tell where the marks of the old one stand in the new one."""

    def __init__(
        self, old: Sequence[ShownLine], new: Sequence[ShownLine], *, same_file: bool
    ) -> None:
        """Take the lines of both, from which nothing is withheld; `same_file`: the same bytes."""
        self._old, self._new = _File(old), _File(new)
        # The same bytes may have been read otherwise by another release: then words decide.
        self._same = same_file and self._old.keys == self._new.keys

    def match(self, span: Span) -> LineMatch:
        """Say what became of a mark of the old file."""
        old = self._old
        if not old.has(span):
            return LineMatch("gone")
        before, text, after = old.said(span)
        match = LineMatch("gone", before[-_AROUND:], text[:LONGEST], after[:_AROUND])
        if self._same:
            return replace(match, kind="identical", place=span)
        here, there = old.places_like(old, span), self._new.places_like(old, span)
        if here == [old.grown(span)[0]] and len(there) == 1:
            by = there[0] - here[0]
            place = Span(
                span.id, span.line_from + by, span.line_to + by,
                span.field, span.char_from, span.char_to,
            )  # fmt: skip
            return replace(match, kind="identical", place=place)
        return replace(match, kind="moved") if text and text in self._new.words else match


class _File:
    """The lines of a file with what makes two of them the same; numbers count from 1."""

    def __init__(self, lines: Sequence[ShownLine]) -> None:
        self.lines = lines
        self.keys: list[Hashable] = [
            (line.depth, tuple((token.kind, token.words) for token in line.tokens))
            for line in lines
        ]
        self.texts = [" ".join(field.words for field in fields_of(line)) for line in lines]
        self.words = "\n".join(self.texts)
        self._at: dict[Hashable, list[int]] = {}
        for number, key in enumerate(self.keys, start=1):
            self._at.setdefault(key, []).append(number)
        self._pairs = _brackets(lines)

    def has(self, span: Span) -> bool:
        """Say whether the place of a mark is in this file."""
        if not 1 <= span.line_from <= span.line_to <= len(self.lines):
            return False
        return span.field is None or span.field < len(fields_of(self.lines[span.line_from - 1]))

    def grown(self, span: Span) -> tuple[int, int]:
        """Give first and last line that a mark covers: with a bracket, all that it holds."""
        if span.field is not None:
            return span.line_from, span.line_to
        numbers = range(span.line_from, span.line_to + 1)
        ends = [self._pairs[number] for number in numbers if number in self._pairs]
        return min([span.line_from, *ends]), max([span.line_to, *ends])

    def said(self, span: Span) -> tuple[str, str, str]:
        """Give the words before, under and after a mark."""
        first, last = self.grown(span)
        if span.field is None:
            around = (self._text(first - 1), self._text(last + 1))
            return around[0], "\n".join(self.texts[first - 1 : last]), around[1]
        fields = [field.words for field in fields_of(self.lines[first - 1])]
        words = fields[span.field]
        start = span.char_from or 0
        end = len(words) if span.char_to is None else span.char_to
        before = " ".join([*fields[: span.field], words[:start]])
        after = " ".join([words[end:], *fields[span.field + 1 :]])
        return before.strip(), words[start:end], after.strip()

    def places_like(self, other: "_File", span: Span) -> list[int]:
        """Give the lines on which what a mark covers in another file begins here as well."""
        first, last = other.grown(span)
        before, after = other.key(first - 1), other.key(last + 1)
        size, piece = last - first + 1, other.piece(first, last, span.field)
        starts = (
            (number + 1 for number in self._at.get(before, ())) if before is not None else iter([1])
        )
        return [
            start
            for start in starts
            if start + size - 1 <= len(self.lines)
            and self.key(start + size) == after
            and self.piece(start, start + size - 1, span.field) == piece
        ]

    def key(self, number: int) -> Hashable:
        """Give what makes a line itself; None before the first and after the last."""
        return self.keys[number - 1] if 1 <= number <= len(self.keys) else None

    def piece(self, first: int, last: int, field: int | None) -> Hashable:
        """Give what makes a passage itself: whole lines, or one field and its place in the line."""
        if field is None:
            return tuple(self.keys[first - 1 : last])
        fields = fields_of(self.lines[first - 1])
        if field >= len(fields):
            return None
        names = tuple(one.words for one in fields if one.kind == KEY)
        return field, len(fields), names, fields[field].kind, fields[field].words

    def _text(self, number: int) -> str:
        return self.texts[number - 1] if 1 <= number <= len(self.texts) else ""


def _brackets(lines: Sequence[ShownLine]) -> dict[int, int]:
    """Pair the lines of JSON that open something with those that close it, both ways."""
    pairs: dict[int, int] = {}
    opened: list[int] = []
    for number, line in enumerate(lines, start=1):
        kinds = [token.kind for token in line.tokens]
        if opened and len(kinds) == 1 and kinds[0] in CLOSING:
            pairs[number] = opened.pop()
            pairs[pairs[number]] = number
        elif kinds and kinds[-1] in OPENING and not any(kind in CLOSING for kind in kinds):
            opened.append(number)
    return pairs
