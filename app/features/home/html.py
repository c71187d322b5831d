"""The home page."""

from fastapi import Request
from fastapi.responses import HTMLResponse

from app.domain.actions import Action
from app.features.home import service
from app.web.pages import show
from app.web.routing import Routes, Tx

routes = Routes()


@routes.page("/", action=Action.SEE_HOME)
def home_page(tx: Tx, request: Request) -> HTMLResponse:
    """Show what waits for the person, and what they can open."""
    return show(tx, request, "home/home.html", home=service.see_home(tx))
