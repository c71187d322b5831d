"""Who answers for a passage: one visible rule, for findings, the register and whoever asks. Pure.

Nearest first: the claim, then its smallest section, its pathway, the whole version; within one part
by rank. Who is away, has left or is not cleared for the passage is passed over. A team stands for
its members, then for its backups. When nobody is left it is the coordinator's queue.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

QUEUE = "the coordinator's queue"
NEAREST = {"claim": 0, "section": 1, "pathway": 2, "version": 3}
RULE = (
    "Whoever owns the claim answers for it; else the owner of its smallest section, of its"
    " pathway, of the version. Within one part the first rank is asked, then its backups. Who is"
    " away, has left or may not read the whole passage is passed over. A team stands for its"
    " members, then for its backups. If nobody is left, it waits for a coordinator."
)
"""The rule as people read it, wherever it decides."""


@dataclass(frozen=True, kw_only=True)
class Asked:
    """Somebody who could be asked; `backup`: of the team through which they are."""

    person_id: str
    away: bool = False
    left: bool = False
    cleared: bool = True
    backup: bool = False

    @property
    def passed_over(self) -> str:
        """Say why somebody is passed over, in the words of the rule; empty when they are not."""
        if self.left:
            return "gone"
        if not self.cleared:
            return "not cleared"
        return "away" if self.away else ""


@dataclass(frozen=True, kw_only=True)
class Owner:
    """Who answers for a part: one person, or the people of a team in their order.

    `part` is claim, section, pathway or version; rank 0 comes first; `span` is how many pages a
    section has: the smaller, the nearer.
    """

    part: str
    people: tuple[Asked, ...]
    rank: int = 0
    span: int = 0
    team: bool = False

    @property
    def order(self) -> tuple[int, int, int, str]:
        """Give the place among other owners."""
        first = min((one.person_id for one in self.people), default="")
        return (NEAREST[self.part], self.span, self.rank, first)


@dataclass(frozen=True)
class Chosen:
    """Who answers (nobody: the coordinator's queue), and the rule that decided, in words."""

    person_id: str | None
    rule: str


def person(person_id: str, part: str, rank: int = 0, *, span: int = 0, **facts: bool) -> Owner:
    """Make an owner of one person."""
    return Owner(part=part, rank=rank, span=span, people=(Asked(person_id=person_id, **facts),))


def choose(owners: Sequence[Owner]) -> Chosen:
    """Choose who answers: the nearest owner who is there and cleared."""
    passed: dict[str, None] = {}
    for owner, asked in _in_order(owners):
        if not asked.passed_over:
            return Chosen(asked.person_id, _owning(owner, asked) + _after(passed))
        passed[asked.passed_over] = None
    return Chosen(None, _nobody(list(passed)))


def _in_order(owners: Sequence[Owner]) -> Iterator[tuple[Owner, Asked]]:
    for owner in sorted(owners, key=lambda one: one.order):
        for asked in sorted(owner.people, key=lambda one: one.backup):
            yield owner, asked


def _owning(owner: Owner, asked: Asked) -> str:
    if not owner.team:
        return f"owns the {owner.part}"
    stands = "stands in for" if asked.backup else "belongs to"
    return f"{stands} the team that owns the {owner.part}"


def _after(passed: dict[str, None]) -> str:
    return f"; nearer owners are {' or '.join(sorted(passed))}" if passed else ""


def _nobody(passed: list[str]) -> str:
    if not passed:
        return f"nobody owns this part: {QUEUE}"
    if passed == ["not cleared"]:
        return f"no owner is cleared for the passage: {QUEUE}"
    if passed == ["away"]:
        return f"every owner is away: {QUEUE}"
    return f"every owner is {' or '.join(sorted(passed))}: {QUEUE}"
