"""Views of lists of requests: rows and chips, the board, earlier answers, an imported list."""

from datetime import date, datetime
from typing import Literal

from app.features.requests.schemas import Clock, SuggestionView
from app.kernel.values import Frozen

# ---- earlier answers


class EarlierRow(Frozen):
    """An earlier request of one's organisation that was answered."""

    request_id: str
    number: str
    question: str
    answer: str  # the latest released; empty where this reader is not cleared for it
    outcome: str | None
    released_on: date | None
    accepted: bool
    answers: bool  # a request can be closed with it


class EarlierList(Frozen):
    """Earlier answers, best first."""

    phrase: str
    rows: tuple[EarlierRow, ...]


# ---- an imported list


class ImportFields(Frozen):
    """What a list may hold: its columns, the words for kinds and forms, and for which review."""

    review_id: str
    reviews: tuple[tuple[str, str], ...]
    columns: dict[str, str]
    types: dict[str, str]
    forms: dict[str, str]
    most_rows: int


class ColumnView(Frozen):
    """A column of a list: as the list names it, and what it is taken for, or nothing."""

    title: str
    sample: str
    column: str


class ImportRow(Frozen):
    """A row of a list by column, and by column what is wrong with it."""

    number: int
    cells: dict[str, str]
    faults: dict[str, str]


class ImportPreview(Frozen):
    """What a list would make."""

    review_id: str
    review: str
    headed: bool
    columns: tuple[ColumnView, ...]
    rows: tuple[ImportRow, ...]
    good: int
    faulty: int


class ImportedView(Frozen):
    """The drafts that were made of a list, and how many rows were left out."""

    requests: tuple[str, ...]
    left_out: int


# ---- lists


class AskerRow(Frozen):
    """A request in its organisation's list."""

    id: str
    number: str | None
    said: str | None = None  # how the question begins, where this reader may read it
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
    suggestion: SuggestionView | None  # a team, for what is untriaged
    asked_at: datetime | None
    returns: int


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
