"""Keys that people sign with, and the signatures made. Public keys only."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base


class SigningKey(Base):
    """A person's own public key. A removed one is kept for checking what it signed."""

    __tablename__ = "signing_keys"

    id: Mapped[str] = mapped_column(primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"), index=True)
    kind: Mapped[str]  # ed25519, passkey
    label: Mapped[str]
    public_key: Mapped[str]  # as audit/signatures.verify takes it
    fingerprint: Mapped[str]
    credential_id: Mapped[str | None]  # of a passkey, base64url
    registered_at: Mapped[datetime]
    removed_at: Mapped[datetime | None]


class Signature(Base):
    """A signature over the digest of something, with all that checking it needs."""

    __tablename__ = "signatures"
    __table_args__ = (Index("ix_signatures_subject", "subject_kind", "subject_id"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    subject_kind: Mapped[str]
    subject_id: Mapped[str]
    organisation_id: Mapped[str] = mapped_column(ForeignKey("organisations.id"), index=True)
    side: Mapped[str]  # publisher, reviewer
    shared: Mapped[bool]
    digest: Mapped[str]
    form: Mapped[str]  # ed25519, ssh, passkey
    signature: Mapped[str]
    public_key: Mapped[str]
    fingerprint: Mapped[str]
    signed_by: Mapped[str] = mapped_column(ForeignKey("people.id"))
    signer_name: Mapped[str]
    signed_at: Mapped[datetime]
