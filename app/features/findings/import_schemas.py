"""Commands in, views out, for the import of findings: what a file says, and where it belongs."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from app.features.findings.filing_schemas import FindingClass, Materiality
from app.features.findings.schemas import MaybeProse
from app.kernel.values import Frozen

Source = Literal["csv", "xfdf", "pdf"]
MatchState = Literal["exact", "near", "moved", "page", "orphan"]
MOST_ROWS = 1000
Edge = Annotated[float, Field(ge=-1e6, le=1e6, allow_inf_nan=False)]


class Candidate(Frozen):
    """What a file says of one place; rectangles are points of the page as displayed."""

    number: Annotated[int, Field(ge=1)]  # its row, or its place among the comments
    page: Annotated[int, Field(ge=1, lt=10**6)] | None = None
    rects: Annotated[tuple[tuple[Edge, Edge, Edge, Edge], ...], Field(max_length=200)] = ()
    quoted: Annotated[str, StringConstraints(strip_whitespace=True, max_length=20_000)] = ""
    claim: Annotated[str, StringConstraints(strip_whitespace=True, max_length=64)] = ""
    finding_class: FindingClass | Literal[""] = ""
    materiality: Materiality | Literal[""] = ""
    statement: MaybeProse = ""
    correction: MaybeProse = ""
    evidence: MaybeProse = ""
    as_of: date | None = None


class FindingsFields(Frozen):
    """What a table may hold, and in which words, and the reviews that one may import into."""

    reviews: dict[str, str]
    columns: dict[str, str]
    classes: dict[str, str]
    materiality: dict[str, str]
    most_rows: int = MOST_ROWS


class ImportFindings(Frozen):
    """Make drafts of what a file says.

    `chosen` are the tokens of the preview: a place that is not found again as it was shown is left
    out, and its draft has none. `all_exact` takes every one whose place is exact.
    """

    review_id: str
    source: Source
    candidates: Annotated[tuple[Candidate, ...], Field(min_length=1, max_length=MOST_ROWS)]
    chosen: Annotated[tuple[str, ...], Field(max_length=MOST_ROWS)] = ()
    all_exact: bool = False


class MatchView(Frozen):
    """A candidate and where it belongs in the acting person's own edition.

    exact: place and words agree, or the words stand there once. near: words stand there, others
    than the file says, or only partly under it. moved: its words stand once, elsewhere. page: it
    says only which page. orphan: nothing was found; it is shown, and attached to nothing.
    """

    candidate: Candidate
    state: MatchState
    page: int | None
    word_from: int | None
    word_to: int | None
    quote: str
    token: str


class RowFault(Frozen):
    """A row that cannot become a draft, and why."""

    number: int
    fields: dict[str, str]


class FindingsPreview(Frozen):
    """What a file would make; nothing is kept."""

    review_id: str
    review: str
    source: Source
    rows: tuple[MatchView, ...]
    faults: tuple[RowFault, ...]
    exact: int


class ImportedFindings(Frozen):
    """The drafts that were made, and how many of them have no place yet."""

    drafts: tuple[str, ...]
    without_place: int
