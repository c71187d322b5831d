"""Pages of routing rules: all of them, one with what it would have done, and the trying."""

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import Form, Request, Response
from fastapi.responses import HTMLResponse

from app.access.decide import require
from app.domain.actions import Action
from app.domain.requests import BASES, PRIORITIES, TYPES
from app.domain.targets import INSTALLATION
from app.features.routing import service
from app.features.routing.schemas import MoveRule, RuleView, SaveRule, SwitchRule, TryRules
from app.kernel.errors import Invalid
from app.transaction import Transaction
from app.web.forms import command_from
from app.web.pages import see_other, show
from app.web.routing import Routes, Tx

routes = Routes()
Text = Annotated[str, Form()]
Typed = dict[str, Any]
_PLAIN = (
    "name", "team_id", "priority", "request_type", "basis_kind", "page_from", "page_to",
    "pathway", "topic",
)  # fmt: skip


@routes.page("/routing", action=Action.LIST_RULES)
def list_page(tx: Tx, request: Request) -> HTMLResponse:
    """Show the rules in their order."""
    found = service.list_rules(tx)
    return show(tx, request, "routing/list.html", found=found, **_words())


@routes.page("/routing/new", action=Action.MANAGE_RULES)
def new_page(tx: Tx, request: Request) -> HTMLResponse:
    """Show the form of a new rule."""
    require(tx, Action.MANAGE_RULES, INSTALLATION)
    return _rule(tx, request, None, {})


@routes.page("/routing/try", action=Action.LIST_RULES)
def try_page(tx: Tx, request: Request, request_number: str = "") -> HTMLResponse:
    """Show the form on which the rules are tried; for a request that is named, at once."""
    typed = {"request_number": request_number}
    if not request_number:
        return _try(tx, request, typed)
    return _tried(tx, request, typed)


@routes.form("/routing/try", action=Action.LIST_RULES)
def try_form(
    tx: Tx,
    request: Request,
    request_number: Text = "",
    question: Text = "",
    request_type: Text = "explanation",
    basis_kind: Text = "report",
    page: Text = "",
    pathway: Text = "",
) -> HTMLResponse:
    """Try the rules; nothing is kept."""
    typed = {
        "request_number": request_number.strip(), "question": question,
        "request_type": request_type, "basis_kind": basis_kind, "page": page.strip(),
        "pathway": pathway.strip(),
    }  # fmt: skip
    return _tried(tx, request, typed)


@routes.page("/routing/{rule_id}", action=Action.LIST_RULES)
def rule_page(tx: Tx, request: Request, rule_id: str) -> HTMLResponse:
    """Show a rule, and what it would have done with the latest requests."""
    return _rule(tx, request, rule_id, {})


@routes.form("/routing", action=Action.MANAGE_RULES)
def make_form(
    tx: Tx,
    request: Request,
    name: Text = "",
    team_id: Text = "",
    priority: Text = "",
    request_type: Text = "",
    basis_kind: Text = "",
    page_from: Text = "",
    page_to: Text = "",
    pathway: Text = "",
    topic: Text = "",
    words: Text = "",
) -> Response:
    """Make a rule."""
    typed = _typed(name, team_id, priority, request_type, basis_kind, page_from, page_to, pathway,
                   topic, words)  # fmt: skip
    return _saved(tx, request, None, typed, lambda: service.make_rule(tx, _command(typed)))


@routes.form("/routing/{rule_id}", action=Action.MANAGE_RULES)
def change_form(
    tx: Tx,
    request: Request,
    rule_id: str,
    name: Text = "",
    team_id: Text = "",
    priority: Text = "",
    request_type: Text = "",
    basis_kind: Text = "",
    page_from: Text = "",
    page_to: Text = "",
    pathway: Text = "",
    topic: Text = "",
    words: Text = "",
) -> Response:
    """Change a rule."""
    typed = _typed(name, team_id, priority, request_type, basis_kind, page_from, page_to, pathway,
                   topic, words)  # fmt: skip
    return _saved(
        tx, request, rule_id, typed, lambda: service.change_rule(tx, rule_id, _command(typed))
    )


