"""The life of a redaction, how large it is said to be, and how far its box grows. Pure."""

from collections.abc import Iterable

from app.domain.categories import BY_CODE

WITHHOLDING = frozenset({"proposed", "approved", "in_force"})
"""States in which a redaction withholds (PRODUCT.md, section 6: all but refused and lifted)."""

MODES = ("tight", "padded", "line", "block")
MOST_CATEGORIES = 3

_MOVES: dict[tuple[str, str], str] = {
    ("proposed", "approve"): "approved",
    ("proposed", "refuse"): "refused",
    ("proposed", "withdraw"): "withdrawn",
    ("proposed", "replace"): "withdrawn",
    ("withdrawn", "restore"): "proposed",
    ("approved", "publish"): "in_force",
    ("in_force", "lift"): "lifted",
}
_SIZES = ((3, "a few words"), (10, "up to ten words"), (25, "up to 25 words"), (100, "a passage"))


class IllegalMove(ValueError):
    """The redaction is not in a state from which it can go there."""


def after(state: str, verb: str) -> str:
    """Give the state that follows.

    Verbs: approve, refuse, withdraw, replace, restore, publish, lift.

    Raises:
        IllegalMove: not from this state.
    """
    try:
        return _MOVES[(state, verb)]
    except KeyError:
        raise IllegalMove(f"{verb} from {state}") from None


def size_label(words: int) -> str:
    """Say how large a removal is, coarsely: an exact count would help to guess what stood there."""
    if words <= 0:
        return "an area without text"
    return next((label for most, label in _SIZES if words <= most), "a long passage")


def default_mode(categories: Iterable[str]) -> str:
    """Give how far the box grows when nobody says: whole lines where a person is named."""
    return "line" if "PII" in set(categories) else "padded"


def category_problem(categories: Iterable[str]) -> str | None:
    """Say what is wrong with a choice of categories; None when it can be taken."""
    chosen = set(categories)
    if not chosen:
        return "Choose at least one category."
    if len(chosen) > MOST_CATEGORIES:
        return "Choose at most three categories."
    if chosen - set(BY_CODE):
        return "Choose from the list."
    return None
