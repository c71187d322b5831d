"""Notices: what a person is told, in a fixed vocabulary; and the mails that carry them."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base


class Notice(Base):
    """One person told of one occurrence, for the organisation they act for."""

    __tablename__ = "notices"
    __table_args__ = (
        UniqueConstraint("person_id", "occurrence"),
        Index(
            "ix_notices_unread",
            "person_id",
            "organisation_id",
            "subject_id",
            postgresql_where=text("read_at IS NULL"),
        ),
        Index("ix_notices_latest", "person_id", "organisation_id", "created_at", "id"),
        Index(
            "ix_notices_for_digest",
            "person_id",
            postgresql_where=text("in_digest AND mail_id IS NULL"),
        ),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    occurrence: Mapped[str]  # of what happened: told twice, it is one notice
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"))
    organisation_id: Mapped[str] = mapped_column(ForeignKey("organisations.id"))
    kind: Mapped[str]  # of domain/notices.KINDS
    subject_kind: Mapped[str]
    subject_id: Mapped[str]
    facts: Mapped[dict[str, Any]]  # number or alias, type, form, due_on
    at_once: Mapped[bool]
    created_at: Mapped[datetime]
    read_at: Mapped[datetime | None]
    in_digest: Mapped[bool] = mapped_column(default=False)  # waits for the mail of the day
    mail_id: Mapped[str | None] = mapped_column(ForeignKey("mails.id"), index=True)


class Mail(Base):
    """One mail to one person: what became of it. What it says is made anew from its notices."""

    __tablename__ = "mails"
    __table_args__ = (
        UniqueConstraint("message_id"),
        UniqueConstraint("person_id", "day"),
        Index(
            "ix_mails_due",
            "next_try_at",
            postgresql_where=text("state IN ('waiting', 'failed')"),
        ),
        Index("ix_mails_person_id_created_at", "person_id", "created_at"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"))
    message_id: Mapped[str]  # fixed when it is made: sent twice, it is one mail to its reader
    kind: Mapped[str]  # immediate, digest
    day: Mapped[date | None]  # of a digest: one a person and day
    state: Mapped[str]  # waiting, failed (tried again), sent, dead, dropped
    attempts: Mapped[int] = mapped_column(default=0)
    next_try_at: Mapped[datetime]
    last_error: Mapped[str | None]  # a code of domain/mails.CODES
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]


class NoticePreference(Base):
    """What a person wants by mail; without a row, as everybody begins."""

    __tablename__ = "notice_preferences"

    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"), primary_key=True)
    mode: Mapped[str]  # of domain/mails.MODES
    changed_at: Mapped[datetime]
