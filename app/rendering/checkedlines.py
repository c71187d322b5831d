"""The leak checker's part for evidence that is text: may this file leave the house?

Shares no code with the writer: what an edition may show is worked out here once more, letter by
letter, from the source and the marks, and compared with what other readers make of the file.
"""

import csv
import io
import json
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from app.rendering import secretsearch
from app.rendering.lines import Kind, Line, Span

GAP = "[withheld]"
_OPENS, _CLOSES = "{[", "}]"
_NUMBER = re.compile(r"[+-]?\d+([.,]\d+)?([eE][+-]?\d+)?")
_ACTIVE = tuple("=+-@\t\r\n")

Part = tuple[str, str]
"""A bracket with nothing, or what kind of words and the words."""


@dataclass(frozen=True)
class Cover:
    """Which letters of each line are withheld: a byte for each letter of each field."""

    lines: Sequence[Line]
    whole: frozenset[int]  # numbers of lines that are withheld altogether, from 1
    masks: dict[tuple[int, int], bytearray]

    def parts(self, number: int, field: int, text: str) -> Iterator[tuple[bool, str]]:
        """Yield the stretches of a field: (withheld, words)."""
        if number in self.whole:
            yield True, text
            return
        mask = self.masks.get((number, field))
        if mask is None:
            yield False, text
            return
        start = 0
        for at in range(1, len(text) + 1):
            if at == len(text) or mask[at] != mask[start]:
                yield bool(mask[start]), text[start:at]
                start = at
        if not text:
            yield True, ""


def cover(lines: Sequence[Line], spans: Iterable[Span]) -> Cover:
    """Work out which letters these marks withhold."""
    whole: set[int] = set()
    masks: dict[tuple[int, int], bytearray] = {}
    for span in spans:
        if span.field is None:
            whole |= _with_what_it_holds(lines, set(range(span.line_from, span.line_to + 1)))
            continue
        text = [t.text for t in lines[span.line_from - 1].tokens if t.kind not in _OPENS + _CLOSES]
        mask = masks.setdefault((span.line_from, span.field), bytearray(len(text[span.field])))
        start = 0 if span.char_from is None else span.char_from
        end = len(mask) if span.char_to is None else span.char_to
        mask[start:end] = b"\1" * (end - start)
    return Cover(lines, frozenset(whole), masks)


def _with_what_it_holds(lines: Sequence[Line], chosen: set[int]) -> set[int]:
    """Add to lines of JSON the rest of what they open or close, found by how deep it stands."""
    found = set(chosen)
    for number in chosen:
        line = lines[number - 1]
        last = line.tokens[-1].kind if line.tokens else ""
        if len(line.tokens) == 1 and last and last in _CLOSES:
            step = -1
        elif last and last in _OPENS:
            step = 1
        else:
            continue
        at = number + step
        while lines[at - 1].depth > line.depth:
            found.add(at)
            at += step
        found.add(at)
    return found


def secrets_and_public(covered: Cover) -> tuple[list[str], list[str]]:
    """Give what is withheld (each stretch, and its words) and what stands open."""
    secrets: dict[str, None] = {}
    public: list[str] = []
    for number, line in enumerate(covered.lines, start=1):
        words = [token for token in line.tokens if token.kind not in _OPENS + _CLOSES]
        for field, token in enumerate(words):
            for hidden, text in covered.parts(number, field, token.text):
                if hidden:
                    secrets |= dict.fromkeys([text, *text.split()])
                else:
                    public.append(text)
    return [secret for secret in secrets if secret.strip()], public


def check_file(
    content: bytes, kind: Kind, *, covered: Cover, secrets: Sequence[str]
) -> list[tuple[int, str]]:
    """Check a file of an edition: gives (place in the file, what is wrong); never raises."""
    try:
        text = content.decode("utf-8", errors="strict")
        got = _READERS[kind](text)
    except (ValueError, csv.Error, RecursionError) as error:
        return [(0, f"the file cannot be read: {type(error).__name__}")]
    found = [(0, "a character that nobody can see")] if _unseen(text) else []
    found += _differences(got, list(_expected(covered, kind)))
    words = [words for _, words in got if words]
    found += secretsearch.in_texts(words, secrets)
    found += secretsearch.in_plain_bytes(content, secrets)
    return found


def _unseen(text: str) -> bool:
    return any(
        unicodedata.category(letter) in ("Cc", "Co", "Cs") and letter not in "\t\r\n"
        for letter in set(text)
    )


