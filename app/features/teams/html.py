"""Pages of the publisher's teams: all of them, one to change, who is away."""

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import Form, Request, Response
from fastapi.responses import HTMLResponse

from app.access.decide import require
from app.domain.actions import Action
from app.domain.targets import INSTALLATION
from app.features.teams import service
from app.features.teams.schemas import NoteAbsence, SaveTeam, TeamView
from app.kernel.errors import Invalid
from app.transaction import Transaction
from app.web.forms import command_from
from app.web.pages import see_other, show
from app.web.routing import Routes, Tx

routes = Routes()
Text = Annotated[str, Form()]
Chosen = Annotated[list[str] | None, Form()]


@routes.page("/teams", action=Action.LIST_TEAMS)
def list_page(tx: Tx, request: Request) -> HTMLResponse:
    """Show the teams, and who is away."""
    return _list(tx, request)


@routes.page("/teams/new", action=Action.MANAGE_TEAMS)
def new_page(tx: Tx, request: Request) -> HTMLResponse:
    """Show the form of a new team."""
    return _team(tx, request, None, {})


@routes.page("/teams/{team_id}", action=Action.MANAGE_TEAMS)
def team_page(tx: Tx, request: Request, team_id: str) -> HTMLResponse:
    """Show a team to change it."""
    return _team(tx, request, team_id, {})


@routes.form("/teams", action=Action.MANAGE_TEAMS)
def make_form(
    tx: Tx,
    request: Request,
    name: Text = "",
    topics: Text = "",
    members: Chosen = None,
    backups: Chosen = None,
) -> Response:
    """Make a team."""
    typed = _typed(name, topics, members, backups)
    return _saved(tx, request, None, typed, lambda: service.make_team(tx, _command(typed)))


@routes.form("/teams/{team_id}", action=Action.MANAGE_TEAMS)
def change_form(
    tx: Tx,
    request: Request,
    team_id: str,
    name: Text = "",
    topics: Text = "",
    members: Chosen = None,
    backups: Chosen = None,
) -> Response:
    """Change a team."""
    typed = _typed(name, topics, members, backups)
    return _saved(
        tx, request, team_id, typed, lambda: service.change_team(tx, team_id, _command(typed))
    )


@routes.form("/teams/{team_id}/end", action=Action.MANAGE_TEAMS)
def end_form(tx: Tx, team_id: str) -> Response:
    """End a team."""
    service.end_team(tx, team_id)
    return see_other("/teams")


@routes.form("/absences", action=Action.NOTE_ABSENCE)
def absence_form(
    tx: Tx, request: Request, person_id: Text = "", starts_on: Text = "", ends_on: Text = ""
) -> Response:
    """Say when somebody is away."""
    typed = {
        "person_id": person_id or None,
        "starts_on": starts_on or None,
        "ends_on": ends_on or None,
    }
    try:
        service.note_absence(tx, command_from(NoteAbsence, typed))
    except Invalid as error:
        tx.rollback()
        return _list(tx, request, typed=typed, errors=error.fields, status=422)
    return see_other("/teams")


@routes.form("/absences/{absence_id}/remove", action=Action.NOTE_ABSENCE)
def remove_form(tx: Tx, absence_id: str) -> Response:
    """Take an absence back."""
    service.remove_absence(tx, absence_id)
    return see_other("/teams")


def _typed(
    name: str, topics: str, members: list[str] | None, backups: list[str] | None
) -> dict[str, Any]:
    return {"name": name, "topics": topics, "members": members or [], "backups": backups or []}


def _command(typed: dict[str, Any]) -> SaveTeam:
    topics = [topic.strip() for topic in str(typed["topics"]).split(",")]
    values = typed | {"topics": [topic for topic in topics if topic]}
    return command_from(SaveTeam, values)


def _saved(
    tx: Transaction,
    request: Request,
    team_id: str | None,
    typed: dict[str, Any],
    act: Callable[[], object],
) -> Response:
    try:
        act()
    except Invalid as error:
        tx.rollback()
        return _team(tx, request, team_id, typed, errors=error.fields, status=422)
    return see_other("/teams")


def _list(
    tx: Transaction,
    request: Request,
    *,
    typed: dict[str, Any] | None = None,
    errors: dict[str, str] | None = None,
    status: int = 200,
) -> HTMLResponse:
    found = service.list_teams(tx)
    return show(
        tx,
        request,
        "teams/list.html",
        status=status,
        found=found,
        people=[{"value": person.id, "label": person.name} for person in found.people],
        typed=typed or {},
        errors=errors or {},
    )


def _team(
    tx: Transaction,
    request: Request,
    team_id: str | None,
    typed: dict[str, Any],
    *,
    errors: dict[str, str] | None = None,
    status: int = 200,
) -> HTMLResponse:
    require(tx, Action.MANAGE_TEAMS, INSTALLATION)
    team = service.read_team(tx, team_id) if team_id else None
    found = service.list_teams(tx)
    return show(
        tx,
        request,
        "teams/team.html",
        status=status,
        team=team,
        people=[{"value": person.id, "label": person.name} for person in found.people],
        typed=typed or _as_it_is(team),
        errors=errors or {},
    )


def _as_it_is(team: TeamView | None) -> dict[str, Any]:
    if team is None:
        return {"name": "", "topics": "", "members": [], "backups": []}
    return {
        "name": team.name,
        "topics": ", ".join(team.topics),
        "members": [one.person_id for one in team.members if not one.backup],
        "backups": [one.person_id for one in team.members if one.backup],
    }
