"""The page of templates for justifications."""

from typing import Annotated

from fastapi import Form, Request, Response
from fastapi.responses import HTMLResponse

from app.access.decide import may
from app.domain.actions import Action
from app.domain.targets import INSTALLATION
from app.features.redactions import editor, templates
from app.features.redactions.schemas import MakeTemplate
from app.kernel.errors import Conflict, Invalid
from app.transaction import Transaction
from app.web.forms import command_from
from app.web.pages import see_other, show
from app.web.routing import Routes, Tx

routes = Routes()


@routes.page("/justifications", action=Action.LIST_TEMPLATES)
def templates_page(tx: Tx, request: Request) -> HTMLResponse:
    """Show the templates, to be chosen in the editor, and to who looks after them their form."""
    return _page(tx, request)


def _page(
    tx: Transaction,
    request: Request,
    *,
    typed: dict[str, object] | None = None,
    errors: dict[str, str] | None = None,
    problem: str = "",
    status: int = 200,
) -> HTMLResponse:
    return show(
        tx,
        request,
        "redactions/templates.html",
        status=status,
        templates=templates.list_templates(tx),
        can_manage=may(tx, Action.MANAGE_TEMPLATES, INSTALLATION),
        categories=editor.CHOICES["categories"],
        typed=typed or {},
        errors=errors or {},
        problem=problem,
    )


@routes.form("/justifications", action=Action.MANAGE_TEMPLATES)
def make_form(
    tx: Tx,
    request: Request,
    categories: Annotated[list[str] | None, Form()] = None,
    character: Annotated[str, Form()] = "",
    justification: Annotated[str, Form()] = "",
) -> Response:
    """Put a template on the list."""
    typed: dict[str, object] = {
        "categories": categories or [], "character": character, "justification": justification,
    }  # fmt: skip
    try:
        templates.make_template(tx, command_from(MakeTemplate, typed))
    except Invalid as error:
        tx.rollback()
        return _page(tx, request, typed=typed, errors=error.fields, status=422)
    return see_other("/justifications")


@routes.form("/justifications/{template_id}/retire", action=Action.MANAGE_TEMPLATES)
def retire_form(tx: Tx, request: Request, template_id: str) -> Response:
    """Take a template off the list."""
    try:
        templates.retire_template(tx, template_id)
    except Conflict as error:
        tx.rollback()
        return _page(tx, request, problem=error.message, status=409)
    return see_other("/justifications")
