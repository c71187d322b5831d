"""The publisher's teams: made, changed and ended; who is away. One function per intention."""

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from app.access.decide import may, require
from app.access.stepping_aside import waits_for_team
from app.domain.actions import Action
from app.domain.events import Event, Fact
from app.domain.targets import INSTALLATION
from app.features.teams import queries
from app.features.teams.schemas import (
    AbsenceMade,
    NoteAbsence,
    SaveTeam,
    TeamMade,
    TeamsView,
    TeamView,
)
from app.kernel.clock import now
from app.kernel.errors import Conflict, Invalid, NotFound
from app.kernel.ids import new_id
from app.models.requests import Assignment
from app.models.teams import Absence, Team, TeamMember
from app.transaction import Decision, Transaction

TAKEN = "Another team has this name."
STILL_HELD = "Parts of requests lie with this team; give them to others first."


def list_teams(tx: Transaction) -> TeamsView:
    """List the teams, who is away, and who could belong to one."""
    require(tx, Action.LIST_TEAMS, INSTALLATION)
    return TeamsView(
        teams=queries.list_teams(tx),
        absences=queries.list_absences(tx),
        people=queries.people(tx),
        may_manage=may(tx, Action.MANAGE_TEAMS, INSTALLATION),
    )


def read_team(tx: Transaction, team_id: str) -> TeamView:
    """Give a team with its people, to who may change it."""
    require(tx, Action.MANAGE_TEAMS, INSTALLATION)
    found = next((team for team in queries.list_teams(tx) if team.id == team_id), None)
    if found is None:
        raise _unknown(tx, Action.MANAGE_TEAMS)
    return found


def make_team(tx: Transaction, command: SaveTeam) -> TeamMade:
    """Make a team."""
    require(tx, Action.MANAGE_TEAMS, INSTALLATION)
    _refuse_strangers(tx, command)
    team = Team(
        id=new_id("team"),
        name=command.name,
        topics=list(dict.fromkeys(command.topics)),
        created_by=tx.actor.id,
        created_at=now(),
    )
    tx.session.add(team)
    _keep(tx)
    _settle_people(tx, team, command)
    _tell(tx, team, "TeamMade", {"people": len(command.members) + len(command.backups)})
    return TeamMade(id=team.id)


def change_team(tx: Transaction, team_id: str, command: SaveTeam) -> TeamMade:
    """Say anew what a team is called, what it is for and who belongs to it.

    Raises:
        Conflict: one would leave a team that owns a part on which a finding waits.
    """
    require(tx, Action.MANAGE_TEAMS, INSTALLATION)
    team = _team(tx, team_id)
    _refuse_strangers(tx, command)
    _refuse_leaving(tx, team, command)
    team.name, team.topics = command.name, list(dict.fromkeys(command.topics))
    _keep(tx)
    joined, left = _settle_people(tx, team, command)
    _tell(tx, team, "TeamChanged", {"joined": joined, "left": left})
    return TeamMade(id=team.id)


def end_team(tx: Transaction, team_id: str) -> TeamMade:
    """End a team that nothing lies with any more; what it answered stays."""
    require(tx, Action.MANAGE_TEAMS, INSTALLATION)
    team = _team(tx, team_id)
    held = tx.session.scalars(
        select(func.count()).where(
            Assignment.team_id == team.id, Assignment.state.not_in(("released", "dropped"))
        )
    ).one()
    if held:
        raise Conflict(STILL_HELD)
    team.ended_at = now()
    tx.session.flush()
    _tell(tx, team, "TeamEnded", {})
    return TeamMade(id=team.id)


def note_absence(tx: Transaction, command: NoteAbsence) -> AbsenceMade:
    """Say when somebody is away; of others only who looks after teams may say so."""
    require(tx, Action.NOTE_ABSENCE, INSTALLATION)
    person_id = command.person_id or tx.actor.id
    if person_id != tx.actor.id:
        require(tx, Action.MANAGE_TEAMS, INSTALLATION)
        if person_id not in {person.id for person in queries.people(tx)}:
            raise Invalid(fields={"person_id": "Choose a person of your own organisation."})
    if command.ends_on < command.starts_on:
        raise Invalid(fields={"ends_on": "The last day is before the first."})
    if command.ends_on < queries.today():
        raise Invalid(fields={"ends_on": "These days have passed."})
    row = Absence(
        id=new_id("absence"),
        person_id=person_id,
        starts_on=command.starts_on,
        ends_on=command.ends_on,
        noted_by=tx.actor.id,
        created_at=now(),
    )
    tx.session.add(row)
    tx.session.flush()
    days = {"from": command.starts_on.isoformat(), "to": command.ends_on.isoformat()}
    _tell_absence(tx, row, "AbsenceNoted", dict(days))
    return AbsenceMade(id=row.id)


