"""For whom people could act: the acting person elsewhere, and others whom something concerns."""

from collections.abc import Collection

from sqlalchemy import Select, select, text

from app.kernel.actor import Actor, Role, Side
from app.models.organisations import Organisation
from app.models.people import Membership, Person
from app.transaction import Transaction

_OTHERS = text("SELECT membership_id, organisation_name FROM other_memberships(:person, :current)")


def other_memberships(tx: Transaction) -> list[tuple[str, str]]:
    """List (membership id, organisation name) of the person's other active memberships."""
    rows = tx.session.execute(
        _OTHERS, {"person": tx.actor.id, "current": tx.actor.membership_id or ""}
    )
    return [(row.membership_id, row.organisation_name) for row in rows]


def publishers_people(tx: Transaction, people: Collection[str] | None = None) -> list[Actor]:
    """List the publisher's active people as they would act; with `people` only those."""
    return _actors(tx, _ACTIVE.where(Organisation.kind == "publisher"), people)


def people_of(
    tx: Transaction, organisation_id: str, people: Collection[str] | None = None
) -> list[Actor]:
    """List the active people of an organisation as they would act; with `people` only those."""
    return _actors(tx, _ACTIVE.where(Organisation.id == organisation_id), people)


_ACTIVE: Select[Person, Membership, Organisation] = (
    select(Person, Membership, Organisation)
    .join(Membership, Membership.person_id == Person.id)
    .join(Organisation, Organisation.id == Membership.organisation_id)
    .where(Membership.state == "active", Organisation.state == "active")
    .order_by(Person.id)
)


def _actors(
    tx: Transaction,
    statement: Select[Person, Membership, Organisation],
    people: Collection[str] | None,
) -> list[Actor]:
    if people is not None:
        statement = statement.where(Person.id.in_(sorted(people)))
    return [
        Actor(
            id=person.id,
            kind="person",
            side=Side.PUBLISHER if organisation.kind == "publisher" else Side.REVIEWER,
            organisation_id=organisation.id,
            organisation_kind=organisation.kind,
            organisation_name=organisation.name,
            organisation_state=organisation.state,
            name=person.name,
            email=person.email,
            membership_id=membership.id,
            roles=frozenset(Role(role) for role in membership.roles),
            time_zone=person.time_zone,
        )
        for person, membership, organisation in tx.session.execute(statement)
    ]
