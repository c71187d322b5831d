"""Protected tables: what may leave only through access/release and enter through access/deposit."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Computed, ForeignKey, Index, LargeBinary, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base


class SourcePage(Base):
    """The words of one page of the source with their boxes: everything, withheld or not.

    Web roles cannot read this table (row-level security: system side only), save through the
    working edition that the worker makes of it.
    """

    __tablename__ = "source_pages"

    version_id: Mapped[str] = mapped_column(ForeignKey("versions.id"), primary_key=True)
    page: Mapped[int] = mapped_column(primary_key=True)
    width_pt: Mapped[float]
    height_pt: Mapped[float]
    words: Mapped[bytes] = mapped_column(LargeBinary)  # msgpack [[text, x0, y0, x1, y1], …] points
    hidden: Mapped[bytes] = mapped_column(LargeBinary)  # likewise: in the file, not on the page


class UnconfirmedWord(Base):
    """A word of the source that no pixels confirmed; `place` counts from 0 on its page.

    In no edition and a secret for the leak checker, until the recogniser reads the same in its
    place, or a person confirms it on the page.
    """

    __tablename__ = "unconfirmed_words"

    version_id: Mapped[str] = mapped_column(ForeignKey("versions.id"), primary_key=True)
    page: Mapped[int] = mapped_column(primary_key=True)
    place: Mapped[int] = mapped_column(primary_key=True)
    text: Mapped[str]
    x0: Mapped[float]  # points as displayed
    y0: Mapped[float]
    x1: Mapped[float]
    y1: Mapped[float]
    inked: Mapped[bool]  # False: nobody can see anything there
    read_as: Mapped[str | None]  # by the recogniser, in its place; None: not tried
    confirmed: Mapped[bool] = mapped_column(default=False)
    decided_by: Mapped[str | None] = mapped_column(ForeignKey("people.id"))  # None: the recogniser
    decided_at: Mapped[datetime | None]


class SourceSurvey(Base):
    """What a source file holds beside its pages; the fields of rendering's SourceSurvey."""

    __tablename__ = "source_surveys"

    version_id: Mapped[str] = mapped_column(ForeignKey("versions.id"), primary_key=True)
    body: Mapped[dict[str, Any]]


