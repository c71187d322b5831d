"""Recommendations, what the publisher answers, and adoption as each side sees it."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base


class Recommendation(Base):
    """Advice of one organisation. Guarded: `text`. A draft is the organisation's own."""

    __tablename__ = "recommendations"
    __table_args__ = (UniqueConstraint("organisation_id", "number"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    number: Mapped[str | None]  # RM-<ORG>-0001, once filed
    alias: Mapped[str | None]  # for those inside who are not to learn whose it is
    review_id: Mapped[str] = mapped_column(ForeignKey("reviews.id"), index=True)
    organisation_id: Mapped[str] = mapped_column(ForeignKey("organisations.id"), index=True)
    version_id: Mapped[str] = mapped_column(ForeignKey("versions.id"), index=True)
    urgency: Mapped[str]
    claim_ids: Mapped[list[str]]
    pathway_ids: Mapped[list[str]]
    state: Mapped[str]  # draft, filed, withdrawn
    written_by: Mapped[str] = mapped_column(ForeignKey("people.id"))
    written_at: Mapped[datetime]  # from filing on, when it was filed: a draft's days are its own
    filed_at: Mapped[datetime | None]
    carried_from: Mapped[str | None] = mapped_column(ForeignKey("recommendations.id"))


class RecommendationResponse(Base):
    """What the publisher answered. Guarded field of the recommendation: `response.<id>`."""

    __tablename__ = "recommendation_responses"

    id: Mapped[str] = mapped_column(primary_key=True)
    recommendation_id: Mapped[str] = mapped_column(ForeignKey("recommendations.id"), index=True)
    organisation_id: Mapped[str] = mapped_column(ForeignKey("organisations.id"), index=True)
    response: Mapped[str]  # accepted, in_part, declined
    planned_by: Mapped[date | None]
    given_by: Mapped[str] = mapped_column(ForeignKey("people.id"))
    given_at: Mapped[datetime]


class RecommendationAdoption(Base):
    """What a side said of its adoption, at one moment; kept, never changed."""

    __tablename__ = "recommendation_adoptions"

    id: Mapped[str] = mapped_column(primary_key=True)
    recommendation_id: Mapped[str] = mapped_column(ForeignKey("recommendations.id"), index=True)
    organisation_id: Mapped[str] = mapped_column(ForeignKey("organisations.id"), index=True)
    side: Mapped[str]  # publisher, reviewer
    standing: Mapped[str]
    said_by: Mapped[str] = mapped_column(ForeignKey("people.id"))
    said_at: Mapped[datetime]
