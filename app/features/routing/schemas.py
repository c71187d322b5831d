"""Commands in, views out, for routing rules and the page on which they are tried."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from app.kernel.values import Frozen

Id = Annotated[str, StringConstraints(min_length=1, max_length=40)]
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=80)]
Word = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=60)]
Page = Annotated[int, Field(ge=1, le=100_000)]
RequestType = Literal[
    "explanation", "document", "data", "interview", "confirmation", "assurance", "access",
    "run_on_our_behalf", "redaction_challenge", "completeness_check",
]  # fmt: skip
BasisKind = Literal["passage", "page", "section", "claim", "redaction", "finding", "report"]


# ---- commands


class SaveRule(Frozen):
    """Say which requests a rule is for, by conditions that all have to hold, and what it suggests.

    `words`: any of them; `pathway`: its number in the report.
    """

    name: Name
    team_id: Id
    priority: Literal["normal", "high", "urgent"] | None = None
    request_type: RequestType | None = None
    basis_kind: BasisKind | None = None
    page_from: Page | None = None
    page_to: Page | None = None
    pathway: Annotated[int, Field(ge=1, le=1000)] | None = None
    topic: Word | None = None
    words: Annotated[tuple[Word, ...], Field(max_length=50)] = ()


class MoveRule(Frozen):
    """Move a rule one place up or down."""

    direction: Literal["up", "down"]


class SwitchRule(Frozen):
    """Switch a rule on or off."""

    active: bool


class TryRules(Frozen):
    """Try the rules on a request that there is, or on a question as it could be asked."""

    request_number: (
        Annotated[str, StringConstraints(strip_whitespace=True, max_length=40)] | None
    ) = None
    question: Annotated[str, StringConstraints(max_length=20_000)] = ""
    request_type: RequestType = "explanation"
    basis_kind: BasisKind = "report"
    page: Page | None = None
    pathway: Annotated[int, Field(ge=1, le=1000)] | None = None


# ---- views


class RuleView(Frozen):
    """A rule with what it looks at and what it suggests."""

    id: str
    name: str
    position: int
    active: bool
    request_type: str | None
    basis_kind: str | None
    page_from: int | None
    page_to: int | None
    pathway: int | None
    topic: str | None
    words: tuple[str, ...]
    team_id: str
    team: str
    team_ended: bool
    priority: str | None


class TeamOption(Frozen):
    """A team that a rule can suggest."""

    id: str
    name: str
    topics: tuple[str, ...]


class RulesView(Frozen):
    """All rules in their order, and what a new one can name."""

    rules: tuple[RuleView, ...]
    teams: tuple[TeamOption, ...]
    may_manage: bool

    @property
    def topics(self) -> tuple[str, ...]:
        """Give the topics of all teams, each once."""
        return tuple(sorted({topic for team in self.teams for topic in team.topics}))


class PastRow(Frozen):
    """What a rule would have done with a request."""

    request_id: str
    number: str
    type: str
    state: str
    failing: tuple[str, ...]  # conditions that do not hold; none: it matches
    unread: bool  # the words are not the reader's to read
    taken_by: str | None  # the rule before it that matches as well
    held_by: tuple[str, ...]  # teams to which it was given


class PastView(Frozen):
    """What a rule would have done with the latest requests that the reader may read."""

    rows: tuple[PastRow, ...]

    @property
    def matching(self) -> int:
        """Count those that it matches."""
        return sum(not row.failing for row in self.rows)


class RulePage(Frozen):
    """One rule and what it would have done."""

    rule: RuleView
    past: PastView


class VerdictView(Frozen):
    """What one rule says of a question."""

    rule: RuleView
    applies: bool  # in force and matching
    chosen: bool  # the first of those
    failing: tuple[str, ...]


class TriedView(Frozen):
    """What every rule says, in order."""

    number: str | None  # of the request that was tried
    unread: bool  # the words of the request are not the reader's to read
    verdicts: tuple[VerdictView, ...]


class RuleMade(Frozen):
    """A rule that was made or changed."""

    id: str
