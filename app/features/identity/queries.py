"""The reads of sign-in, each behind the secret or the person that row-level security asks for.

Before an organisation is known a transaction stands on the side `none` and sees only rows whose
secret it names (`vitrine.key`), or those of the person it has identified (`vitrine.person`).
"""

from sqlalchemy import select, text

from app.db.session import enter_context
from app.features.identity.schemas import KnownProvider
from app.kernel.actor import ANONYMOUS, Actor, Role, Side
from app.models.organisations import Organisation, Provider
from app.models.people import Identity, Invitation, Membership, Person
from app.transaction import Transaction

_KEY = text("SELECT set_config('vitrine.key', :value, true)")
_PERSON = text("SELECT set_config('vitrine.person', :value, true)")
_ORGANISATION = text("SELECT set_config('vitrine.organisation', :value, true)")


def become(tx: Transaction, actor: Actor) -> None:
    """Go on as another actor: as nobody while signing in, as the person once that is known."""
    tx.actor = actor
    tx.memory.clear()
    enter_context(tx.session, actor)


def become_nobody(tx: Transaction) -> None:
    """Go on as somebody who is not signed in."""
    become(tx, ANONYMOUS)


def release_connection(tx: Transaction) -> None:
    """Give the connection back before waiting for another machine; nothing was written."""
    tx.session.commit()


def name_key(tx: Transaction, key: str) -> None:
    """Name the secret whose row may be seen."""
    tx.session.execute(_KEY, {"value": key})


def name_person(tx: Transaction, person_id: str) -> None:
    """Name the person who was identified."""
    tx.session.execute(_PERSON, {"value": person_id})


def name_organisation(tx: Transaction, organisation_id: str) -> None:
    """Name the organisation that a secret led to."""
    tx.session.execute(_ORGANISATION, {"value": organisation_id})


def find_provider(tx: Transaction, key: str) -> KnownProvider | None:
    """Find an active provider by its sign-in name or id; its organisation must be active too."""
    name_key(tx, key)
    row = tx.session.scalars(
        select(Provider).where((Provider.entry == key) | (Provider.id == key))
    ).one_or_none()
    if row is None or row.state != "active":
        return None
    name_organisation(tx, row.organisation_id)
    organisation = tx.session.get(Organisation, row.organisation_id)
    if organisation is None or organisation.state != "active":
        return None
    return _known(row)


def hold_open_provider(tx: Transaction, provider_id: str) -> bool:
    """Keep a provider from closing until the transaction ends; False when it is closed already."""
    name_key(tx, provider_id)
    state = tx.session.execute(
        select(Provider.state).where(Provider.id == provider_id).with_for_update(read=True)
    ).scalar_one_or_none()
    return state == "active"


def own_provider_with(tx: Transaction, *, issuer: str) -> KnownProvider | None:
    """Find an active provider of the organisation acted for, by issuer."""
    row = tx.session.scalars(
        select(Provider).where(
            Provider.organisation_id == (tx.actor.organisation_id or ""),
            Provider.issuer == issuer,
            Provider.state == "active",
        )
    ).one_or_none()
    return None if row is None else _known(row)


def providers_of(tx: Transaction, organisation_id: str) -> list[KnownProvider]:
    """List the active providers of an organisation that a secret led to."""
    rows = tx.session.scalars(
        select(Provider)
        .where(Provider.organisation_id == organisation_id, Provider.state == "active")
        .order_by(Provider.created_at, Provider.id)
    )
    return [_known(row) for row in rows]


def find_identity(tx: Transaction, *, issuer: str, subject: str) -> Identity | None:
    """Find who a provider means by a subject."""
    name_key(tx, f"{issuer} {subject}")
    return tx.session.scalars(
        select(Identity).where(Identity.issuer == issuer, Identity.subject == subject)
    ).one_or_none()


def find_invitation(tx: Transaction, token_hash: bytes) -> Invitation | None:
    """Find an invitation by the hash of its token."""
    name_key(tx, token_hash.hex())
    return tx.session.scalars(
        select(Invitation).where(Invitation.token_hash == token_hash)
    ).one_or_none()


def find_membership(tx: Transaction, *, person_id: str, organisation_id: str) -> Membership | None:
    """Find a person's membership in an organisation, ended ones too."""
    return tx.session.scalars(
        select(Membership).where(
            Membership.person_id == person_id, Membership.organisation_id == organisation_id
        )
    ).one_or_none()


def actor_of(
    person: Person, membership: Membership, organisation: Organisation, *, session_id: str
) -> Actor:
    """Give the actor that a person is within an organisation."""
    side = Side.PUBLISHER if organisation.kind == "publisher" else Side.REVIEWER
    return Actor(
        id=person.id,
        kind="person",
        side=side,
        organisation_id=organisation.id,
        organisation_kind=organisation.kind,
        organisation_name=organisation.name,
        organisation_state=organisation.state,
        name=person.name,
        email=person.email,
        membership_id=membership.id,
        session_id=session_id,
        roles=frozenset(Role(role) for role in membership.roles),
        time_zone=person.time_zone,
    )


def _known(row: Provider) -> KnownProvider:
    return KnownProvider(
        id=row.id,
        organisation_id=row.organisation_id,
        entry=row.entry,
        issuer=row.issuer,
        discovery_url=row.discovery_url,
        client_id=row.client_id,
        client_secret=row.client_secret,
    )
