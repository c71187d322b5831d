"""What is said and done about a finding besides its answers: threads, claw-backs, open points.

All free text is guarded, as fields of the finding: `message.<id>`.
"""

from datetime import date, datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base


class Message(Base):
    """One message of a thread; never changed, only struck by whoever wrote it."""

    __tablename__ = "messages"

    id: Mapped[str] = mapped_column(primary_key=True)
    finding_id: Mapped[str] = mapped_column(ForeignKey("findings.id"), index=True)
    organisation_id: Mapped[str] = mapped_column(ForeignKey("organisations.id"), index=True)
    # said, detail_asked, detail_given, moot, moot_proposed, moot_refused, file_given
    kind: Mapped[str]
    side: Mapped[str]  # who wrote it: publisher, reviewer
    internal: Mapped[bool]  # its own side's alone
    refers_to: Mapped[str | None] = mapped_column(ForeignKey("versions.id"))
    written_by: Mapped[str] = mapped_column(ForeignKey("people.id"))
    written_at: Mapped[datetime]
    struck_at: Mapped[datetime | None]


class MessageMention(Base):
    """Somebody of one's own side who was told of a message; the other side never sees whom."""

    __tablename__ = "message_mentions"

    message_id: Mapped[str] = mapped_column(ForeignKey("messages.id"), primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"), primary_key=True)
    side: Mapped[str]
    organisation_id: Mapped[str] = mapped_column(ForeignKey("organisations.id"))


class ThreadMark(Base):
    """Up to when a person has read the thread of a finding."""

    __tablename__ = "thread_marks"

    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"), primary_key=True)
    finding_id: Mapped[str] = mapped_column(ForeignKey("findings.id"), primary_key=True)
    read_at: Mapped[datetime]


class ClawBack(Base):
    """The undoing of a share that a confidentiality slip (class H) calls for."""

    __tablename__ = "claw_backs"

    id: Mapped[str] = mapped_column(primary_key=True)
    finding_id: Mapped[str] = mapped_column(ForeignKey("findings.id"), unique=True)
    organisation_id: Mapped[str] = mapped_column(ForeignKey("organisations.id"))
    version_id: Mapped[str] = mapped_column(ForeignKey("versions.id"))
    page: Mapped[int]
    started_by: Mapped[str] = mapped_column(ForeignKey("people.id"))
    started_at: Mapped[datetime]
    closed_by: Mapped[str | None] = mapped_column(ForeignKey("people.id"))
    closed_at: Mapped[datetime | None]


class Deletion(Base):
    """What an organisation that had a page is asked to delete, and its certificate."""

    __tablename__ = "deletions"
    __table_args__ = (UniqueConstraint("claw_back_id", "organisation_id"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    claw_back_id: Mapped[str] = mapped_column(ForeignKey("claw_backs.id"))
    organisation_id: Mapped[str] = mapped_column(ForeignKey("organisations.id"), index=True)
    version_id: Mapped[str] = mapped_column(ForeignKey("versions.id"))
    page: Mapped[int]
    asked_by: Mapped[str] = mapped_column(ForeignKey("people.id"))
    asked_at: Mapped[datetime]
    due_on: Mapped[date]
    covers: Mapped[list[str]]  # keys of domain/claw_backs.py
    deleted_on: Mapped[date | None]
    certified_by: Mapped[str | None] = mapped_column(ForeignKey("people.id"))
    certified_at: Mapped[datetime | None]


class OpenPoint(Base):
    """A finding without a reply that was listed as open when its version was marked final."""

    __tablename__ = "open_points"

    version_id: Mapped[str] = mapped_column(ForeignKey("versions.id"), primary_key=True)
    finding_id: Mapped[str] = mapped_column(ForeignKey("findings.id"), primary_key=True)
    organisation_id: Mapped[str] = mapped_column(ForeignKey("organisations.id"), index=True)
    reason: Mapped[str]  # a key of OPEN_WORDS
    listed_by: Mapped[str] = mapped_column(ForeignKey("people.id"))
    listed_at: Mapped[datetime]
