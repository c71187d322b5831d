"""Views of what an edition withholds: the index, its figures, its summary, the whole record."""

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from app.domain.withheld import Changes, Count, Removal
from app.kernel.values import Frozen


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
    evidence: str | None = None  # code of the item it stands in; then page is 0
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


Mark = Literal["fine", "doubtful", "not_acceptable", "cannot_judge"]
Prose = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=5000)]
Note = Annotated[str, StringConstraints(strip_whitespace=True, max_length=5000)]
Edge = Annotated[float, Field(ge=-100_000, le=100_000, allow_inf_nan=False)]
Rect = tuple[Edge, Edge, Edge, Edge]


class AssessRedaction(Frozen):
    """Judge a redaction on four axes, with a note."""

    scope: Mark
    reason: Mark
    balance: Mark
    materiality: Mark
    note: Note = ""


class ChallengeRedaction(Frozen):
    """Challenge a redaction, with a reason."""

    reason: Prose


class DecideChallenge(Frozen):
    """Decide a challenge: uphold, lift, or propose a smaller place for a second person to approve.

    The reason goes to the asker: whoever decides states that it holds nothing withheld.
    """

    outcome: Literal["uphold", "lift", "narrow"]
    reason: Prose
    nothing_withheld: bool = False
    rects: Annotated[tuple[Rect, ...], Field(max_length=200)] = ()


class DecideNarrowing(Frozen):
    """Approve the smaller mark that somebody else proposed, with the statement, or turn it down."""

    approve: bool
    statement: bool = False


class AssessmentView(Frozen):
    """What an organisation thinks of a redaction."""

    id: str
    redaction_id: str
    version_id: str
    organisation: str | None
    """Its name; None for those inside who are not to learn it."""
    page: int
    categories: tuple[str, ...]
    character: str
    scope: str
    reason: str
    balance: str
    materiality: str
    note: str | None
    note_masked: bool
    state: str
    written_at: datetime
    shared_at: datetime | None


class ChallengeRow(Frozen):
    """A challenge as a line of a list."""

    id: str
    number: str
    organisation: str | None
    redaction_id: str
    version_id: str
    report_title: str
    page: int
    categories: tuple[str, ...]
    character: str
    state: str
    outcome: str
    raised_at: datetime
    due_on: date
    decided_at: datetime | None
    late: bool


class ChallengeView(Frozen):
    """A challenge with its reason, its decision, and what the acting person can do."""

    row: ChallengeRow
    reason: str | None
    reason_masked: bool
    decision: str | None
    size: str | None
    mode: str | None
    rects: tuple[Rect, ...]
    narrowed_rects: tuple[Rect, ...]
    can_withdraw: bool
    can_decide: bool
    can_confirm: bool
    cleared: bool
    """Whether the acting person reads what is under the mark; nobody else decides."""
    deciders: int
    """How many approvers had no part in the redaction; told inside the publisher only."""


class RemovalView(Frozen):
    """One removal of the reader's own edition, with the organisation's judgement of it."""

    edition: Edition
    removal: Removal
    assessment: AssessmentView | None
    challenges: tuple[ChallengeRow, ...]
    can_assess: bool
    can_share: bool
    can_challenge: bool
