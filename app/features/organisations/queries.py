"""Scoped reads of organisations, providers, people and invitations."""

from sqlalchemy import func, select, text

from app.access import scope
from app.features.organisations.schemas import (
    MemberView,
    OrganisationRow,
    OrganisationView,
    PendingInvitation,
    ProviderView,
)
from app.kernel.actor import Role
from app.kernel.clock import now
from app.kernel.errors import NotFound
from app.models.organisations import Organisation, Provider
from app.models.people import Invitation, Membership, Person, SignedInSession
from app.transaction import Transaction

_END_SESSIONS = text("SELECT session_id FROM end_sessions_through(:provider, :at)")
_PUBLISHER_FIRST = (Organisation.kind != "publisher", Organisation.name)


def list_organisations(tx: Transaction) -> list[OrganisationRow]:
    """List the organisations with how many people and providers they have."""
    members = (
        select(func.count())
        .where(Membership.organisation_id == Organisation.id, Membership.state == "active")
        .scalar_subquery()
    )
    providers = (
        select(func.count())
        .where(Provider.organisation_id == Organisation.id, Provider.state == "active")
        .scalar_subquery()
    )
    invitations = (
        select(func.count())
        .where(
            Invitation.organisation_id == Organisation.id,
            Invitation.accepted_at.is_(None),
            Invitation.expires_at > now(),
        )
        .scalar_subquery()
    )
    statement = (
        scope.organisations(tx)
        .order_by(None)
        .order_by(*_PUBLISHER_FIRST)
        .add_columns(members.label("m"), providers.label("p"), invitations.label("i"))
    )
    return [
        OrganisationRow(
            id=row.Organisation.id,
            code=row.Organisation.code,
            name=row.Organisation.name,
            kind=row.Organisation.kind,
            state=row.Organisation.state,
            members=row.m,
            providers=row.p,
            invitations=row.i,
        )
        for row in tx.session.execute(statement)
    ]


def get_organisation(tx: Transaction, organisation_id: str) -> Organisation:
    """Give an organisation; raises NotFound."""
    row = tx.session.scalars(
        scope.organisations(tx).where(Organisation.id == organisation_id)
    ).one_or_none()
    if row is None:
        raise NotFound
    return row


def get_view(tx: Transaction, organisation_id: str) -> OrganisationView:
    """Give an organisation with its people and its sign-in; raises NotFound."""
    row = get_organisation(tx, organisation_id)
    return OrganisationView(
        id=row.id,
        code=row.code,
        name=row.name,
        kind=row.kind,
        state=row.state,
        led=has_lead(tx, row),
        providers=tuple(_providers(tx, organisation_id)),
        members=tuple(list_members(tx, organisation_id)),
        invitations=tuple(_invitations(tx, organisation_id)),
    )


def list_members(tx: Transaction, organisation_id: str) -> list[MemberView]:
    """List the people of an organisation: active ones first, by name."""
    rows = tx.session.execute(
        select(Membership, Person)
        .join(Person, Person.id == Membership.person_id)
        .where(Membership.organisation_id == organisation_id)
        .order_by(Membership.state, Person.name, Person.id)
    )
    return [
        MemberView(
            membership_id=membership.id,
            person_id=person.id,
            name=person.name,
            email=person.email,
            roles=tuple(membership.roles),
            state=membership.state,
            since=membership.created_at,
        )
        for membership, person in rows
    ]


def has_lead(tx: Transaction, organisation: Organisation) -> bool:
    """Say whether an organisation of reviewers has a lead of its own."""
    if organisation.kind == "publisher":
        return False
    found = tx.session.scalars(
        select(Membership.id)
        .where(
            Membership.organisation_id == organisation.id,
            Membership.state == "active",
            Membership.roles.contains([Role.LEAD.value]),
        )
        .limit(1)
    ).one_or_none()
    return found is not None


def find_member(tx: Transaction, organisation_id: str, membership_id: str) -> Membership | None:
    """Find a membership of an organisation."""
    return tx.session.scalars(
        select(Membership).where(
            Membership.id == membership_id, Membership.organisation_id == organisation_id
        )
    ).one_or_none()


def find_provider(tx: Transaction, organisation_id: str, provider_id: str) -> Provider | None:
    """Find a provider of an organisation."""
    return tx.session.scalars(
        select(Provider).where(
            Provider.id == provider_id, Provider.organisation_id == organisation_id
        )
    ).one_or_none()


def session_is_through(tx: Transaction, provider_id: str) -> bool:
    """Say whether the acting person signed in through a provider."""
    own = tx.session.get(SignedInSession, tx.actor.session_id or "")
    return own is not None and own.provider_id == provider_id


def end_sessions_through(tx: Transaction, provider_id: str) -> int:
    """End all sessions begun through a provider; gives how many there were."""
    return len(tx.session.execute(_END_SESSIONS, {"provider": provider_id, "at": now()}).all())


def find_provider_with(tx: Transaction, organisation_id: str, issuer: str) -> Provider | None:
    """Find a provider of an organisation by issuer, a closed one too."""
    return tx.session.scalars(
        select(Provider).where(
            Provider.issuer == issuer, Provider.organisation_id == organisation_id
        )
    ).one_or_none()


def find_invitation(tx: Transaction, organisation_id: str, invitation_id: str) -> Invitation | None:
    """Find an unused invitation of an organisation."""
    return tx.session.scalars(
        select(Invitation).where(
            Invitation.id == invitation_id,
            Invitation.organisation_id == organisation_id,
            Invitation.accepted_at.is_(None),
        )
    ).one_or_none()


def _providers(tx: Transaction, organisation_id: str) -> list[ProviderView]:
    rows = tx.session.scalars(
        select(Provider)
        .where(Provider.organisation_id == organisation_id)
        .order_by(Provider.state, Provider.created_at, Provider.id)
    )
    return [
        ProviderView(
            id=row.id,
            entry=row.entry,
            issuer=row.issuer,
            client_id=row.client_id,
            state=row.state,
            created_at=row.created_at,
        )
        for row in rows
    ]


def _invitations(tx: Transaction, organisation_id: str) -> list[PendingInvitation]:
    rows = tx.session.scalars(
        select(Invitation)
        .where(
            Invitation.organisation_id == organisation_id,
            Invitation.accepted_at.is_(None),
            Invitation.expires_at > now(),
        )
        .order_by(Invitation.expires_at, Invitation.id)
    )
    return [
        PendingInvitation(
            id=row.id,
            name=row.name,
            email=row.email,
            roles=tuple(row.roles),
            expires_at=row.expires_at,
        )
        for row in rows
    ]
