"""Signing in: one function per intention. What a session can do afterwards is sessions.py.

Sign-in is OpenID Connect only; there is no password, no demo login and no other way in.
"""

import hmac
import secrets

import structlog

from app.access.decide import require
from app.domain.actions import Action
from app.domain.events import Event
from app.domain.targets import INSTALLATION
from app.features.identity import pending, queries, sessions
from app.features.identity.binding import Bound, bind
from app.features.identity.exchange import CodeRefused
from app.features.identity.schemas import (
    Claims,
    FinishedSignIn,
    InvitationView,
    KnownProvider,
    PendingSignIn,
    ProviderAnswer,
    SignInRefused,
    StartedSignIn,
)
from app.features.identity.tokens import TokenRefused
from app.kernel.actor import Actor
from app.kernel.clock import now
from app.kernel.errors import NotFound, Unavailable
from app.kernel.ids import new_id
from app.kernel.keys import seal
from app.kernel.outbound import OutboundFault
from app.models.organisations import Organisation
from app.transaction import Decision, Transaction
from app.web.openid import ProviderFault

_log = structlog.get_logger(__name__)
_UNREACHABLE = "The sign-in of your organisation does not answer right now."


def start_sign_in(
    tx: Transaction,
    *,
    entry: str,
    browser: str | None,
    next_path: str,
    invitation: str | None = None,
) -> StartedSignIn:
    """Begin a sign-in at the provider of a sign-in name.

    Raises:
        NotFound: no such sign-in name, or one that is closed: the two look the same.
        Unavailable: the provider does not answer.
    """
    queries.become_nobody(tx)
    require(tx, Action.SIGN_IN, INSTALLATION)
    provider = queries.find_provider(tx, entry)
    queries.release_connection(tx)
    if provider is None:
        raise NotFound
    state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
    browser = browser or secrets.token_urlsafe(32)
    try:
        conversation = sessions.conversation_with(tx, provider)
        url = conversation.address(state=state, nonce=nonce, verifier=verifier)
    except (OutboundFault, ProviderFault) as fault:
        _log.warning("provider failed", provider=provider.id, fault=str(fault))
        raise Unavailable(_UNREACHABLE) from fault
    queries.become_nobody(tx)
    pending.remember(
        tx,
        state=state,
        browser=browser,
        provider_id=provider.id,
        nonce=nonce,
        verifier=verifier,
        next_path=next_path,
        invitation_hash=pending.secret_hash(invitation) if invitation else None,
    )
    return StartedSignIn(url=url, browser=browser)


def finish_sign_in(
    tx: Transaction, *, answer: ProviderAnswer, browser: str | None
) -> FinishedSignIn:
    """Turn a provider's answer into a session, or refuse it; the refusal is recorded.

    Raises:
        SignInRefused: the answer does not hold, or means nobody here.
        Unavailable: the provider does not answer.
    """
    before = tx.actor
    queries.become_nobody(tx)
    try:
        return _finish(tx, answer, browser, before)
    except SignInRefused as refusal:
        tx.rollback()
        queries.become_nobody(tx)
        tx.decisions.append(
            Decision(
                action=Action.SIGN_IN,
                target=INSTALLATION,
                allowed=False,
                policies=(),
                facts=refusal.facts,
            )
        )
        raise


def find_invitation(tx: Transaction, *, token: str) -> InvitationView:
    """Show an invitation to the one who holds its link; looking spends nothing.

    Raises:
        NotFound: unknown, spent or expired: the three look the same.
    """
    queries.become_nobody(tx)
    row = queries.find_invitation(tx, pending.secret_hash(token))
    if row is None or row.accepted_at is not None or row.expires_at <= now():
        raise NotFound
    queries.name_organisation(tx, row.organisation_id)
    organisation = tx.session.get(Organisation, row.organisation_id)
    if organisation is None or organisation.state != "active":
        raise NotFound
    providers = queries.providers_of(tx, row.organisation_id)
    return InvitationView(
        name=row.name,
        email=row.email,
        organisation_name=organisation.name,
        roles=tuple(row.roles),
        expires_at=row.expires_at,
        entries=tuple((provider.entry, _host(provider.issuer)) for provider in providers),
    )


