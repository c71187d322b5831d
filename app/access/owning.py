"""Who owns claims, as a statement: a person by themselves, or each person of a team that does.

Whoever owns one wording of a claim owns all of that version: a published claim that was changed is
another row, and what was said of the old one still points there.
"""

from sqlalchemy import Select, and_, func, select
from sqlalchemy.orm import aliased

from app.models.reports import Claim, Ownership
from app.models.teams import TeamMember


def owning_people() -> Select[str, str | None]:
    """Give (claim, person) of each person who owns a claim in any wording; the caller narrows it.

    The columns are labelled `claim_id` and `person_id`.
    """
    owner = func.coalesce(Ownership.person_id, TeamMember.person_id)
    named, meant = aliased(Claim), aliased(Claim)
    same = and_(meant.lineage_id == named.lineage_id, meant.version_id == named.version_id)
    return (
        select(meant.id.label("claim_id"), owner.label("person_id"))
        .select_from(Ownership)
        .join(named, named.id == Ownership.claim_id)
        .join(meant, same)
        .outerjoin(TeamMember, TeamMember.team_id == Ownership.team_id)
        .where(owner.is_not(None))
    )
