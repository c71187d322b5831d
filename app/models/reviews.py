"""Reviews, terms, grants, undertakings and receipts."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base


class Terms(Base):
    """The text that a person accepts before content opens; never changed, only followed."""

    __tablename__ = "terms"

    id: Mapped[str] = mapped_column(primary_key=True)
    title: Mapped[str]
    body: Mapped[str]
    digest: Mapped[str] = mapped_column(unique=True)
    created_at: Mapped[datetime]


class Review(Base):
    """One reviewer organisation × one report."""

    __tablename__ = "reviews"

    id: Mapped[str] = mapped_column(primary_key=True)
    report_id: Mapped[str] = mapped_column(ForeignKey("reports.id"), index=True)
    version_id: Mapped[str] = mapped_column(ForeignKey("versions.id"))
    organisation_id: Mapped[str] = mapped_column(ForeignKey("organisations.id"), index=True)
    terms_id: Mapped[str] = mapped_column(ForeignKey("terms.id"))
    type: Mapped[str]  # confirmation, robustness, supplementation, internal
    scope: Mapped[str] = mapped_column(default="")
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(default="open")
    calendar: Mapped[str] = mapped_column(default="none")  # domain/calendar: DE, GB-ENG
    clock_profile: Mapped[str] = mapped_column(default="short")
    clock_days: Mapped[dict[str, Any] | None]  # steps that differ from the profile
    submitted_by: Mapped[str] = mapped_column(default="any")  # any, lead
    publication_right: Mapped[str] = mapped_column(default="none", server_default="none")
    payment: Mapped[str] = mapped_column(default="unrecorded", server_default="unrecorded")
    # both: domain/statements.py; fixed once anybody had access
    opened_by: Mapped[str] = mapped_column(ForeignKey("people.id"))
    created_at: Mapped[datetime]


class Grant(Base):
    """Who may read which version with which categories lifted, how, and until when."""

    __tablename__ = "grants"

    id: Mapped[str] = mapped_column(primary_key=True)
    report_id: Mapped[str] = mapped_column(ForeignKey("reports.id"), index=True)
    version_id: Mapped[str] = mapped_column(ForeignKey("versions.id"), index=True)
    review_id: Mapped[str | None] = mapped_column(ForeignKey("reviews.id"), index=True)
    organisation_id: Mapped[str] = mapped_column(ForeignKey("organisations.id"), index=True)
    person_ids: Mapped[list[str] | None]  # named persons only; null: all members
    preset: Mapped[str]
    lifted: Mapped[list[str]]
    handling: Mapped[str] = mapped_column(default="view")
    purpose: Mapped[str]
    working: Mapped[bool] = mapped_column(default=False)  # the internal grant that import makes
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    state: Mapped[str]  # requested, in_force, refused, revoked (expired is read from ends_at)
    proposed_by: Mapped[str] = mapped_column(ForeignKey("people.id"))
    proposed_at: Mapped[datetime]
    approved_by: Mapped[str | None] = mapped_column(ForeignKey("people.id"))
    approved_at: Mapped[datetime | None]
    revoked_by: Mapped[str | None] = mapped_column(ForeignKey("people.id"))
    revoked_at: Mapped[datetime | None]
    revoke_reason: Mapped[str | None]
    # of what was released with an answer: the grant of the review that it goes by and ends with
    follows: Mapped[str | None] = mapped_column(ForeignKey("grants.id"), index=True)


class Undertaking(Base):
    """One person's acceptance of terms for one review; keeps the hash of the text accepted."""

    __tablename__ = "undertakings"
    __table_args__ = (UniqueConstraint("review_id", "person_id", "digest"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    review_id: Mapped[str] = mapped_column(ForeignKey("reviews.id"), index=True)
    organisation_id: Mapped[str] = mapped_column(ForeignKey("organisations.id"), index=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"))
    terms_id: Mapped[str] = mapped_column(ForeignKey("terms.id"))
    digest: Mapped[str]
    accepted_at: Mapped[datetime]


class Receipt(Base):
    """Proof of what was shared; starts the review clock when acknowledged."""

    __tablename__ = "receipts"

    id: Mapped[str] = mapped_column(primary_key=True)
    review_id: Mapped[str] = mapped_column(ForeignKey("reviews.id"), index=True)
    grant_id: Mapped[str | None] = mapped_column(ForeignKey("grants.id"))
    organisation_id: Mapped[str] = mapped_column(ForeignKey("organisations.id"), index=True)
    items: Mapped[list[dict[str, Any]]]  # [{item, edition_key, digest, withholds, handling}]
    issued_at: Mapped[datetime]
    acknowledged_by: Mapped[str | None] = mapped_column(ForeignKey("people.id"))
    acknowledged_at: Mapped[datetime | None]
