"""Commands about information requests: what a form or a JSON body may ask for."""

from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from app.kernel.values import Frozen

Prose = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=20_000)]
Draft = Annotated[str, StringConstraints(strip_whitespace=True, max_length=20_000)]
Id = Annotated[str, StringConstraints(min_length=1, max_length=40)]
People = Annotated[tuple[Id, ...], Field(max_length=100)]
Reference = Annotated[str, StringConstraints(strip_whitespace=True, max_length=120)]
RequestType = Literal[
    "explanation", "document", "data", "interview", "confirmation", "assurance", "access",
    "run_on_our_behalf", "redaction_challenge", "completeness_check",
]  # fmt: skip
ExpectedForm = Literal[
    "yes_or_no", "short_text", "long_text", "table", "file", "conversation", "demonstration"
]
BasisKind = Literal[
    "passage", "page", "section", "claim", "redaction", "finding", "request", "report"
]  # fmt: skip
Column = Literal[
    "", "question", "type", "purpose", "substitutes", "expected_form", "wanted_by", "page",
    "reference",
]  # fmt: skip
Priority = Literal["normal", "high", "urgent"]
Extension = Literal["more_work", "others_asked", "people_away", "agreed"]
Determination = Literal[
    "full", "part", "substitute", "withheld", "none_exists", "already_public", "deferred",
    "out_of_scope",
]  # fmt: skip

Source = Literal["mail", "chat", "call", "meeting", "document"]


# ---- what a list is asked

Word = Annotated[str, StringConstraints(strip_whitespace=True, max_length=40)]


class ListFilter(BaseModel):
    """Which requests of a list; empty is all. What a reader may not filter by is passed over.

    `show` is one of the filters that come with the list. `team` and `holder` are ids, or `none`;
    `due` is `late`, `today` or `week`. Organisation, team, holder and priority are the publisher's.
    """

    model_config = ConfigDict(frozen=True)

    show: Word = ""
    q: Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)] = ""
    type: Word = ""
    due: Word = ""
    organisation: Word = ""
    team: Word = ""
    holder: Word = ""
    priority: Word = ""
    sort: Word = ""


class ListQuery(ListFilter):
    """One page of a list; `view` is `board` or empty, and only pages look at it."""

    page: Annotated[int, Field(ge=1, le=100_000)] = 1
    view: Word = ""


# ---- commands of the asker


class Basis(Frozen):
    """What a request is about. A passage is chosen by words of the asker's own edition."""

    kind: BasisKind
    page: Annotated[int, Field(ge=1, le=100_000)] | None = None
    words: tuple[Annotated[int, Field(ge=0)], Annotated[int, Field(ge=0)]] | None = None
    id: Annotated[str, StringConstraints(max_length=40)] | None = None


class EditDraft(Frozen):
    """Write a draft anew; `basis=None` keeps the one it has.

    `substitutes` says what would do instead; `reference` is the organisation's own mark of the
    request, which stays its own.
    """

    type: RequestType = "explanation"
    question: Draft = ""
    purpose: Draft = ""
    substitutes: Draft = ""
    reference: Reference = ""
    expected_form: ExpectedForm | None = None
    wanted_by: date | None = None
    basis: Basis | None = None


class DraftRequest(EditDraft):
    """Draft a request in a review; it stays the organisation's own until it is submitted.

    `kept_to` names the people of the organisation who see it, besides its drafter and the leads;
    None: everybody.
    """

    review_id: str
    kept_to: People | None = None


class ImportRequests(Frozen):
    """Make drafts of a list (CSV) in a review; without `columns` and `headed` they are guessed.

    `columns` says of each column of the list in its order what it is, or nothing; `headed` whether
    the first line names them.
    """

    review_id: Id
    sheet: Annotated[str, StringConstraints(max_length=1_000_000)]
    columns: Annotated[tuple[Column, ...], Field(max_length=60)] | None = None
    headed: bool | None = None


class KeepRequest(Frozen):
    """Say who of the organisation sees a request besides its drafter and the leads.

    None: everybody.
    """

    people: People | None = None


