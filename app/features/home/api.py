"""The home page as JSON."""

from app.domain.actions import Action
from app.features.home import service
from app.features.home.schemas import HomeView
from app.web.routing import Routes, Tx

routes = Routes(prefix="/api/v1", tags=["home"])


@routes.read("/home", action=Action.SEE_HOME)
def see_home(tx: Tx) -> HomeView:
    """Give what waits for the acting person."""
    return service.see_home(tx)
