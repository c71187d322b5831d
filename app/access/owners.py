"""Who owns which part of a version, who of them is there, and whom the rule asks.

For the publisher's side and its jobs: row-level security shows an outsider none of it. The rule is
in `domain/ownership`; here are the facts that it looks at.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC

from sqlalchemy import and_, select

from app.access.editions import active_redactions
from app.access.facts import database_now
from app.access.parts import Part, Passage, nearness, parts_of
from app.domain.ownership import Asked, Chosen, Owner, choose
from app.kernel.clock import now
from app.models.organisations import Organisation
from app.models.people import Membership
from app.models.reviews import Grant
from app.models.teams import Absence, Team, TeamMember
from app.transaction import Transaction


@dataclass(frozen=True, kw_only=True)
class Owners:
    """All owners of a version with what decides between them; read once, asked often."""

    parts: Mapping[str, tuple[Part, ...]]
    """By the claim or pathway that is owned; of sections and of the version together, under ""."""
    members: Mapping[str, tuple[tuple[str, bool], ...]]  # by team: person, backup
    away: frozenset[str]
    here: frozenset[str]  # belongs to the publisher now
    lifted: Mapping[str, frozenset[str]]  # by person who may read the version
    redactions: tuple[tuple[int, frozenset[str]], ...]  # by page

    def answering(self, passage: Passage) -> Chosen:
        """Give who answers for a passage, by the rule."""
        needed = self._needed(passage)
        near = [
            self._owner(part, span, what, needed)
            for place in ("", passage.claim_id, passage.pathway_id)
            if place is not None
            for part in self.parts.get(place, ())
            for what, span in [nearness(part, passage)]
            if what
        ]
        return choose(near)

    def _needed(self, passage: Passage) -> frozenset[str]:
        """Give the categories of what is removed from the page: who answers has lifted them."""
        return frozenset(
            code for page, codes in self.redactions if page == passage.page for code in codes
        )

    def _owner(self, part: Part, span: int, what: str, needed: frozenset[str]) -> Owner:
        row = part.row
        people = ((row.person_id, False),) if row.person_id else self.members[row.team_id or ""]
        return Owner(
            part=what,
            rank=row.rank,
            span=span,
            team=row.team_id is not None,
            people=tuple(
                Asked(
                    person_id=person,
                    away=person in self.away,
                    left=person not in self.here,
                    cleared=person in self.lifted and needed <= self.lifted[person],
                    backup=backup,
                )
                for person, backup in people
            ),
        )


def owners_of(tx: Transaction, version_id: str) -> Owners:
    """Read who owns what of a version and what the rule looks at, in a handful of statements."""
    parts = parts_of(tx, [version_id])
    members = _members(tx, {part.row.team_id for part in parts if part.row.team_id})
    people = {part.row.person_id for part in parts if part.row.person_id} | {
        person for team in members.values() for person, _ in team
    }
    placed: dict[str, list[Part]] = defaultdict(list)
    for part in parts:
        placed[part.row.claim_id or part.row.pathway_id or ""].append(part)
    return Owners(
        parts={place: tuple(found) for place, found in placed.items()},
        members=members,
        away=away_today(tx),
        here=_here(tx, people),
        lifted=_lifted(tx, version_id, people),
        redactions=tuple((one.page, one.categories) for one in active_redactions(tx, version_id)),
    )


def away_today(tx: Transaction) -> frozenset[str]:
    """Give who is away today (UTC), read once per transaction."""
    day = now().astimezone(UTC).date()
    key = ("away", day)
    if key not in tx.memory:
        away = select(Absence.person_id).where(Absence.starts_on <= day, Absence.ends_on >= day)
        tx.memory[key] = frozenset(tx.session.scalars(away))
    found: frozenset[str] = tx.memory[key]
    return found


def _members(tx: Transaction, teams: set[str]) -> dict[str, tuple[tuple[str, bool], ...]]:
    """Give the people of teams, members before backups; of a team that ended nobody."""
    found: dict[str, list[tuple[str, bool]]] = {team: [] for team in teams}
    rows = tx.session.execute(
        select(TeamMember.team_id, TeamMember.person_id, TeamMember.backup)
        .join(Team, and_(Team.id == TeamMember.team_id, Team.ended_at.is_(None)))
        .where(TeamMember.team_id.in_(teams))
        .order_by(TeamMember.backup, TeamMember.joined_at, TeamMember.id)
    )
    for row in rows:
        found[row.team_id].append((row.person_id, row.backup))
    return {team: tuple(people) for team, people in found.items()}


def _here(tx: Transaction, people: set[str]) -> frozenset[str]:
    return frozenset(
        tx.session.scalars(
            select(Membership.person_id)
            .join(Organisation, Organisation.id == Membership.organisation_id)
            .where(
                Membership.person_id.in_(people),
                Membership.state == "active",
                Organisation.kind == "publisher",
            )
        )
    )


def _lifted(tx: Transaction, version_id: str, people: set[str]) -> dict[str, frozenset[str]]:
    """Give by person what grants in force lift; who holds none is left out."""
    grants = tx.session.execute(
        select(Membership.person_id, Grant.lifted, Grant.person_ids)
        .join(Grant, Grant.organisation_id == Membership.organisation_id)
        .where(
            Membership.person_id.in_(people),
            Membership.state == "active",
            Grant.version_id == version_id,
            Grant.state == "in_force",
            Grant.starts_at <= database_now(tx),
            Grant.ends_at > database_now(tx),
        )
    )
    held: dict[str, set[str]] = defaultdict(set)
    for row in grants:
        if row.person_ids is None or row.person_id in row.person_ids:
            held[row.person_id].update(row.lifted)
    return {person: frozenset(codes) for person, codes in held.items()}
