"""Making an edition of evidence, and its files: written anew from permitted pieces. Pure.

Nothing of the source is copied whole. A gap has one length whatever it hides, and lines removed
next to each other are one gap, so that nobody can count them.
"""

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from app.rendering.lines import (
    CLOSING,
    GAP_WORDS,
    KEY,
    LITERAL,
    OPENING,
    Kind,
    Line,
    Shown,
    ShownLine,
    Span,
    Token,
)

_PLAIN_NUMBER = re.compile(r"[+-]?\d+([.,]\d+)?([eE][+-]?\d+)?\Z")
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def show_lines(lines: Sequence[Line], spans: Iterable[Span]) -> list[ShownLine]:
    """Give the lines of the edition that withholds these spans.

    A mark on a line of JSON that opens or closes an object or a list covers all of it: what is left
    has to be whole.
    """
    whole: dict[int, set[str]] = {}
    within: dict[int, list[Span]] = {}
    pairs = _brackets(lines)
    for span in spans:
        if span.field is None:
            for number in _grown(span, pairs):
                whole.setdefault(number, set()).add(span.id)
        else:
            within.setdefault(span.line_from, []).append(span)
    shown: list[ShownLine] = []
    numbered = enumerate(lines, start=1)
    for removed, run in groupby(numbered, key=lambda one: one[0] in whole):
        block = list(run)
        if removed:
            ids = {name for number, _ in block for name in whole[number]}
            depth = min(line.depth for _, line in block)
            shown.append(ShownLine(depth, (), tuple(sorted(ids))))
        else:
            shown += [_shown(line, within.get(number, ())) for number, line in block]
    return shown


def _brackets(lines: Sequence[Line]) -> dict[int, int]:
    """Pair the numbers of lines that open something with those that close it, both ways."""
    pairs: dict[int, int] = {}
    opened: list[int] = []
    for number, line in enumerate(lines, start=1):
        kinds = [token.kind for token in line.tokens]
        if len(kinds) == 1 and kinds[0] in CLOSING:
            pairs[number] = opened.pop()
            pairs[pairs[number]] = number
        elif kinds and kinds[-1] in OPENING and not any(kind in CLOSING for kind in kinds):
            opened.append(number)
    return pairs


def _grown(span: Span, pairs: dict[int, int]) -> range:
    ends = [pairs[n] for n in range(span.line_from, span.line_to + 1) if n in pairs]
    return range(min([span.line_from, *ends]), max([span.line_to, *ends]) + 1)


def _shown(line: Line, spans: Sequence[Span]) -> ShownLine:
    tokens, place = [], 0
    for token in line.tokens:
        mine = [span for span in spans if token.is_field and span.field == place]
        place += token.is_field
        tokens.append(_cut(token, mine))
    return ShownLine(line.depth, tuple(tokens))


def _cut(token: Token, spans: Sequence[Span]) -> Shown:
    """Leave out what spans cover; gaps that touch are one."""
    if not token.is_field:
        return Shown(token.kind)
    if any(span.char_from is None for span in spans):
        return Shown(token.kind, (tuple(sorted({span.id for span in spans})),))
    pieces: list[str | tuple[str, ...]] = []
    at = 0
    for start, end, ids in _merged(spans):
        if start > at:
            pieces.append(token.text[at:start])
        pieces.append(ids)
        at = end
    if at < len(token.text) or not pieces:
        pieces.append(token.text[at:])
    return Shown(token.kind, tuple(pieces))


def _merged(spans: Sequence[Span]) -> Iterator[tuple[int, int, tuple[str, ...]]]:
    runs: list[tuple[int, int, set[str]]] = []
    for span in sorted(spans, key=lambda one: (one.char_from or 0, one.char_to or 0)):
        start, end = span.char_from or 0, span.char_to or 0
        if runs and start <= runs[-1][1]:
            runs[-1] = (runs[-1][0], max(end, runs[-1][1]), runs[-1][2] | {span.id})
        else:
            runs.append((start, end, {span.id}))
    return ((start, end, tuple(sorted(ids))) for start, end, ids in runs)


def write_file(lines: Sequence[ShownLine], kind: Kind) -> bytes:
    """Write an edition as a file of its kind that other programs can open."""
    if kind == "text":
        text = "".join(f"{_words(line)}\n" for line in lines)
    elif kind == "csv":
        text = "".join(_row(line) for line in lines)
    else:
        writer = _Json(lines, pretty=kind == "json")
        text = writer.written(lines)
    return text.encode()


def _words(line: ShownLine) -> str:
    return GAP_WORDS if line.gap else "".join(token.words for token in line.tokens)


def _row(line: ShownLine) -> str:
    cells = [GAP_WORDS] if line.gap else [token.words for token in line.tokens]
    return ",".join(_quoted(safe_cell(cell), alone=len(cells) == 1) for cell in cells) + "\r\n"


def safe_cell(cell: str) -> str:
    """Keep a spreadsheet from taking a cell for a formula; plain numbers stay as they are."""
    return f"'{cell}" if cell.startswith(_FORMULA) and not _PLAIN_NUMBER.match(cell) else cell


def _quoted(cell: str, *, alone: bool) -> str:
    if any(letter in cell for letter in ',"\r\n') or (alone and not cell):
        return '"' + cell.replace('"', '""') + '"'
    return cell


class _Json:
    """Writes tokens as JSON; names that hold a gap are told apart where one object has several."""

    def __init__(self, lines: Sequence[ShownLine], *, pretty: bool) -> None:
        self.pretty = pretty
        self.real = {
            token.words
            for line in lines
            for token in line.tokens
            if token.kind == KEY and not token.has_gap
        }
        self.out: list[str] = []
        self.within: list[str] = []  # the brackets that are open
        self.count: list[int] = [0]
        self.taken: list[set[str]] = []
        self.after_key = False

    def written(self, lines: Sequence[ShownLine]) -> str:
        """Give the text of a whole file."""
        for line in lines:
            if line.gap and self.within and self.within[-1] == "{":
                self._token(Shown(KEY, (line.gap,)))
            for token in line.tokens or (Shown("s", (line.gap,)),):
                self._token(token)
            if not self.pretty:
                self.out.append("\n")
                self.count = [0]
        return "".join(self.out) + ("\n" if self.pretty else "")

    def _token(self, token: Shown) -> None:
        if token.kind in CLOSING:
            self._close(token.kind)
            return
        if self.after_key:
            self.after_key = False
        else:
            self._separate()
        if token.kind in OPENING:
            self.out.append(token.kind)
            self.within.append(token.kind)
            self.count.append(0)
            self.taken.append(set())
        elif token.kind == KEY:
            self.out.append(_said(self._name(token)) + ": ")
            self.after_key = True
        elif token.kind == LITERAL and not token.has_gap:
            self.out.append(token.words)
        else:
            self.out.append(_said(token.words))

    def _separate(self) -> None:
        if self.count[-1]:
            self.out.append("," if self.pretty else ", ")
        self.count[-1] += 1
        self._break()

    def _close(self, bracket: str) -> None:
        filled = self.count.pop()
        self.within.pop()
        self.taken.pop()
        if filled:
            self._break()
        self.out.append(bracket)

    def _break(self) -> None:
        if self.pretty and self.out:
            self.out.append("\n" + "  " * len(self.within))

    def _name(self, token: Shown) -> str:
        if not token.has_gap:
            return token.words
        name, number = token.words, 1
        while name in self.taken[-1] or name in self.real:
            number += 1
            name = f"{token.words} {number}"
        self.taken[-1].add(name)
        return name


def _said(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
