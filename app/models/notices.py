"""Notices: what a person is told, in a fixed vocabulary."""

from datetime import datetime
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