def _finish(
    tx: Transaction, answer: ProviderAnswer, browser: str | None, before: Actor
) -> FinishedSignIn:
    taken = pending.take(tx, answer.state)
    if taken is None:
        raise SignInRefused("state-unknown")
    if now() - taken.created_at > pending.LIFETIME:
        raise SignInRefused("state-expired", provider_id=taken.provider_id)
    if not hmac.compare_digest(pending.secret_hash(browser or ""), taken.browser_hash):
        raise SignInRefused("other-browser", provider_id=taken.provider_id)
    queries.become_nobody(tx)
    provider = queries.find_provider(tx, taken.provider_id)
    queries.release_connection(tx)
    if provider is None:
        raise SignInRefused("provider-closed", provider_id=taken.provider_id)
    claims, id_token = _redeem(tx, answer, taken, provider)
    queries.become_nobody(tx)
    if not queries.hold_open_provider(tx, provider.id):
        raise SignInRefused("provider-closed", provider_id=provider.id)
    bound = bind(tx, claims, provider, invitation_hash=taken.invitation_hash)
    return _begin_session(tx, bound, provider, claims, id_token, before, taken.next_path)


def _redeem(
    tx: Transaction, answer: ProviderAnswer, taken: PendingSignIn, provider: KnownProvider
) -> tuple[Claims, str]:
    conversation = sessions.conversation_with(tx, provider)
    try:
        names_issuer = conversation.metadata().names_issuer
        if answer.issuer is None and names_issuer:
            raise SignInRefused("issuer-differs", provider_id=provider.id)
        if answer.issuer is not None and answer.issuer != provider.issuer:
            raise SignInRefused("issuer-differs", provider_id=provider.id)
        if answer.error is not None:
            raise SignInRefused("provider-refused", provider_id=provider.id)
        if not answer.code:
            raise SignInRefused("code-missing", provider_id=provider.id)
        return conversation.redeem(answer, taken)
    except CodeRefused as fault:
        _log.warning("code refused", provider=provider.id, fault=str(fault))
        raise SignInRefused("code-refused", provider_id=provider.id) from fault
    except TokenRefused as fault:
        _log.warning("ID token refused", provider=provider.id, fault=str(fault))
        raise SignInRefused("token-refused", provider_id=provider.id) from fault
    except (OutboundFault, ProviderFault) as fault:
        _log.warning("provider failed", provider=provider.id, fault=str(fault))
        raise Unavailable(_UNREACHABLE) from fault


def _begin_session(
    tx: Transaction,
    bound: Bound,
    provider: KnownProvider,
    claims: Claims,
    id_token: str,
    before: Actor,
    next_path: str,
) -> FinishedSignIn:
    if before.session_id is not None:
        pending.end_session(tx, person_id=before.id, session_id=before.session_id)
    session_id = new_id("session")
    queries.become(
        tx,
        queries.actor_of(bound.person, bound.membership, bound.organisation, session_id=session_id),
    )
    require(tx, Action.SIGN_IN, INSTALLATION)
    token = sessions.add_session(
        tx,
        bound,
        session_id=session_id,
        provider=provider,
        id_token=seal(tx.installation.secret, id_token),
        claims=claims,
    )
    accepted = bound.accepted()
    if accepted is not None:
        tx.emit(accepted)
    tx.emit(
        Event(
            name="SignedIn",
            licence=Action.SIGN_IN,
            target=INSTALLATION,
            facts={
                "session": session_id,
                "provider": provider.id,
                "amr": list(claims.amr),
                "acr": claims.acr,
                "ended_session": before.session_id,
            },
        )
    )
    return FinishedSignIn(token=token, next_path=next_path)


def _host(issuer: str) -> str:
    return issuer.partition("://")[2].partition("/")[0]
