"""What the inbox takes and shows."""

from datetime import date, datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

Show = Literal["all", "unread"]
About = Literal["", "requests", "findings", "access", "opinions"]


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


Mode = Literal["digest", "immediate", "inbox"]


class SetPreferences(BaseModel):
    """Choose what comes by mail."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    mode: Mode


class SetMailWording(BaseModel):
    """Decide whether the mails to an organisation say more than that something waits."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    link_only: bool


class MailView(BaseModel):
    """What became of one mail; whom it is for stands only where the publisher looks after it."""

    model_config = ConfigDict(frozen=True)

    id: str
    kind: str
    state: str
    says: str
    why: str | None
    person: str | None
    attempts: int
    created_at: datetime
    sent_at: datetime | None
    next_try_at: datetime | None


class WordingView(BaseModel):
    """What the mails to one's organisation say."""

    model_config = ConfigDict(frozen=True)

    organisation_id: str
    link_only: bool


class PreferencesView(BaseModel):
    """What a person chose, what their organisation chose, and the latest mails to them."""

    model_config = ConfigDict(frozen=True)

    mode: Mode
    address: str
    wording: WordingView
    may_change_wording: bool
    mails: tuple[MailView, ...]


MailState = Literal["", "waiting", "failed", "sent", "dead", "dropped"]


class MailList(BaseModel):
    """A page of the outbox, latest first."""

    model_config = ConfigDict(frozen=True)

    configured: bool
    state: MailState
    rows: tuple[MailView, ...]
    counts: dict[str, int]
    total: int
    page: int
    pages: int


class RetryMail(BaseModel):
    """Have a mail that was given up tried again."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    mail_id: str = Field(min_length=1, max_length=40)
