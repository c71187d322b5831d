"""Enrolling somebody whose identity at a provider is known beforehand, without an invitation."""

from pydantic import BaseModel, ConfigDict, Field

from app.access.decide import require
from app.domain.actions import Action
from app.domain.events import Event
from app.domain.targets import Target
from app.features.organisations import queries
from app.features.organisations.service import audience, require_own
from app.kernel.actor import Role
from app.kernel.clock import now
from app.kernel.ids import new_id
from app.models.people import Identity, Membership, Person
from app.transaction import Transaction


class EnrolPerson(BaseModel):
    """A person as their organisation's provider knows them: issuer and subject."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(min_length=1, max_length=200)
    email: str = Field(min_length=3, max_length=320)
    roles: tuple[Role, ...] = Field(min_length=1)
    issuer: str
    subject: str


def enrol_person(tx: Transaction, *, organisation_id: str, command: EnrolPerson) -> str:
    """Make somebody a member by issuer and subject; gives the person's id."""
    target = Target("organisation", organisation_id)
    require(tx, Action.INVITE_PERSON, target)
    organisation = queries.get_organisation(tx, organisation_id)
    require_own(tx, Action.CHANGE_LEADS, target)
    person = Person(
        id=new_id("person"),
        name=command.name,
        email=command.email,
        time_zone="UTC",
        created_at=now(),
    )
    tx.session.add(person)
    tx.session.flush()
    roles = sorted(role.value for role in command.roles)
    tx.session.add_all(
        [
            Identity(
                id=new_id("identity"),
                person_id=person.id,
                issuer=command.issuer,
                subject=command.subject,
                bound_at=now(),
            ),
            Membership(
                id=new_id("membership"),
                person_id=person.id,
                organisation_id=organisation_id,
                roles=roles,
                state="active",
                created_at=now(),
            ),
        ]
    )
    tx.session.flush()
    tx.emit(
        Event(
            name="PersonEnrolled",
            licence=Action.INVITE_PERSON,
            target=target,
            organisations=audience(organisation),
            facts={"person": person.id, "roles": roles},
            personal={"enrolled_email": person.email, "enrolled_name": person.name},
        )
    )
    return person.id
