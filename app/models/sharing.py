"""Answers shared further, with organisations that did not ask. Their texts are guarded."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base


class SharedAnswer(Base):
    """An answer as an organisation got it that had not asked; it says nothing of who did.

    Guarded fields of the review: `shared_question.<id>`, `shared_answer.<id>`.
    """

    __tablename__ = "shared_answers"

    id: Mapped[str] = mapped_column(primary_key=True)
    number: Mapped[str]  # SA-<ORG>-0001
    organisation_id: Mapped[str] = mapped_column(ForeignKey("organisations.id"), index=True)
    review_id: Mapped[str] = mapped_column(ForeignKey("reviews.id"), index=True)
    version_id: Mapped[str] = mapped_column(ForeignKey("versions.id"))
    receipt_id: Mapped[str] = mapped_column(ForeignKey("receipts.id"))
    shared_by: Mapped[str] = mapped_column(ForeignKey("people.id"))
    shared_at: Mapped[datetime]


class SharedFrom(Base):
    """Which answer to whose request was shared so: the publisher's alone."""

    __tablename__ = "shared_from"

    shared_id: Mapped[str] = mapped_column(ForeignKey("shared_answers.id"), primary_key=True)
    request_id: Mapped[str] = mapped_column(ForeignKey("requests.id"), index=True)
    round: Mapped[int]
