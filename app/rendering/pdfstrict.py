"""A strict reader for the plainest PDF there is: part of the leak checker, never of the writer.

It takes a file apart byte by byte and refuses anything that a plain edition does not need: a second
revision, bytes between or behind objects, comments, object streams, encryption, unused objects.
"""

import re
from dataclasses import dataclass
from typing import Any

HEADER = re.compile(rb"%PDF-1\.7\n%[\x80-\xff]{4}\n")
OBJECT = re.compile(rb"(\d+) 0 obj\n")
TAIL = re.compile(rb"\nstartxref\n(\d+)\n%%EOF\n\Z")
NUMBER = re.compile(rb"[+-]?(?:\d+\.\d+|\d+|\.\d+)")
REFERENCE = re.compile(rb"(\d+) 0 R(?![A-Za-z0-9])")
NAME = re.compile(rb"/([A-Za-z0-9_.+\-]*)")
HEXTEXT = re.compile(rb"<([0-9A-Fa-f]*)>")
SPACE = re.compile(rb"[ \n]*")
MAX_DEPTH = 8


class NotPlain(Exception):
    """The file is not the plain kind; the text says where it first differs."""


@dataclass(frozen=True, slots=True)
class Name:
    """A PDF name, without its slash."""

    text: str


@dataclass(frozen=True, slots=True)
class Reference:
    """A reference to an object by its number."""

    number: int


@dataclass(frozen=True, slots=True)
class Stream:
    """A dictionary and the raw bytes behind it."""

    entries: dict[str, Any]
    raw: bytes


@dataclass(frozen=True, slots=True)
class Document:
    """All objects by number, and the trailer."""

    objects: dict[int, Any]
    trailer: dict[str, Any]

    def resolve(self, value: Any) -> Any:
        """Follow a reference once; anything else comes back as it is."""
        if isinstance(value, Reference):
            if value.number not in self.objects:
                raise NotPlain(f"object {value.number} is missing")
            return self.objects[value.number]
        return value


def read(pdf: bytes) -> Document:
    """Read a whole file; raises NotPlain at the first thing out of the ordinary."""
    header = HEADER.match(pdf)
    if header is None:
        raise NotPlain("the header is not the one of an edition")
    tail = TAIL.search(pdf)
    if tail is None:
        raise NotPlain("the file does not end with its one end mark")
    objects: dict[int, Any] = {}
    offsets: dict[int, int] = {}
    at = header.end()
    while not pdf.startswith(b"xref\n", at):
        start = OBJECT.match(pdf, at)
        if start is None:
            raise NotPlain(f"bytes between objects at {at}")
        number = int(start[1])
        if number in objects:
            raise NotPlain(f"object {number} stands twice in the file")
        offsets[number] = at
        objects[number], at = _object(pdf, start.end())
    if int(tail[1]) != at:
        raise NotPlain("the cross-reference table is not where the file says")
    trailer = _table(pdf, at, tail.start() + 1, offsets)
    _all_used(objects, trailer)
    return Document(objects, trailer)


def _object(pdf: bytes, at: int) -> tuple[Any, int]:
    value, at = _value(pdf, at, 0)
    if pdf.startswith(b"\nstream\n", at):
        length = value.get("Length") if isinstance(value, dict) else None
        if not isinstance(length, int) or length < 0:
            raise NotPlain(f"a stream without a plain length at {at}")
        begin = at + 8
        raw = pdf[begin : begin + length]
        value, at = Stream(value, raw), begin + length
        if not pdf.startswith((b"\nendstream", b"endstream"), at):
            raise NotPlain(f"a stream longer than it says at {at}")
        at = pdf.index(b"endstream", at) + 9
    if not pdf.startswith(b"\nendobj\n", at):
        raise NotPlain(f"bytes behind an object at {at}")
    at += 8
    # The writer leaves one empty line between objects, never more.
    return value, at + 1 if pdf.startswith(b"\n", at) else at


