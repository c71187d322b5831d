"""Commands in, views out, for the filing of findings: places, drafts, evidence, what is alike."""

from datetime import date, datetime
from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from app.features.findings.schemas import (
    FileView,
    FindingRow,
    MaybeProse,
    Prose,
    Reference,
)
from app.kernel.values import Frozen

FindingClass = Literal["A", "B", "C", "D", "E", "F", "G", "H"]
Materiality = Literal["cosmetic", "claim", "pathway", "conclusion"]
About = Literal["passage", "page", "claim", "redaction"]
PlaceState = Literal["reads_the_same", "reads_otherwise", "closed", "none"]
MOST_REFERENCES = 20
MOST_AT_ONCE = 50


class Where(Frozen):
    """What a finding is about: words of a page, a whole page, a claim, or the gap of a redaction.

    Words are counted from 0 in one's own edition; a page without them is meant as a whole. A claim
    is named by its id or its code, a redaction by its id.
    """

    page: Annotated[int, Field(ge=1)] | None = None
    word_from: Annotated[int, Field(ge=0)] | None = None
    word_to: Annotated[int, Field(ge=0)] | None = None
    claim: Annotated[str, StringConstraints(strip_whitespace=True, max_length=64)] | None = None
    redaction: Annotated[str, StringConstraints(max_length=64)] | None = None


class Evidence(Frozen):
    """What is said of a passage, and what shows it."""

    correction: MaybeProse = ""
    evidence: MaybeProse = ""
    references: Annotated[tuple[Reference, ...], Field(max_length=MOST_REFERENCES)] = ()
    as_of: date | None = None


class FileFinding(Where, Evidence):
    """File a finding on a place of one's own edition."""

    review_id: str
    finding_class: FindingClass
    materiality: Materiality
    statement: Prose


class Written(Evidence):
    """The texts of a draft; nothing of it is needed before it is filed."""

    finding_class: FindingClass | Literal[""] = ""
    materiality: Materiality | Literal[""] = ""
    statement: MaybeProse = ""


class DraftFinding(Where, Written):
    """Draft a finding; nobody but its writer sees it until they say who does."""

    review_id: str


class ChangeDraft(Written):
    """Write a draft anew; `revision` is the one that was read."""

    revision: Annotated[int, Field(ge=1)]


class PlaceDraft(Where):
    """Say anew which place a draft is about; `keep` confirms its place as it reads now.

    Words of a page can be named by what they say (`quote`), if they stand there once.
    """

    quote: Annotated[str, StringConstraints(strip_whitespace=True, max_length=4000)] = ""
    keep: bool = False

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if self.keep == any((self.page, self.claim, self.redaction)):
            raise ValueError("choose a place, or keep the one there is")
        return self


class OpenDraft(Frozen):
    """Say who of the organisation sees a draft besides its writer: everybody, or some by id."""

    everybody: bool = False
    people: Annotated[tuple[str, ...], Field(max_length=100)] = ()


class MarkDraftReady(Frozen):
    """Mark a draft ready for the lead, who files in this review; or take that back."""

    ready: bool


class FileDrafts(Frozen):
    """File drafts, several at once."""

    drafts: Annotated[tuple[str, ...], Field(min_length=1, max_length=MOST_AT_ONCE)]


class TakeFileOff(Frozen):
    """Take a file off a draft."""

    file_id: str


class Colleague(Frozen):
    """A colleague."""

    id: str
    name: str


class Selector(Frozen):
    """One way of the W3C Web Annotation model to say where a passage is."""

    type: Literal["FragmentSelector", "TextQuoteSelector", "TextPositionSelector"]
    conforms_to: str | None = None  # of a fragment
    value: str | None = None  # of a fragment
    exact: str | None = None
    prefix: str | None = None
    suffix: str | None = None
    start: int | None = None  # signs of the page's text in the reader's edition, from 0
    end: int | None = None  # not included


class AnchorView(Frozen):
    """Where a finding or a draft points, as the reader's own edition has it now."""

    version_id: str
    page: int
    about: str
    edition: str | None  # key of the edition that the selectors speak of
    state: PlaceState
    quote: str | None
    word_from: int | None = None
    word_to: int | None = None
    selectors: tuple[Selector, ...] = ()


class SimilarView(Frozen):
    """A finding or draft that may say the same: `same_place`, or like by so many percent."""

    id: str
    label: str  # its number, or nothing for a draft
    page: int
    statement: str
    same_place: bool
    likeness: int
    is_draft: bool


class DraftRow(Frozen):
    """A draft in a list."""

    id: str
    version_id: str
    report_title: str
    about: str
    page: int
    finding_class: str
    materiality: str
    said: str
    writer: str
    mine: bool
    opened: bool
    ready: bool
    removed: bool
    changed_at: datetime
    lacks: tuple[str, ...]  # fields that filing needs


class DraftList(Frozen):
    """A page of drafts, and how many there are in all."""

    rows: tuple[DraftRow, ...]
    total: int
    files: bool  # whether the acting person may file those that are complete
    reviews: dict[str, str]  # open reviews by id, to draft in


class DraftView(Frozen):
    """A draft as one of its organisation sees it."""

    id: str
    review_id: str
    report_title: str
    version_number: int
    anchor: AnchorView
    claim_code: str | None
    finding_class: str
    materiality: str
    statement: str
    correction: str
    evidence: str
    references: tuple[Reference, ...]
    files: tuple[FileView, ...]
    as_of: date | None
    source: str
    writer: Colleague
    changed_by: Colleague
    changed_at: datetime
    revision: int
    everybody: bool
    people: tuple[Colleague, ...]
    ready_by: str | None
    ready_at: datetime | None
    state: str  # draft, filed, removed
    filed_as: str | None
    lacks: tuple[str, ...]
    similar: tuple[SimilarView, ...]
    acts: tuple[str, ...]


class DraftMade(Frozen):
    """What an act left of a draft."""

    id: str
    version_id: str
    revision: int
    state: str


class LeftDraft(Frozen):
    """A draft that was not filed, and why, by field."""

    id: str
    fields: dict[str, str]


class FiledDrafts(Frozen):
    """What was filed, and what was left."""

    filed: tuple[FindingRow, ...]
    left: tuple[LeftDraft, ...]


class PlaceRow(Frozen):
    """A finding or draft whose place reads otherwise, or cannot be read, or is not chosen."""

    id: str
    label: str
    page: int
    state: PlaceState
    is_draft: bool
    quote: str | None
