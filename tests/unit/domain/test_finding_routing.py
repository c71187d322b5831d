"""Who answers for a passage: the table of the rule, one line a case."""

import pytest

from app.domain.findings import Owner, route

QUEUE = "the coordinator's queue"


def claim(person: str, rank: int = 0, *, cleared: bool = True) -> Owner:
    return Owner(person, "claim", rank, cleared=cleared)


def section(person: str, span: int = 3, rank: int = 0, *, cleared: bool = True) -> Owner:
    return Owner(person, "section", rank, span, cleared)


def version(person: str, rank: int = 0, *, cleared: bool = True) -> Owner:
    return Owner(person, "version", rank, cleared=cleared)


@pytest.mark.parametrize(
    ("owners", "person", "rule"),
    [
        ([], None, f"nobody owns this part: {QUEUE}"),
        ([claim("a")], "a", "owns the claim"),
        ([section("a")], "a", "owns the section"),
        ([version("a")], "a", "owns the version"),
        ([version("v"), section("s"), claim("c")], "c", "owns the claim"),
        ([version("v"), section("s")], "s", "owns the section"),
        ([claim("backup", rank=1), claim("first")], "first", "owns the claim"),
        ([section("chapter", span=20), section("paragraph", span=1)], "paragraph",
         "owns the section"),
        ([section("near", span=1, rank=1), section("far", span=9)], "near", "owns the section"),
        ([claim("b"), claim("a")], "a", "owns the claim"),
        ([claim("c", cleared=False), section("s")], "s",
         "owns the section; nearer owners are not cleared"),
        ([claim("c", cleared=False), claim("d", rank=1)], "d",
         "owns the claim; nearer owners are not cleared"),
        ([claim("c"), section("s", cleared=False)], "c", "owns the claim"),
        ([claim("c", cleared=False), version("v", cleared=False)], None,
         f"no owner is cleared for the passage: {QUEUE}"),
    ],
)  # fmt: skip
def test_the_nearest_cleared_owner_answers_else_the_coordinator(
    owners: list[Owner], person: str | None, rule: str
) -> None:
    assert route(owners) == (person, rule)
    assert route(owners[::-1]) == (person, rule)