def remove_absence(tx: Transaction, absence_id: str) -> AbsenceMade:
    """Take an absence back: one's own, or anybody's for who looks after teams."""
    require(tx, Action.NOTE_ABSENCE, INSTALLATION)
    row = tx.session.get(Absence, absence_id, with_for_update=True)
    if row is None:
        raise _unknown(tx, Action.NOTE_ABSENCE)
    if row.person_id != tx.actor.id:
        require(tx, Action.MANAGE_TEAMS, INSTALLATION)
    tx.session.delete(row)
    tx.session.flush()
    _tell_absence(tx, row, "AbsenceRemoved", {})
    return AbsenceMade(id=row.id)


def _team(tx: Transaction, team_id: str) -> Team:
    team = tx.session.get(Team, team_id, with_for_update=True)
    if team is None or team.ended_at is not None:
        raise _unknown(tx, Action.MANAGE_TEAMS)
    return team


def _unknown(tx: Transaction, action: Action) -> NotFound:
    """Refuse what is not there; the policies saw the installation only, so it is recorded here."""
    none = Decision(
        action=action, target=INSTALLATION, allowed=False, policies=("door.no-such-thing",)
    )
    tx.decisions.append(none)
    return NotFound()


def _keep(tx: Transaction) -> None:
    try:
        with tx.session.begin_nested():
            tx.session.flush()
    except IntegrityError as taken:
        raise Invalid(fields={"name": TAKEN}) from taken


def _refuse_strangers(tx: Transaction, command: SaveTeam) -> None:
    known = {person.id for person in queries.people(tx)}
    if not {*command.members, *command.backups} <= known:
        raise Invalid(fields={"members": "Choose people of your own organisation."})
    if not command.members:
        raise Invalid(fields={"members": "A team needs at least one person."})


def _refuse_leaving(tx: Transaction, team: Team, command: SaveTeam) -> None:
    """Let nobody leave a team to decide what waits for it: as they would take off themself."""
    if tx.actor.id in {*command.members, *command.backups}:
        return
    if tx.actor.id in queries.members_of(tx, team.id) and waits_for_team(tx, team.id):
        raise Conflict(
            "A finding on a part that this team owns waits for an answer.",
            kept="You belong to the team as before.",
            remedy="Ask another coordinator to take you off, or wait until it is answered.",
        )


def _settle_people(tx: Transaction, team: Team, command: SaveTeam) -> tuple[int, int]:
    """Let the team be the people named; gives how many joined and how many left."""
    wanted = dict.fromkeys(command.backups, True) | dict.fromkeys(command.members, False)
    have = queries.members_of(tx, team.id)
    for person_id, row in have.items():
        if person_id not in wanted:
            tx.session.delete(row)
    for person_id, backup in wanted.items():
        if person_id in have:
            have[person_id].backup = backup
            continue
        row = TeamMember(
            id=new_id("member"),
            team_id=team.id,
            person_id=person_id,
            backup=backup,
            joined_at=now(),
        )
        tx.session.add(row)
    tx.session.flush()
    return len(wanted.keys() - have.keys()), len(have.keys() - wanted.keys())


def _tell(tx: Transaction, team: Team, name: str, facts: dict[str, Fact]) -> None:
    told: dict[str, Fact] = {"team": team.id, **facts}
    tx.emit(Event(name=name, licence=Action.MANAGE_TEAMS, target=INSTALLATION, facts=told))


def _tell_absence(tx: Transaction, row: Absence, name: str, facts: dict[str, Fact]) -> None:
    told: dict[str, Fact] = {"absence": row.id, "person": row.person_id, **facts}
    tx.emit(Event(name=name, licence=Action.NOTE_ABSENCE, target=INSTALLATION, facts=told))
