"""The home page as JSON, and the description of the whole JSON API for those who are signed in."""

from typing import Any

from fastapi import Request

from app.access.decide import require
from app.domain.actions import Action
from app.domain.targets import INSTALLATION
from app.features.home import service
from app.features.home.schemas import HomeView
from app.features.positions.examples import EXAMPLES as OF_OPINIONS
from app.features.requests.examples import EXAMPLES
from app.features.statements.examples import EXAMPLES as OF_STATEMENTS
from app.web.description import describe
from app.web.routing import Routes, Tx

routes = Routes(prefix="/api/v1", tags=["home"])


@routes.read("/home", action=Action.SEE_HOME)
def see_home(tx: Tx) -> HomeView:
    """Give what waits for the acting person."""
    return service.see_home(tx)


@routes.read("/openapi.json", action=Action.SEE_HOME, include_in_schema=False)
def read_description(tx: Tx, request: Request) -> dict[str, Any]:
    """Give the description of the JSON API (OpenAPI 3.1)."""
    require(tx, Action.SEE_HOME, INSTALLATION)
    return describe(request.app, examples=EXAMPLES | OF_OPINIONS | OF_STATEMENTS)
