"""Finding quoted words among the words of a page, as people and programs copy them. Pure."""

import unicodedata
from collections.abc import Sequence

MOST_RUNS = 20


def bare(text: str) -> str:
    """Give the letters and digits of a text, without case, spaces and signs."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    return "".join(letter for letter in plain if letter.isalnum())


def runs_of(phrase: str, words: Sequence[str]) -> list[tuple[int, int]]:
    """Give the runs of words (first and last, from 0) that say a phrase, at most MOST_RUNS.

    Spaces, hyphens and other signs are passed over; a run begins and ends with a whole word.
    """
    wanted = bare(phrase)
    if not wanted:
        return []
    starts: dict[int, int] = {}
    ends: dict[int, int] = {}
    parts: list[str] = []
    length = 0
    for number, word in enumerate(words):
        letters = bare(word)
        if letters:
            starts[length] = number
            parts.append(letters)
            length += len(letters)
            ends[length] = number
    text = "".join(parts)
    runs: list[tuple[int, int]] = []
    at = text.find(wanted)
    while at >= 0 and len(runs) < MOST_RUNS:
        first, last = starts.get(at), ends.get(at + len(wanted))
        if first is not None and last is not None:
            runs.append((first, last))
        at = text.find(wanted, at + 1)
    return runs
