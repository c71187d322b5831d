"""Search for secrets in bytes and in texts, all patterns in one pass: part of the leak checker."""

import base64
import re
import unicodedata
import zlib
from collections.abc import Iterable, Sequence
from urllib.parse import quote

import numpy as np

from app.rendering.checkedtext import bare
from app.rendering.shapelist import Page

SHORTEST = 4
WHOLE_WORDS_UP_TO = 4
SHORTEST_IN_IMAGES = 8
BLOCK = 4 * 1024 * 1024
MOST_AT_ONCE = 32 * 1024 * 1024
MOST_INFLATED = 256 * 1024 * 1024
STREAM = re.compile(rb"stream\r?\n")
CODECS = ("utf-8", "latin-1", "cp1252", "mac-roman", "utf-16-be", "utf-16-le", "utf-32-be")


def in_texts(texts: Sequence[str], secrets: Sequence[str]) -> list[tuple[int, str]]:
    """Find secrets in page texts, case and line ends aside, the ends of pages included.

    Also when white space or hyphens were put into a secret, or taken out of it, as long as it
    starts and ends where words do: else `the art` would hold the secret `heart`. A finding names a
    secret by its place in the list, never by its words.
    """
    spaced, page_starts = "", []
    for text in texts:
        page_starts.append(len(spaced))
        spaced += " ".join(_folded(text).split()) + " "
    tight, origins = _tight(spaced)
    found = []
    for place, secret in enumerate(secrets, start=1):
        at = _first(secret, spaced, tight, origins)
        if at is not None:
            page = int(np.searchsorted(page_starts, at, side="right"))
            found.append((page, f"secret {place} can be read"))
    return found


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


def _tight(spaced: str) -> tuple[str, list[int]]:
    """Give the text without white space and hyphens, and where each letter came from."""
    # Letters and digits of ASCII are never left out; asking for each would take most of the time.
    kept = [
        (letter, at)
        for at, letter in enumerate(spaced)
        if (letter.isascii() and letter.isalnum()) or bare(letter)
    ]
    return "".join(letter for letter, _ in kept), [at for _, at in kept]


def _first(secret: str, spaced: str, tight: str, origins: Sequence[int]) -> int | None:
    plain = " ".join(_folded(secret).split())
    core, short = bare(plain), len(bare(plain)) <= WHOLE_WORDS_UP_TO
    if not core:
        return None
    for candidate in (plain, "".join(plain.split())):
        for at in _places(spaced, candidate):
            if not short or _stands_alone(spaced, at, at + len(candidate)):
                return at
    for candidate in (core, core[::-1]):
        for at in _places(tight, candidate):
            start, end = origins[at], origins[at + len(candidate) - 1] + 1
            if _stands_alone(spaced, start, end):
                return start
    return None


def _places(text: str, wanted: str) -> Iterable[int]:
    at = text.find(wanted)
    while at >= 0:
        yield at
        at = text.find(wanted, at + 1)


def _stands_alone(text: str, start: int, end: int) -> bool:
    before = text[start - 1] if start else " "
    after = text[end] if end < len(text) else " "
    return not before.isalnum() and not after.isalnum()


def in_bytes(pdf: bytes, pages: Sequence[Page], secrets: Sequence[str]) -> list[tuple[int, str]]:
    """Find secrets in bytes in many encodings; `pages` are those that passed the list of shapes.

    Of a file that passed, what is not page contents or image is known word by word. Inside image
    data, whose length is verified, only longer patterns count: among millions of packed bytes any
    four letters turn up by chance. Of any other file everything is searched, inflated as well.
    """
    patterns: dict[bytes, int] = {}
    for place, secret in enumerate(secrets, start=1):
        if pages and len(bare(secret)) <= WHOLE_WORDS_UP_TO:
            continue  # three letters stand inside other words; the texts are searched by word
        for pattern in encodings(secret):
            patterns.setdefault(pattern, place)
    found: dict[int, int] = {}
    matchers = {
        shortest: Matcher(pattern for pattern in patterns if len(pattern) >= shortest)
        for shortest in (SHORTEST, SHORTEST_IN_IMAGES)
    }
    for number, text, shortest in _haystacks(pdf, pages):
        for _, pattern in matchers[shortest].occurrences(text.lower()):
            found.setdefault(patterns[pattern], number)
    return [(page, f"secret {place} stands in the bytes") for place, page in sorted(found.items())]


