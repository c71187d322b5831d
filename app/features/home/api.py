"""The home page as JSON, and the description of the whole JSON API for those who are signed in."""

from typing import Any

from fastapi import Request

from app.access.decide import require
from app.domain.actions import Action
from app.domain.targets import INSTALLATION
from app.features.attachments.examples import EXAMPLES as OF_ATTACHMENTS
from app.features.claims.examples import EXAMPLES as OF_CLAIMS
from app.features.findings.examples import EXAMPLES as OF_FINDINGS
from app.features.home import service
from app.features.home.schemas import HomeView
from app.features.positions.examples import EXAMPLES as OF_OPINIONS
from app.features.requests.examples import EXAMPLES as OF_REQUESTS
from app.features.statements.examples import EXAMPLES as OF_STATEMENTS
from app.features.versions.examples import EXAMPLES as OF_VERSIONS
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
    ours = (OF_REQUESTS, OF_CLAIMS, OF_FINDINGS, OF_OPINIONS, OF_STATEMENTS, OF_VERSIONS)
    examples = {name: one for each in (*ours, OF_ATTACHMENTS) for name, one in each.items()}
    return describe(request.app, examples=examples)
