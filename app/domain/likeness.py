"""How like two short texts are, by the words that they share. Pure."""

import re
import unicodedata

_WORD = re.compile(r"\w+")
_COMMON = frozenset(
    ("a", "an", "and", "are", "as", "at", "be", "by", "for", "from", "has", "have", "in", "is",
     "it", "its", "of", "on", "or", "that", "the", "this", "to", "was", "were", "which", "with",
     "not", "no", "but")
)  # fmt: skip


def words_of(text: str) -> frozenset[str]:
    """Give the telling words of a text, without case and plural."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    return frozenset(word.removesuffix("s") for word in _WORD.findall(plain) if word not in _COMMON)


def likeness(one: frozenset[str], other: frozenset[str]) -> float:
    """Give how many words two texts share, from 0 to 1 (Dice)."""
    if not one or not other:
        return 0.0
    return 2 * len(one & other) / (len(one) + len(other))
