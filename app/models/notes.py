"""Highlights and notes of those who read: a place, whose it is, and who may see it."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base


class ReaderNote(Base):
    """A place that somebody kept while reading. Guarded field: `text`, which may be missing."""

    __tablename__ = "reader_notes"
    __table_args__ = (Index("ix_reader_notes_version_id_page", "version_id", "page"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"), index=True)
    organisation_id: Mapped[str] = mapped_column(ForeignKey("organisations.id"), index=True)
    version_id: Mapped[str] = mapped_column(ForeignKey("versions.id"))
    page: Mapped[int]
    rects: Mapped[list[list[float]]]  # points as displayed
    has_text: Mapped[bool]
    shared: Mapped[bool]  # with the reviewer organisation it was kept for
    kept_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    removed_at: Mapped[datetime | None]  # kept for its writer, who may bring it back