def in_plain_bytes(content: bytes, secrets: Sequence[str]) -> list[tuple[int, str]]:
    """Find secrets in the bytes of a file of plain text, in many encodings."""
    patterns: dict[bytes, int] = {}
    for place, secret in enumerate(secrets, start=1):
        if len(bare(secret)) > WHOLE_WORDS_UP_TO:
            for pattern in encodings(secret):
                patterns.setdefault(pattern, place)
    lowered = content.lower()
    places = {patterns[pattern] for _, pattern in Matcher(patterns).occurrences(lowered)}
    return [(0, f"secret {place} stands in the bytes") for place in sorted(places)]


def _haystacks(pdf: bytes, pages: Sequence[Page]) -> Iterable[tuple[int, bytes, int]]:
    if pages:
        for number, page in enumerate(pages, start=1):
            yield number, page.contents, SHORTEST
            yield number, page.raw, SHORTEST_IN_IMAGES
        return
    yield 0, pdf, SHORTEST
    left = MOST_INFLATED
    for match in STREAM.finditer(pdf):
        try:
            content = zlib.decompressobj().decompress(pdf[match.end() :], min(left, MOST_AT_ONCE))
        except zlib.error:
            continue
        left -= len(content)
        yield 0, content, SHORTEST
        if left <= 0:
            return


def encodings(secret: str) -> set[bytes]:
    """Give the byte patterns, lower case, in which a secret could stand in a file."""
    forms = {" ".join(secret.split()), "".join(secret.split())}
    forms |= {unicodedata.normalize("NFKD", form) for form in set(forms)}
    forms |= {form[::-1] for form in set(forms)}
    out: set[bytes] = set()
    for form in forms:
        for codec in CODECS:
            try:
                plain = form.encode(codec)
            except UnicodeEncodeError:
                continue
            out |= {plain, plain.hex().encode()}
            out |= set(_base64(plain))
        plain = form.encode()
        out.add(quote(form).encode())
        out.add("".join(f"\\{byte:03o}" for byte in plain).encode())
        out.add("".join(f"&#{ord(letter)};" for letter in form).encode())
        out.add("".join(f"&#x{ord(letter):x};" for letter in form).encode())
        out.add(" ".join(f"{byte:02x}" for byte in plain).encode())
    return {pattern.lower() for pattern in out if len(pattern) >= SHORTEST}


def _base64(plain: bytes) -> Iterable[bytes]:
    """Give the middle of the secret in base64 at each of the three places it can start."""
    for shift in range(3):
        coded = base64.b64encode(b"\0" * shift + plain)
        middle = coded[(shift * 8 + 5) // 6 : len(coded) - 4]
        if len(middle) >= 8:
            yield middle


class Matcher:
    """Finds many patterns, each of four bytes or more, in one pass over a text."""

    def __init__(self, patterns: Iterable[bytes]) -> None:
        """Prepare tables of how patterns start."""
        self._by_start: dict[bytes, dict[int, set[bytes]]] = {}
        for pattern in patterns:
            lengths = self._by_start.setdefault(pattern[:4], {})
            lengths.setdefault(len(pattern), set()).add(pattern)
        self._first = np.zeros(65536, dtype=np.bool_)
        self._second = np.zeros(65536, dtype=np.bool_)
        for start in self._by_start:
            self._first[start[0] << 8 | start[1]] = True
            self._second[start[2] << 8 | start[3]] = True

    def occurrences(self, text: bytes) -> Iterable[tuple[int, bytes]]:
        """Yield where which pattern stands."""
        if not self._by_start:
            return
        for base in range(0, len(text), BLOCK):
            values = np.frombuffer(text[base : base + BLOCK + 3], dtype=np.uint8)
            if len(values) < SHORTEST:
                return
            pairs = values[:-1].astype(np.uint16) << 8 | values[1:]
            places = np.flatnonzero(self._first[pairs[:-2]])
            places = places[self._second[pairs[places + 2]]]
            for place in (places + base).tolist():
                for length, alike in self._by_start.get(text[place : place + 4], {}).items():
                    if (piece := text[place : place + length]) in alike:
                        yield place, piece
