"""Interviews that requests lead to: proposed times, and notes that both sides sign.

All free text is guarded, as fields of the request: `interview_place.<round>`, the link or address
that came with the proposals of a round, and `interview_notes.<id>`, a version of the notes.
"""

from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base


class Interview(Base):
    """The interview of a request: where it stands, and the time that was agreed."""

    __tablename__ = "interviews"

    id: Mapped[str] = mapped_column(primary_key=True)
    request_id: Mapped[str] = mapped_column(ForeignKey("requests.id"), unique=True)
    organisation_id: Mapped[str] = mapped_column(ForeignKey("organisations.id"), index=True)
    standing: Mapped[str]  # domain/interviews.py
    round: Mapped[int]  # of the latest proposals
    agreed_round: Mapped[int | None]  # of the proposal that was chosen, kept when it is moved
    starts_at: Mapped[datetime | None]
    minutes: Mapped[int | None]
    place: Mapped[str | None]
    sequence: Mapped[int | None]  # of the invitation
    reason: Mapped[str | None]  # why it was last moved or cancelled
    publisher_person: Mapped[str | None] = mapped_column(ForeignKey("people.id"))
    asker_person: Mapped[str | None] = mapped_column(ForeignKey("people.id"))
    # who acted for each side last: the ones who are there
    changed_at: Mapped[datetime]


class InterviewSlot(Base):
    """A time that one side proposed."""

    __tablename__ = "interview_slots"
    __table_args__ = (UniqueConstraint("interview_id", "round", "number"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    interview_id: Mapped[str] = mapped_column(ForeignKey("interviews.id"))
    organisation_id: Mapped[str] = mapped_column(ForeignKey("organisations.id"), index=True)
    round: Mapped[int]
    number: Mapped[int]  # from 1 in each round
    side: Mapped[str]  # who proposed it: asker, publisher
    starts_at: Mapped[datetime]
    minutes: Mapped[int]
    place: Mapped[str]


class InterviewNotes(Base):
    """One version of the notes; it is its own side's alone until that side has signed it."""

    __tablename__ = "interview_notes"
    __table_args__ = (UniqueConstraint("interview_id", "side", "number"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    interview_id: Mapped[str] = mapped_column(ForeignKey("interviews.id"))
    request_id: Mapped[str] = mapped_column(ForeignKey("requests.id"), index=True)
    organisation_id: Mapped[str] = mapped_column(ForeignKey("organisations.id"), index=True)
    side: Mapped[str]  # who wrote it: asker, publisher
    number: Mapped[int]  # from 1 on each side, so that no side can count the other's drafts
    state: Mapped[str]  # domain/interviews.py
    digest: Mapped[str]  # SHA-256 of the text
    drafted_by: Mapped[str] = mapped_column(ForeignKey("people.id"))
    drafted_at: Mapped[datetime]
    signed_publisher_by: Mapped[str | None] = mapped_column(ForeignKey("people.id"))
    signed_publisher_at: Mapped[datetime | None]
    signed_asker_by: Mapped[str | None] = mapped_column(ForeignKey("people.id"))
    signed_asker_at: Mapped[datetime | None]
    voided_at: Mapped[datetime | None]
