"""Positions: an organisation's own worksheet, and what it released of it. Reasons are guarded."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base


class Position(Base):
    """One saving of a position, never changed. Guarded field of the review: `reasons.<id>`.

    The organisation's own, for good: what it releases is copied into `released_positions`, so that
    neither how often nor when it was written is anybody else's to see.
    """

    __tablename__ = "positions"
    __table_args__ = (
        Index(
            "uq_positions_current", "review_id", "version_id", "claim_id", "basis",
            unique=True, postgresql_where=text("current"), postgresql_nulls_not_distinct=True,
        ),
    )  # fmt: skip

    id: Mapped[str] = mapped_column(primary_key=True)
    review_id: Mapped[str] = mapped_column(ForeignKey("reviews.id"))
    organisation_id: Mapped[str] = mapped_column(ForeignKey("organisations.id"), index=True)
    version_id: Mapped[str] = mapped_column(ForeignKey("versions.id"), index=True)
    claim_id: Mapped[str | None] = mapped_column(ForeignKey("claims.id"))  # null: the conclusion
    claim_code: Mapped[str]  # as it was, for when the version is closed to the organisation
    basis: Mapped[str]  # alone, shared
    stance: Mapped[str]
    confidence: Mapped[str]
    rests_on: Mapped[list[dict[str, Any]]]  # status, kind, id
    current: Mapped[bool]
    has_reasons: Mapped[bool]
    written_by: Mapped[str] = mapped_column(ForeignKey("people.id"))
    written_at: Mapped[datetime]


class PositionRelease(Base):
    """All positions of an organisation on a version, given to the publisher at one moment."""

    __tablename__ = "position_releases"
    __table_args__ = (
        Index(
            "uq_position_releases_latest", "version_id", "review_id",
            unique=True, postgresql_where=text("latest"),
        ),
    )  # fmt: skip

    id: Mapped[str] = mapped_column(primary_key=True)
    review_id: Mapped[str] = mapped_column(ForeignKey("reviews.id"), index=True)
    organisation_id: Mapped[str] = mapped_column(ForeignKey("organisations.id"), index=True)
    version_id: Mapped[str] = mapped_column(ForeignKey("versions.id"))
    number: Mapped[int]
    withdraws: Mapped[bool]  # it takes the one before back and holds nothing itself
    latest: Mapped[bool]
    released_by: Mapped[str] = mapped_column(ForeignKey("people.id"))
    released_at: Mapped[datetime]


class ReleasedPosition(Base):
    """A position as it was released. Guarded field of the review: `released_reasons.<id>`."""

    __tablename__ = "released_positions"

    id: Mapped[str] = mapped_column(primary_key=True)
    release_id: Mapped[str] = mapped_column(ForeignKey("position_releases.id"), index=True)
    review_id: Mapped[str] = mapped_column(ForeignKey("reviews.id"))
    organisation_id: Mapped[str] = mapped_column(ForeignKey("organisations.id"), index=True)
    version_id: Mapped[str] = mapped_column(ForeignKey("versions.id"), index=True)
    claim_id: Mapped[str | None] = mapped_column(ForeignKey("claims.id"))
    claim_code: Mapped[str]
    basis: Mapped[str]
    stance: Mapped[str]
    confidence: Mapped[str]
    rests_on: Mapped[list[dict[str, Any]]]
    has_reasons: Mapped[bool]
