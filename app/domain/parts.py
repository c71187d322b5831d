"""Parts of a request: each with a team or a person, and a state of its own. Pure.

A request that was given to one person has one part. Where the request as a whole is, its parts say
(requests.whole).
"""

from collections.abc import Mapping
from enum import StrEnum


class PartState(StrEnum):
    """Where a part is."""

    ASSIGNED = "assigned"
    IN_PROGRESS = "in_progress"
    IN_CHECK = "in_check"
    RELEASED = "released"
    RETURNED = "returned"
    DROPPED = "dropped"


class PartMove(StrEnum):
    """What can be done to a part."""

    GIVE = "give"
    DRAFT = "draft"
    CHECK = "check"
    SEND_BACK = "send_back"
    RELEASE = "release"
    RETURN = "return"
    DROP = "drop"


_OPEN = frozenset({PartState.ASSIGNED, PartState.IN_PROGRESS})

PART_MOVES: Mapping[PartMove, tuple[frozenset[PartState], PartState]] = {
    # move: (from where, to where)
    PartMove.GIVE: (_OPEN | {PartState.RETURNED}, PartState.ASSIGNED),
    PartMove.DRAFT: (_OPEN, PartState.IN_PROGRESS),
    PartMove.CHECK: (frozenset({PartState.IN_PROGRESS}), PartState.IN_CHECK),
    PartMove.SEND_BACK: (frozenset({PartState.IN_CHECK}), PartState.IN_PROGRESS),
    PartMove.RELEASE: (frozenset({PartState.IN_CHECK}), PartState.RELEASED),
    PartMove.RETURN: (frozenset({PartState.RELEASED}), PartState.RETURNED),
    PartMove.DROP: (_OPEN | {PartState.RETURNED}, PartState.DROPPED),
}


class IllegalPartMove(ValueError):
    """The part's state does not admit this."""


def part_after(move: PartMove, state: PartState) -> PartState:
    """Give the state that a move of a part leads to.

    Raises:
        IllegalPartMove: its state does not admit the move.
    """
    before, to = PART_MOVES[move]
    if state not in before:
        raise IllegalPartMove(f"a part cannot {move} from {state}")
    return to


def part_admits(move: PartMove, state: PartState) -> bool:
    """Say whether a part's state admits a move."""
    return state in PART_MOVES[move][0]
