"""Rows of keys and signatures: one's own keys, and the signatures that one's side may see."""

from datetime import datetime

from sqlalchemy import select

from app.audit.signatures import BadSignature, verify
from app.domain.targets import Target
from app.features.signing.schemas import KeyView, SignatureView
from app.models.people import SignedInSession
from app.models.signing import Signature, SigningKey
from app.transaction import Transaction


def own_keys(tx: Transaction, *, usable: bool = False) -> list[SigningKey]:
    """List one's keys, the newest first; `usable`: without the removed ones."""
    statement = select(SigningKey).where(SigningKey.person_id == tx.actor.id)
    if usable:
        statement = statement.where(SigningKey.removed_at.is_(None))
    return list(
        tx.session.scalars(statement.order_by(SigningKey.registered_at.desc(), SigningKey.id))
    )


def key_views(tx: Transaction, *, usable: bool = False) -> tuple[KeyView, ...]:
    """Give one's keys."""
    return tuple(
        KeyView(
            id=row.id,
            kind=row.kind,
            label=row.label,
            fingerprint=row.fingerprint,
            public_key=row.public_key,
            credential_id=row.credential_id,
            registered_at=row.registered_at,
            removed_at=row.removed_at,
        )
        for row in own_keys(tx, usable=usable)
    )


def signed_in_at(tx: Transaction) -> datetime | None:
    """Give when the session of the acting person began."""
    return tx.session.scalars(
        select(SignedInSession.created_at).where(SignedInSession.id == (tx.actor.session_id or ""))
    ).one_or_none()


def signatures_of(tx: Transaction, subject: Target, digest: str) -> tuple[SignatureView, ...]:
    """Give the signatures over a digest of a thing, each checked anew, the latest first."""
    rows = tx.session.scalars(
        select(Signature)
        .where(
            Signature.subject_kind == subject.kind,
            Signature.subject_id == subject.id,
            Signature.digest == digest,
        )
        .order_by(Signature.signed_at.desc(), Signature.id)
    )
    return tuple(
        SignatureView(
            form=row.form,
            digest=row.digest,
            signature=row.signature,
            public_key=row.public_key,
            fingerprint=row.fingerprint,
            signer_name=row.signer_name,
            signed_at=row.signed_at,
            holds=_holds(row),
        )
        for row in rows
    )


def _holds(row: Signature) -> bool:
    try:
        verify(row.signature, row.digest, row.public_key)
    except BadSignature:
        return False
    return True
