"""Views of information requests.

Three of the same request, one for each kind of reader: what a view has no field for cannot leak,
neither as a page nor as JSON.
"""

from datetime import UTC, date, datetime, time
from typing import Literal

from app.access.attached_views import AttachmentLink, AttachmentView
from app.kernel.values import Frozen

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
    request_id: str | None = None  # the request that is followed, where the reader may read it


class RelatedView(Frozen):
    """Another request; without id and number where the reader may not read it."""

    request_id: str | None
    number: str | None  # to whoever answers, its alias
    state: str | None


class PersonView(Frozen):
    """A person of the reader's own organisation."""

    id: str
    name: str


class ReadyView(Frozen):
    """Who marked a draft ready for the lead, and when."""

    by: str
    at: datetime


class PointerView(Frozen):
    """What an answer points to: an earlier request, if this reader may see it, or a page."""

    label: str
    href: str


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
    other: str | None = None  # number of the request it is answered together with
    decision: str | None = None  # of an appeal: upheld, reopened
    source: str | None = None  # where an answer arrived that was recorded
    said_on: date | None = None
    said_by: str | None = None
    left: int = 0  # attachments that were not carried along
    by_reference: bool = False  # it only points to what the asker had already
    pointers: tuple[PointerView, ...] = ()
    texts: tuple[TextView, ...] = ()
    attachments: tuple[AttachmentLink, ...] = ()


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
    attachments: tuple[AttachmentView, ...] = ()


class HitView(Frozen):
    """Words of an answer that stand withheld from the asker; no page: in evidence."""

    words: str
    pages: tuple[int, ...]
    categories: tuple[str, ...]
    attachment: int | None = None  # in which they stand, or in its title


class CheckView(Frozen):
    """What a release would send to whom, and what the leak linter has to say about it."""

    organisation_name: str
    readers: int  # people of the organisation who could read it
    withholds: tuple[str, ...]  # categories that its edition of the version withholds
    hits: tuple[HitView, ...]
    unread: int  # removals that this reader cannot read, and that were not compared
    unread_attachments: tuple[int, ...] = ()  # not ready, or more than this person may read
    compared: bool  # False: what it is compared with is being built


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
    follows: str | None  # the number of the request whose answer it waits for
    ask: TextView | None  # worded for those who answer this part
    answer: AnswerView | None
    check: CheckView | None = None  # for who can release it
    acts: tuple[str, ...]


class SuggestionView(Frozen):
    """A team that a request is suggested to, and why. Inside the publisher only."""

    team_id: str
    team: str
    because: str
    rule_id: str | None
    priority: str | None
    all_away: bool  # everybody of it but the backups
    backups: tuple[str, ...]  # who are there


class RepeatView(Frozen):
    """A request that this one may repeat. Inside the publisher only."""

    id: str
    number: str
    organisation_name: str
    type: str
    basis: str
    state: str
    likeness: int  # of 100
    answered_for_asker: bool
    mergeable: bool


class LinkedView(Frozen):
    """A request that is answered together with this one. Inside the publisher only."""

    id: str
    number: str
    organisation_name: str
    state: str
    answer_comes: bool  # False: it was answered or ended without one for whoever follows it


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
    substitutes: TextView | None  # what would do instead
    reference: TextView | None  # the organisation's own mark of it
    basis: BasisView | None
    referred_to: RelatedView | None  # the request whose answer answers this one
    follow_ups: tuple[RelatedView, ...]
    ready: ReadyView | None  # of a draft that was marked ready for the lead
    kept_to: tuple[PersonView, ...] | None  # besides the leads; None: everybody
    interview: str | None  # where it stands, for a request that leads to one
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
    substitutes: TextView | None
    reworded: TextView | None
    basis: BasisView | None
    referred_to: RelatedView | None
    follow_ups: tuple[RelatedView, ...]
    interview: str | None
    parts: tuple[PartView, ...]
    suggestion: SuggestionView | None
    repeats: tuple[RepeatView, ...]
    follows: LinkedView | None
    followers: tuple[LinkedView, ...]
    notes: tuple[NoteView, ...]
    timeline: tuple[StepView, ...]
    acts: tuple[str, ...]


class OwnAnswerView(Frozen):
    """An answer that this expert wrote to something alike, to be used again."""

    request_id: str
    alias: str
    body: str


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
    substitutes: TextView | None
    clarifications: tuple[TextView, ...]
    basis: BasisView | None
    interview: str | None
    parts: tuple[PartView, ...]  # theirs, and those of their teams
    own_answers: tuple[OwnAnswerView, ...]  # to something alike, while there is one to write
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
