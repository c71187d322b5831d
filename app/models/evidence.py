"""Evidence items of a version and where marks stand in them; their lines are in content."""

from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base


class EvidenceItem(Base):
    """A file attached to a version. `state`: importing, failed, ready, removed;
    a spreadsheet is `split` once its sheets are items of their own.

    The title is public-safe and typed by the author: a file's own name is shown to nobody.
    """

    __tablename__ = "evidence_items"
    __table_args__ = (UniqueConstraint("version_id", "code"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    version_id: Mapped[str] = mapped_column(ForeignKey("versions.id"), index=True)
    code: Mapped[str]  # E1, E2 … in its version
    kind: Mapped[str]  # text, csv, json, jsonl; spreadsheet, whose sheets are csv
    title: Mapped[str]
    source_digest: Mapped[str]
    source_bytes: Mapped[int]
    lines: Mapped[int] = mapped_column(default=0)  # of the source; of a spreadsheet its sheets
    hidden_sheets: Mapped[int] = mapped_column(default=0)
    state: Mapped[str]
    failure: Mapped[str | None]  # public-safe sentence
    imported_by: Mapped[str] = mapped_column(ForeignKey("people.id"))
    imported_at: Mapped[datetime]


class EvidenceMark(Base):
    """Where a redaction stands in an item: lines from 1, a field from 0, characters from 0.

    Publisher's alone: a line's number would tell a reader how much is missing before it.
    """

    __tablename__ = "evidence_marks"

    redaction_id: Mapped[str] = mapped_column(ForeignKey("redactions.id"), primary_key=True)
    item_id: Mapped[str] = mapped_column(ForeignKey("evidence_items.id"), index=True)
    version_id: Mapped[str] = mapped_column(ForeignKey("versions.id"), index=True)
    line_from: Mapped[int]
    line_to: Mapped[int]
    field: Mapped[int | None]  # None: whole lines
    char_from: Mapped[int | None]  # None: the whole field
    char_to: Mapped[int | None]  # not included
