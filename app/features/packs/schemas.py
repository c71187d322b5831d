"""Commands in, views out, for question packs."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from app.domain.packs import LENGTHS, MOST_DRAFTS, MOST_ITEMS
from app.features.requests.commands import ExpectedForm, Priority, RequestType
from app.kernel.values import Frozen


def _text(longest: int, shortest: int = 0) -> StringConstraints:
    return StringConstraints(strip_whitespace=True, min_length=shortest, max_length=longest)


Title = Annotated[str, _text(120, 1)]
About = Annotated[str, _text(120)]
Sheet = Annotated[str, StringConstraints(max_length=500_000)]
Id = Annotated[str, _text(40)]


class PackItem(Frozen):
    """One question of a pack; `{pathway}` in its texts becomes what it is asked about."""

    topic: Annotated[str, _text(LENGTHS["topic"])] = ""
    question: Annotated[str, _text(LENGTHS["question"], 1)]
    type: RequestType = "explanation"
    form: ExpectedForm = "short_text"
    purpose: Annotated[str, _text(LENGTHS["purpose"])] = ""
    instead: Annotated[str, _text(LENGTHS["instead"])] = ""
    priority: Priority = "normal"


Items = Annotated[tuple[PackItem, ...], Field(max_length=MOST_ITEMS)]


class ChangePack(Frozen):
    """Write a pack anew."""

    title: Title
    about: About = ""
    questions: Items = ()


class KeepPack(ChangePack):
    """Keep a new pack: from items, from a sheet (CSV or YAML), or from the one that comes along.

    A sheet that has a title gives it where none is typed.
    """

    title: Annotated[str, _text(120)] = ""
    sheet: Sheet = ""
    starter: Literal["", "if_this_happened"] = ""


class OfferPack(Frozen):
    """Offer a pack to the organisations with a review; it holds nothing withheld from any."""

    nothing_withheld: bool = False


class ApplyPack(Frozen):
    """Make drafts of a pack in a review; without `places` it is asked about the whole report.

    `chosen` are numbers of questions, from 0; none means all. What was asked before in this
    review is left out unless `again` is set.
    """

    review_id: Id
    chosen: Annotated[tuple[Annotated[int, Field(ge=0)], ...], Field(max_length=MOST_ITEMS)] = ()
    places: Annotated[tuple[Id, ...], Field(max_length=MOST_DRAFTS)] = ()
    again: bool = False


class PackRow(Frozen):
    """A pack in the list."""

    id: str
    title: str
    about: str
    questions: int
    offered: bool  # by the publisher
    own: bool
    changed_at: datetime


class PackList(Frozen):
    """The packs that one may use, by title."""

    rows: tuple[PackRow, ...]


class RunRow(Frozen):
    """One application of a pack: to which review, when, by whom, and how many drafts it made."""

    id: str
    review: str
    applied_at: datetime
    applied_by: str
    asked: int


class PackView(Frozen):
    """A pack with its items, and where one's organisation applied it."""

    id: str
    title: str
    about: str
    questions: tuple[PackItem, ...]
    offered: bool
    own: bool
    can_change: bool
    can_offer: bool
    retired: bool
    writer: str  # empty for a pack of the other side
    changed_at: datetime
    runs: tuple[RunRow, ...]


class PlaceView(Frozen):
    """What a pack can be asked about in a review."""

    id: str
    label: str
    chosen: bool


class PreviewItem(Frozen):
    """An item as it would be asked, and about what it was asked before in this review."""

    number: int
    item: PackItem
    question: str  # as it reads about the first of the chosen places
    asked_before: tuple[str, ...]


class Preview(Frozen):
    """What applying a pack to a review would make."""

    pack_id: str
    title: str
    review_id: str
    review: str
    reviews: tuple[tuple[str, str], ...]
    places: tuple[PlaceView, ...]
    questions: tuple[PreviewItem, ...]
    drafts: int  # that would be made now
    most: int = MOST_DRAFTS


class AppliedView(Frozen):
    """The run that was made, and its drafts."""

    pack_id: str
    run_id: str
    requests: tuple[str, ...]


class RunItem(Frozen):
    """An item of a run: what it was asked about, the request, and where that stands."""

    request_id: str
    number: str | None
    about: str
    question: str
    type: str
    form: str | None
    state: str  # draft, or an outward state
    answered: bool


class RunView(Frozen):
    """What became of a pack in a review."""

    id: str
    pack_id: str
    title: str
    review: str
    applied_at: datetime
    applied_by: str
    requests: tuple[RunItem, ...]
    answered: int
    drafts: int


# ---- drafts, of packs and others


class SubmitDrafts(Frozen):
    """Submit several drafts at once."""

    requests: Annotated[tuple[Id, ...], Field(min_length=1, max_length=MOST_DRAFTS)]


class MarkDrafts(Frozen):
    """Mark several drafts ready for the lead."""

    requests: Annotated[tuple[Id, ...], Field(min_length=1, max_length=MOST_DRAFTS)]


class DraftRow(Frozen):
    """A draft, and what it still needs before it can be submitted."""

    id: str
    question: str
    type: str
    form: str | None
    about: str
    review: str
    reference: str  # the organisation's own mark of it
    missing: tuple[str, ...]
    marked_ready: bool  # for the lead
    can_submit: bool
    can_mark: bool  # the lead submits, who reads is none, and it is not marked yet


class DraftList(Frozen):
    """Drafts of one's organisation, oldest first; how many are ready, of how many there are."""

    show: Literal["all", "ready"]
    rows: tuple[DraftRow, ...]
    ready: int
    total: int
    marked: int  # how many are marked ready for the lead


class Submitted(Frozen):
    """A draft that was submitted, and its number."""

    id: str
    number: str


class KeptBack(Frozen):
    """A draft that stays one, and why."""

    id: str
    said: str


class MarkedView(Frozen):
    """What was marked ready, and what was not."""

    marked: tuple[str, ...]
    kept_back: tuple[KeptBack, ...]


class SubmittedView(Frozen):
    """What was submitted, and what stays a draft."""

    submitted: tuple[Submitted, ...]
    kept_back: tuple[KeptBack, ...]
