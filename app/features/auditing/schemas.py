"""Filters in, views out, for the log and an organisation's record."""

from datetime import datetime

from app.kernel.values import Frozen


class LogFilter(Frozen):
    """What part of the log to look at; empty means everything."""

    since: datetime | None = None
    until: datetime | None = None
    person: str = ""  # an id, or a part of a name
    organisation: str = ""
    action: str = ""  # a tag or its beginning, such as `grant`
    object: str = ""
    outcome: str = ""
    before: str = ""  # the id of the last entry of the page before


class EntryRow(Frozen):
    """One entry as the acting person may see it."""

    id: str
    leaf_index: int | None
    at: datetime
    event: str
    sentence: str
    action: str
    outcome: str
    actor: str
    organisation: str | None
    object: str | None
    policies: tuple[str, ...]
    facts: dict[str, str]


class LogPage(Frozen):
    """A page of entries, newest first; `more` is the cursor of the next page."""

    entries: tuple[EntryRow, ...]
    more: str | None


class ReadingCount(Frozen):
    """How much an organisation read, without who or what: that is security data."""

    organisation: str
    reads: int
    searches: int
    refused: int


class LogState(Frozen):
    """How far the log is signed."""

    entries: int
    size: int | None
    signed_at: datetime | None
    pending: int
    origin: str | None
    vkey: str | None
