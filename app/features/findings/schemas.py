"""Commands in, views out, for fact-check findings."""

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import StringConstraints

from app.kernel.values import Frozen

Prose = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=20_000)]
MaybeProse = Annotated[str, StringConstraints(strip_whitespace=True, max_length=20_000)]
Disposition = Literal["accepted", "accepted_in_part", "clarified", "rejected", "out_of_scope"]


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


class Reference(Frozen):
    """Something that shows it: its title, where to find it, and the words that matter there."""

    title: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=300)]
    where: Annotated[str, StringConstraints(strip_whitespace=True, max_length=1000)] = ""
    quoted: Annotated[str, StringConstraints(strip_whitespace=True, max_length=4000)] = ""


class FileView(Frozen):
    """A file that goes with a finding; None for a title that the reader is not cleared for."""

    id: str
    kind: str
    bytes: int
    title: str | None


class FilingView(Frozen):
    """What a finding was filed with, besides its texts."""

    about: str
    references: tuple[Reference, ...] | None  # None: not cleared
    files: tuple[FileView, ...]


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
    filing: FilingView
    responses: tuple[ResponseView, ...]
    timeline: tuple[StageView, ...]
