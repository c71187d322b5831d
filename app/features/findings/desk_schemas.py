"""What the author's desk takes and shows."""

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from app.features.findings.schemas import FindingRow, FindingView, ThreadView, VersionLink
from app.kernel.values import Frozen

Word = Annotated[str, StringConstraints(max_length=40)]


class DeskFilter(Frozen):
    """Which findings the desk lists; all of it stands in the address."""

    whose: Literal["", "mine", "queue", "all"] = ""  # the default depends on the role
    show: Literal["waiting", "deciding", "late", "reviewer", "agreed", "done", "all"] = "waiting"
    kind: Literal["", "A", "B", "C", "D", "E", "F", "G", "H"] = ""
    reach: Literal["", "conclusion", "pathway", "claim", "cosmetic"] = ""
    version: Word = ""


class DeskQuery(DeskFilter):
    """A page of the desk, and the finding that is opened beside the list."""

    page: Annotated[int, Field(ge=1, le=1000)] = 1
    finding: Word = ""


class DeskCounts(Frozen):
    """How many findings there are in each chip, with the other filters kept."""

    waiting: int = 0
    deciding: int = 0  # a rejection that was proposed waits for somebody else
    late: int = 0
    reviewer: int = 0
    agreed: int = 0
    done: int = 0
    all: int = 0


class OpenedFinding(Frozen):
    """The finding opened beside the list, and what the acting person can do with it."""

    view: FindingView
    thread: ThreadView | None  # with whom one can tell: on the page of its own alone
    cleared: bool
    can_answer: bool
    can_ask: bool
    can_fix: bool
    can_decide: bool
    fixes: tuple[VersionLink, ...]


class DeskView(Frozen):
    """A page of the desk, worst first, and the finding that is opened."""

    whose: str
    rows: tuple[FindingRow, ...]
    total: int
    page: int
    pages: int
    counts: DeskCounts
    versions: tuple[VersionLink, ...]
    opened: OpenedFinding | None


class DeskEntry(Frozen):
    """One finding in the document to work from; None where a text is masked for the reader."""

    row: FindingRow
    claim_code: str | None
    quote: str | None
    statement: str | None
    correction: str | None
    evidence: str | None
    as_of: date | None
    files: tuple[str | None, ...] = ()  # titles, of its filing and of its thread


class DeskDocument(Frozen):
    """Findings as a document to work from, as the acting person may read them, worst first."""

    made_at: datetime
    made_for: str
    total: int  # of the filter; the document holds the worst of them
    entries: tuple[DeskEntry, ...]
