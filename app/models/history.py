"""Stages: each step in the life of a request, finding, grant or version, for timelines."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base


class Stage(Base):
    """One step of one subject. Written by `transaction.commit` beside the audit entry."""

    __tablename__ = "stages"
    __table_args__ = (Index("ix_stages_subject", "subject_id", "at"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    subject_kind: Mapped[str]
    subject_id: Mapped[str]
    name: Mapped[str]  # the event's name
    stage: Mapped[str]  # the state entered
    at: Mapped[datetime]
    side: Mapped[str]  # who moved it: publisher, reviewer, system
    person_id: Mapped[str]
    organisation_id: Mapped[str | None]  # the reviewer organisation that may see it
    facts: Mapped[dict[str, Any]]
