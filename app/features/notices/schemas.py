"""What the inbox takes and shows."""

from datetime import date, datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

Show = Literal["all", "unread"]
About = Literal["", "requests", "findings", "access"]


class MarkNoticesRead(BaseModel):
    """Mark one notice as read, or all of them where none is named."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    notice_id: str | None = Field(default=None, max_length=40)


class NoticeView(BaseModel):
    """One notice: what happened in fixed words, and where to look."""

    model_config = ConfigDict(frozen=True)

    id: str
    kind: str
    says: str
    facts: tuple[str, ...]
    due_on: date | None
    href: str
    at_once: bool
    at: datetime
    read: bool


class NoticeList(BaseModel):
    """A page of one's own notices, newest first."""

    model_config = ConfigDict(frozen=True)

    rows: tuple[NoticeView, ...]
    show: Show
    about: About
    total: int
    unread: int
    page: int
    pages: int


class UnreadCount(BaseModel):
    """How many notices wait."""

    model_config = ConfigDict(frozen=True)

    unread: int


class MarkedView(BaseModel):
    """How many notices were marked as read, and how many still wait."""

    model_config = ConfigDict(frozen=True)

    marked: int
    unread: int
