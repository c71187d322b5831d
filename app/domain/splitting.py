"""Where the sentences of a page begin and end, by its words in reading order. Pure.

For counting what no claim covers: good enough that a person finds each sentence, not a grammar.
Headings, table cells and running heads are no sentences: they end without a stop.
"""

import re
from collections.abc import Collection, Sequence

FEWEST_WORDS = 4
_ENDS = re.compile(r"[.!?][)\]”’\"'\d]{0,3}$")
_OPENING = "([“‘\"'"
_SHORT = frozenset(
    {"e.g.", "i.e.", "cf.", "vs.", "fig.", "sec.", "no.", "al.", "dr.", "mr.", "ms.", "ca.", "pp."}
)
_INITIAL = re.compile(r"^[A-Z]\.$")


def sentences(words: Sequence[str], breaks: Collection[int] = ()) -> list[tuple[int, int]]:
    """Give the first and last word of each sentence that ends among these words.

    Args:
        words: as they are read.
        breaks: the words with which something new begins, such as a paragraph below its heading;
            what stands before it without a stop is left out.
    """
    found: list[tuple[int, int]] = []
    first = 0
    for at, word in enumerate(words):
        if at in breaks:
            first = at
        if _ENDS.search(word) and not _goes_on(words, at):
            if at - first + 1 >= FEWEST_WORDS:
                found.append((first, at))
            first = at + 1
    return found


def _goes_on(words: Sequence[str], at: int) -> bool:
    """Say whether a stop belongs to a short form and not to the end of a sentence."""
    word = words[at].lstrip(_OPENING)
    if word.lower() in _SHORT or _INITIAL.match(word):
        return True
    following = words[at + 1] if at + 1 < len(words) else ""
    return following.lstrip(_OPENING)[:1].islower()
