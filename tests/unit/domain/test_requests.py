"""The state table of requests: who may move what, what the asker sees, which clock runs."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from app.domain.calendar import Calendar
from app.domain.clocks import Rules, rules_of
from app.domain.parts import PartMove, PartState, part_admits, part_after
from app.domain.requests import (
    DETERMINATIONS,
    ENDED,
    HELD,
    MOVES,
    OF_PARTS,
    TYPES,
    IllegalMove,
    Move,
    Outward,
    Party,
    State,
    admits,
    after,
    appeal_date,
    behind,
    categories_for,
    due_date,
    is_late,
    outward,
    priority_after_return,
    resumed,
    triage_date,
)

SHORT_REVIEW = rules_of("none", "short")
FRIDAY, MONDAY = date(2026, 11, 20), date(2026, 11, 23)
NO_PARTS: tuple[PartState, ...] = ()
PATH = (
    # move, the parts as it leaves them, where the request is then
    (Move.SUBMIT, NO_PARTS, State.SUBMITTED),
    (Move.TAKE, NO_PARTS, State.IN_TRIAGE),
    (Move.ASSIGN, (PartState.ASSIGNED,), State.ASSIGNED),
    (Move.DRAFT_ANSWER, (PartState.IN_PROGRESS,), State.IN_PROGRESS),
    (Move.CHECK, (PartState.IN_CHECK,), State.DISCLOSURE_CHECK),
    (Move.RELEASE, (PartState.RELEASED,), State.RELEASED),
    (Move.APPEAL, (PartState.RELEASED,), State.UNDER_APPEAL),
    (Move.UPHOLD, (PartState.RELEASED,), State.RELEASED),
    (Move.ACCEPT, (PartState.RELEASED,), State.CLOSED),
)
OF_WHOLES = sorted(set(Move) - set(OF_PARTS.values()))
CLOSING = {State.CLOSED, State.WITHDRAWN}


def test_a_request_goes_from_draft_to_closed_by_one_path() -> None:
    state = State.DRAFT
    for move, parts, expected in PATH:
        state = after(move, state, by=MOVES[move].by, parts=parts)
        assert state is expected


@given(st.sampled_from(Move), st.sampled_from(State), st.sampled_from(Party))
def test_what_the_table_does_not_say_is_refused(move: Move, state: State, party: Party) -> None:
    row = MOVES[move]
    if row.by is party and state in row.before:
        assert after(move, state, by=party) is (row.after or State.IN_TRIAGE)
    else:
        with pytest.raises(IllegalMove):
            after(move, state, by=party)
    assert admits(move, state) is (state in row.before)


@given(st.lists(st.sampled_from(Move), max_size=60))
def test_the_publisher_alone_never_closes_a_request(moves: list[Move]) -> None:
    state = State.SUBMITTED
    for move in moves:
        try:
            state = after(move, state, by=Party.PUBLISHER)
        except IllegalMove:
            continue
        assert state not in ENDED


def test_nothing_leads_out_of_an_ended_request_or_back_to_a_draft() -> None:
    for row in MOVES.values():
        assert not row.before & ENDED
        assert row.after is not State.DRAFT


class Life(RuleBasedStateMachine):
    """Asker, publisher and clock try moves at random, on one request and on its parts."""

    def __init__(self) -> None:
        super().__init__()
        self.state = State.DRAFT
        self.parts: list[PartState] = []
        self.path: list[tuple[Party, Move]] = []

    @rule(
        move=st.sampled_from(sorted(set(Move) - set(OF_PARTS.values()))), by=st.sampled_from(Party)
    )
    def try_a_move(self, move: Move, by: Party) -> None:
        try:
            self.state = after(move, self.state, by=by)
        except IllegalMove:
            return
        self._went(by, move)
        if move in (Move.RETURN, Move.REOPEN):
            self.parts = [
                PartState.RETURNED if part is PartState.RELEASED else part for part in self.parts
            ]

    @rule(by=st.sampled_from(Party))
    def add_a_part(self, by: Party) -> None:
        parts = [*self.parts, PartState.ASSIGNED]
        try:
            self.state = after(Move.ASSIGN, self.state, by=by, parts=parts)
        except IllegalMove:
            return
        self.parts = parts
        self._went(by, Move.ASSIGN)

    @rule(at=st.integers(0, 5), move=st.sampled_from(sorted(OF_PARTS)), by=st.sampled_from(Party))
    def move_a_part(self, at: int, move: PartMove, by: Party) -> None:
        if at >= len(self.parts) or not part_admits(move, self.parts[at]):
            return
        parts = list(self.parts)
        parts[at] = part_after(move, parts[at])
        try:
            self.state = after(OF_PARTS[move], self.state, by=by, parts=parts)
        except IllegalMove:
            return
        self.parts = parts
        self._went(by, OF_PARTS[move])

    def _went(self, by: Party, move: Move) -> None:
        assert not self.path or MOVES[self.path[-1][1]].after not in ENDED
        self.path.append((by, move))

    @invariant()
    def only_the_asker_closes(self) -> None:
        if self.state in CLOSING:
            assert self.path[-1][0] is Party.ASKER
        if self.state is State.CLOSED_UNRESOLVED:
            assert self.path[-1] == (Party.CLOCK, Move.END)

    @invariant()
    def a_draft_is_left_by_submitting_or_by_an_earlier_answer(self) -> None:
        if self.path:
            assert self.path[0] in ((Party.ASKER, Move.SUBMIT), (Party.ASKER, Move.REFER))

    @invariant()
    def an_open_request_can_always_go_on(self) -> None:
        assert self.state in ENDED or any(admits(move, self.state) for move in Move)

    @invariant()
    def what_is_worked_on_is_in_somebodys_hands(self) -> None:
        if self.state in HELD:
            assert set(self.parts) - {PartState.DROPPED, PartState.RELEASED}

    @invariant()
    def it_is_released_when_every_part_is(self) -> None:
        live = [part for part in self.parts if part is not PartState.DROPPED]
        if self.path == [(Party.ASKER, Move.REFER)]:
            assert (self.state, live) == (State.CLOSED, [])  # nobody was asked
        elif self.state in (State.RELEASED, State.UNDER_APPEAL, State.CLOSED):
            assert live
            assert set(live) == {PartState.RELEASED}

    @invariant()
    def nothing_is_released_without_a_release_check(self) -> None:
        moves = [move for _, move in self.path]
        assert moves.count(Move.RELEASE) <= moves.count(Move.CHECK)


TestLife = Life.TestCase


def test_the_asker_sees_six_states_and_never_the_inner_ones() -> None:
    seen = {outward(state) for state in State} - {None}
    assert seen == set(Outward)
    assert outward(State.DRAFT) is None
    inner = (State.IN_TRIAGE, State.ASSIGNED, State.IN_PROGRESS, State.DISCLOSURE_CHECK)
    assert {outward(state) for state in inner} == {Outward.IN_PROGRESS}
    assert sum(len(behind(face)) for face in Outward) == len(State) - 1


def test_every_outcome_but_in_full_has_categories() -> None:
    assert not categories_for("full")
    for determination in set(DETERMINATIONS) - {"full"}:
        assert categories_for(determination)
    assert "SEC" in categories_for("withheld")
    assert "SEC" not in categories_for("out_of_scope")


@given(st.integers(0, 8), st.sampled_from(["normal", "high", "urgent"]))
def test_the_third_return_escalates(returns: int, priority: str) -> None:
    assert priority_after_return(priority, returns) == ("urgent" if returns >= 3 else priority)


def test_due_dates_count_business_days() -> None:
    assert due_date(FRIDAY, "explanation", SHORT_REVIEW) == date(2026, 11, 25)
    assert due_date(FRIDAY, "data", SHORT_REVIEW) == date(2026, 11, 27)
    assert due_date(date(2026, 11, 21), "explanation", SHORT_REVIEW) == date(2026, 11, 25)
    assert triage_date(FRIDAY, SHORT_REVIEW) == MONDAY
    assert appeal_date(FRIDAY, SHORT_REVIEW) == date(2026, 11, 24)


def test_a_long_review_gives_more_time_and_its_own_days_count() -> None:
    long = rules_of("none", "long")
    assert due_date(FRIDAY, "explanation", long) == date(2026, 11, 27)
    assert due_date(FRIDAY, "interview", long) == date(2026, 12, 4)
    own = rules_of("none", "short", {"interview": 1, "standard": 2, "unheard_of": 9})
    assert due_date(FRIDAY, "interview", own) == MONDAY
    assert due_date(FRIDAY, "data", own) == date(2026, 11, 27)


@settings(deadline=None)  # the first count loads the holidays
@given(
    st.dates(date(2020, 1, 1), date(2098, 1, 1)),
    st.sampled_from(sorted(TYPES)),
    st.sampled_from(["none", "DE", "GB-ENG", "US-CA", "IL"]),
    st.sampled_from(["short", "long"]),
)
def test_a_due_date_is_a_later_business_day(
    day: date, request_type: str, calendar: str, profile: str
) -> None:
    rules = rules_of(calendar, profile)
    due = due_date(day, request_type, rules)
    assert due > day
    assert rules.calendar.is_business_day(due)


@settings(deadline=None)  # the first count loads the holidays
@given(
    st.dates(date(2020, 1, 1), date(2098, 1, 1)),
    st.integers(0, 40),
    st.integers(0, 40),
    st.sampled_from(["none", "DE", "IL"]),
)
def test_a_pause_never_brings_the_due_date_nearer(
    day: date, pause: int, ahead: int, name: str
) -> None:
    calendar = Calendar(name)
    due = due_date(
        date.fromordinal(day.toordinal() + ahead), "explanation", Rules(calendar=calendar)
    )
    back = date.fromordinal(day.toordinal() + pause)
    assert resumed(due, paused_on=day, resumed_on=back, calendar=calendar) >= due
    assert resumed(due, paused_on=day, resumed_on=day, calendar=calendar) == due


def test_what_is_late() -> None:
    late = {"due_on": FRIDAY, "triage_due_on": None, "today": MONDAY}
    assert is_late(State.IN_PROGRESS, **late)
    assert not is_late(State.IN_PROGRESS, **{**late, "today": FRIDAY})
    for state in (State.NEEDS_CLARIFICATION, State.RELEASED, State.CLOSED, State.DRAFT):
        assert not is_late(state, **late)


def test_what_waits_for_triage_too_long_is_late() -> None:
    arrived = {"due_on": date(2026, 12, 30), "triage_due_on": MONDAY}
    assert not is_late(State.SUBMITTED, **arrived, today=MONDAY)
    assert is_late(State.SUBMITTED, **arrived, today=date(2026, 11, 24))
    assert not is_late(State.ASSIGNED, **arrived, today=date(2026, 11, 24))
