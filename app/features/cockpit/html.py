"""The page of the cockpit."""

from fastapi import Request
from fastapi.responses import HTMLResponse

from app.domain.actions import Action
from app.features.cockpit import service
from app.features.cockpit.schemas import Pile
from app.web.pages import show
from app.web.routing import Routes, Tx

routes = Routes()


@routes.page("/requests/cockpit", action=Action.READ_COCKPIT)
def cockpit_page(tx: Tx, request: Request) -> HTMLResponse:
    """Show where all requests stand; every figure leads to the list behind it."""
    found = service.read_cockpit(tx)
    return show(tx, request, "cockpit/cockpit.html", found=found, href_of=_href)


def _href(pile: Pile) -> str:
    return f"/requests?show={pile.show}" + (f"&due={pile.due}" if pile.due else "")
