"""How versions of a report stand to each other: comparisons, claims carried on, material changes.

No text: places, classes and counts. What a comparison says of two editions is for those alone who
may see both.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base


class Comparison(Base):
    """Two editions of two versions of a report, compared by the worker; of one audience alone.

    `runs` are [old, new, size, moved]: words, counted from 0, that stand in both. The states tell
    whether the pages are still those that were compared.
    """

    __tablename__ = "comparisons"
    __table_args__ = (UniqueConstraint("old_edition_id", "new_edition_id"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    version_id: Mapped[str] = mapped_column(ForeignKey("versions.id"), index=True)
    earlier_id: Mapped[str] = mapped_column(ForeignKey("versions.id"), index=True)
    old_edition_id: Mapped[str] = mapped_column(ForeignKey("editions.id"))
    new_edition_id: Mapped[str] = mapped_column(ForeignKey("editions.id"), index=True)
    old_state: Mapped[str]
    new_state: Mapped[str]
    whole: Mapped[bool]  # neither of the two editions withholds anything
    runs: Mapped[list[list[int]]] = mapped_column(JSONB)
    made_at: Mapped[datetime]


class ComparedPart(Base):
    """What became of a section, a claim, some lines or an item of evidence. `kind`: which.

    `standing`: identical, same, moved, changed, ambiguous, gone, new, added; of a claim of which
    this audience reads nothing: unread. `new_places` are the
    places where it may stand now, best first: each a list of {page, rects}.
    """

    __tablename__ = "compared_parts"

    comparison_id: Mapped[str] = mapped_column(ForeignKey("comparisons.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)  # section, claim, place, evidence
    ordinal: Mapped[int] = mapped_column(primary_key=True)
    old_id: Mapped[str | None]  # of the section, claim or item
    new_id: Mapped[str | None]  # of the section or item
    standing: Mapped[str]
    likeness: Mapped[float]
    page: Mapped[int | None]
    rects: Mapped[list[list[float]]]
    new_places: Mapped[list[list[dict[str, Any]]]] = mapped_column(JSONB)


class ClaimCarry(Base):
    """What a person decided about a claim of an earlier version: carried on, or gone."""

    __tablename__ = "claim_carries"
    __table_args__ = (
        Index(
            "uq_claim_carries_standing",
            "version_id",
            "old_claim_id",
            unique=True,
            postgresql_where=text("undone_at IS NULL"),
        ),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    version_id: Mapped[str] = mapped_column(ForeignKey("versions.id"))
    earlier_id: Mapped[str] = mapped_column(ForeignKey("versions.id"))
    old_claim_id: Mapped[str] = mapped_column(ForeignKey("claims.id"), index=True)
    claim_id: Mapped[str | None] = mapped_column(ForeignKey("claims.id"))  # null: gone
    standing: Mapped[str]  # what it had been proposed as
    together: Mapped[bool]  # in a batch of identical ones
    decided_by: Mapped[str] = mapped_column(ForeignKey("people.id"))
    decided_at: Mapped[datetime]
    undone_by: Mapped[str | None] = mapped_column(ForeignKey("people.id"))
    undone_at: Mapped[datetime | None]


class PartCarry(Base):
    """What a person decided of a pathway's title, or of who answers for a part: carried, or left.

    `kind`: title, owners. The parts are pathways, sections, or the versions themselves.
    """

    __tablename__ = "part_carries"
    __table_args__ = (UniqueConstraint("version_id", "kind", "old_id"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    version_id: Mapped[str] = mapped_column(ForeignKey("versions.id"))
    earlier_id: Mapped[str] = mapped_column(ForeignKey("versions.id"))
    kind: Mapped[str]
    old_id: Mapped[str]
    new_id: Mapped[str | None]  # null: left behind
    standing: Mapped[str]  # what it had been proposed as
    together: Mapped[bool]  # in a batch of identical ones
    decided_by: Mapped[str] = mapped_column(ForeignKey("people.id"))
    decided_at: Mapped[datetime]


class MaterialChange(Base):
    """Whether a version changes an earlier one materially: once for the record, once per review.

    Guarded field of the version: `material_reason.<decision>`; of a review that is told:
    `material_reason.<id>`.
    """

    __tablename__ = "material_changes"
    __table_args__ = (
        Index("ix_material_changes_decision", "version_id", "earlier_id", "decided_at"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    decision_id: Mapped[str]  # the id of the row that has no review
    version_id: Mapped[str] = mapped_column(ForeignKey("versions.id"))
    earlier_id: Mapped[str] = mapped_column(ForeignKey("versions.id"))
    review_id: Mapped[str | None] = mapped_column(ForeignKey("reviews.id"), index=True)
    organisation_id: Mapped[str | None] = mapped_column(ForeignKey("organisations.id"), index=True)
    material: Mapped[bool]
    decided_by: Mapped[str] = mapped_column(ForeignKey("people.id"))
    decided_at: Mapped[datetime]
