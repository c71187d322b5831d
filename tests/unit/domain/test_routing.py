"""Routing rules: all conditions have to hold, and the first rule in force that matches counts."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.routing import Asked, Condition, Rule, first_match, occurring

ASKED = Asked(
    type="data", basis="claim", page=12, pathway=3, said="Which weights are\nloaded at night?"
)
RULE = Rule(id="rul_1", name="One", team_id="tea_1")


@pytest.mark.parametrize(
    ("given", "condition"),
    [
        ({"type": "data"}, None),
        ({"type": "document"}, Condition.TYPE),
        ({"basis": "claim"}, None),
        ({"basis": "page"}, Condition.BASIS),
        ({"page_from": 12}, None),
        ({"page_to": 12}, None),
        ({"page_from": 13}, Condition.PAGES),
        ({"page_from": 1, "page_to": 11}, Condition.PAGES),
        ({"pathway": 3}, None),
        ({"pathway": 4}, Condition.PATHWAY),
        ({"topic": "weights"}, None),
        ({"topic": "weight"}, Condition.TOPIC),
        ({"words": ("access", "Are loaded")}, None),
        ({"words": ("access",)}, Condition.WORDS),
    ],
)
def test_a_condition_holds_or_is_named(given: dict[str, object], condition: Condition) -> None:
    rule = replace(RULE, **given)  # type: ignore[arg-type]  # one field of its own type
    assert rule.failing(ASKED) == (() if condition is None else (condition,))


def test_a_page_is_in_no_range_where_there_is_none() -> None:
    assert replace(RULE, page_from=1).failing(replace(ASKED, page=None)) == (Condition.PAGES,)


def test_words_that_the_reader_may_not_read_match_nothing() -> None:
    masked = replace(ASKED, said=None)
    assert replace(RULE, words=("weights",)).failing(masked) == (Condition.WORDS,)
    assert replace(RULE, topic="weights").failing(masked) == (Condition.TOPIC,)
    assert replace(RULE, type="data").failing(masked) == ()


def test_every_condition_has_to_hold() -> None:
    both = replace(RULE, type="data", words=("access",))
    assert both.conditions() == (Condition.TYPE, Condition.WORDS)
    assert both.failing(ASKED) == (Condition.WORDS,)


def test_the_first_rule_in_force_counts() -> None:
    off = replace(RULE, id="rul_0", type="data", active=False)
    other = replace(RULE, id="rul_2", type="document")
    first, second = (replace(RULE, id=name, type="data") for name in ("rul_3", "rul_4"))
    assert first_match([off, other, first, second], ASKED) == first
    assert first_match([off, other], ASKED) is None


@given(st.text(max_size=40), st.text(max_size=200))
def test_what_occurs_is_a_whole_word_of_the_text(word: str, said: str) -> None:
    if occurring([word], said):
        assert " ".join(word.casefold().split()) in " ".join(said.casefold().split())
    assert occurring([" "], said) == []


def test_signs_in_a_word_mean_themselves() -> None:
    assert occurring(["a.c", "(x"], "abc (x) a.c") == ["a.c", "(x"]
    assert occurring(["a.c"], "abc") == []
