"""Copies that left the portal: whose, of which edition, and the digest of what was sent."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base


class Download(Base):
    """One copy for one person; `finished_at` stays empty where the connection broke off."""

    __tablename__ = "downloads"

    id: Mapped[str] = mapped_column(primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"), index=True)
    organisation_id: Mapped[str] = mapped_column(ForeignKey("organisations.id"))
    version_id: Mapped[str] = mapped_column(ForeignKey("versions.id"), index=True)
    edition_key: Mapped[str]
    form: Mapped[str]  # pdf, text
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    size: Mapped[int | None]
    digest: Mapped[str | None]  # SHA-256 of every byte that was sent
