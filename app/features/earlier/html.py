"""The page of earlier answers."""

from typing import Annotated

from fastapi import Query, Request
from fastapi.responses import HTMLResponse

from app.domain.actions import Action
from app.domain.requests import DETERMINATIONS
from app.features.earlier import service
from app.features.earlier.schemas import EarlierList
from app.kernel.errors import Invalid
from app.web.pages import show
from app.web.routing import Routes, Tx

routes = Routes()


@routes.page("/earlier-answers", action=Action.FIND_EARLIER)
def earlier_page(
    tx: Tx, request: Request, q: Annotated[str, Query(max_length=2_000)] = ""
) -> HTMLResponse:
    """Show what one's organisation was answered before that fits some words."""
    errors: dict[str, str] = {}
    try:
        found = service.look(tx, q)
    except Invalid as error:
        found, errors = EarlierList(phrase=q, rows=()), error.fields
    return show(
        tx,
        request,
        "earlier/list.html",
        status=422 if errors else 200,
        found=found,
        outcomes=DETERMINATIONS,
        errors=errors,
    )
