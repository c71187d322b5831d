"""Routing rules: made, changed, moved, switched, ended, tried. One function per intention.

They suggest; who answers a request is said in requests/assigning.
"""

from collections.abc import Mapping, Sequence

from app.access.asked import asked_of
from app.access.decide import may, require
from app.access.rules import list_rules as rules_in_order
from app.access.rules import rule_rows
from app.domain.actions import Action
from app.domain.events import Event, Fact
from app.domain.routing import WORDED, Asked, Rule, first_match
from app.domain.targets import INSTALLATION
from app.features.routing import queries
from app.features.routing.schemas import (
    MoveRule,
    PastRow,
    PastView,
    RuleMade,
    RulePage,
    RulesView,
    RuleView,
    SaveRule,
    SwitchRule,
    TriedView,
    TryRules,
    VerdictView,
)
from app.kernel.clock import now
from app.kernel.errors import Invalid, NotFound
from app.kernel.ids import new_id
from app.models.requests import Request
from app.models.routing import RoutingRule
from app.transaction import Decision, Transaction

_CONDITIONS = (
    "request_type", "basis_kind", "page_from", "page_to", "pathway", "topic", "words",
)  # fmt: skip
EMPTY = "Give at least one condition: a rule without any would match every request."


def list_rules(tx: Transaction) -> RulesView:
    """List the rules in their order, and what a new one can name."""
    require(tx, Action.LIST_RULES, INSTALLATION)
    return RulesView(
        rules=queries.list_rules(tx),
        teams=queries.list_teams(tx),
        may_manage=may(tx, Action.MANAGE_RULES, INSTALLATION),
    )


def read_rule(tx: Transaction, rule_id: str) -> RulePage:
    """Give a rule, and what it would have done with the latest requests one may read."""
    require(tx, Action.LIST_RULES, INSTALLATION)
    view = next((rule for rule in queries.list_rules(tx) if rule.id == rule_id), None)
    if view is None:
        raise _unknown(tx, Action.LIST_RULES)
    return RulePage(rule=view, past=_past(tx, rule_id))


def make_rule(tx: Transaction, command: SaveRule) -> RuleMade:
    """Make a rule; it comes last."""
    require(tx, Action.MANAGE_RULES, INSTALLATION)
    _refuse_unusable(tx, command)
    rows = _locked(tx)
    row = RoutingRule(
        id=new_id("rule"),
        position=len(rows) + 1,
        active=True,
        created_by=tx.actor.id,
        created_at=now(),
    )
    _write(row, command)
    tx.session.add(row)
    tx.session.flush()
    _tell(tx, row, "RuleMade", _facts(command))
    return RuleMade(id=row.id)


def change_rule(tx: Transaction, rule_id: str, command: SaveRule) -> RuleMade:
    """Say anew which requests a rule is for and what it suggests."""
    require(tx, Action.MANAGE_RULES, INSTALLATION)
    row = _rule(tx, rule_id)
    _refuse_unusable(tx, command)
    before = row.team_id
    _write(row, command)
    tx.session.flush()
    _tell(tx, row, "RuleChanged", {"from_team": before, **_facts(command)})
    return RuleMade(id=row.id)


def move_rule(tx: Transaction, rule_id: str, command: MoveRule) -> RuleMade:
    """Move a rule one place up or down; the first and the last stay where they are."""
    require(tx, Action.MANAGE_RULES, INSTALLATION)
    rows = _locked(tx)
    place = next((at for at, row in enumerate(rows) if row.id == rule_id), None)
    if place is None:
        raise _unknown(tx, Action.MANAGE_RULES)
    to = max(0, min(len(rows) - 1, place + (-1 if command.direction == "up" else 1)))
    rows[place], rows[to] = rows[to], rows[place]
    for position, row in enumerate(rows, start=1):
        row.position = position
    tx.session.flush()
    facts: dict[str, Fact] = {"direction": command.direction, "from": place + 1, "to": to + 1}
    _tell(tx, rows[to], "RuleMoved", facts)
    return RuleMade(id=rule_id)


def switch_rule(tx: Transaction, rule_id: str, command: SwitchRule) -> RuleMade:
    """Switch a rule on or off; it keeps its place."""
    require(tx, Action.MANAGE_RULES, INSTALLATION)
    row = _rule(tx, rule_id)
    row.active = command.active
    tx.session.flush()
    _tell(tx, row, "RuleSwitched", {"to": "on" if command.active else "off"})
    return RuleMade(id=row.id)


def end_rule(tx: Transaction, rule_id: str) -> RuleMade:
    """End a rule; the log keeps what it was."""
    require(tx, Action.MANAGE_RULES, INSTALLATION)
    row = _rule(tx, rule_id)
    row.ended_at = now()
    tx.session.flush()
    for position, other in enumerate(_locked(tx), start=1):
        other.position = position
    tx.session.flush()
    _tell(tx, row, "RuleEnded", {})
    return RuleMade(id=row.id)


