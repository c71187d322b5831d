"""Puts the demo's organisations, sign-in and people in place, by the ordinary services."""

from dataclasses import dataclass

from sqlalchemy import select

from app.demo.personas import ORGANISATIONS, PERSONAS, Persona, people_of
from app.demo.registration import CLIENT_ID, client_secret, issuer
from app.features.organisations.enrolment import EnrolPerson, enrol_person
from app.features.organisations.providers import add_provider
from app.features.organisations.schemas import AddProvider, CreateOrganisation
from app.features.organisations.service import create_organisation
from app.kernel.actor import Actor, Role, Side, system_actor
from app.models.organisations import Organisation, Provider
from app.models.people import Identity, Membership
from app.transaction import Installation, begin


@dataclass(frozen=True)
class Cast:
    """The demo's people by subject, as they act, and its organisations by code."""

    actors: dict[str, Actor]
    organisations: dict[str, str]


def enrol_cast(installation: Installation) -> Cast:
    """Create organisations, their providers and their people; leads last, who then decide."""
    with begin(installation, system_actor("operate")) as tx:
        for organisation in ORGANISATIONS:
            view = create_organisation(
                tx,
                CreateOrganisation.model_validate(
                    {
                        "kind": organisation.kind,
                        "code": organisation.code,
                        "name": organisation.name,
                    }
                ),
            )
            address = issuer(installation.settings, organisation.slug)
            add_provider(
                tx,
                organisation_id=view.id,
                command=AddProvider(
                    address=address,
                    client_id=CLIENT_ID,
                    client_secret=client_secret(installation.settings),
                ),
            )
            people = sorted(people_of(organisation.code), key=lambda p: Role.LEAD in p.roles)
            for persona in people:
                enrol_person(tx, organisation_id=view.id, command=_enrolment(persona, address))
        tx.commit()
    return find_cast(installation)


def entries_of(installation: Installation) -> dict[str, str]:
    """Give where each organisation's people sign in at the portal (code → address)."""
    with begin(installation, system_actor("operate")) as tx:
        rows = tx.session.execute(
            select(Organisation.code, Provider.entry).join(
                Provider, Provider.organisation_id == Organisation.id
            )
        )
        return {row.code: f"{installation.settings.url}/sign-in/{row.entry}" for row in rows}


def _enrolment(persona: Persona, address: str) -> EnrolPerson:
    return EnrolPerson(
        name=persona.name,
        email=persona.email,
        roles=tuple(Role(role) for role in persona.roles),
        issuer=address,
        subject=persona.subject,
    )


def find_cast(installation: Installation) -> Cast:
    """Find the people and organisations that `enrol_cast` made."""
    with begin(installation, system_actor("operate")) as tx:
        organisations = {
            row.code: (row.id, row.kind, row.name)
            for row in tx.session.execute(
                select(Organisation.code, Organisation.id, Organisation.kind, Organisation.name)
            )
        }
        people = {
            row.subject: (row.person_id, row.id)
            for row in tx.session.execute(
                select(Identity.subject, Identity.person_id, Membership.id).join(
                    Membership, Membership.person_id == Identity.person_id
                )
            )
        }
    actors = {
        persona.subject: _actor(
            persona, people[persona.subject], organisations[persona.organisation_code]
        )
        for persona in PERSONAS
    }
    return Cast(actors, {code: found[0] for code, found in organisations.items()})


def _actor(persona: Persona, ids: tuple[str, str], organisation: tuple[str, str, str]) -> Actor:
    organisation_id, kind, name = organisation
    return Actor(
        id=ids[0],
        kind="operator",
        side=Side.PUBLISHER if kind == "publisher" else Side.REVIEWER,
        organisation_id=organisation_id,
        organisation_kind=kind,
        organisation_name=name,
        name=persona.name,
        email=persona.email,
        membership_id=ids[1],
        roles=frozenset(Role(role) for role in persona.roles),
        operator="demo",
    )
