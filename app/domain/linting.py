"""Where a text says what is withheld from somebody: the leak linter's comparison. Pure.

A warning for the person who releases, never the wall: what stands under a mark can be said in other
words, which no comparison finds.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

RUN = 4
"""So many words in a row of a longer passage are a hit; a shorter passage must occur whole."""
SHORTEST = 4
"""Letters and digits that a hit has at least; less says nothing by itself."""

_WORD = re.compile(r"\w+")
Tokens = tuple[str, ...]


@dataclass(frozen=True)
class Found:
    """A stretch of a text that also stands withheld, as the text has it, and where it is from."""

    words: str
    sources: tuple[str, ...]


def tokens(text: str) -> Tokens:
    """Give the words of a text as they are compared: forms, case and punctuation aside."""
    return tuple(word for word, _, _ in _placed(text))


def needles(passages: Mapping[str, Iterable[str]]) -> dict[Tokens, set[str]]:
    """Give what to look for: passages, or every run of `RUN` words of longer ones, by source.

    Args:
        passages: withheld passages by the id of what withholds them.
    """
    found: dict[Tokens, set[str]] = {}
    for source, texts in passages.items():
        for text in texts:
            words = tokens(text)
            size = min(RUN, len(words))
            for at in range(len(words) - size + 1) if size else ():
                run = words[at : at + size]
                if sum(map(len, run)) >= SHORTEST:
                    found.setdefault(run, set()).add(source)
    return found


def find(text: str, sought: Mapping[Tokens, set[str]], open_words: Sequence[str]) -> list[Found]:
    """Find what is withheld in a text, in order; overlapping runs are one stretch.

    Args:
        text: what is to be released.
        sought: as `needles` gives it.
        open_words: the words, as compared, that the reader may see in order; a run that stands
            there as well is no hit.
    """
    placed = _placed(text)
    words = tuple(word for word, _, _ in placed)
    hits = [
        (at, at + size, sought[words[at : at + size]])
        for size in {len(run) for run in sought}
        for at in range(len(words) - size + 1)
        if words[at : at + size] in sought
    ]
    if not hits:
        return []
    permitted = f" {' '.join(open_words)} "
    withheld = [hit for hit in hits if f" {' '.join(words[hit[0] : hit[1]])} " not in permitted]
    return [
        Found(text[placed[start][1] : placed[end - 1][2]], tuple(sorted(sources)))
        for start, end, sources in _merged(sorted(withheld, key=lambda hit: hit[:2]))
    ]


def _merged(hits: Iterable[tuple[int, int, set[str]]]) -> list[tuple[int, int, set[str]]]:
    found: list[tuple[int, int, set[str]]] = []
    for start, end, sources in hits:
        if found and start < found[-1][1]:
            before = found.pop()
            found.append((before[0], max(before[1], end), before[2] | sources))
        else:
            found.append((start, end, set(sources)))
    return found


def _placed(text: str) -> list[tuple[str, int, int]]:
    """Give each word as it is compared, with where it stands in the text."""
    return [
        (part, match.start(), match.end())
        for match in _WORD.finditer(text)
        for part in _WORD.findall(unicodedata.normalize("NFKC", match.group()).casefold())
    ]