class MarkReady(Frozen):
    """Mark a draft ready for the lead, or take that back."""

    ready: bool = True


class ReferRequest(Frozen):
    """Close a draft, because an earlier request of the organisation answers it."""

    answered_by: Id


class GiveClarification(Frozen):
    """Answer what the publisher asked back."""

    clarification: Prose


class ReturnAnswer(Frozen):
    """Return what was released, or some of its answers, with the reason why it will not do."""

    return_reason: Prose
    rounds: Annotated[tuple[int, ...], Field(max_length=100)] = ()


class AppealAnswer(Frozen):
    """Ask for a second look at a refusal, with the reason."""

    appeal_reason: Prose


# ---- commands of the publisher


class DecideAppeal(Frozen):
    """Say what became of the second look: the refusal stands, or the request is answered anew."""

    decision: Literal["upheld", "reopened"]
    appeal_words: Prose
    nothing_withheld: bool = False


class MergeRequest(Frozen):
    """Let a request be answered together with another one, named by its number or its id."""

    into: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=40)]


class SetClock(Frozen):
    """Set priority and due date; a later date needs a reason, which the asker reads."""

    priority: Priority
    due_on: date | None = None
    extension: Extension | None = None


class TriageSeveral(Frozen):
    """Do one thing to several requests; each is decided, done and recorded by itself.

    `take` needs nothing more; `assign` a team, a person or both; `priority` one; `due` a day, and
    the reason where it is a later one.
    """

    act: Literal["take", "assign", "priority", "due"]
    requests: Annotated[tuple[Id, ...], Field(min_length=1, max_length=100)]
    team_id: Id | None = None
    responder_id: Id | None = None
    nothing_withheld: bool = False
    priority: Priority | None = None
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
    """Give a request, or a part of it, to a team, a person, or a person of a team.

    They learn its alias only. Without a part it is the only one that there is, or the first.
    """

    team_id: Id | None = None
    responder_id: Id | None = None
    part_id: Id | None = None
    nothing_withheld: bool = False


class SplitRequest(Frozen):
    """Add a part to a request, worded for those who are to answer it."""

    team_id: Id | None = None
    responder_id: Id | None = None
    ask: Prose
    due_on: date | None = None
    nothing_withheld: bool = False


class DropPart(Frozen):
    """Take a part out that was not answered."""

    part_id: Id


class HandOver(Frozen):
    """Give a part that one holds, or that waits in one's team, to a colleague; or take it."""

    part_id: Id
    responder_id: Id | None = None


class NoteRequest(Frozen):
    """Write a note that never leaves the publisher."""

    note: Prose
    nothing_withheld: bool = False


class DraftAnswer(Frozen):
    """Save the answer as far as it is written (Markdown); without a part, to one's own."""

    answer: Draft
    part_id: Id | None = None


class CheckAnswer(Frozen):
    """Hand an answer to the release check."""

    part_id: Id | None = None


class ReleaseAnswer(Frozen):
    """Release what was checked, with its outcome."""

    determination: Determination
    category: Annotated[str, StringConstraints(max_length=20)] | None = None
    reason: Draft = ""
    nothing_withheld: bool = False
    no_substitute: bool = False  # of what is withheld: nothing could be given instead
    hits_confirmed: bool = False  # each stretch that the leak linter found can be said
    part_id: Id | None = None


class RecordAnswer(Frozen):
    """Record an answer that arrived elsewhere; who records it counts as its drafter."""

    answer: Prose
    source: Source
    said_on: date
    said_by: Id | None = None  # a person of the publisher
    part_id: Id | None = None


class PointToReleased(Frozen):
    """Answer with what this asker has already: earlier answers, pages of its own edition."""

    answers: Annotated[tuple[Id, ...], Field(max_length=10)] = ()  # requests that were answered
    pages: Annotated[tuple[Annotated[int, Field(ge=1, le=100_000)], ...], Field(max_length=20)] = ()
    part_id: Id | None = None


class SendBackAnswer(Frozen):
    """Send an answer back to its responder with an internal note."""

    part_id: Id | None = None
    note: Prose
    nothing_withheld: bool = False
