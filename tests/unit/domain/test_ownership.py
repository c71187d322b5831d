"""Who answers for a passage: the table of the rule, one line a case."""

import pytest

from app.domain.ownership import QUEUE, Asked, Chosen, Owner, choose, person


def claim(who: str, rank: int = 0, **facts: bool) -> Owner:
    return person(who, "claim", rank, **facts)


def section(who: str, span: int = 3, rank: int = 0, **facts: bool) -> Owner:
    return person(who, "section", rank, span=span, **facts)


def pathway(who: str, rank: int = 0, **facts: bool) -> Owner:
    return person(who, "pathway", rank, **facts)


def version(who: str, rank: int = 0, **facts: bool) -> Owner:
    return person(who, "version", rank, **facts)


def team(part: str, *people: Asked, rank: int = 0) -> Owner:
    return Owner(part=part, rank=rank, people=people, team=True)


def asked(who: str, **facts: bool) -> Asked:
    return Asked(person_id=who, **facts)


@pytest.mark.parametrize(
    ("owners", "who", "rule"),
    [
        ([], None, f"nobody owns this part: {QUEUE}"),
        ([claim("a")], "a", "owns the claim"),
        ([section("a")], "a", "owns the section"),
        ([pathway("a")], "a", "owns the pathway"),
        ([version("a")], "a", "owns the version"),
        ([version("v"), pathway("p"), section("s"), claim("c")], "c", "owns the claim"),
        ([version("v"), pathway("p"), section("s")], "s", "owns the section"),
        ([version("v"), pathway("p")], "p", "owns the pathway"),
        ([claim("backup", rank=1), claim("first")], "first", "owns the claim"),
        ([section("chapter", span=20), section("paragraph", span=1)], "paragraph",
         "owns the section"),
        ([section("near", span=1, rank=1), section("far", span=9)], "near", "owns the section"),
        ([claim("b"), claim("a")], "a", "owns the claim"),
        ([claim("c", cleared=False), section("s")], "s",
         "owns the section; nearer owners are not cleared"),
        ([claim("c", away=True), claim("d", rank=1)], "d",
         "owns the claim; nearer owners are away"),
        ([claim("c", left=True), version("v")], "v", "owns the version; nearer owners are gone"),
        ([claim("c", away=True), pathway("p", cleared=False), version("v")], "v",
         "owns the version; nearer owners are away or not cleared"),
        ([claim("c"), section("s", cleared=False)], "c", "owns the claim"),
        ([claim("c", cleared=False), version("v", cleared=False)], None,
         f"no owner is cleared for the passage: {QUEUE}"),
        ([claim("c", away=True)], None, f"every owner is away: {QUEUE}"),
        ([claim("c", away=True), version("v", left=True)], None,
         f"every owner is away or gone: {QUEUE}"),
        ([team("claim", asked("m"), asked("n"))], "m", "belongs to the team that owns the claim"),
        ([team("section", asked("b", backup=True), asked("m"))], "m",
         "belongs to the team that owns the section"),
        ([team("pathway", asked("m", away=True), asked("b", backup=True))], "b",
         "stands in for the team that owns the pathway; nearer owners are away"),
        ([team("claim", asked("m", away=True)), version("v")], "v",
         "owns the version; nearer owners are away"),
        ([team("claim"), version("v")], "v", "owns the version"),
        ([team("claim")], None, f"nobody owns this part: {QUEUE}"),
    ],
)  # fmt: skip
def test_the_nearest_owner_who_is_there_and_cleared_answers_else_the_coordinator(
    owners: list[Owner], who: str | None, rule: str
) -> None:
    assert choose(owners) == Chosen(who, rule)
    assert choose(owners[::-1]) == Chosen(who, rule)
