"""Interviews: who may take which step, the number of the invitation, times, signatures."""

from datetime import UTC, datetime, timedelta
from itertools import product
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from app.domain.interviews import (
    IllegalSignature,
    IllegalStep,
    NotesState,
    Side,
    Standing,
    Step,
    admits,
    after,
    in_effect,
    in_zone,
    leads_to,
    overlap,
    rewritten,
    sequence_after,
    signed,
)

SIDES = st.sampled_from(Side)
BERLIN = ZoneInfo("Europe/Berlin")


class InterviewMachine(RuleBasedStateMachine):
    """An interview on which both sides try every step, at every time."""

    def __init__(self) -> None:
        super().__init__()
        self.standing = Standing.NONE
        self.sequence: int | None = None
        self.sent: list[int] = []
        self.proposed_by: Side | None = None
        self.begun = False
        # versions of the notes: state, who wrote it, who signed it
        self.notes: list[tuple[NotesState, Side, frozenset[Side]]] = []

    @rule(step=st.sampled_from(Step), by=SIDES)
    def try_a_step(self, step: Step, by: Side) -> None:
        """Take a step, or be refused it and change nothing."""
        before = self.standing
        if not admits(step, before, by=by, begun=self.begun):
            with pytest.raises(IllegalStep):
                after(step, before, by=by, begun=self.begun)
            return
        self.standing = after(step, before, by=by, begun=self.begun)
        number = sequence_after(step, self.sequence, before)
        if step is Step.CHOOSE:
            assert by is not self.proposed_by, "nobody chooses among their own times"
        if step in (Step.PROPOSE, Step.MOVE):
            self.proposed_by = by
            assert self.standing is (
                Standing.WAITS_FOR_ASKER if by is Side.PUBLISHER else Standing.WAITS_FOR_PUBLISHER
            )
        if before is Standing.AGREED:
            assert not self.begun, "what has begun is neither moved nor cancelled"
            assert number == (self.sequence or 0) + 1
        if number is not None and number != self.sequence:
            self.sent.append(number)
        self.sequence = number

    @precondition(lambda self: self.standing is Standing.AGREED)
    @rule()
    def let_it_begin(self) -> None:
        """Let the agreed time come."""
        self.begun = True

    @precondition(lambda self: self.begun)
    @rule(by=SIDES)
    def write_notes(self, by: Side) -> None:
        """Write a version; whatever was signed by one side falls."""
        if any(state is NotesState.AGREED for state, _, _ in self.notes):
            with pytest.raises(IllegalSignature):
                rewritten(NotesState.AGREED)
            return
        kept = []
        for state, of, signers in self.notes:
            touched = state is NotesState.OFFERED or (state is NotesState.DRAFT and of is by)
            kept.append((rewritten(state) if touched else state, of, signers))
        self.notes = [*kept, (NotesState.DRAFT, by, frozenset())]

    @precondition(lambda self: bool(self.notes))
    @rule(at=st.integers(0, 50), by=SIDES)
    def sign_notes(self, at: int, by: Side) -> None:
        """Sign some version, or be refused."""
        index = at % len(self.notes)
        state, of, signers = self.notes[index]
        if any(one is NotesState.AGREED for one, _, _ in self.notes):
            return
        try:
            reached = signed(state, written_by=of, signed_by=signers, by=by)
        except IllegalSignature:
            assert (
                by in signers
                or state not in (NotesState.DRAFT, NotesState.OFFERED)
                or (state is NotesState.DRAFT and by is not of)
            )
            return
        if reached is NotesState.OFFERED:
            self.notes = [
                (rewritten(one) if one is NotesState.OFFERED else one, o, s)
                for one, o, s in self.notes
            ]
        self.notes[index] = (reached, of, signers | {by})

    @invariant()
    def agreed_means_both_and_no_more_than_one_is_on_the_table(self) -> None:
        """Hold what signatures mean."""
        for state, _, signers in self.notes:
            assert (state is NotesState.AGREED) == (signers == frozenset(Side))
            assert (state is NotesState.OFFERED) <= (len(signers) == 1)
        live = [s for s, _, _ in self.notes if s in (NotesState.OFFERED, NotesState.AGREED)]
        assert len(live) <= 1

    @invariant()
    def the_invitation_only_counts_up(self) -> None:
        """Hold that no calendar meets the same number with two meanings."""
        assert self.sent == list(range(len(self.sent)))
        assert (self.standing is Standing.AGREED) <= (self.sequence is not None)


TestInterviews = InterviewMachine.TestCase


def test_the_asker_never_begins_and_what_is_cancelled_begins_with_the_publisher() -> None:
    for step, standing in product(Step, (Standing.NONE, Standing.CANCELLED)):
        assert not admits(step, standing, by=Side.ASKER)
        assert admits(step, standing, by=Side.PUBLISHER) is (step is Step.PROPOSE)


def test_a_time_is_read_in_the_zone_of_whoever_typed_it() -> None:
    summer, winter = datetime(2027, 7, 1, 15), datetime(2027, 1, 5, 15)  # noqa: DTZ001 # as typed
    assert in_zone(summer, BERLIN) == datetime(2027, 7, 1, 13, tzinfo=UTC)
    assert in_zone(winter, BERLIN) == datetime(2027, 1, 5, 14, tzinfo=UTC)
    exact = datetime(2027, 7, 1, 15, tzinfo=UTC)
    assert in_zone(exact, BERLIN) == exact


def test_a_time_that_the_clocks_skip_is_none_and_one_that_comes_twice_is_the_first() -> None:
    skipped, twice = datetime(2027, 3, 28, 2, 30), datetime(2027, 10, 31, 2, 30)  # noqa: DTZ001
    assert in_zone(skipped, BERLIN) is None
    assert in_zone(twice, BERLIN) == datetime(2027, 10, 31, 0, 30, tzinfo=UTC)


@given(typed=st.datetimes(), zone=st.sampled_from([BERLIN, ZoneInfo("Pacific/Kiritimati"), UTC]))
def test_every_time_is_read_or_refused(typed: datetime, zone: ZoneInfo) -> None:
    found = in_zone(typed, zone)
    assert found is None or found.astimezone(zone).replace(tzinfo=None) == typed


@given(st.integers(-600, 600), st.integers(5, 480), st.integers(5, 480))
def test_overlapping_is_mutual_and_touching_is_not(gap: int, one: int, other: int) -> None:
    start = datetime(2027, 1, 5, 12, tzinfo=UTC)
    then = start + timedelta(minutes=gap)
    assert overlap(start, one, then, other) is overlap(then, other, start, one)
    assert overlap(start, one, then, other) is (-other < gap < one)


def test_what_had_not_begun_when_its_request_ended_is_off() -> None:
    end = datetime(2027, 1, 5, 12, tzinfo=UTC)
    before, later = end - timedelta(hours=1), end + timedelta(hours=1)
    for standing in Standing:
        assert in_effect(standing, starts_at=before, ended_at=None) is standing
        once_open = standing not in (Standing.NONE, Standing.CANCELLED)
        off = Standing.CANCELLED if once_open else standing
        assert in_effect(standing, starts_at=later, ended_at=end) is off
    assert in_effect(Standing.AGREED, starts_at=before, ended_at=end) is Standing.AGREED
    waiting = in_effect(Standing.WAITS_FOR_ASKER, starts_at=before, ended_at=end)
    assert waiting is Standing.CANCELLED


def test_which_requests_lead_to_an_interview() -> None:
    assert leads_to("interview", "")
    assert leads_to("explanation", "conversation")
    assert leads_to("data", "demonstration")
    assert not leads_to("explanation", "short_text")
