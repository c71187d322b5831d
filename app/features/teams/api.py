"""JSON API of the publisher's teams and absences."""

from app.domain.actions import Action
from app.features.teams import service
from app.features.teams.schemas import (
    AbsenceMade,
    NoteAbsence,
    SaveTeam,
    TeamMade,
    TeamsView,
    TeamView,
)
from app.web.routing import Routes, Tx

routes = Routes(prefix="/api/v1", tags=["teams"])


@routes.read("/teams", action=Action.LIST_TEAMS, response_model=TeamsView)
def list_teams(tx: Tx) -> TeamsView:
    """List the teams, who is away, and who could belong to one."""
    return service.list_teams(tx)


@routes.act("/teams", action=Action.MANAGE_TEAMS, response_model=TeamMade, status_code=201)
def make_team(tx: Tx, command: SaveTeam) -> TeamMade:
    """Make a team."""
    return service.make_team(tx, command)


@routes.read("/teams/{team_id}", action=Action.MANAGE_TEAMS, response_model=TeamView)
def read_team(tx: Tx, team_id: str) -> TeamView:
    """Give a team with its people."""
    return service.read_team(tx, team_id)


@routes.act("/teams/{team_id}", action=Action.MANAGE_TEAMS, response_model=TeamMade)
def change_team(tx: Tx, team_id: str, command: SaveTeam) -> TeamMade:
    """Say anew what a team is called, what it is for and who belongs to it."""
    return service.change_team(tx, team_id, command)


@routes.act("/teams/{team_id}/end", action=Action.MANAGE_TEAMS, response_model=TeamMade)
def end_team(tx: Tx, team_id: str) -> TeamMade:
    """End a team that nothing lies with any more."""
    return service.end_team(tx, team_id)


@routes.act("/absences", action=Action.NOTE_ABSENCE, response_model=AbsenceMade, status_code=201)
def note_absence(tx: Tx, command: NoteAbsence) -> AbsenceMade:
    """Say when somebody is away."""
    return service.note_absence(tx, command)


@routes.act("/absences/{absence_id}/remove", action=Action.NOTE_ABSENCE, response_model=AbsenceMade)
def remove_absence(tx: Tx, absence_id: str) -> AbsenceMade:
    """Take an absence back."""
    return service.remove_absence(tx, absence_id)
