"""Question packs, their applications to reviews, and which request each item became."""

from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base


class QuestionPack(Base):
    """A reusable set of questions. Guarded fields: `title`, `about`, `items` (JSON)."""

    __tablename__ = "question_packs"

    id: Mapped[str] = mapped_column(primary_key=True)
    organisation_id: Mapped[str] = mapped_column(ForeignKey("organisations.id"), index=True)
    written_by: Mapped[str] = mapped_column(ForeignKey("people.id"))
    offered: Mapped[bool]  # by the publisher, to the organisations with a review
    items: Mapped[int]
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    retired_at: Mapped[datetime | None]


class PackRun(Base):
    """A pack as one organisation applied it to one review; the organisation's own."""

    __tablename__ = "pack_runs"

    id: Mapped[str] = mapped_column(primary_key=True)
    pack_id: Mapped[str] = mapped_column(ForeignKey("question_packs.id"), index=True)
    review_id: Mapped[str] = mapped_column(ForeignKey("reviews.id"), index=True)
    organisation_id: Mapped[str] = mapped_column(ForeignKey("organisations.id"), index=True)
    applied_by: Mapped[str] = mapped_column(ForeignKey("people.id"))
    applied_at: Mapped[datetime]


class PackAsked(Base):
    """An item of a run and the request that it became; `nth` counts the same question's askings."""

    __tablename__ = "pack_asked"
    __table_args__ = (UniqueConstraint("review_id", "mark", "nth"),)

    run_id: Mapped[str] = mapped_column(ForeignKey("pack_runs.id"), primary_key=True)
    place: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[str] = mapped_column(ForeignKey("organisations.id"), index=True)
    review_id: Mapped[str] = mapped_column(ForeignKey("reviews.id"))
    request_id: Mapped[str] = mapped_column(ForeignKey("requests.id"), unique=True)
    about: Mapped[str]  # what it was asked about: `pathway 3`
    mark: Mapped[str]
    nth: Mapped[int]
