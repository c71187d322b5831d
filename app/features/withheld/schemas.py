"""Views of what an edition withholds: the index, its figures, its summary, the whole record."""

from datetime import date, datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict

from app.domain.withheld import Changes, Count, Removal


class Frozen(BaseModel):
    """A value that is made once; unknown names are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Wish(Frozen):
    """What of a list is wanted, and in which order; nothing narrows nothing."""

    category: str = ""
    section: str = ""
    on_page: int | None = None
    state: str = ""
    sort: str = ""
    page: int = 1


class Edition(Frozen):
    """Which edition of which version something speaks of, and when it was looked at."""

    version_id: str
    report_title: str
    version_number: int
    version_label: str
    key: str
    lifted: tuple[str, ...]
    withheld: tuple[str, ...]
    taken_at: datetime


class IndexView(Frozen):
    """What is removed from the reader's own edition, a page of it, and what changed."""

    edition: Edition
    rows: tuple[Removal, ...]
    all: int
    chosen: int
    withheld: int
    page: int
    pages: int
    categories: tuple[str, ...]
    sections: tuple[str, ...]
    since: int | None
    """Number of the earlier published version that this reader may read; None: there is none."""
    changes: Changes | None


class FiguresView(Frozen):
    """Counts by section and by category, of one's own edition or of the whole record."""

    edition: Edition | None
    version_id: str
    report_title: str
    version_number: int
    all: int
    withheld: int
    pages: int
    pages_touched: int
    sections: tuple[Count, ...]
    categories: tuple[Count, ...]
    words: int | None = None
    """How many words are marked in all: for the publisher's own record only."""


class TouchedClaim(Frozen):
    """A claim that the conclusion rests on, and what is withheld within its passage."""

    code: str
    page: int
    redactions: tuple[str, ...]


class SummaryView(Frozen):
    """The summary statement of one edition, pinned to version, edition and day."""

    edition: Edition
    outcome: Literal["nothing", "beside", "touching"]
    sentence: str
    all: int
    withheld: int
    claims: int
    touched: tuple[TouchedClaim, ...]
    categories: tuple[Count, ...]
    text: str
    markdown: str


class RecordRow(Frozen):
    """A redaction as the publisher records it, restricted reason included."""

    id: str
    page: int
    section: str
    categories: tuple[str, ...]
    character: str
    size: str
    words: int
    justification: str
    state: str
    proposed_by: str
    proposed_at: datetime
    decided_by: str | None
    decided_at: datetime | None
    decision_reason: str | None
    statement: bool
    expires_on: date | None
    substitute: str | None
    restricted: str | None
    masked: bool
    """A restricted reason is there, and this person is not cleared for it."""


class RecordView(Frozen):
    """A page of the publisher's record of the redactions of a version."""

    version_id: str
    report_title: str
    version_number: int
    rows: tuple[RecordRow, ...]
    all: int
    chosen: int
    page: int
    pages: int
    categories: tuple[str, ...]
    sections: tuple[str, ...]
    states: tuple[str, ...]
