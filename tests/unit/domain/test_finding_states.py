"""A finding's life: whatever people try, it stays on the rails and only the filer ends it."""

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from app.domain.findings import (
    ASKERS,
    ENDED,
    FOUR,
    MOVES,
    OUTWARD,
    IllegalMove,
    after,
    outward,
)

PUBLISHER = {"route", "reroute", "respond", "ask_detail", "fix"}
CLOSED_UNANSWERED = {"withdrawn", "moot", "merged"}


class FindingLife(RuleBasedStateMachine):
    """Two sides act in any order on one finding."""

    @initialize()
    def filed(self) -> None:
        self.state = "filed"
        self.answered = False
        self.last_mover = "reviewer"

    @rule(intention=st.sampled_from(sorted(PUBLISHER)))
    def publisher_acts(self, intention: str) -> None:
        self._act(intention, "publisher")

    @rule(intention=st.sampled_from(sorted(ASKERS)))
    def reviewer_acts(self, intention: str) -> None:
        self._act(intention, "reviewer")

    @precondition(lambda self: self.state in ENDED)
    @rule(intention=st.sampled_from(sorted(MOVES)))
    def nothing_moves_what_is_settled(self, intention: str) -> None:
        with pytest.raises(IllegalMove):
            after(intention, self.state)

    @invariant()
    def it_has_one_of_four_outward_states(self) -> None:
        assert outward(self.state) in FOUR

    @invariant()
    def only_the_filer_ends_it(self) -> None:
        if self.state in ENDED:
            assert self.last_mover == "reviewer"
            assert self.answered or self.state in CLOSED_UNANSWERED

    @invariant()
    def what_is_agreed_or_fixed_was_answered(self) -> None:
        if self.state in {"responded", "awaiting_version", "fixed", "contested"}:
            assert self.answered

    def _act(self, intention: str, side: str) -> None:
        try:
            self.state = after(intention, self.state)
        except IllegalMove:
            assert self.state not in MOVES[intention]
            return
        self.answered = self.answered or intention == "respond"
        self.last_mover = side


TestFindingLife = FindingLife.TestCase


def test_every_state_has_an_outward_word_and_every_intention_a_side() -> None:
    states = {state for moves in MOVES.values() for pair in moves.items() for state in pair}
    assert states == set(OUTWARD)
    assert set(MOVES) == ASKERS | PUBLISHER
    assert not ASKERS & PUBLISHER


def test_only_the_asker_closes() -> None:
    closing = {intention for intention, moves in MOVES.items() if set(moves.values()) & ENDED}
    assert closing < ASKERS
    assert closing == {
        "confirm", "confirm_fixed", "record_disagreement", "withdraw", "set_moot", "merge",
    }  # fmt: skip


def test_an_unknown_intention_or_state_is_refused() -> None:
    for intention, state in (("vanish", "filed"), ("confirm", "nowhere"), ("confirm", "filed")):
        with pytest.raises(IllegalMove, match=f"{intention} from {state}"):
            after(intention, state)
