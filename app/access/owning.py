"""Who owns claims, as a statement: a person by themselves, or each person of a team that does."""

from sqlalchemy import Select, func, select

from app.models.reports import Ownership
from app.models.teams import TeamMember


def owning_people() -> Select[str | None, str]:
    """Give (claim, person) of each person who owns a claim; the caller narrows it.

    The column of the person is labelled `person_id`.
    """
    owner = func.coalesce(Ownership.person_id, TeamMember.person_id)
    return (
        select(Ownership.claim_id, owner.label("person_id"))
        .outerjoin(TeamMember, TeamMember.team_id == Ownership.team_id)
        .where(Ownership.claim_id.is_not(None), owner.is_not(None))
    )
