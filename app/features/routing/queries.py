"""Scoped reads of routing rules, and of the latest requests to try them on."""

from collections.abc import Iterable, Sequence

from sqlalchemy import or_, select

from app.access import scope
from app.access.decide import keep
from app.access.request_facts import remember_requests
from app.access.rules import rule_rows
from app.domain.actions import Action
from app.domain.targets import Target
from app.features.routing.schemas import RuleView, TeamOption
from app.models.requests import Assignment, Request
from app.models.routing import RoutingRule
from app.models.teams import Team
from app.transaction import Transaction

LATEST = 50


def list_rules(tx: Transaction) -> tuple[RuleView, ...]:
    """List the rules that did not end, in their order."""
    rows = tx.session.execute(
        rule_rows().add_columns(Team.name, Team.ended_at).join(Team, Team.id == RoutingRule.team_id)
    )
    return tuple(
        RuleView(
            id=row.id,
            name=row.name,
            position=place,
            active=row.active,
            request_type=row.request_type,
            basis_kind=row.basis_kind,
            page_from=row.page_from,
            page_to=row.page_to,
            pathway=row.pathway,
            topic=row.topic,
            words=tuple(row.words),
            team_id=row.team_id,
            team=team,
            team_ended=ended_at is not None,
            priority=row.priority,
        )
        for place, (row, team, ended_at) in enumerate(rows, start=1)
    )


def list_teams(tx: Transaction) -> tuple[TeamOption, ...]:
    """List the teams there are, by name."""
    rows = tx.session.scalars(select(Team).where(Team.ended_at.is_(None)).order_by(Team.name))
    return tuple(TeamOption(id=row.id, name=row.name, topics=tuple(row.topics)) for row in rows)


def latest_requests(tx: Transaction) -> list[Request]:
    """List the latest requests that the acting person may read."""
    statement = scope.requests(tx).where(Request.submitted_at.is_not(None))
    ordered = statement.order_by(Request.submitted_at.desc(), Request.id).limit(LATEST)
    return _readable(tx, tx.session.scalars(ordered).all())


def find_request(tx: Transaction, named: str) -> Request | None:
    """Find a request that the acting person may read, by its id or its number."""
    statement = scope.requests(tx).where(or_(Request.id == named, Request.number == named.upper()))
    found = _readable(tx, tx.session.scalars(statement.limit(1)).all())
    return next(iter(found), None)


def _readable(tx: Transaction, rows: Sequence[Request]) -> list[Request]:
    remember_requests(tx, rows)
    return keep(tx, Action.READ_REQUEST, rows, lambda row: Target("request", row.id))


def teams_of(tx: Transaction, request_ids: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Give the names of the teams to which requests were given, by request."""
    rows = tx.session.execute(
        select(Assignment.request_id, Team.name)
        .join(Team, Team.id == Assignment.team_id)
        .where(Assignment.request_id.in_(set(request_ids)), Assignment.state != "dropped")
        .order_by(Assignment.number)
    )
    found: dict[str, list[str]] = {}
    for request_id, name in rows:
        found.setdefault(request_id, []).append(name)
    return {request_id: tuple(dict.fromkeys(names)) for request_id, names in found.items()}
