"""Who answers for which part: named and taken back. The rule is in `domain/ownership`."""

from sqlalchemy import select

from app.access.decide import require
from app.access.facts import forget
from app.access.stepping_aside import waits_for_owner
from app.domain.actions import Action
from app.domain.events import Event, Fact
from app.domain.targets import Target
from app.features.claims import queries
from app.features.claims.schemas import AssignOwner, Done, OwnersView, OwnerView, RemoveOwner
from app.features.claims.standing import require_naming
from app.kernel.errors import Conflict, Invalid, NotFound
from app.kernel.ids import new_id
from app.models.reports import Claim, Ownership, Pathway, Section
from app.transaction import Transaction


def list_owners(tx: Transaction, version_id: str) -> OwnersView:
    """List every part of a version with who answers for it, for those who name them."""
    require(tx, Action.ASSIGN_OWNER, Target("version", version_id))
    return queries.owners_view(tx, version_id)


def assign_owner(tx: Transaction, version_id: str, command: AssignOwner) -> OwnerView:
    """Name who answers for a part: an author of the publisher, or one of its teams.

    Raises:
        Invalid: not an author or a team of the publisher, or no such part of this version.
    """
    require_naming(tx, version_id)
    name = _name_of(tx, command)
    _check_part(tx, version_id, command)
    known = tx.session.scalars(
        select(Ownership).where(
            Ownership.version_id == version_id,
            Ownership.section_id.is_not_distinct_from(command.section_id),
            Ownership.claim_id.is_not_distinct_from(command.claim_id),
            Ownership.pathway_id.is_not_distinct_from(command.pathway_id),
            Ownership.person_id.is_not_distinct_from(command.person_id),
            Ownership.team_id.is_not_distinct_from(command.team_id),
        )
    ).first()
    row = known or Ownership(
        id=new_id("ownership"),
        version_id=version_id,
        section_id=command.section_id,
        claim_id=command.claim_id,
        pathway_id=command.pathway_id,
        person_id=command.person_id,
        team_id=command.team_id,
    )
    row.rank = command.rank
    tx.session.add(row)
    tx.session.flush()
    _tell(tx, row, "OwnerAssigned")
    return OwnerView(
        id=row.id, person_id=row.person_id, team_id=row.team_id, name=name, rank=row.rank
    )


def remove_owner(tx: Transaction, version_id: str, command: RemoveOwner) -> Done:
    """Say that somebody does not answer for a part any more; the log keeps that they did.

    Raises:
        NotFound: there is no such owner of a part of this version.
        Conflict: one would take oneself off a part on which a finding waits.
    """
    require_naming(tx, version_id)
    row = tx.session.get(Ownership, command.ownership_id, with_for_update=True)
    if row is None or row.version_id != version_id:
        raise NotFound
    if waits_for_owner(tx, row):
        raise Conflict(
            f"A finding on this {'claim' if row.claim_id else 'part'} waits for an answer.",
            kept=f"You answer for the {'claim' if row.claim_id else 'part'} as before.",
            remedy="Ask a coordinator to take you off, or wait until the finding is answered.",
        )
    tx.session.delete(row)
    tx.session.flush()
    _tell(tx, row, "OwnerRemoved")
    return Done(id=row.id)


def _name_of(tx: Transaction, command: AssignOwner) -> str:
    if (command.person_id is None) == (command.team_id is None):
        raise Invalid(fields={"person_id": "Choose one of the authors or of the teams."})
    if command.team_id is not None:
        teams = {team.id: team.name for team in queries.teams(tx)}
        if command.team_id not in teams:
            raise Invalid(fields={"person_id": "Choose one of the teams."})
        return teams[command.team_id]
    people = {person.id: person.name for person in queries.possible_owners(tx)}
    if command.person_id not in people:
        raise Invalid(fields={"person_id": "Choose one of the authors."})
    return people[command.person_id]


def _check_part(tx: Transaction, version_id: str, command: AssignOwner) -> None:
    parts = (command.section_id, command.claim_id, command.pathway_id)
    if sum(part is not None for part in parts) > 1:
        raise Invalid(fields={"part": "Choose one part: a section, a pathway or a claim."})
    asked = (
        select(Section.version_id).where(Section.id == (command.section_id or "")),
        select(Claim.version_id).where(Claim.id == (command.claim_id or "")),
        select(Pathway.version_id).where(Pathway.id == (command.pathway_id or "")),
    )
    for part, statement in zip(parts, asked, strict=True):
        if part is not None and tx.session.scalars(statement).first() != version_id:
            raise Invalid(fields={"part": "Choose a part of this version."})


def _tell(tx: Transaction, row: Ownership, name: str) -> None:
    target = Target("version", row.version_id)
    forget(tx, target)
    tx.memory.pop(("owners", row.version_id), None)
    facts: dict[str, Fact] = {
        "person": row.person_id,
        "team": row.team_id,
        "section": row.section_id,
        "claim": row.claim_id,
        "pathway": row.pathway_id,
        "rank": row.rank,
    }
    subject = Target("claim", row.claim_id) if row.claim_id else None
    tx.emit(
        Event(
            name=name,
            licence=Action.ASSIGN_OWNER,
            target=target,
            subject=subject,
            facts=facts,
            stage="owned" if subject else None,
        )
    )
