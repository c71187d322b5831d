"""Sessions of people who are signed in: who, ending one, acting for another organisation."""

import secrets
from datetime import timedelta

import structlog

from app.access.decide import require
from app.access.memberships import other_memberships
from app.domain.actions import Action
from app.domain.events import Event
from app.domain.targets import INSTALLATION
from app.features.identity import pending, queries
from app.features.identity.binding import Bound
from app.features.identity.exchange import Conversation
from app.features.identity.schemas import (
    Claims,
    FinishedSignIn,
    KnownProvider,
    MembershipView,
    SessionView,
    SignedOut,
    SwitchOrganisation,
)
from app.kernel.clock import now
from app.kernel.errors import Forbidden, NotFound
from app.kernel.ids import new_id
from app.kernel.keys import unseal
from app.kernel.outbound import OutboundFault
from app.kernel.tokens import new_token
from app.models.organisations import Organisation
from app.models.people import Membership, Person, SignedInSession
from app.transaction import Decision, Transaction
from app.web.openid import ProviderFault

_log = structlog.get_logger(__name__)


def get_session(tx: Transaction) -> SessionView:
    """Say who is signed in, for whom, and as what."""
    require(tx, Action.SEE_HOME, INSTALLATION)
    actor = tx.actor
    return SessionView(
        person_id=actor.id,
        name=actor.name,
        email=actor.email,
        time_zone=actor.time_zone,
        organisation_id=actor.organisation_id or "",
        organisation_name=actor.organisation_name,
        organisation_kind=actor.organisation_kind or "",
        roles=tuple(sorted(role.value for role in actor.roles)),
        membership_id=actor.membership_id or "",
        other_memberships=tuple(
            MembershipView(id=membership, organisation_name=name)
            for membership, name in other_memberships(tx)
        ),
    )


def sign_out(tx: Transaction) -> SignedOut:
    """End the session, and say where the provider's own session can be ended."""
    require(tx, Action.SIGN_OUT, INSTALLATION)
    actor = tx.actor
    row = tx.session.get(SignedInSession, actor.session_id or "")
    if row is None or row.ended_at is not None:
        return SignedOut()
    provider = queries.find_provider(tx, row.provider_id)
    pending.end_session(tx, person_id=actor.id, session_id=row.id)
    tx.emit(
        Event(
            name="SignedOut",
            licence=Action.SIGN_OUT,
            target=INSTALLATION,
            facts={"session": row.id},
        )
    )
    return SignedOut(end_session_url=_end_session_url(tx, provider, row.id_token))


def switch_organisation(tx: Transaction, *, command: SwitchOrganisation) -> FinishedSignIn:
    """Act for another organisation, in a new session; the old one ends.

    Only where the other organisation has the same identity provider: otherwise it has not vouched
    for this person, and they sign in there.

    Raises:
        NotFound: no such membership of this person.
        Forbidden: the other organisation asks for a sign-in of its own.
    """
    require(tx, Action.SWITCH_ORGANISATION, INSTALLATION)
    actor = tx.actor
    current = tx.session.get(SignedInSession, actor.session_id or "")
    offered = {membership for membership, _ in other_memberships(tx)}
    if command.membership not in offered or current is None:
        raise NotFound
    issuer = _issuer_of(tx, current)
    membership = tx.session.get_one(Membership, command.membership)
    person = tx.session.get_one(Person, actor.id)
    session_id = new_id("session")
    bound = _enter(tx, person, membership, session_id)
    provider = queries.own_provider_with(tx, issuer=issuer) if issuer else None
    if provider is None or bound.organisation.state != "active":
        queries.become(tx, actor)
        raise _refused(tx)
    pending.end_session(tx, person_id=actor.id, session_id=current.id)
    token = add_session(
        tx,
        bound,
        session_id=session_id,
        provider=provider,
        id_token=current.id_token,
        claims=_remembered_claims(current),
        expires_at_most=current.expires_at - now(),
    )
    tx.emit(
        Event(
            name="OrganisationSwitched",
            licence=Action.SWITCH_ORGANISATION,
            target=INSTALLATION,
            facts={"session": session_id},
        )
    )
    return FinishedSignIn(token=token, next_path="/")


def add_session(
    tx: Transaction,
    bound: Bound,
    *,
    session_id: str,
    provider: KnownProvider,
    id_token: bytes | None,
    claims: Claims | None,
    expires_at_most: timedelta | None = None,
) -> str:
    """Make a session row and give its token, which only the browser keeps."""
    token, digest = new_token()
    lifetime = timedelta(hours=tx.installation.settings.session_hours)
    tx.session.add(
        SignedInSession(
            id=session_id,
            token_hash=digest,
            person_id=bound.person.id,
            membership_id=bound.membership.id,
            provider_id=provider.id,
            csrf_secret=secrets.token_urlsafe(32),
            provider_session=claims.session if claims else None,
            id_token=id_token,
            acr=claims.acr if claims else None,
            amr=list(claims.amr) if claims else [],
            created_at=now(),
            seen_at=now(),
            expires_at=now() + min(lifetime, expires_at_most or lifetime),
        )
    )
    tx.session.flush()
    return token


def conversation_with(tx: Transaction, provider: KnownProvider) -> Conversation:
    """Give the conversation of this installation with a provider."""
    return Conversation(provider, tx.installation.settings, tx.installation.secret)


def _refused(tx: Transaction) -> Forbidden:
    tx.decisions.append(
        Decision(
            action=Action.SWITCH_ORGANISATION,
            target=INSTALLATION,
            allowed=False,
            policies=(),
            facts=(("reason", "other-provider"),),
        )
    )
    return Forbidden("Sign in at that organisation to act for it.", code="sign-in-there")


def _enter(tx: Transaction, person: Person, membership: Membership, session_id: str) -> Bound:
    """Go on as the person within another of their organisations."""
    queries.name_organisation(tx, membership.organisation_id)
    organisation = tx.session.get_one(Organisation, membership.organisation_id)
    queries.become(tx, queries.actor_of(person, membership, organisation, session_id=session_id))
    return Bound(person, membership, organisation)


def _issuer_of(tx: Transaction, current: SignedInSession) -> str | None:
    provider = queries.find_provider(tx, current.provider_id)
    return None if provider is None else provider.issuer


def _remembered_claims(current: SignedInSession) -> Claims:
    """Carry over how the person proved themselves; a switch is no new proof."""
    return Claims(
        issuer="",
        subject="",
        email=None,
        email_verified=False,
        name=None,
        session=current.provider_session,
        acr=current.acr,
        amr=tuple(current.amr),
    )


def _end_session_url(
    tx: Transaction, provider: KnownProvider | None, id_token: bytes | None
) -> str | None:
    if provider is None:
        return None
    hint = unseal(tx.installation.secret, id_token) if id_token else None
    try:
        return conversation_with(tx, provider).end_session_address(hint)
    except (OutboundFault, ProviderFault) as fault:
        _log.warning("provider failed", provider=provider.id, fault=str(fault))
        return None
