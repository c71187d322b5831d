"""Commands in, views out, for fact-check findings."""

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from app.kernel.values import Frozen

Prose = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=20_000)]
MaybeProse = Annotated[str, StringConstraints(strip_whitespace=True, max_length=20_000)]
Disposition = Literal["accepted", "accepted_in_part", "clarified", "rejected", "out_of_scope"]


class FileFinding(Frozen):
    """File a finding on a run of words of a page, by their numbers in one's own edition.

    Without word numbers it is about the whole page.
    """

    review_id: str
    page: Annotated[int, Field(ge=1)]
    word_from: Annotated[int, Field(ge=0)] | None = None
    word_to: Annotated[int, Field(ge=0)] | None = None
    finding_class: Literal["A", "B", "C", "D", "E", "F", "G", "H"]
    materiality: Literal["cosmetic", "claim", "pathway", "conclusion"]
    statement: Prose
    correction: MaybeProse = ""
    evidence: MaybeProse = ""
    as_of: date | None = None


class Respond(Frozen):
    """Answer a finding; a rejection waits for somebody who does not own the claim."""

    disposition: Disposition
    explanation: Prose
    new_text: MaybeProse = ""
    nothing_withheld: Literal[True]  # "contains nothing withheld from this organisation"


class DecideRejection(Frozen):
    """Uphold or turn down a proposed rejection."""

    uphold: bool


class Contest(Frozen):
    """Say why a response does not settle the finding."""

    reason: Prose
    final: bool = False  # record the disagreement instead of asking again


class Reroute(Frozen):
    """Give a finding to somebody else."""

    person_id: str


class FindingRow(Frozen):
    """A finding in a list; `number` is the neutral alias for an author who may not know whose."""

    id: str
    number: str
    organisation_name: str | None
    report_title: str
    version_id: str
    page: int
    finding_class: str
    materiality: str
    state: str
    outward: str
    filed_at: datetime
    waits_for_decider: bool = False
    author: str | None = None


class FindingList(Frozen):
    """A page of findings, how many there are in all, and how many in each state people see."""

    rows: tuple[FindingRow, ...]
    total: int
    counts: dict[str, int]


class ResponseView(Frozen):
    """One round of the publisher's answer."""

    round: int
    disposition: str
    state: str
    explanation: str | None
    new_text: str | None
    given_at: datetime
    given_by: str | None  # publisher's side only
    contested: str | None  # why the reviewer says that it does not settle the finding


class StageView(Frozen):
    """One step of the timeline."""

    text: str
    at: datetime


class FindingView(Frozen):
    """A finding as the acting person may see it; None where a text is masked for them."""

    row: FindingRow
    statement: str | None
    correction: str | None
    evidence: str | None
    as_of: date | None
    quote: str | None
    routed_by_rule: str | None  # publisher's side only
    claim_code: str | None
    responses: tuple[ResponseView, ...]
    timeline: tuple[StageView, ...]