@routes.form("/routing/{rule_id}/move", action=Action.MANAGE_RULES)
def move_form(tx: Tx, rule_id: str, direction: Text = "") -> Response:
    """Move a rule one place up or down."""
    service.move_rule(tx, rule_id, command_from(MoveRule, {"direction": direction}))
    return see_other("/routing")


@routes.form("/routing/{rule_id}/switch", action=Action.MANAGE_RULES)
def switch_form(tx: Tx, rule_id: str, active: Text = "") -> Response:
    """Switch a rule on or off."""
    service.switch_rule(tx, rule_id, command_from(SwitchRule, {"active": active == "yes"}))
    return see_other("/routing")


@routes.form("/routing/{rule_id}/end", action=Action.MANAGE_RULES)
def end_form(tx: Tx, rule_id: str) -> Response:
    """End a rule."""
    service.end_rule(tx, rule_id)
    return see_other("/routing")


def _typed(*values: str) -> Typed:
    return dict(zip((*_PLAIN, "words"), values, strict=True))


def _command(typed: Typed) -> SaveRule:
    given = {name: str(typed[name]).strip() or None for name in _PLAIN}
    words = [word.strip() for word in str(typed["words"]).replace("\n", ",").split(",")]
    plain = given | {"name": given["name"] or "", "team_id": given["team_id"] or ""}
    return command_from(SaveRule, plain | {"words": [word for word in words if word]})


def _saved(
    tx: Transaction,
    request: Request,
    rule_id: str | None,
    typed: Typed,
    act: Callable[[], object],
) -> Response:
    try:
        act()
    except Invalid as error:
        tx.rollback()
        return _rule(tx, request, rule_id, typed, errors=error.fields, status=422)
    return see_other("/routing")


def _rule(
    tx: Transaction,
    request: Request,
    rule_id: str | None,
    typed: Typed,
    *,
    errors: dict[str, str] | None = None,
    status: int = 200,
) -> HTMLResponse:
    found = service.list_rules(tx)
    page = service.read_rule(tx, rule_id) if rule_id else None
    return show(
        tx,
        request,
        "routing/rule.html",
        status=status,
        found=found,
        page=page,
        typed=typed or _as_it_is(page.rule if page else None),
        errors=errors or {},
        teams=[{"value": team.id, "label": team.name} for team in found.teams],
        topics=[{"value": topic, "label": topic} for topic in found.topics],
        **_words(),
    )


def _as_it_is(rule: RuleView | None) -> Typed:
    if rule is None:
        return dict.fromkeys((*_PLAIN, "words"), "")
    kept = {name: getattr(rule, name) or "" for name in _PLAIN}
    return kept | {"words": ", ".join(rule.words)}


def _tried(tx: Transaction, request: Request, typed: Typed) -> HTMLResponse:
    given = {name: value for name, value in typed.items() if value != ""}
    try:
        tried = service.try_rules(tx, command_from(TryRules, given))
    except Invalid as error:
        tx.rollback()
        return _try(tx, request, typed, errors=error.fields, status=422)
    return _try(tx, request, typed, tried=tried)


def _try(
    tx: Transaction,
    request: Request,
    typed: Typed,
    *,
    tried: object = None,
    errors: dict[str, str] | None = None,
    status: int = 200,
) -> HTMLResponse:
    found = service.list_rules(tx)
    return show(
        tx,
        request,
        "routing/try.html",
        status=status,
        found=found,
        typed=typed,
        tried=tried,
        errors=errors or {},
        **_words(),
    )


def _words() -> dict[str, Any]:
    return {
        "types": [{"value": kind, "label": label} for kind, label in TYPES.items()],
        "bases": [{"value": kind, "label": label} for kind, label in BASES.items()],
        "priorities": [{"value": kind, "label": label} for kind, label in PRIORITIES.items()],
        "type_words": TYPES,
        "basis_words": BASES,
    }
