"""Review statements: drafts of an organisation's own, and what it released. All text is guarded.

Guarded fields of a statement: `draft.<topic>`, a section as it is written; `shared`, the sections
as they were shared for comments; `content`, what was signed; `appendix`, the process appendix that
belongs to it; `comment.<id>`, `quote.<id>` and `reason.<id>` of a comment; `verdict.<id>`, why
publication was refused.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import ARRAY, DateTime, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base


class Statement(Base):
    """A statement of an organisation on a version; the publisher sees it once it was shared."""

    __tablename__ = "statements"
    __table_args__ = (
        Index(
            "uq_statements_live", "review_id", unique=True,
            postgresql_where=text("state IN ('draft', 'shared')"),
        ),
    )  # fmt: skip

    id: Mapped[str] = mapped_column(primary_key=True)
    review_id: Mapped[str] = mapped_column(ForeignKey("reviews.id"), index=True)
    organisation_id: Mapped[str] = mapped_column(ForeignKey("organisations.id"), index=True)
    version_id: Mapped[str] = mapped_column(ForeignKey("versions.id"), index=True)
    number: Mapped[int]  # 1: the original, then its updates
    state: Mapped[str]  # draft, shared, released, withdrawn, discarded
    open_to: Mapped[list[str]]  # who else may read it once released: domain/statements AUDIENCES
    sharings: Mapped[list[datetime]] = mapped_column(  # each time that it was shared, in order
        ARRAY(DateTime(timezone=True)), default=list, server_default="{}"
    )
    shared_at: Mapped[datetime | None]
    window_opens_at: Mapped[datetime | None]
    window_closes_at: Mapped[datetime | None]
    digest: Mapped[str | None]  # of what was signed, once released
    narrowed: Mapped[bool]  # its lead stated that it holds nothing withheld
    file_kind: Mapped[str | None]  # pdf, docx, md: written elsewhere
    file_digest: Mapped[str | None]
    file_bytes: Mapped[int | None]
    released_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]


class StatementDraft(Base):
    """What stays the organisation's own of a statement: who writes, what waits to be signed."""

    __tablename__ = "statement_drafts"

    statement_id: Mapped[str] = mapped_column(ForeignKey("statements.id"), primary_key=True)
    organisation_id: Mapped[str] = mapped_column(ForeignKey("organisations.id"), index=True)
    started_by: Mapped[str] = mapped_column(ForeignKey("people.id"))
    started_at: Mapped[datetime]
    digest: Mapped[str | None]  # of what waits to be signed; none once anything changes
    sealed_at: Mapped[datetime | None]
    file_kind: Mapped[str | None]
    file_digest: Mapped[str | None]
    file_bytes: Mapped[int | None]


class StatementSection(Base):
    """A section as it is being written: its revision, and who saved it last."""

    __tablename__ = "statement_sections"

    statement_id: Mapped[str] = mapped_column(ForeignKey("statements.id"), primary_key=True)
    topic: Mapped[str] = mapped_column(primary_key=True)
    organisation_id: Mapped[str] = mapped_column(ForeignKey("organisations.id"), index=True)
    revision: Mapped[int]
    points_to: Mapped[list[dict[str, Any]]]  # kind, id
    words: Mapped[int]
    written_by: Mapped[str] = mapped_column(ForeignKey("people.id"))
    written_at: Mapped[datetime]


class StatementComment(Base):
    """What the publisher marks in a shared draft, and what the organisation decides of it."""

    __tablename__ = "statement_comments"
    __table_args__ = (UniqueConstraint("statement_id", "number"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    statement_id: Mapped[str] = mapped_column(ForeignKey("statements.id"))
    organisation_id: Mapped[str] = mapped_column(ForeignKey("organisations.id"), index=True)
    number: Mapped[int]
    kind: Mapped[str]  # fact, confidentiality, other
    category: Mapped[str | None]  # of a mark for confidentiality
    topic: Mapped[str]
    made_by: Mapped[str] = mapped_column(ForeignKey("people.id"))
    made_at: Mapped[datetime]
    decision: Mapped[str | None]  # adopted, in_part, not_adopted
    decided_by: Mapped[str | None] = mapped_column(ForeignKey("people.id"))
    decided_at: Mapped[datetime | None]


class StatementVerdict(Base):
    """What the publisher says of a shared draft as a whole: no more comments, approved, refused."""

    __tablename__ = "statement_verdicts"
    __table_args__ = (UniqueConstraint("statement_id", "number"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    statement_id: Mapped[str] = mapped_column(ForeignKey("statements.id"))
    organisation_id: Mapped[str] = mapped_column(ForeignKey("organisations.id"), index=True)
    number: Mapped[int]
    sharing: Mapped[int]  # which sharing of the statement it is about
    digest: Mapped[str]  # of the text that was shared: audit/statement.said_digest
    decision: Mapped[str]  # domain/statements VERDICTS
    decided_by: Mapped[str] = mapped_column(ForeignKey("people.id"))
    decided_at: Mapped[datetime]