def _table(pdf: bytes, at: int, end: int, offsets: dict[int, int]) -> dict[str, Any]:
    rows = [f"{offsets.get(number, 0):010d} 00000 n \n" for number in range(1, len(offsets) + 1)]
    if sorted(offsets) != list(range(1, len(offsets) + 1)):
        raise NotPlain("object numbers are not 1 to n")
    head = f"xref\n0 {len(offsets) + 1}\n0000000000 65535 f \n"
    expected = (head + "".join(rows) + "trailer ").encode()
    if not pdf.startswith(expected, at):
        raise NotPlain("the cross-reference table does not agree with the objects")
    trailer, at = _value(pdf, at + len(expected), 0)
    if at + 1 != end or not isinstance(trailer, dict):
        raise NotPlain("bytes behind the trailer")
    return trailer


def _value(pdf: bytes, at: int, depth: int) -> tuple[Any, int]:
    if depth > MAX_DEPTH:
        raise NotPlain(f"values nested too deep at {at}")
    if pdf.startswith(b"<<", at):
        return _dictionary(pdf, at + 2, depth)
    if pdf.startswith(b"[", at):
        return _array(pdf, at + 1, depth)
    if match := HEXTEXT.match(pdf, at):
        return bytes.fromhex(match[1].decode("ascii")), match.end()
    if match := NAME.match(pdf, at):
        return Name(match[1].decode("ascii")), match.end()
    if match := REFERENCE.match(pdf, at):
        return Reference(int(match[1])), match.end()
    if match := NUMBER.match(pdf, at):
        text = match[0].decode("ascii")
        return (float(text) if "." in text else int(text)), match.end()
    if pdf.startswith(b"(", at):
        return _literal(pdf, at + 1)
    raise NotPlain(f"a value of a kind that no edition holds at {at}")


def _literal(pdf: bytes, at: int) -> tuple[bytes, int]:
    out = bytearray()
    escapes = {b"n": 10, b"r": 13, b"t": 9, b"b": 8, b"f": 12, b"(": 40, b")": 41, b"\\": 92}
    depth = 1
    while at < len(pdf):
        byte = pdf[at : at + 1]
        if byte == b"\\":
            after = pdf[at + 1 : at + 2]
            if after in escapes:
                out.append(escapes[after])
                at += 2
            elif match := re.compile(rb"[0-7]{3}").match(pdf, at + 1):
                out.append(int(match[0], 8) & 0xFF)
                at += 4
            else:
                raise NotPlain(f"an odd escape at {at}")
            continue
        depth += (byte == b"(") - (byte == b")")
        at += 1
        if depth == 0:
            return bytes(out), at
        out += byte
    raise NotPlain("a text without an end")


def _dictionary(pdf: bytes, at: int, depth: int) -> tuple[dict[str, Any], int]:
    entries: dict[str, Any] = {}
    while True:
        at = _skip(pdf, at)
        if pdf.startswith(b">>", at):
            return entries, at + 2
        match = NAME.match(pdf, at)
        if match is None:
            raise NotPlain(f"a dictionary without a key at {at}")
        key = match[1].decode("ascii")
        if key in entries:
            raise NotPlain(f"a key twice in a dictionary at {at}")
        entries[key], at = _value(pdf, _skip(pdf, match.end()), depth + 1)


def _array(pdf: bytes, at: int, depth: int) -> tuple[list[Any], int]:
    items: list[Any] = []
    while True:
        at = _skip(pdf, at)
        if pdf.startswith(b"]", at):
            return items, at + 1
        item, at = _value(pdf, at, depth + 1)
        items.append(item)


def _skip(pdf: bytes, at: int) -> int:
    match = SPACE.match(pdf, at)
    return match.end() if match else at


def _all_used(objects: dict[int, Any], trailer: dict[str, Any]) -> None:
    seen: set[int] = set()
    waiting: list[Any] = [trailer]
    while waiting:
        value = waiting.pop()
        if isinstance(value, Reference) and value.number not in seen:
            seen.add(value.number)
            waiting.append(objects.get(value.number))
        elif isinstance(value, dict):
            waiting += value.values()
        elif isinstance(value, list):
            waiting += value
        elif isinstance(value, Stream):
            waiting += value.entries.values()
    if unused := set(objects) - seen:
        raise NotPlain(f"object {min(unused)} is used by nothing")
