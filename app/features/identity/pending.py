"""Sign-ins under way: written and spent in commits of their own.

Who starts a sign-in has done nothing yet that the log is about, and a state must stay spent when
what follows is refused; so these rows, like "last seen" of a session, are no event.
"""

import hashlib
from datetime import timedelta

from sqlalchemy import update

from app.features.identity.queries import name_key, name_person
from app.features.identity.schemas import PendingSignIn
from app.kernel.clock import now
from app.kernel.ids import new_id
from app.models.people import SignedInSession, SignIn
from app.transaction import Transaction

LIFETIME = timedelta(minutes=10)


def secret_hash(secret: str) -> bytes:
    """Give what the database keeps of a state, a browser's cookie or an invitation's token."""
    return hashlib.sha256(secret.encode()).digest()


def remember(
    tx: Transaction,
    *,
    state: str,
    browser: str,
    provider_id: str,
    nonce: str,
    verifier: str,
    next_path: str,
    invitation_hash: bytes | None,
) -> None:
    """Keep what the provider's answer must match."""
    digest = secret_hash(state)
    name_key(tx, digest.hex())
    tx.session.add(
        SignIn(
            id=new_id("sign_in"),
            state_hash=digest,
            browser_hash=secret_hash(browser),
            provider_id=provider_id,
            nonce=nonce,
            verifier=verifier,
            next_path=next_path,
            invitation_hash=invitation_hash,
            created_at=now(),
        )
    )
    tx.session.commit()


def take(tx: Transaction, state: str) -> PendingSignIn | None:
    """Spend a state and give what belongs to it; None for one unknown or spent before."""
    digest = secret_hash(state)
    name_key(tx, digest.hex())
    row = tx.session.execute(
        update(SignIn)
        .where(SignIn.state_hash == digest, SignIn.used_at.is_(None))
        .values(used_at=now())
        .returning(
            SignIn.browser_hash,
            SignIn.provider_id,
            SignIn.nonce,
            SignIn.verifier,
            SignIn.next_path,
            SignIn.invitation_hash,
            SignIn.created_at,
        )
        .execution_options(synchronize_session=False)
    ).one_or_none()
    tx.session.commit()
    return None if row is None else PendingSignIn(**row._mapping)


def end_session(tx: Transaction, *, person_id: str, session_id: str) -> None:
    """End a session's row; the caller's commit carries the event."""
    name_person(tx, person_id)
    tx.session.execute(
        update(SignedInSession)
        .where(SignedInSession.id == session_id, SignedInSession.ended_at.is_(None))
        .values(ended_at=now())
        .execution_options(synchronize_session=False)
    )
