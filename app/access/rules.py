"""The routing rules in their order, for whoever suggests by them or looks after them."""

from sqlalchemy import Select, select

from app.domain.routing import Rule
from app.models.routing import RoutingRule
from app.models.teams import Team
from app.transaction import Transaction


def rule_rows() -> Select[RoutingRule]:
    """Give the rules that did not end, in their order."""
    return (
        select(RoutingRule)
        .where(RoutingRule.ended_at.is_(None))
        .order_by(RoutingRule.position, RoutingRule.id)
    )


def list_rules(tx: Transaction) -> list[Rule]:
    """List the rules in their order; one whose team ended is not in force."""
    rows = tx.session.execute(
        rule_rows().add_columns(Team.ended_at).join(Team, Team.id == RoutingRule.team_id)
    )
    return [rule_of(row, active=row.active and ended_at is None) for row, ended_at in rows]


def rule_of(row: RoutingRule, *, active: bool) -> Rule:
    """Make a rule of its row."""
    return Rule(
        id=row.id,
        name=row.name,
        team_id=row.team_id,
        priority=row.priority,
        active=active,
        type=row.request_type,
        basis=row.basis_kind,
        page_from=row.page_from,
        page_to=row.page_to,
        pathway=row.pathway,
        topic=row.topic,
        words=tuple(row.words),
    )
