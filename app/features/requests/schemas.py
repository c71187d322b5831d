"""Commands in, views out, for information requests.

Three views of the same request, one for each kind of reader: what a view has no field for cannot
leak, neither as a page nor as JSON.
"""

from datetime import UTC, date, datetime, time
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

Prose = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=20_000)]
Draft = Annotated[str, StringConstraints(strip_whitespace=True, max_length=20_000)]
RequestType = Literal[
    "explanation",
    "document",
    "data",
    "interview",
    "confirmation",
    "assurance",
    "access",
    "run_on_our_behalf",
    "redaction_challenge",
    "completeness_check",
]
ExpectedForm = Literal[
    "yes_or_no", "short_text", "long_text", "table", "file", "conversation", "demonstration"
]
BasisKind = Literal["passage", "page", "claim", "redaction", "finding", "report"]
Priority = Literal["normal", "high", "urgent"]
Extension = Literal["more_work", "others_asked", "people_away", "agreed"]
Determination = Literal[
    "full",
    "part",
    "substitute",
    "withheld",
    "none_exists",
    "already_public",
    "deferred",
    "out_of_scope",
]


class Frozen(BaseModel):
    """A value that is made once; unknown names are refused, so nothing slips in."""

    model_config = ConfigDict(frozen=True, extra="forbid")


# ---- commands of the asker


class Basis(Frozen):
    """What a request is about. A passage is chosen by words of the asker's own edition."""

    kind: BasisKind
    page: Annotated[int, Field(ge=1, le=100_000)] | None = None
    words: tuple[Annotated[int, Field(ge=0)], Annotated[int, Field(ge=0)]] | None = None
    id: Annotated[str, StringConstraints(max_length=40)] | None = None


class EditDraft(Frozen):
    """Write a draft anew; `basis=None` keeps the one it has."""

    type: RequestType = "explanation"
    question: Draft = ""
    purpose: Draft = ""
    expected_form: ExpectedForm | None = None
    wanted_by: date | None = None
    basis: Basis | None = None


class DraftRequest(EditDraft):
    """Draft a request in a review; it stays the organisation's own until it is submitted."""

    review_id: str


class GiveClarification(Frozen):
    """Answer what the publisher asked back."""

    clarification: Prose


class ReturnAnswer(Frozen):
    """Return a released answer with the reason why it does not answer the request."""

    return_reason: Prose


# ---- commands of the publisher


class SetClock(Frozen):
    """Set priority and due date; a later date needs a reason, which the asker reads."""

    priority: Priority
    due_on: date | None = None
    extension: Extension | None = None


class RewordRequest(Frozen):
    """Word the request for the expert; the asker's own words are kept beside it."""

    reworded: Prose


class AskClarification(Frozen):
    """Ask the asker back; the clock pauses."""

    clarification_asked: Prose
    nothing_withheld: bool = False


class AssignRequest(Frozen):
    """Give the request to a person of the publisher, who learns its alias only."""

    responder_id: Annotated[str, StringConstraints(min_length=1, max_length=40)]
    nothing_withheld: bool = False


class NoteRequest(Frozen):
    """Write a note that never leaves the publisher."""

    note: Prose
    nothing_withheld: bool = False


class DraftAnswer(Frozen):
    """Save the answer as far as it is written (Markdown)."""

    answer: Draft


class ReleaseAnswer(Frozen):
    """Release what was checked, with its outcome."""

    determination: Determination
    category: Annotated[str, StringConstraints(max_length=20)] | None = None
    reason: Draft = ""
    nothing_withheld: bool = False


class SendBackAnswer(Frozen):
    """Send an answer back to its responder with an internal note."""

    note: Prose
    nothing_withheld: bool = False


# ---- parts of views


class TextView(Frozen):
    """A guarded text as this reader may see it; masked ones have no body."""

    field: str
    body: str | None
    masked: bool
    missing: tuple[str, ...] = ()  # categories the reader lacks; never told to a responder


class BasisView(Frozen):
    """What the request is about, quoted from this reader's own edition."""

    kind: str
    label: str
    page: int | None
    quote: str | None
    quote_state: Literal["shown", "not_cleared", "preparing", "none"]


class StepView(Frozen):
    """One step in the life of a request, with the texts that came with it."""

    name: str
    at: datetime
    by: str
    own: bool  # by the reader's own side
    internal: bool
    round: int | None = None
    determination: str | None = None
    category: str | None = None
    due_on: date | None = None
    extension: str | None = None
    receipt_id: str | None = None
    person: str | None = None
    texts: tuple[TextView, ...] = ()


class NoteView(Frozen):
    """An internal note."""

    id: str
    by: str
    at: datetime
    text: TextView


