"""Organisations and their identity providers."""

from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base


class Organisation(Base):
    """The publisher, or a reviewer organisation (government, nonprofit, company, internal)."""

    __tablename__ = "organisations"

    id: Mapped[str] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    kind: Mapped[str]
    state: Mapped[str] = mapped_column(default="active")
    names_itself_to_authors: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]
    mails_link_only: Mapped[bool] = mapped_column(default=False)


class Counter(Base):
    """The next number of an organisation's requests or findings; no global sequence exists."""

    __tablename__ = "counters"

    organisation_id: Mapped[str] = mapped_column(ForeignKey("organisations.id"), primary_key=True)
    series: Mapped[str] = mapped_column(primary_key=True)  # RQ, FC
    next: Mapped[int] = mapped_column(default=1)


class Provider(Base):
    """An OpenID provider that signs in the people of one organisation."""

    __tablename__ = "providers"
    __table_args__ = (UniqueConstraint("issuer", "organisation_id"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    organisation_id: Mapped[str] = mapped_column(ForeignKey("organisations.id"), index=True)
    entry: Mapped[str] = mapped_column(unique=True)  # /sign-in/<entry>: not guessable from a name
    issuer: Mapped[str]
    discovery_url: Mapped[str]
    client_id: Mapped[str]
    client_secret: Mapped[bytes] = mapped_column(LargeBinary)  # sealed by kernel secret
    state: Mapped[str] = mapped_column(default="active")
    created_at: Mapped[datetime]
