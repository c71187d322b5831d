"""Reports, their versions and parts. Titles of sections and texts of claims are in content."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base


class Report(Base):
    """The thing under review. Its title is public-safe: it is shown in lists and mails."""

    __tablename__ = "reports"

    id: Mapped[str] = mapped_column(primary_key=True)
    title: Mapped[str]
    owner_id: Mapped[str] = mapped_column(ForeignKey("people.id"))
    created_at: Mapped[datetime]
    # made of a file that was attached to an answer: in no list, found under its request
    dossier: Mapped[bool] = mapped_column(default=False)


class Version(Base):
    """Frozen text. `state`: importing, failed, working (marks are made), published, withdrawn."""

    __tablename__ = "versions"
    __table_args__ = (
        # A refused file keeps its row for the record, but not its number.
        Index(
            "uq_versions_report_id_number",
            "report_id",
            "number",
            unique=True,
            postgresql_where=text("state <> 'failed'"),
        ),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    report_id: Mapped[str] = mapped_column(ForeignKey("reports.id"), index=True)
    number: Mapped[int]
    label: Mapped[str]
    coverage_date: Mapped[date | None]
    changelog: Mapped[str] = mapped_column(default="")
    state: Mapped[str]
    failure: Mapped[str | None]  # public-safe sentence
    source_digest: Mapped[str]
    source_bytes: Mapped[int]
    pages: Mapped[int] = mapped_column(default=0)
    pages_ready: Mapped[int] = mapped_column(default=0)
    inspection: Mapped[dict[str, Any] | None]  # counts of what the file holds besides its pages
    imported_by: Mapped[str] = mapped_column(ForeignKey("people.id"))
    created_at: Mapped[datetime]
    published_at: Mapped[datetime | None]
    kind: Mapped[str] = mapped_column(default="pdf")  # of the file that was imported
    # Where that was no PDF: the file as deposited. `source_digest` is the PDF made of it.
    original_digest: Mapped[str | None]
    original_bytes: Mapped[int | None]
    converted_at: Mapped[datetime | None]
    pdf_approved_by: Mapped[str | None] = mapped_column(ForeignKey("people.id"))
    pdf_approved_at: Mapped[datetime | None]
    final_at: Mapped[datetime | None]  # every finding has a reply, or is listed as open
    final_by: Mapped[str | None] = mapped_column(ForeignKey("people.id"))


class Section(Base):
    """A part of a version by the outline; its title lies in content (`section`, `title`)."""

    __tablename__ = "sections"
    __table_args__ = (UniqueConstraint("version_id", "ordinal"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    version_id: Mapped[str] = mapped_column(ForeignKey("versions.id"), index=True)
    ordinal: Mapped[int]
    level: Mapped[int]
    page_from: Mapped[int]
    page_to: Mapped[int]


class Pathway(Base):
    """A way in which harm could come about; claims hang under it. Its `title` is a guarded text.

    `lineage_id` is the same for the same pathway in each version; `ordinal` is its number in the
    report.
    """

    __tablename__ = "pathways"
    __table_args__ = (UniqueConstraint("version_id", "ordinal"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    lineage_id: Mapped[str] = mapped_column(index=True)
    version_id: Mapped[str] = mapped_column(ForeignKey("versions.id"), index=True)
    ordinal: Mapped[int]
    page: Mapped[int]


class Claim(Base):
    """A checkable sentence, as a place on a page: its text is always quoted by release.

    `rects` are [x0, y0, x1, y1] in points as displayed. Places, not word numbers: an edition
    renumbers its words, so that nobody can count what was removed. An outsider is shown a claim
    only through `access/claims`: its code and number can tell of others that are withheld.

    `lineage_id` is the same for the same claim in each version. A claim that was removed or
    superseded keeps its row, with `ended_as`, for what refers to it.
    """

    __tablename__ = "claims"
    __table_args__ = (
        Index(
            "uq_claims_version_id_code",
            "version_id",
            "code",
            unique=True,
            postgresql_where=text("ended_at IS NULL"),
        ),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    lineage_id: Mapped[str] = mapped_column(index=True)
    version_id: Mapped[str] = mapped_column(ForeignKey("versions.id"), index=True)
    pathway_id: Mapped[str | None] = mapped_column(ForeignKey("pathways.id"), index=True)
    section_id: Mapped[str | None] = mapped_column(ForeignKey("sections.id"))
    ordinal: Mapped[int]  # the order in its version
    code: Mapped[str]
    page: Mapped[int]
    rects: Mapped[list[list[float]]]
    load_bearing: Mapped[bool] = mapped_column(default=False)
    ended_at: Mapped[datetime | None]
    ended_as: Mapped[str | None]  # removed, superseded
    succeeded_by: Mapped[str | None] = mapped_column(ForeignKey("claims.id"))


class ClaimEvidence(Base):
    """An item of evidence that a claim points to; a `note` about it is a guarded text."""

    __tablename__ = "claim_evidence"

    claim_id: Mapped[str] = mapped_column(ForeignKey("claims.id"), primary_key=True)
    item_id: Mapped[str] = mapped_column(
        ForeignKey("evidence_items.id"), primary_key=True, index=True
    )
    version_id: Mapped[str] = mapped_column(ForeignKey("versions.id"), index=True)
    linked_by: Mapped[str] = mapped_column(ForeignKey("people.id"))
    linked_at: Mapped[datetime]


class Ownership(Base):
    """Who answers for a part of a version: a person or a team, never both.

    The part is a claim, a section, a pathway, or (all null) the whole version.
    """

    __tablename__ = "ownerships"
    __table_args__ = (
        CheckConstraint("num_nonnulls(person_id, team_id) = 1", name="one_owner"),
        CheckConstraint("num_nonnulls(section_id, claim_id, pathway_id) <= 1", name="one_part"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    version_id: Mapped[str] = mapped_column(ForeignKey("versions.id"), index=True)
    section_id: Mapped[str | None] = mapped_column(ForeignKey("sections.id"))
    claim_id: Mapped[str | None] = mapped_column(ForeignKey("claims.id"), index=True)
    pathway_id: Mapped[str | None] = mapped_column(ForeignKey("pathways.id"))
    person_id: Mapped[str | None] = mapped_column(ForeignKey("people.id"))
    team_id: Mapped[str | None] = mapped_column(ForeignKey("teams.id"))
    rank: Mapped[int] = mapped_column(default=0)  # 0 first, then backups


class Edition(Base):
    """A version minus the redactions withheld; the key is made from what is withheld."""

    __tablename__ = "editions"
    __table_args__ = (UniqueConstraint("version_id", "key"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    version_id: Mapped[str] = mapped_column(ForeignKey("versions.id"), index=True)
    key: Mapped[str] = mapped_column(index=True)
    lifted: Mapped[list[str]]
    withheld_redactions: Mapped[list[str]]
    engine: Mapped[str]
    state: Mapped[str]  # waiting, building, checking, ready, quarantined
    pages_ready: Mapped[int] = mapped_column(default=0)
    document_digest: Mapped[str | None]
    check_result: Mapped[dict[str, Any] | None]
    created_at: Mapped[datetime]
    ready_at: Mapped[datetime | None]
    evidence: Mapped[list[str]] = mapped_column(default=list)  # ids of the items built in it
