"""Who may read a guarded text that stays inside the publisher, for whoever decides about it.

Here: which subjects have a text, and whom grants in force clear for one. Not here: reading it
(release), where each reader is decided upon anew.
"""

from collections.abc import Iterable

from sqlalchemy import func, select, text

from app.access.decide import lifted
from app.domain.targets import Target
from app.kernel.actor import Actor
from app.models.content import GuardedField
from app.models.findings import Finding
from app.models.people import Membership, Person
from app.models.reviews import Grant
from app.transaction import Transaction

_NEEDED = text("SELECT vitrine_finding_needs(:finding)")


def subjects_with(tx: Transaction, subjects: Iterable[str], *, field: str) -> set[str]:
    """Give the ids among these of which such a text is kept, on this side."""
    return set(
        tx.session.scalars(
            select(GuardedField.subject_id).where(
                GuardedField.subject_id.in_(list(subjects)), GuardedField.field == field
            )
        )
    )


def names_cleared(
    tx: Transaction, subject: Target, *, field: str, roles: Iterable[str], beyond: Iterable[str]
) -> tuple[str, ...]:
    """Name the people of the acting person's organisation whom grants clear for a text.

    Args:
        tx: the transaction.
        subject: what the text belongs to.
        field: its name there.
        roles: those that may read such texts at all.
        beyond: categories that a reader must have lifted besides the text's own.
    """
    row = tx.session.execute(
        select(GuardedField.sensitivity, GuardedField.version_id, GuardedField.written_by).where(
            GuardedField.subject_id == subject.id, GuardedField.field == field
        )
    ).one_or_none()
    if row is None:
        return ()
    needed = {*row.sensitivity, *beyond}
    people = tx.session.execute(
        select(Person.id, Person.name)
        .join(Membership, Membership.person_id == Person.id)
        .where(
            Membership.organisation_id == tx.actor.organisation_id,
            Membership.state == "active",
            Membership.roles.overlap(list(roles)),
        )
        .order_by(Person.name, Person.id)
    ).all()
    held = _lifted_by_person(tx, row.version_id, [person.id for person in people])
    return tuple(
        person.name
        for person in people
        if person.id in held and (person.id == row.written_by or needed <= held[person.id])
    )


def cleared_for_finding(tx: Transaction, actor: Actor, finding_id: str) -> bool:
    """Say whether somebody inside the publisher is cleared for what a finding says.

    For the worker's jobs, who see no text: the database tells them its categories alone.
    """
    needed: list[str] | None = tx.session.execute(
        _NEEDED, {"finding": finding_id}
    ).scalar_one_or_none()
    version = tx.session.scalars(select(Finding.version_id).where(Finding.id == finding_id)).one()
    asked = Transaction(tx.installation, tx.session, actor, tx.context)
    return needed is not None and set(needed) <= lifted(asked, version, needed).codes


def _lifted_by_person(tx: Transaction, version_id: str, people: list[str]) -> dict[str, set[str]]:
    """Give what grants in force lift for each of these people; those without one are left out."""
    grants = tx.session.execute(
        select(Grant.lifted, Grant.person_ids).where(
            Grant.version_id == version_id,
            Grant.organisation_id == tx.actor.organisation_id,
            Grant.state == "in_force",
            Grant.starts_at <= func.now(),
            Grant.ends_at > func.now(),
        )
    ).all()
    held: dict[str, set[str]] = {}
    for grant in grants:
        for person in people if grant.person_ids is None else set(people) & set(grant.person_ids):
            held.setdefault(person, set()).update(grant.lifted)
    return held
