"""The life of a redaction, how large it is said to be, and how far its box grows. Pure."""

from collections.abc import Iterable
from datetime import date

from app.domain.categories import BY_CODE

WITHHOLDING = frozenset({"proposed", "approved", "in_force"})
"""States in which a redaction withholds (PRODUCT.md, section 6: all but refused and lifted)."""

MODES = ("tight", "padded", "line", "block")
MOST_CATEGORIES = 3
MANY_ALIKE = 10
"""More marks than this with one justification look like boilerplate."""

_MOVES: dict[tuple[str, str], str] = {
    ("proposed", "approve"): "approved",
    ("proposed", "refuse"): "refused",
    ("proposed", "withdraw"): "withdrawn",
    ("proposed", "replace"): "withdrawn",
    ("withdrawn", "restore"): "proposed",
    ("approved", "publish"): "in_force",
    ("approved", "lift"): "lifted",
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


def without_embargo(categories: Iterable[str]) -> tuple[str, ...]:
    """Give what still withholds a redaction once its embargo is over."""
    return tuple(code for code in categories if code != "EMB")


def expiry_problem(categories: Iterable[str], *, ends: date | None, today: date) -> str | None:
    """Say what is wrong with the day on which a redaction ends; None when it can be taken."""
    if "EMB" in set(categories):
        if ends is None:
            return "An embargo needs the day on which it ends."
    elif ends is not None:
        return "Only an embargo ends by itself: choose EMB as well, or leave the day out."
    return "Give a day to come." if ends is not None and ends <= today else None


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


def boilerplate_warning(justification: str, *, marks: int, templates: Iterable[str]) -> str | None:
    """Say why a justification looks like one for everything; None when it does not.

    Args:
        justification: the public one.
        marks: on how many marks of the version the same one stands.
        templates: the justifications of the templates in use.
    """
    said = justification.casefold().strip()
    if said in {template.casefold().strip() for template in templates}:
        return "This is a template, word for word. Say what holds of this place."
    if marks > MANY_ALIKE:
        return f"The same words stand on {marks} marks. Say what holds of this place."
    return None
