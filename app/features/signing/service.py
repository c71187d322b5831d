"""Registering and removing one's own keys, and putting a signature beside what it is over."""

import hashlib
from datetime import timedelta
from urllib.parse import urlsplit

from sqlalchemy import select, update

from app.access.decide import require
from app.audit.signatures import (
    BadKey,
    BadSignature,
    fingerprint,
    read_passkey,
    read_public_key,
    verify,
)
from app.domain.actions import Action
from app.domain.events import Event
from app.domain.targets import INSTALLATION, Target
from app.features.signing import queries
from app.features.signing.schemas import Keys, KeyView, RegisterKey
from app.kernel.actor import Side
from app.kernel.clock import now
from app.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from app.kernel.ids import new_id
from app.models.signing import Signature, SigningKey
from app.transaction import Transaction

RECENT = timedelta(minutes=15)
MOST_KEYS = 20
_NOT_RECENT = "You signed in a while ago. Keys are changed within 15 minutes of signing in."


def list_keys(tx: Transaction) -> Keys:
    """Give one's own keys, and what a browser needs to make a passkey."""
    require(tx, Action.KEEP_SIGNING_KEYS, INSTALLATION)
    return Keys(
        keys=queries.key_views(tx),
        recent=_recent(tx),
        challenge=_challenge(tx).hex(),
        relying_party=relying_party(tx),
        person_handle=hashlib.sha256(f"handle {tx.actor.id}".encode()).hexdigest()[:32],
        person_name=tx.actor.name,
    )


def register_key(tx: Transaction, command: RegisterKey) -> KeyView:
    """Register a public key of one's own.

    Raises:
        Forbidden: the sign-in is not recent.
        Invalid: no key that can be used; the field is `public_key`.
        Conflict: it is registered already, or there are too many.
    """
    require(tx, Action.KEEP_SIGNING_KEYS, INSTALLATION)
    _require_recent(tx)
    try:
        key = _read(tx, command)
    except BadKey as error:
        raise Invalid(fields={"public_key": str(error)}) from error
    known = queries.own_keys(tx, usable=True)
    name = fingerprint(key)
    if any(row.fingerprint == name for row in known):
        raise Conflict("This key is registered already.")
    if len(known) >= MOST_KEYS:
        raise Conflict(f"You have {MOST_KEYS} keys.", remedy="Remove one that you do not use.")
    row = SigningKey(
        id=new_id("signing_key"),
        person_id=tx.actor.id,
        kind=command.kind,
        label=command.label,
        public_key=key,
        fingerprint=name,
        credential_id=command.credential_id or None,
        registered_at=now(),
    )
    tx.session.add(row)
    tx.session.flush()
    _tell(tx, "SigningKeyRegistered", row)
    return next(view for view in queries.key_views(tx) if view.id == row.id)


def remove_key(tx: Transaction, key_id: str) -> KeyView:
    """Remove one's own key: it signs nothing more, and is kept for what it signed.

    Raises:
        Forbidden: the sign-in is not recent.
    """
    require(tx, Action.KEEP_SIGNING_KEYS, INSTALLATION)
    _require_recent(tx)
    row = tx.session.scalars(
        select(SigningKey)
        .where(SigningKey.id == key_id, SigningKey.person_id == tx.actor.id)
        .with_for_update()
    ).one_or_none()
    if row is None:
        raise NotFound
    if row.removed_at is not None:
        raise Conflict("This key is removed already.")
    row.removed_at = now()
    tx.session.flush()
    _tell(tx, "SigningKeyRemoved", row)
    return next(view for view in queries.key_views(tx) if view.id == row.id)


def put_signature(
    tx: Transaction, subject: Target, *, digest: str, signature: str, organisation_id: str
) -> Signature:
    """Check a signature with one's own keys and keep it beside its subject, unshared.

    The caller has required the act of signing, and emits the event about it.

    Raises:
        Invalid: it fits none of one's keys; the field is `signature`.
    """
    keys = queries.own_keys(tx, usable=True)
    if not keys:
        raise Invalid(fields={"signature": "Register a key of your own first."})
    key, form = _fitting(keys, signature, digest)
    row = Signature(
        id=new_id("signature"),
        subject_kind=subject.kind,
        subject_id=subject.id,
        organisation_id=organisation_id,
        side="reviewer" if tx.actor.side is Side.REVIEWER else "publisher",
        shared=False,
        digest=digest,
        form=form,
        signature=signature.strip(),
        public_key=key.public_key,
        fingerprint=key.fingerprint,
        signed_by=tx.actor.id,
        signer_name=tx.actor.name,
        signed_at=now(),
    )
    tx.session.add(row)
    tx.session.flush()
    return row


def share_signatures(tx: Transaction, subject: Target, *, digest: str) -> None:
    """Share the signatures over a digest with the other side; the caller emits the event."""
    tx.session.execute(
        update(Signature)
        .where(
            Signature.subject_kind == subject.kind,
            Signature.subject_id == subject.id,
            Signature.digest == digest,
        )
        .values(shared=True)
    )


def _fitting(keys: list[SigningKey], signature: str, digest: str) -> tuple[SigningKey, str]:
    passkey = signature.strip().startswith("{")
    problem = "The signature was made with none of your keys."
    for key in keys:
        if (key.kind == "passkey") is not passkey:
            continue
        try:
            return key, verify(signature, digest, key.public_key)
        except BadSignature as error:
            problem = str(error)
    raise Invalid(fields={"signature": problem})


def _read(tx: Transaction, command: RegisterKey) -> str:
    if command.kind == "ed25519":
        return read_public_key(command.public_key)
    return read_passkey(
        command.public_key,
        command.client_data,
        challenge=_challenge(tx),
        relying_party=relying_party(tx),
        origin=_origin(tx),
    ).text()


def _challenge(tx: Transaction) -> bytes:
    """Give what a new passkey must answer to: of this person's session alone, and kept nowhere."""
    said = f"vitrine passkey {tx.actor.id} {tx.actor.session_id}".encode()
    return hashlib.sha256(tx.installation.secret + said).digest()


def _origin(tx: Transaction) -> str:
    return tx.installation.settings.url.rstrip("/")


def relying_party(tx: Transaction) -> str:
    """Give the name under which passkeys know this installation."""
    return urlsplit(_origin(tx)).hostname or ""


def _recent(tx: Transaction) -> bool:
    began = queries.signed_in_at(tx)
    return began is not None and now() - began <= RECENT


def _require_recent(tx: Transaction) -> None:
    if not _recent(tx):
        raise Forbidden(_NOT_RECENT, remedy="Sign out, sign in, and come back here.")


def _tell(tx: Transaction, name: str, row: SigningKey) -> None:
    tx.emit(
        Event(
            name=name,
            licence=Action.KEEP_SIGNING_KEYS,
            target=INSTALLATION,
            facts={"key": row.id, "kind": row.kind, "fingerprint": row.fingerprint},
        )
    )
