"""How a redaction lives, how large it is said to be, and which categories it may have."""

from datetime import date

import pytest

from app.domain.redactions import (
    IllegalMove,
    after,
    boilerplate_warning,
    category_problem,
    default_mode,
    expiry_problem,
    size_label,
    without_embargo,
)


@pytest.mark.parametrize(
    ("state", "verb", "then"),
    [
        ("proposed", "approve", "approved"),
        ("proposed", "refuse", "refused"),
        ("proposed", "withdraw", "withdrawn"),
        ("proposed", "replace", "withdrawn"),
        ("withdrawn", "restore", "proposed"),
        ("approved", "publish", "in_force"),
        ("approved", "lift", "lifted"),
        ("in_force", "lift", "lifted"),
    ],
)
def test_a_redaction_goes_on_to_what_follows(state: str, verb: str, then: str) -> None:
    assert after(state, verb) == then


@pytest.mark.parametrize(
    ("state", "verb"),
    [("refused", "approve"), ("in_force", "withdraw"), ("approved", "approve"), ("", "publish")],
)
def test_a_redaction_goes_nowhere_else(state: str, verb: str) -> None:
    with pytest.raises(IllegalMove, match=f"{verb} from {state}"):
        after(state, verb)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (-1, "an area without text"),
        (0, "an area without text"),
        (1, "a few words"),
        (3, "a few words"),
        (4, "up to ten words"),
        (25, "up to 25 words"),
        (100, "a passage"),
        (101, "a long passage"),
    ],
)
def test_a_size_is_said_coarsely(words: int, said: str) -> None:
    assert size_label(words) == said


@pytest.mark.parametrize(
    ("chosen", "problem"),
    [
        (["SEC"], None),
        (["SEC", "PII", "LEG"], None),
        ([], "Choose at least one category."),
        (["SEC", "PII", "LEG", "COM"], "Choose at most three categories."),
        (["SEC", "XXX"], "Choose from the list."),
    ],
)
def test_categories_are_up_to_three_of_the_list(chosen: list[str], problem: str | None) -> None:
    assert category_problem(chosen) == problem


def test_a_person_is_blackened_by_the_line_and_anything_else_by_its_words() -> None:
    assert default_mode(["SEC", "PII"]) == "line"
    assert default_mode(["SEC"]) == "padded"


def test_of_an_ended_embargo_the_other_categories_stay() -> None:
    assert without_embargo(["EMB"]) == ()
    assert without_embargo(["EMB", "SEC"]) == ("SEC",)


TODAY = date(2026, 11, 21)


@pytest.mark.parametrize(
    ("codes", "ends", "said"),
    [
        (["EMB"], None, "An embargo needs"),
        (["EMB"], TODAY, "a day to come"),
        (["SEC"], date(2027, 1, 1), "Only an embargo ends"),
        (["EMB", "SEC"], date(2027, 1, 1), None),
        (["SEC"], None, None),
    ],
)
def test_only_an_embargo_has_an_end_and_it_lies_ahead(
    codes: list[str], ends: date | None, said: str | None
) -> None:
    problem = expiry_problem(codes, ends=ends, today=TODAY)
    assert (problem is None) if said is None else said in str(problem)


def test_words_for_everything_are_warned_of() -> None:
    assert boilerplate_warning("It names one host.", marks=10, templates=["A system."]) is None
    copied = boilerplate_warning(" a SYSTEM. ", marks=1, templates=["A system."])
    assert "word for word" in str(copied)
    assert "on 11 marks" in str(boilerplate_warning("It is so.", marks=11, templates=()))
