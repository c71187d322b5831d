"""JSON API of the cockpit."""

from app.domain.actions import Action
from app.features.cockpit import service
from app.features.cockpit.schemas import Cockpit
from app.web.routing import Routes, Tx

routes = Routes(prefix="/api/v1", tags=["requests"])


@routes.read("/requests/cockpit", action=Action.READ_COCKPIT, response_model=Cockpit)
def read_cockpit(tx: Tx) -> Cockpit:
    """Give where all requests stand, what presses, and what each team has in hand."""
    return service.read_cockpit(tx)
