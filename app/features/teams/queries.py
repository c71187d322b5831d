"""Scoped reads of teams and absences: rows, counts and names."""

from collections.abc import Mapping
from datetime import UTC, date

from sqlalchemy import func, select

from app.features.teams.schemas import AbsenceView, MemberView, PersonOption, TeamView
from app.kernel.actor import Role
from app.kernel.clock import now
from app.models.people import Membership, Person
from app.models.requests import Assignment
from app.models.teams import Absence, Team, TeamMember
from app.transaction import Transaction

_OPEN = ("assigned", "in_progress")
_IDLE = {Role.AUDITOR, Role.SECURITY_AUDITOR, Role.ADMINISTRATOR}


def today() -> date:
    """Give the day (UTC)."""
    return now().astimezone(UTC).date()


def list_teams(tx: Transaction) -> tuple[TeamView, ...]:
    """List the teams there are, by name, in three queries."""
    teams = tx.session.scalars(
        select(Team).where(Team.ended_at.is_(None)).order_by(func.lower(Team.name))
    ).all()
    members: dict[str, list[MemberView]] = {}
    away = away_until(tx)
    for row in tx.session.execute(
        select(TeamMember.team_id, TeamMember.person_id, TeamMember.backup, Person.name)
        .join(Person, Person.id == TeamMember.person_id)
        .order_by(TeamMember.backup, Person.name)
    ):
        one = MemberView(
            person_id=row.person_id,
            name=row.name,
            backup=row.backup,
            away_until=away.get(row.person_id),
        )
        members.setdefault(row.team_id, []).append(one)
    held = _held(tx)
    return tuple(
        TeamView(
            id=team.id,
            name=team.name,
            topics=tuple(team.topics),
            members=tuple(members.get(team.id, ())),
            waiting=held.get(team.id, (0, 0))[0],
            open=held.get(team.id, (0, 0))[1],
        )
        for team in teams
    )


def _held(tx: Transaction) -> Mapping[str, tuple[int, int]]:
    rows = tx.session.execute(
        select(
            Assignment.team_id,
            func.count().filter(Assignment.responder_id.is_(None)).label("waiting"),
            func.count().label("open"),
        )
        .where(Assignment.team_id.is_not(None), Assignment.state.in_(_OPEN))
        .group_by(Assignment.team_id)
    )
    return {row.team_id: (row.waiting, row.open) for row in rows}


def away_until(tx: Transaction) -> dict[str, date]:
    """Give until when each person is away who is away today."""
    day = today()
    rows = tx.session.execute(
        select(Absence.person_id, func.max(Absence.ends_on).label("until"))
        .where(Absence.starts_on <= day, Absence.ends_on >= day)
        .group_by(Absence.person_id)
    )
    return {row.person_id: row.until for row in rows}


def list_absences(tx: Transaction) -> tuple[AbsenceView, ...]:
    """List who is away now or will be, the next first."""
    rows = tx.session.execute(
        select(Absence.id, Absence.person_id, Person.name, Absence.starts_on, Absence.ends_on)
        .join(Person, Person.id == Absence.person_id)
        .where(Absence.ends_on >= today())
        .order_by(Absence.starts_on, Person.name)
    )
    return tuple(
        AbsenceView(
            id=row.id,
            person_id=row.person_id,
            name=row.name,
            starts_on=row.starts_on,
            ends_on=row.ends_on,
            mine=row.person_id == tx.actor.id,
        )
        for row in rows
    )


def people(tx: Transaction) -> tuple[PersonOption, ...]:
    """List the publisher's people who can answer requests, by name."""
    rows = tx.session.execute(
        select(Person.id, Person.name, Membership.roles)
        .join(Membership, Membership.person_id == Person.id)
        .where(
            Membership.organisation_id == (tx.actor.organisation_id or ""),
            Membership.state == "active",
        )
        .order_by(Person.name)
    )
    return tuple(PersonOption(id=r.id, name=r.name) for r in rows if set(r.roles) - _IDLE)


def members_of(tx: Transaction, team_id: str) -> dict[str, TeamMember]:
    """Give the rows of a team's people by person."""
    rows = tx.session.scalars(select(TeamMember).where(TeamMember.team_id == team_id))
    return {row.person_id: row for row in rows}
