"""Which team a request is suggested to, with the reason.

Reading only, for the publisher's overseers. Nothing rests on a text that the acting person may not
read, and nothing of it is shown to askers or responders.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC

from sqlalchemy import select

from app.access.asked import asked_of, find_similar
from app.access.rules import list_rules
from app.domain.requests import UNTRIAGED, State
from app.domain.routing import Asked, first_match, occurring
from app.features.requests.schemas import SuggestionView
from app.kernel.clock import now
from app.models.people import Person
from app.models.reports import Ownership
from app.models.requests import Assignment, Request
from app.models.teams import Absence, Team, TeamMember
from app.transaction import Transaction

RELATED = 0.3
"""How like an answered one has to be for its team to be suggested."""
_MOST = 20
_ANSWERED = frozenset({State.RELEASED.value, State.CLOSED.value})


@dataclass(frozen=True)
class _Found:
    """A team that was found for a request, and why."""

    team_id: str
    because: str
    rule_id: str | None = None
    priority: str | None = None


@dataclass(frozen=True)
class _Staff:
    """Who belongs to the teams there are, and who of them is away today."""

    teams: Mapping[str, Team]
    members: Mapping[str, Sequence[tuple[str, str, bool]]]  # (person, name, backup) by team
    away: frozenset[str]


def suggestions(
    tx: Transaction, rows: Sequence[Request], *, past: bool = False
) -> dict[str, SuggestionView]:
    """Suggest a team for each untriaged request of a page of the list, by request.

    In this order: the first routing rule that matches; the team of those who answer for the claim
    that it is about; with `past`, who answered a similar request; a topic of a team that occurs.

    Args:
        tx: the transaction of an overseer of the publisher.
        rows: requests; those that are triaged get none.
        past: look at similar requests too: one search more for each row that has nothing yet.
    """
    wanted = [row for row in rows if State(row.state) in UNTRIAGED]
    staff = _staff(tx) if wanted else _Staff({}, {}, frozenset())
    if not wanted or not staff.teams:
        return {}
    asked = asked_of(tx, wanted)
    ways: list[Callable[[], dict[str, _Found]]] = [
        lambda: _by_rules(tx, wanted, asked),
        lambda: _by_owners(tx, wanted, staff),
        lambda: _by_past(tx, [r for r in wanted if r.id not in found], asked) if past else {},
        lambda: _by_topics(wanted, asked, staff),
    ]
    found: dict[str, _Found] = {}
    for way in ways:
        found = {**way(), **found}
    return {
        request_id: _view(one, staff)
        for request_id, one in found.items()
        if one.team_id in staff.teams
    }


def suggestion_for(tx: Transaction, row: Request) -> SuggestionView | None:
    """Suggest a team for one untriaged request; None when nothing speaks for any."""
    return suggestions(tx, [row], past=True).get(row.id)


# ---- the ways in which a team is found


def _by_rules(
    tx: Transaction, rows: Sequence[Request], asked: Mapping[str, Asked]
) -> dict[str, _Found]:
    rules, found = list_rules(tx), {}
    for row in rows:
        rule = first_match(rules, asked[row.id])
        if rule is not None:
            because = f"The rule “{rule.name}” matches."
            found[row.id] = _Found(rule.team_id, because, rule.id, rule.priority)
    return found


def _by_owners(tx: Transaction, rows: Sequence[Request], staff: _Staff) -> dict[str, _Found]:
    claims = {row.basis_id: row.id for row in rows if row.basis_kind == "claim" and row.basis_id}
    owners = tx.session.execute(
        select(Ownership.claim_id, Ownership.person_id, Ownership.team_id, Person.name)
        .outerjoin(Person, Person.id == Ownership.person_id)
        .where(Ownership.claim_id.in_(claims))
        .order_by(Ownership.rank, Person.name)
    ).all()
    found: dict[str, _Found] = {}
    for row in rows:
        for owner in owners:
            if row.basis_kind != "claim" or owner.claim_id != row.basis_id:
                continue
            team = owner.team_id if owner.team_id in staff.teams else None
            because = "This team answers for the claim it is about."
            if owner.person_id is not None:
                team = _team_of(owner.person_id, staff)
                because = f"{owner.name} of this team answers for the claim it is about."
            if team is not None:
                found.setdefault(row.id, _Found(team, because))
    return found


def _team_of(person_id: str, staff: _Staff) -> str | None:
    """Give the team that somebody belongs to: rather as a member than as a backup."""
    belongs = [
        (backup, staff.teams[team_id].name, team_id)
        for team_id, people in staff.members.items()
        for person, _, backup in people
        if person == person_id
    ]
    return min(belongs)[2] if belongs else None


def _by_past(
    tx: Transaction, rows: Sequence[Request], asked: Mapping[str, Asked]
) -> dict[str, _Found]:
    found: dict[str, _Found] = {}
    for row in rows:
        similar = find_similar(
            tx, asked[row.id].said or "", but_not=row.id, least=RELATED, most=_MOST
        )
        answered = [one.row for one in similar if one.row.state in _ANSWERED]
        teams = _teams_that_answered(tx, [other.id for other in answered])
        for other in answered:
            if other.id in teams:
                because = f"This team answered {other.number}, which asks something similar."
                found.setdefault(row.id, _Found(teams[other.id], because))
    return found


def _teams_that_answered(tx: Transaction, request_ids: Iterable[str]) -> dict[str, str]:
    rows = tx.session.execute(
        select(Assignment.request_id, Assignment.team_id)
        .join(Team, Team.id == Assignment.team_id)
        .where(
            Assignment.request_id.in_(set(request_ids)),
            Assignment.state == "released",
            Team.ended_at.is_(None),
        )
        .order_by(Assignment.number.desc())
    )
    return {request_id: team_id for request_id, team_id in rows if team_id}


def _by_topics(
    rows: Sequence[Request], asked: Mapping[str, Asked], staff: _Staff
) -> dict[str, _Found]:
    found: dict[str, _Found] = {}
    for row in rows:
        hits = [
            (-len(topics), team.name, team.id, topics)
            for team in staff.teams.values()
            if (topics := occurring(team.topics, asked[row.id].said))
        ]
        if hits:
            _, _, team_id, topics = min(hits)
            named = " and ".join(f"“{topic}”" for topic in topics[:2])
            found[row.id] = _Found(
                team_id, f"The question speaks of {named}, a topic of this team."
            )
    return found


# ---- the teams


def _staff(tx: Transaction) -> _Staff:
    teams = tx.session.scalars(select(Team).where(Team.ended_at.is_(None))).all()
    members: dict[str, list[tuple[str, str, bool]]] = {}
    people = tx.session.execute(
        select(TeamMember.team_id, TeamMember.person_id, Person.name, TeamMember.backup)
        .join(Person, Person.id == TeamMember.person_id)
        .where(TeamMember.team_id.in_([team.id for team in teams]))
        .order_by(Person.name)
    )
    for team_id, person_id, name, backup in people:
        members.setdefault(team_id, []).append((person_id, name, backup))
    day = now().astimezone(UTC).date()
    away = tx.session.scalars(
        select(Absence.person_id).where(Absence.starts_on <= day, Absence.ends_on >= day)
    )
    return _Staff({team.id: team for team in teams}, members, frozenset(away))


def _view(found: _Found, staff: _Staff) -> SuggestionView:
    people = staff.members.get(found.team_id, ())
    regular = [person for person, _, backup in people if not backup]
    backups = [name for person, name, backup in people if backup and person not in staff.away]
    return SuggestionView(
        team_id=found.team_id,
        team=staff.teams[found.team_id].name,
        because=found.because,
        rule_id=found.rule_id,
        priority=found.priority,
        all_away=bool(regular) and set(regular) <= staff.away,
        backups=tuple(backups),
    )
