"""What is withheld, told in the open: arranged, compared, counted, summed up."""

from datetime import date
from typing import Any

import pytest

from app.domain.redactions import size_label
from app.domain.withheld import (
    BEFORE_THE_FIRST,
    SIZES,
    Removal,
    arrange,
    by_category,
    by_section,
    compare,
    outcome,
    section_at,
)


def removal(number: int, **more: Any) -> Removal:
    """Make a removal on the page of its number."""
    said: dict[str, Any] = {
        "id": f"red_{number}",
        "page": number,
        "section": "Systems",
        "categories": ("SEC",),
        "character": f"Name {number}",
        "size": "a few words",
        "justification": "It would help an attacker.",
        "withheld": True,
        "expires_on": date(2027, 1, 1),
    }
    return Removal(**(said | more))


def test_a_page_belongs_to_the_section_that_began_last() -> None:
    outline = [("Purpose", 2), ("Systems", 4), ("Costs", 4)]
    assert [section_at(outline, page) for page in (1, 2, 3, 4, 9)] == [
        BEFORE_THE_FIRST, "Purpose", "Purpose", "Costs", "Costs",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("wish", "kept"),
    [
        ({}, [1, 2, 3]),
        ({"category": "LEG"}, [3]),
        ({"section": "Costs"}, [2]),
        ({"on_page": 2}, [2]),
        ({"state": "withheld"}, [1, 3]),
        ({"state": "lifted"}, [2]),
        ({"state": "no such state"}, [1, 2, 3]),
        ({"sort": "-page"}, [3, 2, 1]),
        ({"sort": "category"}, [3, 1, 2]),
        ({"sort": "size"}, [2, 1, 3]),
        ({"sort": "what"}, [2, 3, 1]),
        ({"sort": "state"}, [1, 3, 2]),
        ({"sort": "'; DROP"}, [1, 2, 3]),
    ],
)
def test_a_list_is_narrowed_and_ordered_by_the_wish(wish: dict[str, Any], kept: list[int]) -> None:
    removals = [
        removal(1, character="zulu", size="a passage"),
        removal(2, character="Alpha", section="Costs", withheld=False),
        removal(3, character="mike", categories=("LEG", "SEC"), size="a long passage"),
    ]
    assert [r.page for r in arrange(removals, **wish)] == kept


def test_every_size_that_is_said_has_its_place_in_the_order() -> None:
    assert {size_label(words) for words in (0, 1, 8, 20, 60, 500)} == set(SIZES)


def test_versions_are_compared_by_what_both_say() -> None:
    before = [removal(1), removal(2), removal(3), removal(4, character="Gone for good")]
    after = [
        removal(7, character="Name 1"),  # moved to another page: the same
        removal(8, character="Name 2", categories=("LEG",)),
        removal(9, character="Name 3", withheld=False, justification="Written anew."),
        removal(10, character="New"),
    ]
    found = compare(before, after)
    assert [r.page for r in found.added] == [10]
    assert [r.page for r in found.gone] == [4]
    assert [(a.page, b.page) for a, b in found.changed] == [(2, 8), (3, 9)]
    assert not found.none
    assert compare(before, before).none


def test_of_several_alike_each_finds_one_partner() -> None:
    twins = [removal(1, character="x"), removal(2, character="x")]
    found = compare(twins, [removal(5, character="x")])
    assert (len(found.gone), found.added, found.changed) == (1, (), ())


def test_counts_say_what_is_withheld_where_and_how_large() -> None:
    removals = [
        removal(1, section="A", categories=("LEG", "SEC"), size="a passage"),
        removal(2, section="A", withheld=False),
        removal(3, section="B"),
    ]
    first, second = by_section(removals)
    assert (first.name, first.all, first.withheld, first.pages) == ("A", 2, 1, (1,))
    assert first.sizes == (("a passage", 1),)
    assert (second.name, second.all, second.withheld) == ("B", 1, 1)
    assert [(c.name, c.all, c.withheld) for c in by_category(removals)] == [
        ("LEG", 1, 1), ("SEC", 3, 2),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("withheld", "claims", "touched", "code", "words"),
    [
        (0, 5, [], "nothing", "Nothing is withheld from this edition."),
        (1, 5, [], "beside", "One passage is withheld"),
        (3, 5, [], "beside", "any of the 5 claims that the conclusion rests on"),
        (3, 1, [], "beside", "the one claim that the conclusion rests on"),
        (3, 0, [], "beside", "it cannot be said whether"),
        (3, 5, ["C1"], "touching", "1 of the 5 claims that the conclusion rests on: claim C1."),
        (3, 1, ["C1"], "touching", "the one claim that the conclusion rests on: claim C1."),
        (3, 5, ["C1", "C4"], "touching", "the conclusion rests on: claims C1, C4."),
    ],
)  # fmt: skip
def test_a_summary_has_one_of_three_outcomes(
    withheld: int, claims: int, touched: list[str], code: str, words: str
) -> None:
    said = outcome(withheld=withheld, claims=claims, touched=touched)
    assert said.code == code
    assert words in said.sentence


def test_where_no_claim_is_marked_nothing_is_promised_about_claims() -> None:
    assert "Nothing is withheld within" not in outcome(withheld=2, claims=0, touched=()).sentence
