"""Whether somebody would step aside from a part on which a finding waits.

Whoever could be asked about a passage decides no rejection there, and does not get round that by
leaving: not by taking themself off the part, and not by leaving a team that owns it.
"""

from collections.abc import Iterable

from sqlalchemy import ColumnElement, and_, select, true

from app.access import scope
from app.access.finding_facts import passages_of
from app.access.parts import nearness, parts_of
from app.domain.findings import UNANSWERED
from app.kernel.actor import Role
from app.models.findings import Finding
from app.models.reports import Claim, Ownership
from app.models.teams import TeamMember
from app.transaction import Transaction

_SLIPS = frozenset({Role.COORDINATOR, Role.APPROVER})


def waits_for_owner(tx: Transaction, row: Ownership) -> bool:
    """Say whether somebody takes themself off a part on which a finding waits that they may read.

    A team is taken off by its people as well.
    """
    return _is_own(tx, row) and _waits_on(tx, [row])


def waits_for_team(tx: Transaction, team_id: str) -> bool:
    """Say whether a finding that the acting person may read waits on a part that a team owns."""
    owned = tx.session.scalars(select(Ownership).where(Ownership.team_id == team_id)).all()
    return _waits_on(tx, owned)


def _waits_on(tx: Transaction, rows: Iterable[Ownership]) -> bool:
    around = []
    for row in rows:
        claim = tx.session.get(Claim, row.claim_id) if row.claim_id else None
        if claim is None:
            around.append(row)
        elif _waits_at(tx, claim):
            return True
    return _waits_near(tx, around)


def _waits_at(tx: Transaction, claim: Claim) -> bool:
    """Say whether one waits on a claim in any of its wordings."""
    waiting = (
        scope.findings(tx)
        .join(Claim, Claim.id == Finding.claim_id)
        .where(
            Claim.lineage_id == claim.lineage_id,
            Claim.version_id == claim.version_id,
            _waiting(tx),
        )
    )
    return tx.session.scalars(waiting.limit(1)).first() is not None


def _waits_near(tx: Transaction, rows: Iterable[Ownership]) -> bool:
    """Say whether one waits on what is near sections, pathways or versions that are owned."""
    owned = {row.id: row.version_id for row in rows}
    if not owned:
        return False
    waiting = tx.session.scalars(
        scope.findings(tx).where(Finding.version_id.in_(set(owned.values())), _waiting(tx))
    ).all()
    passages = passages_of(tx, waiting)
    parts = [part for part in parts_of(tx, owned.values()) if part.row.id in owned]
    return any(
        nearness(part, passages[finding.id])[0]
        for finding in waiting
        for part in parts
        if part.row.version_id == finding.version_id
    )


def _waiting(tx: Transaction) -> ColumnElement[bool]:
    """Keep what waits for an answer; a slip holds only those who may know of slips."""
    known = true() if tx.actor.roles & _SLIPS else Finding.finding_class != "H"
    return and_(Finding.state.in_(UNANSWERED), known)


def _is_own(tx: Transaction, row: Ownership) -> bool:
    if row.team_id is None:
        return row.person_id == tx.actor.id
    member = select(TeamMember.id).where(
        TeamMember.team_id == row.team_id, TeamMember.person_id == tx.actor.id
    )
    return tx.session.scalars(member).first() is not None
