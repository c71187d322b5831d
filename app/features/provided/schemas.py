"""Views out: what was asked, and what was provided."""

from datetime import date

from app.kernel.values import Frozen


class ProvidedFilter(Frozen):
    """What to list; empty means all. `outcome` is an outcome's name, or `open`."""

    organisation: str = ""
    review: str = ""
    outcome: str = ""
    code: str = ""


class ProvidedRow(Frozen):
    """One request, and its latest released answer as this reader may see it."""

    request_id: str
    number: str
    organisation: str  # empty in an organisation's own ledger
    asked_on: date | None
    type: str
    form: str
    state: str
    outcome: str | None
    code: str | None
    reason: str | None
    reason_masked: bool  # there is one that this reader is not cleared for
    due_on: date | None
    released_on: date | None
    late_by: int  # calendar days
    rounds: int
    verdict: str | None  # accepted, returned; None while the asker has not said


class Count(Frozen):
    """How many requests had an outcome, or a code."""

    name: str
    count: int


class ProvidedList(Frozen):
    """A page of the ledger, and counts over all of it."""

    rows: tuple[ProvidedRow, ...]
    outcomes: tuple[Count, ...]
    codes: tuple[Count, ...]
    total: int
    page: int
    pages: int
