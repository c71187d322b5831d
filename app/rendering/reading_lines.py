"""Reading evidence that is text into lines of tokens: text, CSV, JSON, JSON Lines. Pure.

Runs in the walled child. What could hide words from a reader's eye (control and format characters,
turned directions, private code points) becomes visible here, once, so that nothing after it has to
think of it; what readers of JSON take differently (a name given twice, NaN) is refused.
"""

import csv
import io
import json
import re
import unicodedata
from collections.abc import Callable, Iterator
from typing import Any

from app.rendering.lines import KEY, LITERAL, STRING, WORDS, Kind, Line, Token
from app.rendering.refusals import refused

MOST_BYTES = 8_000_000
MOST_LINES = 100_000
MOST_FIELDS = 1000  # of one line
MOST_DEPTH = 40
_BREAKS = re.compile(r"\r\n|\n|\r")
_JOINERS = "\u200c\u200d\ufe0e\ufe0f"  # scripts and emoji need them, one at a time
_DELIMITERS = (",", ";", "\t")


class _Number(str):
    """A number as it was written."""

    __slots__ = ()


class _Members(list[tuple[str, Any]]):
    """The members of an object in their order."""


def read_lines(content: bytes, kind: Kind) -> list[Line]:
    """Read a file of a kind; raises SourceRefused where it cannot be taken."""
    if len(content) > MOST_BYTES:
        raise refused("evidence-too-large")
    text = _text_of(content)
    if not text.strip():
        raise refused("empty")
    lines = list(_READERS[kind](text))
    if len(lines) > MOST_LINES or any(len(line.tokens) > MOST_FIELDS for line in lines):
        raise refused("evidence-too-large")
    return lines


def _text_of(content: bytes) -> str:
    if content[:4] == b"PK\x03\x04" or content[:8] == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
        raise refused("spreadsheet")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise refused("not-utf-8") from error
    if "\0" in text:
        raise refused("no-such-letters")
    return text


def visible(text: str, *, breaks: bool) -> str:
    """Give a text in which every character can be seen; `breaks` keeps the ends of lines."""
    if text.isascii() and text.isprintable():
        return text
    out: list[str] = []
    for letter in text:
        joined = letter in _JOINERS and out and out[-1][-1] not in _JOINERS
        if letter == "\t" or (letter == "\n" and breaks) or joined or not _unseen(letter):
            out.append(letter)
        else:
            out.append(f"\u27e8U+{ord(letter):04X}\u27e9")
    return "".join(out)


def _unseen(letter: str) -> bool:
    if letter in _JOINERS or "\ufe00" <= letter <= "\ufe0d" or letter >= "\U000e0100":
        return True
    return unicodedata.category(letter) in ("Cc", "Cf", "Co", "Cs", "Zl", "Zp")


def _text(text: str) -> Iterator[Line]:
    found = _BREAKS.split(text)
    if not found[-1]:
        found.pop()
    for line in found:
        yield Line(0, (Token(WORDS, visible(line, breaks=False)),))


def _csv(text: str) -> Iterator[Line]:
    first = _BREAKS.split(text, maxsplit=1)[0]
    delimiter = max(_DELIMITERS, key=first.count)
    csv.field_size_limit(MOST_BYTES)
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        for row in rows:
            if row:
                yield Line(0, tuple(Token(WORDS, _cell(cell)) for cell in row))
    except csv.Error as error:
        raise refused("broken-csv") from error


def _cell(cell: str) -> str:
    return visible(_BREAKS.sub("\n", cell), breaks=True)


def _json(text: str) -> Iterator[Line]:
    yield from _tree_lines(_parsed(text, "broken-json"), 0, ())


def _jsonl(text: str) -> Iterator[Line]:
    for line in _BREAKS.split(text):
        if line.strip():
            value = _parsed(line, "broken-jsonl")
            yield Line(
                0, tuple(token for part in _tree_lines(value, 0, ()) for token in part.tokens)
            )


def _parsed(text: str, reason: str) -> Any:
    def never(_text: str) -> Any:
        raise refused("not-a-number")

    try:
        return json.loads(
            text, parse_int=_Number, parse_float=_Number, parse_constant=never,
            object_pairs_hook=_members,
        )  # fmt: skip
    except RecursionError as error:
        raise refused("too-deep") from error
    except ValueError as error:
        raise refused(reason) from error


def _members(pairs: list[tuple[str, Any]]) -> _Members:
    if len({name for name, _ in pairs}) != len(pairs):
        raise refused("name-given-twice")
    return _Members(pairs)


def _tree_lines(value: Any, depth: int, before: tuple[Token, ...]) -> Iterator[Line]:
    """Yield the lines of a value: one for each single value, two for what holds others."""
    if depth > MOST_DEPTH:
        raise refused("too-deep")
    if isinstance(value, _Members):
        yield Line(depth, (*before, Token("{")))
        for name, member in value:
            yield from _tree_lines(member, depth + 1, (_string(KEY, name),))
        yield Line(depth, (Token("}"),))
    elif isinstance(value, list):
        yield Line(depth, (*before, Token("[")))
        for element in value:
            yield from _tree_lines(element, depth + 1, ())
        yield Line(depth, (Token("]"),))
    else:
        yield Line(depth, (*before, _single(value)))


def _single(value: Any) -> Token:
    if isinstance(value, _Number):
        return Token(LITERAL, str(value))
    if isinstance(value, str):
        return _string(STRING, value)
    return Token(LITERAL, {True: "true", False: "false", None: "null"}[value])


def _string(kind: str, text: str) -> Token:
    if "\0" in text or any("\ud800" <= letter <= "\udfff" for letter in text):
        raise refused("no-such-letters")
    return Token(kind, visible(text, breaks=True))


_READERS: dict[str, Callable[[str], Iterator[Line]]] = {
    "text": _text, "csv": _csv, "json": _json, "jsonl": _jsonl,
}  # fmt: skip