class AnswerView(Frozen):
    """The answer in hand, before its release."""

    round: int
    state: str
    drafted_by: str
    mine: bool
    drafted_at: datetime
    text: TextView


class Clock(Frozen):
    """When something is due, and whether it is late."""

    due_on: date | None
    late: bool
    paused: bool
    untriaged_late: bool = False  # told to the publisher's overseers only

    @property
    def due_at(self) -> datetime | None:
        """Give the last second of the due day in UTC."""
        if self.due_on is None:
            return None
        return datetime.combine(self.due_on, time(23, 59, 59), tzinfo=UTC)


class Promise(Frozen):
    """By when a draft would be answered if it were submitted today, and who can submit it."""

    due_on: date
    due_by_type: dict[str, date]
    window_ends_on: date | None
    beyond_window: bool  # it would be due after the end of the review
    waits_for_lead: bool  # in this review the lead submits, and the reader is none


class HeldView(Frozen):
    """How many business days one pair of hands had a request."""

    name: str
    days: int


class Elapsed(Frozen):
    """Business days since a request was submitted, until it ended; the parts make the whole."""

    days: int
    with_publisher: int
    waiting_on_asker: int
    held: tuple[HeldView, ...] = ()  # inside the publisher only


# ---- views of one request


class AskerView(Frozen):
    """A request as its own organisation sees it."""

    seen_as: Literal["asker"] = "asker"
    id: str
    number: str | None
    state: str  # draft, or one of the six outward states
    ended_as: str | None  # closed, withdrawn, closed_unresolved
    review_id: str
    report_title: str
    version_id: str
    version_number: int
    type: str
    expected_form: str | None
    wanted_by: date | None
    returns: int
    drafted_by: str
    created_at: datetime
    submitted_at: datetime | None
    clock: Clock
    beyond_window: bool  # the due date lies after the end of the review
    promise: Promise | None  # of a draft
    elapsed: Elapsed | None
    question: TextView | None
    purpose: TextView | None
    basis: BasisView | None
    timeline: tuple[StepView, ...]
    acts: tuple[str, ...]


class PublisherView(Frozen):
    """A request as coordinators, approvers and auditors see it."""

    seen_as: Literal["publisher"] = "publisher"
    id: str
    number: str | None
    alias: str
    organisation_id: str
    organisation_name: str
    review_id: str
    report_title: str
    version_id: str
    version_number: int
    type: str
    expected_form: str | None
    wanted_by: date | None
    priority: str
    state: str
    state_since: datetime
    submitted_at: datetime | None
    returns: int
    clock: Clock
    beyond_window: bool
    elapsed: Elapsed | None
    question: TextView | None
    purpose: TextView | None
    reworded: TextView | None
    basis: BasisView | None
    responder_id: str | None
    responder: str | None
    answer: AnswerView | None
    notes: tuple[NoteView, ...]
    timeline: tuple[StepView, ...]
    acts: tuple[str, ...]


class ResponderView(Frozen):
    """A request as the assigned expert sees it: no organisation, no number, no names of theirs."""

    seen_as: Literal["responder"] = "responder"
    id: str
    alias: str
    report_title: str
    version_id: str
    version_number: int
    type: str
    expected_form: str | None
    state: str
    clock: Clock
    ask: TextView | None
    reworded: bool
    clarifications: tuple[TextView, ...]
    basis: BasisView | None
    answer: AnswerView | None
    notes: tuple[NoteView, ...]
    timeline: tuple[StepView, ...]
    acts: tuple[str, ...]


RequestView = AskerView | PublisherView | ResponderView


class MovedView(Frozen):
    """What an act leads to: the state as the acting person sees it."""

    id: str
    state: str
    due_on: date | None = None  # given where it was submitted
    beyond_window: bool = False  # that day lies after the end of the review


# ---- lists


class AskerRow(Frozen):
    """A request in its organisation's list."""

    id: str
    number: str | None
    type: str
    basis: str
    expected_form: str | None
    state: str
    since: datetime
    clock: Clock


class PublisherRow(AskerRow):
    """A request in the queue."""

    organisation_name: str
    priority: str
    responder: str | None


class ResponderRow(Frozen):
    """A request in the hands of the reader, under its alias."""

    id: str
    alias: str
    type: str
    basis: str
    expected_form: str | None
    state: str
    since: datetime
    clock: Clock


class Chip(Frozen):
    """A filter of the list and how many requests it has."""

    show: str
    count: int


class RequestList(Frozen):
    """A page of requests with its filters."""

    seen_as: Literal["asker", "publisher", "responder"]
    show: str
    sort: str
    rows: tuple[PublisherRow | AskerRow | ResponderRow, ...]
    chips: tuple[Chip, ...]
    total: int
    page: int
    pages: int
