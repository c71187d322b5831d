"""The JSON API of what an imported file holds."""

from app.domain.actions import Action
from app.features.ingestion import service
from app.features.ingestion.schemas import DoubtsView, DoubtView, FileView, SettleWords
from app.web.routing import Routes, Tx

routes = Routes(prefix="/api/v1", tags=["reports"])


@routes.read("/versions/{version_id}/file", action=Action.READ_INGESTION, response_model=FileView)
def open_file(tx: Tx, version_id: str) -> FileView:
    """Say what the imported file holds beside its pages, for who may read all of it."""
    return service.open_file(tx, version_id)


@routes.read(
    "/versions/{version_id}/file/pages/{number}",
    action=Action.READ_INGESTION,
    response_model=DoubtsView,
)
def open_doubts(tx: Tx, version_id: str, number: int) -> DoubtsView:
    """List the words of a page that no pixels confirmed."""
    return service.open_doubts(tx, version_id, number)


@routes.act(
    "/versions/{version_id}/file/words",
    action=Action.CONFIRM_WORDS,
    response_model=list[DoubtView],
)
def settle_words(tx: Tx, version_id: str, command: SettleWords) -> tuple[DoubtView, ...]:
    """Confirm words of a page that stand there as the file says, or take that back."""
    return service.settle_words(tx, version_id, command)
