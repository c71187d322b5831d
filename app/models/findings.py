"""Fact-check findings and the responses to them. All free text is guarded."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base


class Finding(Base):
    """A numbered correction of a passage. Guarded fields: `statement`, `correction`, `evidence`."""

    __tablename__ = "findings"
    __table_args__ = (
        UniqueConstraint("organisation_id", "number"),
        Index("ix_findings_place", "organisation_id", "version_id", "page"),
        Index(
            "ix_findings_merged_into", "merged_into",
            postgresql_where=text("merged_into IS NOT NULL"),
        ),
    )  # fmt: skip

    id: Mapped[str] = mapped_column(primary_key=True)
    number: Mapped[str]  # FC-<ORG>-0012
    alias: Mapped[str]  # what the author sees when the organisation stays unnamed
    organisation_id: Mapped[str] = mapped_column(ForeignKey("organisations.id"), index=True)
    review_id: Mapped[str] = mapped_column(ForeignKey("reviews.id"), index=True)
    version_id: Mapped[str] = mapped_column(ForeignKey("versions.id"), index=True)
    claim_id: Mapped[str | None] = mapped_column(ForeignKey("claims.id"), index=True)
    # what it is about: passage, page, claim, or redaction (the place of a gap, as it shows)
    about: Mapped[str] = mapped_column(server_default="passage")
    redaction_id: Mapped[str | None] = mapped_column(ForeignKey("redactions.id"))
    page: Mapped[int]
    rects: Mapped[list[list[float]]]  # points as displayed
    word_from: Mapped[int | None]  # of the page in the filer's edition, from 0
    word_to: Mapped[int | None]  # included
    edition_key: Mapped[str | None]  # of that edition
    quote_digest: Mapped[str]
    context_digest: Mapped[str | None]  # of the words before and after it there
    finding_class: Mapped[str]  # A to H
    materiality: Mapped[str]  # cosmetic, claim, pathway, conclusion
    as_of: Mapped[date | None]
    state: Mapped[str]
    state_since: Mapped[datetime]
    author_id: Mapped[str | None] = mapped_column(ForeignKey("people.id"), index=True)
    routed_by_rule: Mapped[str]
    filed_by: Mapped[str] = mapped_column(ForeignKey("people.id"))
    filed_at: Mapped[datetime]
    resolved_at: Mapped[datetime | None]
    due_on: Mapped[date | None]  # by when the publisher answers, by the review's rules
    fixed_in: Mapped[str | None] = mapped_column(ForeignKey("versions.id"))
    merged_into: Mapped[str | None] = mapped_column(ForeignKey("findings.id"))


class Response(Base):
    """What the publisher says to a finding. Guarded fields: `explanation`, `new_text`."""

    __tablename__ = "responses"

    id: Mapped[str] = mapped_column(primary_key=True)
    finding_id: Mapped[str] = mapped_column(ForeignKey("findings.id"), index=True)
    organisation_id: Mapped[str] = mapped_column(ForeignKey("organisations.id"))
    round: Mapped[int]
    disposition: Mapped[str]  # accepted, accepted_in_part, clarified, rejected, out_of_scope
    state: Mapped[str]  # given, proposed (a rejection waiting for its decider)
    given_by: Mapped[str] = mapped_column(ForeignKey("people.id"))
    decided_by: Mapped[str | None] = mapped_column(ForeignKey("people.id"))
    given_at: Mapped[datetime]
