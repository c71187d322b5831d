"""Redactions: places, reasons and decisions. Never the words removed."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base


class Redaction(Base):
    """A removal in a version. `rects` are [x0, y0, x1, y1] in points as displayed, one a line."""

    __tablename__ = "redactions"

    id: Mapped[str] = mapped_column(primary_key=True)
    version_id: Mapped[str] = mapped_column(ForeignKey("versions.id"), index=True)
    group_id: Mapped[str] = mapped_column(index=True)  # marks that share one decision
    page: Mapped[int]
    rects: Mapped[list[list[float]]]
    mode: Mapped[str]  # tight, padded, line, block
    categories: Mapped[list[str]]
    character: Mapped[str]
    justification: Mapped[str]
    size_words: Mapped[int] = mapped_column(default=0)
    state: Mapped[str]  # proposed, approved, refused, withdrawn, in_force, lifted
    proposed_by: Mapped[str] = mapped_column(ForeignKey("people.id"))
    proposed_at: Mapped[datetime]
    decided_by: Mapped[str | None] = mapped_column(ForeignKey("people.id"))
    decided_at: Mapped[datetime | None]
    decision_reason: Mapped[str | None]
    negative_statement: Mapped[bool] = mapped_column(default=False)
    expires_at: Mapped[datetime | None]
