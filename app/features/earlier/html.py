"""The page of earlier answers, and the part of a page that offers some while one asks."""

from typing import Annotated

from fastapi import Query, Request
from fastapi.responses import HTMLResponse

from app.domain.actions import Action
from app.domain.requests import DETERMINATIONS
from app.features.requests import offering
from app.features.requests.rows import EarlierList
from app.kernel.errors import Invalid
from app.web import render
from app.web.pages import show
from app.web.routing import Routes, Tx

routes = Routes()
Phrase = Annotated[str, Query(max_length=2_000)]


@routes.page("/earlier-answers", action=Action.FIND_EARLIER)
def earlier_page(tx: Tx, request: Request, q: Phrase = "") -> HTMLResponse:
    """Show what one's organisation was answered before that fits some words."""
    errors: dict[str, str] = {}
    try:
        found = offering.look(tx, q)
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


@routes.page("/earlier-answers/offered", action=Action.FIND_EARLIER)
def offered_part(tx: Tx, request: Request, q: Phrase = "", review: str = "") -> HTMLResponse:
    """Give the earlier answers that fit a question, as a part of the page on which it is asked."""
    found = offering.offer(tx, q, review_id=review)
    return render.page(request, "requests/offered.html", offered=found, without_viewer=True)
