"""Who owns claims, as a statement: a person by themselves, or each person of a team that does.

Whoever owns one wording of a claim owns all of that version: a published claim that was changed is
another row, and what was said of the old one still points there.
"""

from collections import defaultdict
from collections.abc import Collection

from sqlalchemy import ARRAY, Select, Text, and_, any_, bindparam, cast, func, select
from sqlalchemy.orm import aliased

from app.models.reports import Claim, Ownership
from app.models.teams import TeamMember
from app.transaction import Transaction


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


# Built once: building them anew costs more than running them.
_OWNED = owning_people().subquery()
_OF_PERSON = select(_OWNED.c.claim_id).where(_OWNED.c.person_id == bindparam("person"))
_OF_CLAIMS = select(_OWNED.c.claim_id, _OWNED.c.person_id).where(
    _OWNED.c.claim_id == any_(cast(bindparam("claims"), ARRAY(Text)))
)


def owned_claims(tx: Transaction) -> frozenset[str]:
    """Give the claims that the acting person owns in any wording, read once per transaction.

    Lists name them several times over, and asking who owns what each time is most of their cost.
    """
    key = ("owned claims", tx.actor.id)
    if key not in tx.memory:
        mine = tx.session.scalars(_OF_PERSON, {"person": tx.actor.id})
        tx.memory[key] = frozenset(mine)
    found: frozenset[str] = tx.memory[key]
    return found


def owners_by_claim(tx: Transaction, claims: Collection[str]) -> dict[str, set[str]]:
    """Give the people who own some claims in any wording, by claim."""
    owners: dict[str, set[str]] = defaultdict(set)
    for claim_id, person_id in tx.session.execute(_OF_CLAIMS, {"claims": sorted(claims)}):
        owners[claim_id].add(person_id)
    return owners
