"""Commands in, views out, for the claims register: claims, pathways, owners, coverage."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from app.domain.claims import CODE
from app.kernel.values import Frozen

Code = Annotated[str, StringConstraints(strip_whitespace=True, pattern=CODE, max_length=20)]
Words = Annotated[str, StringConstraints(pattern=r"^\d+-\d+$", max_length=20)]
Quote = Annotated[str, StringConstraints(strip_whitespace=True, max_length=500)]
Title = Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)]
Note = Annotated[str, StringConstraints(strip_whitespace=True, max_length=2000)]
Number = Annotated[int, Field(ge=1, le=99)]
Rects = tuple[tuple[float, float, float, float], ...]


class MarkClaim(Frozen):
    """Mark a checkable sentence: words of a page by index (`words`, "12-30"), or by `quote`."""

    code: Code
    page: Annotated[int, Field(ge=1)] | None = None
    words: Words | None = None
    quote: Quote | None = None
    load_bearing: bool = False
    owner_id: str | None = None
    pathway: Number | None = None
    section_id: str | None = None


class ChangeClaim(Frozen):
    """Say a claim anew; without words or a quote its place stays."""

    code: Code
    page: Annotated[int, Field(ge=1)] | None = None
    words: Words | None = None
    quote: Quote | None = None
    load_bearing: bool = False
    pathway: Number | None = None
    section_id: str | None = None


class MoveClaim(Frozen):
    """Move a claim one place among those of its pathway."""

    direction: Literal["up", "down"]


class LinkEvidence(Frozen):
    """Say that a claim rests on an item of evidence, with a note on how."""

    item_id: str
    note: Note = ""


class UnlinkEvidence(Frozen):
    """Say that a claim does not rest on an item of evidence."""

    item_id: str


class NamePathway(Frozen):
    """Give a pathway, by its number, a title."""

    number: Number
    title: Title
    nothing_withheld: bool = False  # "contains nothing that is withheld from anybody"


class AssignOwner(Frozen):
    """Name who answers for a part: a person or a team; without a part for the whole version."""

    person_id: str | None = None
    team_id: str | None = None
    section_id: str | None = None
    claim_id: str | None = None
    pathway_id: str | None = None
    rank: Annotated[int, Field(ge=0, le=9)] = 0


class RemoveOwner(Frozen):
    """Say that somebody does not answer for a part any more."""

    ownership_id: str


class Option(Frozen):
    """Something that can be chosen, by id and name."""

    id: str
    name: str


class OwnerView(Frozen):
    """Who answers for a part, in the order in which they are asked; publisher's side only."""

    id: str
    person_id: str | None
    team_id: str | None
    name: str
    rank: int
    away: bool = False


class AnswersView(Frozen):
    """Whom the rule names for a passage, and the rule in words; publisher's side only."""

    person_id: str | None
    name: str | None
    rule: str


class EvidenceView(Frozen):
    """An item that a claim rests on; `note` is empty where one may not read it."""

    item_id: str
    code: str
    title: str
    note: str = ""


class PathwayView(Frozen):
    """A pathway as one knows it; outside its number and title only as one's edition has them."""

    id: str
    lineage_id: str
    called: str
    number: int | None
    title: str | None


class ClaimRow(Frozen):
    """A claim in the register, quoted as one's own edition has it.

    `code` is its label for who reads: outside a reference, unless the edition prints the code.
    `position` counts among the claims that one sees.
    """

    id: str
    lineage_id: str
    code: str
    reference: str
    position: int
    page: int
    rects: Rects
    quote: str
    whole: bool
    load_bearing: bool
    pathway_id: str | None
    pathway: int | None
    section_id: str | None
    section: str | None
    evidence: tuple[EvidenceView, ...] = ()
    owners: tuple[OwnerView, ...] = ()
    answers: AnswersView | None = None
    findings: int | None = None


class Group(Frozen):
    """The claims of one pathway, or those of none (`pathway` is None)."""

    pathway: PathwayView | None
    rows: tuple[ClaimRow, ...]


class RegisterView(Frozen):
    """The register of a version as its reader has it; counts are of what they see."""

    version_id: str
    report_title: str
    version_number: int
    groups: tuple[Group, ...]
    total: int
    shown: int
    counts: dict[str, int]
    inside: bool
    can_mark: bool
    can_assign: bool


class HistoryRow(Frozen):
    """One step in the life of a claim; publisher's side only."""

    text: str
    by: str
    at: datetime


class ClaimPage(Frozen):
    """One claim with all that its reader may know of it."""

    row: ClaimRow
    version_id: str
    report_title: str
    version_number: int
    version_state: str
    pathway: PathwayView | None
    before: str | None  # id of the claim before it in the register
    after: str | None
    ended: str | None
    succeeded_by: str | None
    history: tuple[HistoryRow, ...]
    inside: bool
    can_mark: bool
    can_assign: bool


class ClaimMade(Frozen):
    """A claim that was marked or changed; `rects` only where the act named its place."""

    id: str
    lineage_id: str
    code: str
    page: int
    rects: Rects
    load_bearing: bool
    pathway: int | None
    owners: tuple[OwnerView, ...] = ()


class Done(Frozen):
    """What was changed, by its id."""

    id: str


class FormView(Frozen):
    """What the form of a claim offers; `quote` are the words that were chosen."""

    version_id: str
    report_title: str
    version_number: int
    published: bool
    quote: str | None
    sections: tuple[Option, ...]
    pathways: tuple[PathwayView, ...]
    people: tuple[Option, ...]
    evidence: tuple[EvidenceView, ...]


class PartView(Frozen):
    """A part of a version with who answers for it."""

    kind: Literal["version", "section", "pathway", "claim"]
    id: str
    label: str
    where: str
    owners: tuple[OwnerView, ...]


class OwnersView(Frozen):
    """Every part of a version with its owners, for those who name them."""

    version_id: str
    report_id: str
    report_title: str
    version_number: int
    parts: tuple[PartView, ...]
    people: tuple[Option, ...]
    teams: tuple[Option, ...]


class SentenceView(Frozen):
    """A sentence that no claim covers, as one's own edition has it; `words` are its numbers."""

    page: int
    words: str
    text: str


class SectionCoverage(Frozen):
    """A section with how many of its sentences a claim covers, and those that none does."""

    section_id: str | None
    title: str
    page: int
    level: int
    sentences: int
    covered: int
    uncovered: tuple[SentenceView, ...]


class CoverageView(Frozen):
    """What of a version no claim covers, and which claims lack something."""

    version_id: str
    report_title: str
    version_number: int
    sections: tuple[SectionCoverage, ...]
    sentences: int
    covered: int
    claims: int
    without_evidence: tuple[ClaimRow, ...]
    without_owner: tuple[ClaimRow, ...] | None  # publisher's side only
    can_mark: bool


class ImportClaims(Frozen):
    """Claims as CSV or YAML; `apply` makes them, else they are only looked at."""

    sheet: Annotated[str, StringConstraints(min_length=1, max_length=500_000)]
    apply: bool = False


class ImportRow(Frozen):
    """A row of a sheet: what it would make, or what is wrong with it."""

    where: str
    code: str
    quote: str
    page: int | None
    pathway: int | None
    load_bearing: bool
    owners: tuple[str, ...]
    evidence: tuple[str, ...]
    faults: tuple[str, ...] = ()


class ImportView(Frozen):
    """What a sheet holds: rows that can be taken, and those that cannot; `made` once it was."""

    rows: tuple[ImportRow, ...]
    good: int
    made: int = 0
