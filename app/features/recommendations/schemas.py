"""Commands and views of recommendations."""

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from app.kernel.values import Frozen

Id = Annotated[str, StringConstraints(min_length=1, max_length=40)]
Prose = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=20_000)]
Places = Annotated[tuple[Id, ...], Field(max_length=100)]
Urgency = Literal["before_deployment", "next_version", "next_cycle", "when_possible"]


class DraftRecommendation(Frozen):
    """Word a recommendation; nobody but the organisation sees it before it is filed."""

    text: Prose
    urgency: Urgency
    claims: Places = ()
    pathways: Places = ()


class RespondToRecommendation(Frozen):
    """Answer for the publisher; the organisation reads it at once."""

    response: Literal["accepted", "in_part", "declined"]
    text: Prose
    planned_by: date | None = None
    nothing_withheld: bool = False


class SayAdoption(Frozen):
    """Say how one's own side sees its adoption."""

    standing: Literal[
        "not_started", "under_way", "adopted", "not_adopted", "in_part", "cannot_tell"
    ]


class CarryRecommendations(Frozen):
    """Carry open recommendations of earlier reviews into this one, as drafts."""

    recommendations: Annotated[tuple[Id, ...], Field(min_length=1, max_length=100)]


class ListQuery(Frozen):
    """Which recommendations, and in what order."""

    show: Literal["open", "unanswered", "draft", "settled", "all"] = "open"
    by: Literal["urgency", "claim", "pathway"] = "urgency"
    review: Annotated[str, StringConstraints(max_length=40)] = ""
    page: Annotated[int, Field(ge=1, le=1000)] = 1


class ResponseView(Frozen):
    """What the publisher answered."""

    response: str
    planned_by: date | None
    given_at: datetime
    text: str | None
    masked: bool


class AdoptionView(Frozen):
    """What a side said of the adoption, and when."""

    side: str
    standing: str
    said_at: datetime


class RecommendationView(Frozen):
    """A recommendation as the reader may read it; newest answers first."""

    id: str
    number: str | None  # an alias for who is not told whose it is
    organisation_name: str | None
    review_id: str | None  # to who is told whose it is
    version_id: str
    report_title: str
    version_number: int
    urgency: str
    state: str
    open: bool
    text: str | None
    masked: bool
    claims: tuple[tuple[str, str], ...]  # id and code, as far as they are open to the reader
    pathways: tuple[tuple[str, str], ...]  # each id with its number, or a reference
    filed_at: datetime | None
    carried_from: str | None  # its id, to the organisation and to who oversees reviews
    carried_number: str | None
    carried_on: bool
    responses: tuple[ResponseView, ...]
    adoptions: tuple[AdoptionView, ...]
    publisher_view: str | None
    own_view: str | None


class Group(Frozen):
    """Recommendations under one heading."""

    label: str
    rows: tuple[RecommendationView, ...]


class RecommendationList(Frozen):
    """A page of recommendations, and how many there are of each kind."""

    query: ListQuery
    groups: tuple[Group, ...]
    total: int
    pages: int
    counts: dict[str, int]


class RecommendationPage(Frozen):
    """One recommendation, and what the acting person can do with it."""

    view: RecommendationView
    choices: "Choices | None"
    can: tuple[str, ...]


class Choices(Frozen):
    """What a recommendation of a review can be about."""

    review_id: str
    report_title: str
    version_number: int
    claims: tuple[tuple[str, str], ...]
    pathways: tuple[tuple[str, str], ...]


class Carryable(Frozen):
    """What of earlier reviews is still open and not carried on."""

    review_id: str
    report_title: str
    rows: tuple[RecommendationView, ...]


class Carried(Frozen):
    """How many drafts were made."""

    review_id: str
    drafts: tuple[str, ...]
