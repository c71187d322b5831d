"""JSON API of routing rules."""

from app.domain.actions import Action
from app.features.routing import service
from app.features.routing.schemas import (
    MoveRule,
    RuleMade,
    RulePage,
    RulesView,
    SaveRule,
    SwitchRule,
    TriedView,
    TryRules,
)
from app.web.routing import Routes, Tx

routes = Routes(prefix="/api/v1", tags=["routing"])


@routes.read("/routing", action=Action.LIST_RULES, response_model=RulesView)
def list_rules(tx: Tx) -> RulesView:
    """List the routing rules in their order, and what a new one can name."""
    return service.list_rules(tx)


@routes.act("/routing", action=Action.MANAGE_RULES, response_model=RuleMade, status_code=201)
def make_rule(tx: Tx, command: SaveRule) -> RuleMade:
    """Make a rule; it comes last."""
    return service.make_rule(tx, command)


@routes.act("/routing/try", action=Action.LIST_RULES, response_model=TriedView)
def try_rules(tx: Tx, command: TryRules) -> TriedView:
    """Say what every rule makes of a request, or of a question; nothing is kept."""
    return service.try_rules(tx, command)


@routes.read("/routing/{rule_id}", action=Action.LIST_RULES, response_model=RulePage)
def read_rule(tx: Tx, rule_id: str) -> RulePage:
    """Give a rule, and what it would have done with the latest requests."""
    return service.read_rule(tx, rule_id)


@routes.act("/routing/{rule_id}", action=Action.MANAGE_RULES, response_model=RuleMade)
def change_rule(tx: Tx, rule_id: str, command: SaveRule) -> RuleMade:
    """Say anew which requests a rule is for and what it suggests."""
    return service.change_rule(tx, rule_id, command)


@routes.act("/routing/{rule_id}/move", action=Action.MANAGE_RULES, response_model=RuleMade)
def move_rule(tx: Tx, rule_id: str, command: MoveRule) -> RuleMade:
    """Move a rule one place up or down."""
    return service.move_rule(tx, rule_id, command)


@routes.act("/routing/{rule_id}/switch", action=Action.MANAGE_RULES, response_model=RuleMade)
def switch_rule(tx: Tx, rule_id: str, command: SwitchRule) -> RuleMade:
    """Switch a rule on or off."""
    return service.switch_rule(tx, rule_id, command)


@routes.act("/routing/{rule_id}/end", action=Action.MANAGE_RULES, response_model=RuleMade)
def end_rule(tx: Tx, rule_id: str) -> RuleMade:
    """End a rule."""
    return service.end_rule(tx, rule_id)
