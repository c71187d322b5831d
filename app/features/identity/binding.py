"""From verified claims to a person: a known identity, or an invitation that is spent.

A person is known by issuer and subject, never by e-mail. An e-mail decides only whether an
invitation is meant for the one who holds its link, and only when the provider vouches for it.
"""

from dataclasses import dataclass

from sqlalchemy import update

from app.domain.actions import Action
from app.domain.events import Event
from app.domain.targets import INSTALLATION
from app.features.identity import queries
from app.features.identity.schemas import Claims, KnownProvider, SignInRefused
from app.kernel.clock import now
from app.kernel.ids import new_id
from app.models.organisations import Organisation
from app.models.people import Identity, Invitation, Membership, Person, SignedInSession
from app.transaction import Transaction


@dataclass(frozen=True)
class Bound:
    """Who signs in, and for which organisation."""

    person: Person
    membership: Membership
    organisation: Organisation
    invitation: Invitation | None = None

    def accepted(self) -> Event | None:
        """Give the event of a spent invitation, if there was one."""
        if self.invitation is None:
            return None
        return Event(
            name="InvitationAccepted",
            licence=Action.SIGN_IN,
            target=INSTALLATION,
            facts={
                "invitation": self.invitation.id,
                "organisation": self.organisation.id,
                "roles": list(self.membership.roles),
            },
        )


def bind(
    tx: Transaction, claims: Claims, provider: KnownProvider, *, invitation_hash: bytes | None
) -> Bound:
    """Find the person that the claims mean in the provider's organisation.

    Raises:
        SignInRefused: nobody, or an invitation that is not for them.
    """
    identity = queries.find_identity(tx, issuer=claims.issuer, subject=claims.subject)
    if invitation_hash is not None:
        return _by_invitation(tx, claims, provider, identity, invitation_hash)
    if identity is None:
        raise SignInRefused("not-known", provider_id=provider.id)
    queries.name_person(tx, identity.person_id)
    membership = queries.find_membership(
        tx, person_id=identity.person_id, organisation_id=provider.organisation_id
    )
    if membership is None or membership.state != "active":
        raise SignInRefused("no-membership", provider_id=provider.id)
    return Bound(*_person_and_organisation(tx, membership, provider))


def _by_invitation(
    tx: Transaction,
    claims: Claims,
    provider: KnownProvider,
    identity: Identity | None,
    invitation_hash: bytes,
) -> Bound:
    invitation = queries.find_invitation(tx, invitation_hash)
    if invitation is None or invitation.organisation_id != provider.organisation_id:
        raise SignInRefused("invitation-unknown", provider_id=provider.id)
    if invitation.accepted_at is not None or invitation.expires_at <= now():
        raise SignInRefused("invitation-spent", provider_id=provider.id)
    if not claims.email_verified or claims.email is None:
        raise SignInRefused("email-unverified", provider_id=provider.id)
    if claims.email.casefold() != invitation.email.casefold():
        raise SignInRefused("email-differs", provider_id=provider.id)
    person_id = identity.person_id if identity else new_id("person")
    _spend(tx, invitation, provider)
    queries.name_person(tx, person_id)
    if identity is None:
        _add_person(tx, claims, invitation, person_id)
    membership = _admit(tx, invitation, person_id)
    tx.session.flush()
    queries.name_key(tx, invitation_hash.hex())
    invitation.person_id = person_id
    tx.session.flush()
    return Bound(*_person_and_organisation(tx, membership, provider), invitation)


def _spend(tx: Transaction, invitation: Invitation, provider: KnownProvider) -> None:
    """Spend the invitation: of two that arrive together, one wins."""
    spent = tx.session.execute(
        update(Invitation)
        .where(Invitation.id == invitation.id, Invitation.accepted_at.is_(None))
        .values(accepted_at=now())
        .returning(Invitation.id)
        .execution_options(synchronize_session=False)
    ).one_or_none()
    if spent is None:
        raise SignInRefused("invitation-spent", provider_id=provider.id)


def _add_person(tx: Transaction, claims: Claims, invitation: Invitation, person_id: str) -> None:
    tx.session.add(
        Person(
            id=person_id,
            name=(claims.name or invitation.name)[:200],
            email=invitation.email,
            time_zone="UTC",
            created_at=now(),
        )
    )
    tx.session.flush()
    tx.session.add(
        Identity(
            id=new_id("identity"),
            person_id=person_id,
            issuer=claims.issuer,
            subject=claims.subject,
            bound_at=now(),
        )
    )
    tx.session.flush()


def _admit(tx: Transaction, invitation: Invitation, person_id: str) -> Membership:
    """Make the person a member with the roles of the invitation; an ended member comes back."""
    found = queries.find_membership(
        tx, person_id=person_id, organisation_id=invitation.organisation_id
    )
    if found is not None:
        _end_sessions(tx, found)
        found.roles, found.state, found.ended_at = invitation.roles, "active", None
        return found
    made = Membership(
        id=new_id("membership"),
        person_id=person_id,
        organisation_id=invitation.organisation_id,
        roles=invitation.roles,
        state="active",
        created_at=now(),
    )
    tx.session.add(made)
    return made


def _end_sessions(tx: Transaction, membership: Membership) -> None:
    """End what an earlier membership left: coming back revives no old cookie."""
    tx.session.execute(
        update(SignedInSession)
        .where(
            SignedInSession.membership_id == membership.id,
            SignedInSession.ended_at.is_(None),
        )
        .values(ended_at=now())
        .execution_options(synchronize_session=False)
    )


def _person_and_organisation(
    tx: Transaction, membership: Membership, provider: KnownProvider
) -> tuple[Person, Membership, Organisation]:
    person = tx.session.get(Person, membership.person_id)
    organisation = tx.session.get(Organisation, membership.organisation_id)
    if person is None or organisation is None:
        raise SignInRefused("no-membership", provider_id=provider.id)
    return person, membership, organisation
