"""What reviewers say of redactions: assessments and challenges. All free text is guarded."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base


class Assessment(Base):
    """An organisation's judgement of a redaction on four axes. Guarded field: `note`.

    A draft is the organisation's own; what it judges is told by what was public of it then.
    """

    __tablename__ = "assessments"
    __table_args__ = (UniqueConstraint("redaction_id", "organisation_id"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    redaction_id: Mapped[str] = mapped_column(ForeignKey("redactions.id"), index=True)
    version_id: Mapped[str] = mapped_column(ForeignKey("versions.id"), index=True)
    organisation_id: Mapped[str] = mapped_column(ForeignKey("organisations.id"), index=True)
    page: Mapped[int]
    categories: Mapped[list[str]]
    character: Mapped[str]
    scope: Mapped[str]  # fine, doubtful, not_acceptable, cannot_judge; so the other three
    reason: Mapped[str]
    balance: Mapped[str]
    materiality: Mapped[str]
    state: Mapped[str]  # draft, shared
    written_by: Mapped[str] = mapped_column(ForeignKey("people.id"))
    written_at: Mapped[datetime]
    shared_by: Mapped[str | None] = mapped_column(ForeignKey("people.id"))
    shared_at: Mapped[datetime | None]


class Challenge(Base):
    """A challenge of a redaction. Guarded fields: `reason` (the asker's), `decision`.

    `narrowed_rects` is the smaller place that a decider proposes; the mark there is made when a
    second person agrees, in the same moment in which the old one stops to withhold.
    """

    __tablename__ = "challenges"
    __table_args__ = (
        UniqueConstraint("organisation_id", "number"),
        Index(
            "uq_challenges_open",
            "redaction_id",
            "organisation_id",
            unique=True,
            postgresql_where=text("state IN ('open', 'narrowing')"),
        ),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    number: Mapped[str]  # RC-<ORG>-0001
    alias: Mapped[str]  # for those inside who are not to learn who asks
    redaction_id: Mapped[str] = mapped_column(ForeignKey("redactions.id"), index=True)
    version_id: Mapped[str] = mapped_column(ForeignKey("versions.id"), index=True)
    organisation_id: Mapped[str] = mapped_column(ForeignKey("organisations.id"), index=True)
    page: Mapped[int]
    categories: Mapped[list[str]]
    character: Mapped[str]
    state: Mapped[str]  # open, narrowing, upheld, narrowed, lifted, withdrawn
    state_since: Mapped[datetime]
    due_on: Mapped[date]
    raised_by: Mapped[str] = mapped_column(ForeignKey("people.id"))
    raised_at: Mapped[datetime]
    decided_by: Mapped[str | None] = mapped_column(ForeignKey("people.id"))
    decided_at: Mapped[datetime | None]
    narrowed_rects: Mapped[list[list[float]] | None]  # points as displayed
    narrowed_words: Mapped[int | None]
    narrowed_by: Mapped[str | None] = mapped_column(ForeignKey("people.id"))
    replacement_id: Mapped[str | None] = mapped_column(ForeignKey("redactions.id"))
