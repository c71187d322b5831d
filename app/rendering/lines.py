"""Evidence that is text, as lines of tokens: what reader, writer and door share.

A line is a list of tokens. Those with words are the fields of the line, counted from 0; the
brackets of JSON are shape and hold nothing. What stands between tokens (commas, quotes, indents)
is not kept: whoever writes a file makes it anew.
"""

from collections.abc import Sequence
from typing import Literal

import msgspec

Kind = Literal["text", "csv", "json", "jsonl"]
KINDS: tuple[Kind, ...] = ("text", "csv", "json", "jsonl")
ENDINGS: dict[str, str] = {"text": "txt", "csv": "csv", "json": "json", "jsonl": "jsonl"}

WORDS = "w"  # a line of text, or a cell of a table
KEY = "k"  # the name of a member in JSON
STRING = "s"
LITERAL = "n"  # a number as it was written, true, false or null
OPENING = ("{", "[")
CLOSING = ("}", "]")

LINES_A_PART = 200
"""What is stored in one row, and what a page of the reader shows."""

GAP_WORDS = "[withheld]"
"""What stands for whatever was removed, always of this length."""


class Token(msgspec.Struct, frozen=True, array_like=True):
    """A piece of a source line; `text` is empty for brackets."""

    kind: str
    text: str = ""

    @property
    def is_field(self) -> bool:
        """Say whether it holds words that can be marked."""
        return self.kind not in OPENING and self.kind not in CLOSING


class Line(msgspec.Struct, frozen=True, array_like=True):
    """A line of a source; `depth` says how far a line of JSON stands within others."""

    depth: int
    tokens: tuple[Token, ...]

    @property
    def fields(self) -> list[Token]:
        """Give the tokens that hold words, in the order by which marks name them."""
        return [token for token in self.tokens if token.is_field]


class Span(msgspec.Struct, frozen=True):
    """What one mark covers: whole lines, one field, or characters of it; lines count from 1."""

    id: str
    line_from: int
    line_to: int
    field: int | None = None
    char_from: int | None = None
    char_to: int | None = None  # not included


class Shown(msgspec.Struct, frozen=True, array_like=True):
    """A token of an edition: permitted pieces, and gaps as lists of the redactions there."""

    kind: str
    pieces: tuple[str | tuple[str, ...], ...] = ()

    @property
    def has_gap(self) -> bool:
        """Say whether something of it is withheld."""
        return any(not isinstance(piece, str) for piece in self.pieces)

    @property
    def words(self) -> str:
        """Give its permitted words, with the same short words for each gap."""
        return "".join(p if isinstance(p, str) else GAP_WORDS for p in self.pieces)


class ShownLine(msgspec.Struct, frozen=True, array_like=True):
    """A line of an edition; with a `gap` it stands for any number of lines removed there."""

    depth: int
    tokens: tuple[Shown, ...] = ()
    gap: tuple[str, ...] = ()


def in_parts(lines: Sequence[Line] | Sequence[ShownLine]) -> list[bytes]:
    """Pack lines as they are stored, so many to a row."""
    encode = msgspec.msgpack.encode
    return [
        encode(list(lines[at : at + LINES_A_PART])) for at in range(0, len(lines), LINES_A_PART)
    ]