class WorkbookSheet(Base):
    """A sheet of a spreadsheet that was attached; its name stays with who may read everything."""

    __tablename__ = "workbook_sheets"

    item_id: Mapped[str] = mapped_column(ForeignKey("evidence_items.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)  # from 1, as the file has them
    version_id: Mapped[str] = mapped_column(ForeignKey("versions.id"), index=True)
    name: Mapped[str]
    visible: Mapped[bool]
    rows: Mapped[int]
    columns: Mapped[int]
    taken_as: Mapped[str | None]  # the code of its CSV; None: hidden, or nothing in it


class SectionTitle(Base):
    """The outline titles of a version as the source has them (system side only)."""

    __tablename__ = "section_titles"

    section_id: Mapped[str] = mapped_column(ForeignKey("sections.id"), primary_key=True)
    version_id: Mapped[str] = mapped_column(ForeignKey("versions.id"), index=True)
    title: Mapped[str]


class EditionPage(Base):
    """One page of one edition: the painted image by digest and the permitted words only."""

    __tablename__ = "edition_pages"

    edition_id: Mapped[str] = mapped_column(ForeignKey("editions.id"), primary_key=True)
    page: Mapped[int] = mapped_column(primary_key=True)
    version_id: Mapped[str] = mapped_column(ForeignKey("versions.id"), index=True)
    state_key: Mapped[str] = mapped_column(index=True)
    image_digest: Mapped[str]
    fine_digest: Mapped[str | None]  # the same at twice the resolution, once somebody asked for it
    width_px: Mapped[int]
    height_px: Mapped[int]
    width_pt: Mapped[float]
    height_pt: Mapped[float]
    words: Mapped[bytes] = mapped_column(LargeBinary)  # msgpack [[text, x, y, w, h], …] px
    boxes: Mapped[list[dict[str, Any]]]  # [{x, y, w, h, redactions: [id]}] px of painted boxes


class EditionOutline(Base):
    """The outline of one edition: only titles whose every word is permitted."""

    __tablename__ = "edition_outlines"

    edition_id: Mapped[str] = mapped_column(ForeignKey("editions.id"), primary_key=True)
    version_id: Mapped[str] = mapped_column(ForeignKey("versions.id"), index=True)
    entries: Mapped[list[dict[str, Any]]]  # [{section_id, title, level, page}]


class SourceEvidence(Base):
    """Some lines of an evidence item's source: everything, withheld or not (system side only)."""

    __tablename__ = "source_evidence"

    item_id: Mapped[str] = mapped_column(ForeignKey("evidence_items.id"), primary_key=True)
    part: Mapped[int] = mapped_column(primary_key=True)  # from 1
    version_id: Mapped[str] = mapped_column(ForeignKey("versions.id"), index=True)
    lines: Mapped[bytes] = mapped_column(LargeBinary)  # msgpack, rendering's Line


class EditionEvidence(Base):
    """Some lines of an evidence item as one edition shows them: permitted pieces and gaps."""

    __tablename__ = "edition_evidence"

    edition_id: Mapped[str] = mapped_column(ForeignKey("editions.id"), primary_key=True)
    item_id: Mapped[str] = mapped_column(ForeignKey("evidence_items.id"), primary_key=True)
    part: Mapped[int] = mapped_column(primary_key=True)  # from 1
    version_id: Mapped[str] = mapped_column(ForeignKey("versions.id"), index=True)
    lines: Mapped[bytes] = mapped_column(LargeBinary)  # msgpack, rendering's ShownLine


# The words of a text of a request, taken apart when it is written and not with each search; as the
# database spells it.
_WORDS = (
    "CASE WHEN (subject_kind = 'request'::text) THEN to_tsvector('english'::regconfig, body)"
    " ELSE NULL::tsvector END"
)


class GuardedField(Base):
    """A free text that can quote what its writer could see: it inherits that sensitivity."""

    __tablename__ = "guarded_fields"
    __table_args__ = (
        UniqueConstraint("subject_id", "field"),
        Index("ix_guarded_fields_words", "words", postgresql_using="gin"),
        Index(
            "ix_guarded_fields_newest",
            text("written_at DESC"),
            "id",
            postgresql_where=text("subject_kind = 'request'"),
        ),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    subject_kind: Mapped[str]
    subject_id: Mapped[str] = mapped_column(index=True)
    field: Mapped[str]
    body: Mapped[str]
    version_id: Mapped[str | None]  # the version whose categories `sensitivity` speaks of
    sensitivity: Mapped[list[str]]  # categories its writer had lifted there
    organisation_id: Mapped[str | None] = mapped_column(index=True)  # whose business it is
    side: Mapped[str]  # who wrote it: reviewer, publisher
    shared: Mapped[bool]  # False: internal to the side that wrote it
    written_by: Mapped[str] = mapped_column(index=True)
    written_at: Mapped[datetime]
    words: Mapped[Any] = mapped_column(
        TSVECTOR, Computed(_WORDS, persisted=True), deferred=True, deferred_raiseload=True
    )


class GuardedFile(Base):
    """A file that a reviewer gave as evidence. Never opened here; its bytes lie in the store.

    Guarded field of its subject: `file.<id>`, the title typed by whoever added it.
    """

    __tablename__ = "guarded_files"

    id: Mapped[str] = mapped_column(primary_key=True)
    subject_kind: Mapped[str]  # finding_draft, finding
    subject_id: Mapped[str] = mapped_column(index=True)
    organisation_id: Mapped[str] = mapped_column(ForeignKey("organisations.id"), index=True)
    version_id: Mapped[str] = mapped_column(ForeignKey("versions.id"))
    sensitivity: Mapped[list[str]]
    shared: Mapped[bool]  # with the publisher
    kind: Mapped[str]  # pdf, png, jpeg, csv, text
    bytes: Mapped[int] = mapped_column(BigInteger)
    digest: Mapped[str]
    added_by: Mapped[str] = mapped_column(ForeignKey("people.id"))
    added_at: Mapped[datetime]
    removed_at: Mapped[datetime | None]
    message_id: Mapped[str | None] = mapped_column(ForeignKey("messages.id"), index=True)
