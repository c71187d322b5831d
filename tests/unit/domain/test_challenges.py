"""The life of a challenge, its clock, and what counts as a smaller place."""

from datetime import date

import pytest

from app.domain.calendar import Calendar
from app.domain.challenges import (
    DECIDED,
    OPEN,
    OUTCOMES,
    IllegalMove,
    Rect,
    after,
    due_on,
    smaller,
)

OLD: list[Rect] = [(10.0, 10.0, 110.0, 20.0), (10.0, 30.0, 60.0, 40.0)]


def test_a_challenge_is_decided_once_and_a_smaller_mark_by_two() -> None:
    assert after("open", "uphold") == "upheld"
    assert after("open", "lift") == "lifted"
    assert after(after("open", "propose_narrowing"), "confirm_narrowing") == "narrowed"
    assert after(after("open", "propose_narrowing"), "turn_down_narrowing") == "open"
    for state in DECIDED | {"withdrawn"}:
        for verb in ("uphold", "lift", "propose_narrowing", "confirm_narrowing", "withdraw"):
            with pytest.raises(IllegalMove):
                after(state, verb)
    with pytest.raises(IllegalMove):
        after("open", "confirm_narrowing")


def test_every_state_has_its_words_and_a_waiting_narrowing_is_no_news() -> None:
    assert set(OUTCOMES) == OPEN | DECIDED | {"withdrawn"}
    assert OUTCOMES["open"] == OUTCOMES["narrowing"]


def test_it_is_due_after_five_business_days_of_the_review() -> None:
    assert due_on(date(2026, 11, 20), Calendar()) == date(2026, 11, 27)
    assert due_on(date(2026, 11, 20), Calendar("US")) == date(2026, 11, 30)  # Thanksgiving


@pytest.mark.parametrize(
    ("new", "good"),
    [
        ([(10.0, 10.0, 60.0, 20.0)], True),
        ([(10.0, 10.0, 110.0, 20.0)], True),  # one of the two lines
        (OLD, False),
        ([], False),
        ([(10.0, 10.0, 120.0, 20.0)], False),
        ([(10.0, 10.0, 60.0, 40.0)], False),  # across both, and what lies between
        ([(200.0, 10.0, 210.0, 20.0)], False),
    ],
)
def test_a_smaller_place_lies_within_the_old_one_and_leaves_some_free(
    new: list[Rect], good: bool
) -> None:
    assert smaller(new, OLD) is good
