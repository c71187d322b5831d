"""Drafts of findings: a reviewer organisation's own. All free text is guarded."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base


class FindingDraft(Base):
    """A finding that was not filed yet: its writer's, and of whom that opened it to.

    Guarded fields: `statement`, `correction`, `evidence`, `references`. Filing makes a finding of
    it, which alone has a number. A draft without a place (`about` is nothing) was imported, and
    nobody has said yet where it belongs.
    """

    __tablename__ = "finding_drafts"
    __table_args__ = (Index("ix_finding_drafts_version_id_page", "version_id", "page"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    organisation_id: Mapped[str] = mapped_column(ForeignKey("organisations.id"), index=True)
    review_id: Mapped[str] = mapped_column(ForeignKey("reviews.id"))
    version_id: Mapped[str] = mapped_column(ForeignKey("versions.id"))
    claim_id: Mapped[str | None] = mapped_column(ForeignKey("claims.id"))
    redaction_id: Mapped[str | None] = mapped_column(ForeignKey("redactions.id"))
    about: Mapped[str]  # as of a finding; nothing while it has no place
    page: Mapped[int]  # without a place: where the file had it
    rects: Mapped[list[list[float]]]
    word_from: Mapped[int | None]
    word_to: Mapped[int | None]
    edition_key: Mapped[str | None]
    quote_digest: Mapped[str | None]
    context_digest: Mapped[str | None]
    finding_class: Mapped[str]  # A to H, or nothing yet
    materiality: Mapped[str]  # or nothing yet
    as_of: Mapped[date | None]
    source: Mapped[str]  # typed, csv, xfdf, pdf
    written_by: Mapped[str] = mapped_column(ForeignKey("people.id"), index=True)
    written_at: Mapped[datetime]
    changed_by: Mapped[str] = mapped_column(ForeignKey("people.id"))
    changed_at: Mapped[datetime]
    revision: Mapped[int]  # counts the changes, so that nobody writes over somebody else's
    open: Mapped[bool]  # to everybody of the organisation
    people: Mapped[list[str]]  # to whom of it besides
    ready_by: Mapped[str | None] = mapped_column(ForeignKey("people.id"))
    ready_at: Mapped[datetime | None]
    filed_as: Mapped[str | None] = mapped_column(ForeignKey("findings.id"))
    filed_at: Mapped[datetime | None]
    removed_at: Mapped[datetime | None]  # its writer may bring it back