def _differences(got: Sequence[Part], want: Sequence[Part]) -> list[tuple[int, str]]:
    for place, (one, other) in enumerate(zip(got, want, strict=False), start=1):
        if not _alike(one, other):
            return [(place, "something other stands there than the edition may show")]
    if len(got) != len(want):
        return [(0, f"{len(got)} pieces where {len(want)} were expected")]
    return []


def _alike(got: Part, want: Part) -> bool:
    if got == want:
        return True
    (kind, words), (expected_kind, expected) = got, want
    if kind != expected_kind:
        return False
    if kind == "key" and GAP in expected:
        return re.fullmatch(re.escape(expected) + r" \d+", words) is not None
    escaped = kind == "cell" and expected.startswith(_ACTIVE) and not _NUMBER.fullmatch(expected)
    return escaped and words == f"'{expected}"


def _expected(covered: Cover, kind: Kind) -> Iterator[Part]:
    """Yield what an edition shows, in the order of its file."""
    inside: list[str] = []
    before_removed = False
    for number, line in enumerate(covered.lines, start=1):
        if number in covered.whole:
            if not before_removed:
                yield from _gap_line(kind, in_object=inside[-1:] == ["{"])
            before_removed = True
            continue
        before_removed = False
        field = 0
        for token in line.tokens:
            if token.kind in _OPENS:
                inside.append(token.kind)
            elif token.kind in _CLOSES:
                inside.pop()
            if token.kind in _OPENS + _CLOSES:
                yield token.kind, ""
                continue
            stretches = list(covered.parts(number, field, token.text))
            field += 1
            shown = "".join(GAP if hidden else text for hidden, text in stretches)
            gap = any(hidden for hidden, _ in stretches)
            yield _sort_of(token.kind, kind, gap=gap), shown
        yield from _end_of_line(kind)


def _gap_line(kind: Kind, *, in_object: bool) -> Iterator[Part]:
    if in_object:
        yield "key", GAP
    yield {"text": "line", "csv": "cell"}.get(kind, "string"), GAP
    yield from _end_of_line(kind)


def _end_of_line(kind: Kind) -> Iterator[Part]:
    if kind in ("csv", "jsonl"):
        yield "end", ""


def _sort_of(words: str, kind: Kind, *, gap: bool) -> str:
    if words == "w":
        return "line" if kind == "text" else "cell"
    if words == "n" and not gap:
        return "literal"
    return "key" if words == "k" else "string"


def _read_text(text: str) -> list[Part]:
    if not text.endswith("\n"):
        raise ValueError("the last line has no end")
    return [("line", line) for line in text[:-1].split("\n")]


def _read_csv(text: str) -> list[Part]:
    parts: list[Part] = []
    for row in csv.reader(io.StringIO(text, newline=""), strict=True):
        for cell in row:
            if cell.startswith(_ACTIVE) and not _NUMBER.fullmatch(cell):
                raise ValueError("a cell that a spreadsheet takes for a formula")
            parts.append(("cell", cell))
        parts.append(("end", ""))
    return parts


class _Literal(str):
    __slots__ = ()


class _Object(list[tuple[str, Any]]):
    pass


def _read_json(text: str) -> list[Part]:
    value = json.loads(
        text, parse_int=_Literal, parse_float=_Literal, parse_constant=_refuse,
        object_pairs_hook=_Object,
    )  # fmt: skip
    return list(_flat(value))


def _read_jsonl(text: str) -> list[Part]:
    parts: list[Part] = []
    for line in text.split("\n")[:-1]:
        parts += [*_read_json(line), ("end", "")]
    return parts


def _refuse(name: str) -> Any:
    raise ValueError(name)


def _flat(value: Any) -> Iterator[Part]:
    if isinstance(value, _Object):
        yield "{", ""
        for name, member in value:
            yield "key", name
            yield from _flat(member)
        yield "}", ""
    elif isinstance(value, list):
        yield "[", ""
        for element in value:
            yield from _flat(element)
        yield "]", ""
    elif isinstance(value, _Literal):
        yield "literal", str(value)
    elif isinstance(value, str):
        yield "string", value
    else:
        yield "literal", json.dumps(value)


_READERS = {"text": _read_text, "csv": _read_csv, "json": _read_json, "jsonl": _read_jsonl}
