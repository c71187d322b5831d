"""Commands and views of answers that are shared further."""

from datetime import datetime
from typing import Annotated

from pydantic import Field, StringConstraints

from app.features.requests.commands import Id, Prose
from app.features.requests.schemas import HitView, TextView
from app.kernel.values import Frozen


class ShareAnswer(Frozen):
    """Share a released answer with organisations that did not ask; they read this question."""

    round: Annotated[int, Field(ge=1, le=100_000)]
    reviews: Annotated[tuple[Id, ...], Field(min_length=1, max_length=50)]
    question: Prose
    nothing_withheld: bool = False
    hits_confirmed: bool = False


class WordQuestion(Frozen):
    """Word the question that others read with an answer; somebody else shares it."""

    question: Annotated[Prose, Field(examples=["Who is on call at night, and how fast?"])]


class Worded(Frozen):
    """That the question was worded."""

    request_id: str


class WordingView(Frozen):
    """The question as somebody worded it; who did does not share it."""

    question: str
    by: str
    mine: bool


class AudienceView(Frozen):
    """An organisation with which an answer could be shared."""

    review_id: str
    organisation_id: str
    organisation_name: str
    shared_at: datetime | None  # it has it already


class AnswerChoice(Frozen):
    """A released answer that can be shared, as the sharer reads it."""

    round: int
    released_at: datetime
    text: TextView


class ShareView(Frozen):
    """What can be shared of a request, and with whom."""

    request_id: str
    number: str
    organisation_name: str
    question: str  # the wording for the expert, else empty: the asker's words stay theirs
    wording: WordingView | None  # in hand, for somebody else to share
    questions: tuple[str, ...]  # shared with this answer before: they need no second look
    can_word: bool
    answers: tuple[AnswerChoice, ...]
    audiences: tuple[AudienceView, ...]
    withheld_from: int  # organisations that read a narrower edition, and cannot have it


class SharedAnswerView(Frozen):
    """An answer as it was shared; the request it comes from is told to the publisher alone."""

    id: str
    number: str
    shared_at: datetime
    question: TextView | None
    answer: TextView | None
    receipt_id: str
    request_id: str | None = None
    request_number: str | None = None


class SharedAnswers(Frozen):
    """What was shared in a review, newest first."""

    review_id: str
    report_title: str
    version_number: int
    organisation_name: Annotated[str, StringConstraints(max_length=400)]
    answers: tuple[SharedAnswerView, ...]


class Shared(Frozen):
    """With how many organisations an answer was shared, and what the linter had found."""

    request_id: str
    shared: int
    hits: tuple[HitView, ...] = ()
