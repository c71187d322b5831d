"""Challenges of redactions and assessments of them: their states and words. Pure."""

from datetime import date

from app.domain.calendar import Calendar

OPEN = frozenset({"open", "narrowing"})
"""States in which a challenge waits for the publisher."""

DECIDED = frozenset({"upheld", "narrowed", "lifted"})
DAYS_TO_DECIDE = 5
"""Business days until a challenge should be decided."""

_MOVES: dict[tuple[str, str], str] = {
    ("open", "uphold"): "upheld",
    ("open", "lift"): "lifted",
    ("open", "propose_narrowing"): "narrowing",
    ("narrowing", "confirm_narrowing"): "narrowed",
    ("narrowing", "turn_down_narrowing"): "open",
    ("open", "narrow_alike"): "narrowed",
    ("open", "withdraw"): "withdrawn",
    ("narrowing", "withdraw"): "withdrawn",
}
OUTCOMES = {
    "open": "Waits for a decision",
    "narrowing": "Waits for a decision",
    "upheld": "Upheld: it stays withheld",
    "narrowed": "Narrowed: less is withheld",
    "lifted": "Lifted: it is withheld no more",
    "withdrawn": "Withdrawn",
}
"""What the asker is told of each state; a narrowing that waits for a second person is no news."""

AXES = {
    "scope": ("Scope", "Is it the smallest span that would do?"),
    "reason": ("Reason", "Does the reason given fit, and does it hold?"),
    "balance": ("Balance", "Does the harm of telling outweigh the good of knowing?"),
    "materiality": ("Materiality", "Can the report be judged without it?"),
}
MARKS = {
    "fine": "Fine",
    "doubtful": "Doubtful",
    "not_acceptable": "Not acceptable",
    "cannot_judge": "Cannot judge",
}

Rect = tuple[float, float, float, float]


class IllegalMove(ValueError):
    """The challenge is not in a state from which it can go there."""


def after(state: str, verb: str) -> str:
    """Give the state that follows.

    Raises:
        IllegalMove: not from this state.
    """
    try:
        return _MOVES[(state, verb)]
    except KeyError:
        raise IllegalMove(f"{verb} from {state}") from None


def due_on(day: date, calendar: Calendar) -> date:
    """Give the day by which a challenge raised on `day` should be decided."""
    return calendar.add(day, DAYS_TO_DECIDE)


def smaller(new: list[Rect], old: list[Rect]) -> bool:
    """Say whether places lie within others and leave some of them free.

    Each new rectangle must lie within one of the old ones (to half a point), and together they
    must cover less.
    """
    within = all(any(_within(rect, other) for other in old) for rect in new)
    return bool(new) and within and _area(new) < _area(old) * 0.98


def _within(rect: Rect, other: Rect) -> bool:
    slack = 0.5
    return (
        rect[0] >= other[0] - slack
        and rect[1] >= other[1] - slack
        and rect[2] <= other[2] + slack
        and rect[3] <= other[3] + slack
    )


def _area(rects: list[Rect]) -> float:
    return sum((x1 - x0) * (y1 - y0) for x0, y0, x1, y1 in rects)
