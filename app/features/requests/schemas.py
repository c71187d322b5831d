"""Views of information requests.

Three of the same request, one for each kind of reader: what a view has no field for cannot leak,
neither as a page nor as JSON.
"""

from datetime import UTC, date, datetime, time
from typing import Literal

from app.features.requests.commands import Frozen

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
    part: int | None = None  # where there are several
    released: str | None = None  # such as "1 of 3"
    decision: str | None = None  # of an appeal: upheld, reopened
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


class PartView(Frozen):
    """A part of a request as the publisher's people see it."""

    id: str
    number: int
    team_id: str | None
    team: str | None
    responder_id: str | None
    responder: str | None  # None: it waits for somebody
    mine: bool
    state: str
    due_on: date | None
    ask: TextView | None  # worded for those who answer this part
    answer: AnswerView | None
    acts: tuple[str, ...]


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
    released_so_far: str | None  # such as "1 of 3", while some parts are still to come
    open_rounds: tuple[int, ...]  # of the answers to accept or to return
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
    parts: tuple[PartView, ...]
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
    parts: tuple[PartView, ...]  # theirs, and those of their teams
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
    asked_at: datetime | None
    returns: int
    suggested_team: str | None  # by the routing rules, while nobody has it


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
    more: bool = False  # a search found more than it looks at: the counts are "at least"
    page: int
    pages: int


class Column(Frozen):
    """A column of the board: its first requests, and how many there are."""

    show: str
    count: int
    rows: tuple[PublisherRow, ...]


class Board(Frozen):
    """The queue by where its requests are."""

    columns: tuple[Column, ...]
    chips: tuple[Chip, ...]
    more: bool = False


class Outcome(Frozen):
    """What became of one request of several."""

    id: str
    number: str | None  # None: there is no such request for the caller
    done: bool
    said: str | None = None  # why not


class SeveralView(Frozen):
    """What an act on several requests came to, in the order in which they were named."""

    act: str
    done: int
    outcomes: tuple[Outcome, ...]
