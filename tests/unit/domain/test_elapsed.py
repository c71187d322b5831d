"""Where the time of a request went, by its steps alone."""

from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.calendar import Calendar
from app.domain.elapsed import Step, at_share, days_by_holder, median, pace, spans
from app.domain.requests import ENDED, State

MONDAY = datetime(2026, 11, 16, 9, tzinfo=UTC)


def _step(name: str, state: State, day: int, **facts: object) -> Step:
    return Step(name, state, MONDAY + timedelta(days=day), facts)


WALK = [
    _step("RequestSubmitted", State.SUBMITTED, 0, due_on="2026-11-19"),
    _step("ClarificationAsked", State.NEEDS_CLARIFICATION, 1),
    _step("ClarificationGiven", State.IN_TRIAGE, 3, due_on="2026-11-23"),
    _step("RequestAssigned", State.ASSIGNED, 3, assignment="asg_1", responder="per_1"),
    _step("DueDateMoved", State.ASSIGNED, 4, to="2026-11-24"),
    _step(
        "RequestAssigned", State.ASSIGNED, 4, assignment="asg_1", team="tea_1", responder="per_2"
    ),
    _step("AnswerSentToCheck", State.DISCLOSURE_CHECK, 7),
    _step("AnswerReleased", State.RELEASED, 8, determination="already_public"),
    _step("AnswerReturned", State.IN_TRIAGE, 9),
    _step("AnswerReleased", State.RELEASED, 10, determination="full"),
    _step("AnswerAccepted", State.CLOSED, 11),
]


def test_the_time_of_a_walk_is_told_apart() -> None:
    days = days_by_holder(spans(WALK, until=MONDAY + timedelta(days=300)), Calendar())
    # Tuesday to Thursday the asker was asked back; the weekend lies with the team.
    assert days == {"triage": 2, "asker": 4, "per_1": 1, "tea_1": 1, "check": 1}


def test_the_pace_of_a_walk() -> None:
    found = pace(WALK, Calendar(), until=MONDAY + timedelta(days=300))
    assert (found.first_answer, found.acceptance) == (4, 9)
    assert (found.on_time, found.by_reference) == (True, True)
    assert (found.rounds, found.returns) == (2, 1)
    begun = pace(WALK[:2], Calendar(), until=MONDAY + timedelta(days=4))
    assert (begun.first_answer, begun.acceptance, begun.on_time) == (None, None, None)
    assert begun.held == {"triage": 1, "asker": 3}
    late = pace([*WALK[:2], WALK[7]], Calendar(), until=MONDAY)
    assert late.on_time is False
    assert pace([_step("RequestSubmitted", State.SUBMITTED, 0), WALK[7]], Calendar(),
                until=MONDAY).on_time is None  # fmt: skip


def test_a_choice_that_is_awaited_lies_with_the_asker() -> None:
    steps = [
        _step("RequestSubmitted", State.SUBMITTED, 0, due_on="2026-11-19"),
        _step("RequestAssigned", State.ASSIGNED, 0, assignment="asg_1", responder="per_1"),
        _step("InterviewProposed", State.ASSIGNED, 1),
        _step("ClockPaused", State.ASSIGNED, 1, due_was="2026-11-19"),
        _step("AnswerDrafted", State.IN_PROGRESS, 2),
        _step("ClockResumed", State.IN_PROGRESS, 4, due_on="2026-11-24"),
        _step("AnswerSentToCheck", State.DISCLOSURE_CHECK, 7),
        _step("AnswerReleased", State.RELEASED, 8, determination="full"),
    ]
    days = days_by_holder(spans(steps, until=MONDAY + timedelta(days=8)), Calendar())
    assert days == {"triage": 0, "per_1": 2, "asker": 3, "check": 1}
    found = pace(steps, Calendar(), until=MONDAY + timedelta(days=8))
    assert (found.first_answer, found.on_time) == (3, True)
    assert pace([step for step in steps if step.name != "ClockResumed"], Calendar(),
                until=MONDAY).on_time is False  # fmt: skip


def test_what_an_earlier_answer_closes_is_by_reference_and_in_no_median() -> None:
    found = pace([_step("AnsweredByReference", State.CLOSED, 0)], Calendar(), until=MONDAY)
    assert (found.by_reference, found.first_answer, found.acceptance) == (True, None, None)
    assert (found.on_time, found.rounds, found.held) == (None, 0, {})


def test_two_teams_at_once_are_told_as_several_until_one_is_left() -> None:
    steps = [
        _step("RequestAssigned", State.ASSIGNED, 0, assignment="asg_1", team="tea_1"),
        _step("RequestAssigned", State.ASSIGNED, 1, assignment="asg_2", team="tea_2"),
        _step("PartDropped", State.ASSIGNED, 2, assignment="asg_1", team="tea_1"),
        _step("RequestWithdrawn", State.WITHDRAWN, 4),
    ]
    days = days_by_holder(spans(steps, until=MONDAY), Calendar())
    assert days == {"tea_1": 1, "several": 1, "tea_2": 2}


def test_what_follows_another_request_is_with_that_one_until_it_is_separated() -> None:
    steps = [
        _step("RequestSubmitted", State.SUBMITTED, 0),
        _step("RequestMerged", State.ASSIGNED, 1, assignment="asg_1", into="req_2"),
        _step("RequestSeparated", State.IN_TRIAGE, 3, assignment="asg_1", into="req_2"),
        _step("RequestWithdrawn", State.WITHDRAWN, 4),
    ]
    days = days_by_holder(spans(steps, until=MONDAY), Calendar())
    assert days == {"triage": 2, "following": 2}


_STEPS = st.lists(
    st.tuples(
        st.sampled_from(sorted(set(State) - ENDED - {State.DRAFT})),
        st.integers(0, 20_000),
        st.sampled_from(["per_1", "per_2", "tea_1", None]),
        st.sampled_from(["asg_1", "asg_2"]),
    ),
    min_size=1,
    max_size=12,
)


@settings(deadline=None)  # the first count loads the holidays
@given(_STEPS, st.integers(0, 100_000), st.sampled_from(["none", "DE", "IL"]))
def test_parts_sum_to_the_whole_and_are_never_negative(
    taken: list[tuple[State, int, str | None, str]], rest: int, name: str
) -> None:
    at, steps = MONDAY, []
    for state, minutes, holder, part in taken:
        at += timedelta(minutes=minutes)
        steps.append(Step("RequestAssigned", state, at, {"assignment": part, "responder": holder}))
    until = at + timedelta(minutes=rest)
    calendar = Calendar(name)
    days = days_by_holder(spans(steps, until=until), calendar)
    assert all(count >= 0 for count in days.values())
    assert sum(days.values()) == calendar.between(steps[0].at.date(), until.date())


@given(st.lists(st.integers(0, 100), min_size=1))
def test_the_middle_lies_between_the_ends(values: list[int]) -> None:
    middle, late = median(values), at_share(values, 0.9)
    assert middle is not None and late is not None
    assert min(values) <= middle <= late <= max(values)


def test_medians_of_little() -> None:
    assert median([]) is None
    assert median([3]) == 3
    assert median([1, 4]) == 2.5
    assert at_share([0, 10], 0.9) == 9.0
