"""Information requests, their assignments, answers and notes. All free text is guarded."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base


class Request(Base):
    """A numbered ask. Guarded: `question`, `purpose`, `substitutes`, `reference`, and others."""

    __tablename__ = "requests"
    __table_args__ = (
        UniqueConstraint("organisation_id", "number"),
        Index("ix_requests_follows", "basis_id", postgresql_where=text("basis_kind = 'request'")),
        Index("ix_requests_state", "state", "due_on", postgresql_include=["organisation_id"]),
        Index("ix_requests_submitted_at", "submitted_at", "id"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    number: Mapped[str | None]  # RQ-<ORG>-0007, given at submission
    alias: Mapped[str]  # the neutral name that a responder sees
    organisation_id: Mapped[str] = mapped_column(ForeignKey("organisations.id"), index=True)
    review_id: Mapped[str] = mapped_column(ForeignKey("reviews.id"), index=True)
    version_id: Mapped[str] = mapped_column(ForeignKey("versions.id"), index=True)
    type: Mapped[str]
    basis_kind: Mapped[str]  # section, claim, passage, page, redaction, finding, request, report
    basis_id: Mapped[str | None]
    basis_page: Mapped[int | None]
    basis_rects: Mapped[list[list[float]] | None]  # points as displayed
    expected_form: Mapped[str]
    wanted_by: Mapped[date | None]
    priority: Mapped[str] = mapped_column(default="normal")
    state: Mapped[str]
    state_since: Mapped[datetime]
    due_on: Mapped[date | None]
    triage_due_on: Mapped[date | None]  # set on arrival, a clarification and a return
    returns: Mapped[int] = mapped_column(default=0)
    drafted_by: Mapped[str] = mapped_column(ForeignKey("people.id"))
    ready_by: Mapped[str | None] = mapped_column(ForeignKey("people.id"))
    ready_at: Mapped[datetime | None]  # when it was marked ready for the lead
    referred_to: Mapped[str | None] = mapped_column(ForeignKey("requests.id"))
    created_at: Mapped[datetime]
    submitted_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]


class RequestPerson(Base):
    """A person of the asking organisation to whom a request is kept, its drafter among them.

    A request that nobody is named for is everybody's of the organisation; its leads see all.
    """

    __tablename__ = "request_people"

    request_id: Mapped[str] = mapped_column(ForeignKey("requests.id"), primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"), primary_key=True)
    organisation_id: Mapped[str] = mapped_column(ForeignKey("organisations.id"), index=True)
    added_at: Mapped[datetime]


class Assignment(Base):
    """A part of a request: with a team, a person, or both. Most requests have one.

    Guarded field of the request: `part.<id>`, the part worded for whoever answers it.
    """

    __tablename__ = "assignments"
    __table_args__ = (UniqueConstraint("request_id", "number"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    request_id: Mapped[str] = mapped_column(ForeignKey("requests.id"), index=True)
    organisation_id: Mapped[str] = mapped_column(ForeignKey("organisations.id"))
    number: Mapped[int]  # from 1 in each request
    team_id: Mapped[str | None] = mapped_column(ForeignKey("teams.id"), index=True)
    responder_id: Mapped[str | None] = mapped_column(ForeignKey("people.id"), index=True)
    # without a responder it waits in the team's queue; without either, in the coordinators'
    follows_id: Mapped[str | None] = mapped_column(ForeignKey("requests.id"), index=True)
    # the request whose answer it waits for, answered together with it (decisions/0025)
    assigned_by: Mapped[str] = mapped_column(ForeignKey("people.id"))
    worded: Mapped[bool] = mapped_column(default=False)  # it has a wording of its own
    state: Mapped[str]  # domain/parts.py
    due_on: Mapped[date | None]
    created_at: Mapped[datetime]


class Answer(Base):
    """One answer to a part of a request. Guarded fields: `answer.<round>`, `reason.<round>`."""

    __tablename__ = "answers"
    __table_args__ = (UniqueConstraint("request_id", "round"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    request_id: Mapped[str] = mapped_column(ForeignKey("requests.id"), index=True)
    assignment_id: Mapped[str] = mapped_column(ForeignKey("assignments.id"), index=True)
    organisation_id: Mapped[str] = mapped_column(ForeignKey("organisations.id"))
    round: Mapped[int]  # counts the answers of the request, whichever part they answer
    state: Mapped[str]  # draft, in_check, released, accepted, returned
    determination: Mapped[str | None]
    category: Mapped[str | None]
    drafted_by: Mapped[str] = mapped_column(ForeignKey("people.id"))
    drafted_at: Mapped[datetime]
    released_by: Mapped[str | None] = mapped_column(ForeignKey("people.id"))
    released_at: Mapped[datetime | None]
    receipt_id: Mapped[str | None] = mapped_column(ForeignKey("receipts.id"))
    appeal: Mapped[str | None]  # open, upheld, granted
    appeal_decided_by: Mapped[str | None] = mapped_column(ForeignKey("people.id"))


class Attachment(Base):
    """A version that goes with an answer: made of a file, or one that was there already.

    Or with a message about a finding: then it is of a finding, and of no request, part or round.

    The title is public-safe and typed by whoever attached it: a file's own name is kept nowhere.
    """

    __tablename__ = "attachments"

    id: Mapped[str] = mapped_column(primary_key=True)
    request_id: Mapped[str | None] = mapped_column(ForeignKey("requests.id"), index=True)
    assignment_id: Mapped[str | None] = mapped_column(ForeignKey("assignments.id"))
    organisation_id: Mapped[str] = mapped_column(ForeignKey("organisations.id"), index=True)
    round: Mapped[int | None]  # of the answer
    finding_id: Mapped[str | None] = mapped_column(ForeignKey("findings.id"), index=True)
    message_id: Mapped[str | None] = mapped_column(ForeignKey("messages.id"))  # that gave it
    version_id: Mapped[str] = mapped_column(ForeignKey("versions.id"), index=True)
    title: Mapped[str]
    added_by: Mapped[str] = mapped_column(ForeignKey("people.id"))
    added_at: Mapped[datetime]
    removed_at: Mapped[datetime | None]
    released_at: Mapped[datetime | None]


class InternalNote(Base):
    """A note that never leaves the publisher. Guarded field: `body`, not shared."""

    __tablename__ = "internal_notes"

    id: Mapped[str] = mapped_column(primary_key=True)
    request_id: Mapped[str] = mapped_column(ForeignKey("requests.id"), index=True)
    written_by: Mapped[str] = mapped_column(ForeignKey("people.id"))
    written_at: Mapped[datetime]