def try_rules(tx: Transaction, command: TryRules) -> TriedView:
    """Say what every rule makes of a request or a question; nothing is kept."""
    require(tx, Action.LIST_RULES, INSTALLATION)
    row = _named(tx, command)
    if row is not None:
        asked = asked_of(tx, [row])[row.id]
    else:
        asked = Asked(
            type=command.request_type,
            basis=command.basis_kind,
            page=command.page,
            pathway=command.pathway,
            said=command.question,
        )
    rules = {rule.id: rule for rule in rules_in_order(tx)}
    first = first_match(rules.values(), asked)
    return TriedView(
        number=row.number if row else None,
        unread=asked.said is None,
        verdicts=tuple(_verdict(view, rules[view.id], asked, first) for view in _views(tx)),
    )


def _views(tx: Transaction) -> tuple[RuleView, ...]:
    return queries.list_rules(tx)


def _verdict(view: RuleView, rule: Rule, asked: Asked, first: Rule | None) -> VerdictView:
    failing = rule.failing(asked)
    return VerdictView(
        rule=view,
        applies=rule.active and not failing,
        chosen=first is not None and first.id == rule.id,
        failing=failing,
    )


def _named(tx: Transaction, command: TryRules) -> Request | None:
    if not command.request_number:
        if not command.question.strip():
            raise Invalid(fields={"question": "Write a question, or name a request above."})
        return None
    row = queries.find_request(tx, command.request_number)
    if row is None:
        raise Invalid(
            fields={"request_number": "There is no such request among those you may read."}
        )
    return row


def _past(tx: Transaction, rule_id: str) -> PastView:
    rows, rules = queries.latest_requests(tx), rules_in_order(tx)
    asked, teams = asked_of(tx, rows), queries.teams_of(tx, [row.id for row in rows])
    return PastView(rows=tuple(_past_row(rules, rule_id, row, asked, teams) for row in rows))


def _past_row(
    rules: Sequence[Rule],
    rule_id: str,
    row: Request,
    asked: Mapping[str, Asked],
    teams: Mapping[str, tuple[str, ...]],
) -> PastRow:
    place = next(at for at, rule in enumerate(rules) if rule.id == rule_id)
    rule, what = rules[place], asked[row.id]
    failing, earlier = rule.failing(what), first_match(rules[:place], what)
    return PastRow(
        request_id=row.id,
        number=row.number or "",
        type=row.type,
        state=row.state,
        failing=failing,
        unread=what.said is None and bool(WORDED & set(failing)),
        taken_by=earlier.name if earlier and not failing else None,
        held_by=teams.get(row.id, ()),
    )


def _locked(tx: Transaction) -> list[RoutingRule]:
    return list(tx.session.scalars(rule_rows().with_for_update()))


def _rule(tx: Transaction, rule_id: str) -> RoutingRule:
    row = tx.session.get(RoutingRule, rule_id, with_for_update=True)
    if row is None or row.ended_at is not None:
        raise _unknown(tx, Action.MANAGE_RULES)
    return row


def _unknown(tx: Transaction, action: Action) -> NotFound:
    """Refuse what is not there; the policies saw the installation only, so it is recorded here."""
    none = Decision(
        action=action, target=INSTALLATION, allowed=False, policies=("door.no-such-thing",)
    )
    tx.decisions.append(none)
    return NotFound()


def _refuse_unusable(tx: Transaction, command: SaveRule) -> None:
    problems: dict[str, str] = {}
    if not any(getattr(command, name) for name in _CONDITIONS):
        problems["conditions"] = EMPTY
    if command.page_from and command.page_to and command.page_to < command.page_from:
        problems["page_to"] = "The last page is before the first."
    teams = queries.list_teams(tx)
    if command.team_id not in {team.id for team in teams}:
        problems["team_id"] = "Choose one of your teams."
    if command.topic and not any(command.topic in team.topics for team in teams):
        problems["topic"] = "Choose one of the topics of your teams."
    if problems:
        raise Invalid(fields=problems)


def _write(row: RoutingRule, command: SaveRule) -> None:
    for name in ("name", "team_id", "priority", *_CONDITIONS[:-1]):
        setattr(row, name, getattr(command, name))
    row.words = list(dict.fromkeys(command.words))


def _facts(command: SaveRule) -> dict[str, Fact]:
    """What the log keeps of a rule: fixed words, numbers and ids; names and words stay out."""
    return {
        "team": command.team_id,
        "priority": command.priority,
        "type": command.request_type,
        "basis": command.basis_kind,
        "page_from": command.page_from,
        "page_to": command.page_to,
        "pathway": command.pathway,
        "topics": 1 if command.topic else 0,
        "words": len(command.words),
    }


def _tell(tx: Transaction, row: RoutingRule, name: str, facts: dict[str, Fact]) -> None:
    told: dict[str, Fact] = {"rule": row.id, **facts}
    tx.emit(Event(name=name, licence=Action.MANAGE_RULES, target=INSTALLATION, facts=told))
