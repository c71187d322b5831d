"""Claims: what a code may be, how they are ordered and filtered. Pure."""

import re
from collections.abc import Sequence
from typing import TypeVar

CODE = r"^[A-Za-z]{0,3}[.-]?\d{1,3}([.-]\d{1,3}){0,3}[a-z]?$"
"""A few letters and numbers, so that no code can quote what its report says."""

FILTERS = {
    "all": "All",
    "load": "Load-bearing",
    "evidence": "Without evidence",
    "owner": "Without owner",
    "mine": "Mine",
    "position": "Without position",
}
INSIDE = ("all", "load", "evidence", "owner", "mine", "position")
OUTSIDE = ("all", "load", "evidence", "position")
"""Of those, what each side can ask for: who owns what stays inside. Without position is of what was
released to who asks inside, and of one's own positions outside (`access/positioned`)."""

ENDED = {"removed": "Removed", "superseded": "Superseded"}
_NUMBER = re.compile(r"(\d+)([a-z]?)$")

Item = TypeVar("Item")


def next_code(codes: Sequence[str], pathway: int | None) -> str:
    """Suggest the code of a new claim: the next of its pathway, such as 4.3, or a number."""
    stem = f"{pathway}." if pathway is not None else ""
    numbers = [
        int(match[1])
        for code in codes
        if code.startswith(stem) and (match := _NUMBER.fullmatch(code[len(stem) :]))
    ]
    return f"{stem}{max(numbers, default=0) + 1}"


def moved(items: Sequence[Item], at: int, direction: str) -> list[Item]:
    """Give the items with the one at a place moved up or down; at the ends nothing moves."""
    to = max(0, min(len(items) - 1, at + (-1 if direction == "up" else 1)))
    found = list(items)
    found[at], found[to] = found[to], found[at]
    return found
