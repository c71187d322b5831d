"""The teams of the demo's publisher, and a rule that suggests one of them."""

from sqlalchemy import select

from app.demo.cast import Cast
from app.demo.scenes import AUTHOR, COORDINATOR, RESPONDER, SECOND_AUTHOR
from app.features.routing import service as routing
from app.features.routing.schemas import SaveRule
from app.features.teams import service as teams
from app.features.teams.schemas import SaveTeam
from app.models.teams import Team
from app.transaction import Installation, begin


def make_teams(installation: Installation, cast: Cast) -> None:
    """Make two teams and a rule, once."""
    people = {subject: actor.id for subject, actor in cast.actors.items()}
    with begin(installation, cast.actors[COORDINATOR]) as tx:
        if tx.session.scalars(select(Team.id)).first() is not None:
            return
        evaluations = teams.make_team(
            tx,
            SaveTeam(
                name="Evaluations",
                topics=("Evaluations", "Scores"),
                members=(people[RESPONDER],),
                backups=(people[SECOND_AUTHOR],),
            ),
        )
        teams.make_team(
            tx,
            SaveTeam(
                name="Monitoring",
                topics=("Monitoring", "On call"),
                members=(people[SECOND_AUTHOR], people[AUTHOR]),
            ),
        )
        routing.make_rule(
            tx,
            SaveRule(
                name="Data of evaluations",
                team_id=evaluations.id,
                request_type="data",
                words=("scores", "tasks", "transcripts"),
            ),
        )
        tx.commit()
