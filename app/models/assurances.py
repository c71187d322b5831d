"""Assurances, the publisher's own preparation of them, and their wordings. Texts are guarded."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base


class Assurance(Base):
    """A dated factual statement for one organisation. Guarded: `text`, `scope`, `qualification`.

    What stands here its organisation may read; until the release the rest is in the draft.
    """

    __tablename__ = "assurances"
    __table_args__ = (UniqueConstraint("organisation_id", "number"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    number: Mapped[str]  # AS-<ORG>-0001
    alias: Mapped[str]  # what its signatory reads where the organisation stays unnamed
    nonce: Mapped[str | None]  # opens what is signed of whose it is; None: signed with its number
    review_id: Mapped[str] = mapped_column(ForeignKey("reviews.id"), index=True)
    organisation_id: Mapped[str] = mapped_column(ForeignKey("organisations.id"), index=True)
    version_id: Mapped[str] = mapped_column(ForeignKey("versions.id"), index=True)
    request_id: Mapped[str | None] = mapped_column(ForeignKey("requests.id"), index=True)
    supersedes_id: Mapped[str | None] = mapped_column(ForeignKey("assurances.id"))
    state: Mapped[str]  # domain/assurances.STATES
    requested_at: Mapped[datetime]
    as_of: Mapped[date | None]
    publishable: Mapped[bool] = mapped_column(default=False)
    signatory_name: Mapped[str | None]
    digest: Mapped[str | None]  # SHA-256 of what was signed
    released_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]
    withdrawn_why: Mapped[str | None]  # domain/assurances.WITHDRAWALS


class AssuranceDraft(Base):
    """What the publisher prepares of an assurance; never seen outside."""

    __tablename__ = "assurance_drafts"

    assurance_id: Mapped[str] = mapped_column(ForeignKey("assurances.id"), primary_key=True)
    organisation_id: Mapped[str] = mapped_column(ForeignKey("organisations.id"))
    asked_by: Mapped[str] = mapped_column(ForeignKey("people.id"))
    template: Mapped[str | None]
    named: Mapped[bool] = mapped_column(default=False)  # whoever signs may know whose it is
    outcome: Mapped[str | None]
    as_of: Mapped[date | None]
    publishable: Mapped[bool] = mapped_column(default=False)
    signatory_id: Mapped[str | None] = mapped_column(ForeignKey("people.id"))
    drafted_by: Mapped[str | None] = mapped_column(ForeignKey("people.id"))
    drafted_at: Mapped[datetime | None]
    digest: Mapped[str | None]  # of what is to be signed, as it is now
    released_by: Mapped[str | None] = mapped_column(ForeignKey("people.id"))


class AssuranceTemplate(Base):
    """A wording that the publisher changed or added; the shipped ones are in the domain."""

    __tablename__ = "assurance_templates"

    code: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    text: Mapped[str]
    scope: Mapped[str]
    retired: Mapped[bool] = mapped_column(default=False)
    changed_by: Mapped[str] = mapped_column(ForeignKey("people.id"))
    changed_at: Mapped[datetime]
