"""JSON API of an organisation's own work: the same document as the download."""

from app.domain.actions import Action
from app.features.ownwork import service
from app.features.ownwork.schemas import OwnWork
from app.web.routing import Routes, Tx

routes = Routes(prefix="/api/v1", tags=["own work"])


@routes.read("/our-work", action=Action.EXPORT_OWN_WORK, response_model=OwnWork)
def export_own_work(tx: Tx) -> OwnWork:
    """Give all findings, requests, released answers and receipts of the caller's organisation."""
    return service.export_own_work(tx)
