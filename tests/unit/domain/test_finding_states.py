"""A finding's life: whatever people try, it stays on the rails and only the filer ends it."""

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from app.domain.findings import MOVES, OUTWARD, IllegalMove, after, outward

REVIEWER = {"confirm", "confirm_fix", "contest", "record_disagreement", "withdraw"}
PUBLISHER = {"route", "reroute", "respond"}
ENDED = {"resolved", "withdrawn", "disagreement_recorded"}


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

    @rule(intention=st.sampled_from(sorted(REVIEWER)))
    def reviewer_acts(self, intention: str) -> None:
        self._act(intention, "reviewer")

    @precondition(lambda self: self.state in ENDED | {"awaiting_version"})
    @rule(intention=st.sampled_from(sorted(MOVES)))
    def nothing_moves_what_is_settled(self, intention: str) -> None:
        with pytest.raises(IllegalMove):
            after(intention, self.state)

    @invariant()
    def it_has_one_of_four_outward_states(self) -> None:
        assert outward(self.state) in {
            "Waiting for author",
            "Waiting for reviewer",
            "Agreed for next version",
            "Done",
        }

    @invariant()
    def only_the_filer_ends_it(self) -> None:
        if self.state in ENDED | {"awaiting_version"}:
            assert self.last_mover == "reviewer"
            assert self.answered or self.state == "withdrawn"

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
    assert states <= set(OUTWARD)
    assert set(MOVES) == REVIEWER | PUBLISHER


def test_an_unknown_intention_or_state_is_refused() -> None:
    for intention, state in (("vanish", "filed"), ("confirm", "nowhere"), ("confirm", "filed")):
        with pytest.raises(IllegalMove, match=f"{intention} from {state}"):
            after(intention, state)
