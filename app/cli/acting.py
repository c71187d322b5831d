"""Acting as a person at the command line: `--as PERSON`, decided and recorded like any request.

Here: finding the person. Not here: what they may do (the policies) and the entry about it
(`transaction`), which also names the operating-system user.
"""

import getpass

from sqlalchemy import NullPool, create_engine, text

from app.kernel.actor import Actor, Role, Side
from app.kernel.config import Settings
from app.kernel.errors import VitrineError

_MEMBERSHIPS = text(
    "SELECT p.id AS person, p.name, p.email, p.time_zone, m.id AS membership, m.roles,"
    " o.id AS organisation, o.kind, o.name AS organisation_name, o.state"
    " FROM people p JOIN memberships m ON m.person_id = p.id AND m.state = 'active'"
    " JOIN organisations o ON o.id = m.organisation_id"
    " WHERE (p.id = :person OR lower(p.email) = lower(:person))"
    " AND (CAST(:organisation AS text) IS NULL OR o.id = :organisation)"
    " ORDER BY (o.kind = 'publisher') DESC, o.id"
)


def operator_actor() -> Actor:
    """Give the installation's operator, with the operating-system user behind the command."""
    return Actor(
        id="system:operate",
        kind="job",
        side=Side.SYSTEM,
        name="operate",
        operator=getpass.getuser(),
    )


def actor_as(settings: Settings, person: str, *, organisation: str | None = None) -> Actor:
    """Return the actor for a person's id or e-mail, for the publisher where they belong to it.

    Raises VitrineError when nobody, or more than one person, is meant.
    """
    engine = create_engine(settings.database_owner_url, poolclass=NullPool)
    with engine.connect() as connection:
        values = {"person": person, "organisation": organisation}
        rows = connection.execute(_MEMBERSHIPS, values).all()
    if not rows:
        raise VitrineError(f"Nobody called {person} is an active member here.")
    if len({row.person for row in rows}) > 1:
        raise VitrineError(f"More than one person is called {person}: give the id.")
    row = rows[0]
    return Actor(
        id=row.person,
        kind="person",
        side=Side.PUBLISHER if row.kind == "publisher" else Side.REVIEWER,
        organisation_id=row.organisation,
        organisation_kind=row.kind,
        organisation_name=row.organisation_name,
        organisation_state=row.state,
        name=row.name,
        email=row.email,
        membership_id=row.membership,
        roles=frozenset(Role(role) for role in row.roles),
        operator=getpass.getuser(),
        time_zone=row.time_zone,
    )
