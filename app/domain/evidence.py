"""Evidence items of a version: how many, what they are called, which of them count."""

from collections.abc import Collection
from typing import Final, Literal

EvidenceKind = Literal["text", "csv", "json", "jsonl", "spreadsheet"]
SPREADSHEET: Final = "spreadsheet"  # the kind whose sheets become items of their own
MOST_ITEMS = 50
HELD = ("importing", "ready", "split")  # states of what is attached; the others were given up
AT_HAND = ("importing", "ready")  # states in which its lines are, or will be, there to be read
MOST_TITLE = 200


def next_codes(states: Collection[str], wanted: int = 1) -> list[str]:
    """Give codes for more items of a version, from the states of all it ever had.

    Codes of items taken off are not given again. Fewer than wanted means that there is no room.
    """
    room = MOST_ITEMS - sum(state in HELD for state in states)
    return [f"E{len(states) + 1 + number}" for number in range(min(wanted, max(0, room)))]


def title_of_sheet(title: str, number: int) -> str:
    """Give the public title of a sheet: never its name, which is text of the file."""
    end = f", sheet {number}"
    return title[: MOST_TITLE - len(end)] + end
