"""The JSON API of looking at a version as an organisation sees it."""

from fastapi import Response

from app.domain.actions import Action
from app.features.viewas import service
from app.features.viewas.schemas import EvidenceAsView, PageAsView, SeenAsView
from app.web.routing import Routes, Tx

routes = Routes(prefix="/api/v1", tags=["reports"])


@routes.read(
    "/versions/{version_id}/as/{organisation_id}",
    action=Action.VIEW_AS,
    response_model=SeenAsView,
)
def open_version_as(tx: Tx, version_id: str, organisation_id: str) -> SeenAsView:
    """Say what an organisation meets in a version that you do not."""
    return service.open_version_as(tx, version_id, organisation_id)


@routes.read(
    "/versions/{version_id}/as/{organisation_id}/pages/{number}",
    action=Action.VIEW_AS,
    response_model=PageAsView,
)
def open_page_as(tx: Tx, version_id: str, organisation_id: str, number: int) -> PageAsView:
    """Give one page twice: your edition's, and what the organisation sees."""
    return service.open_page_as(tx, version_id, organisation_id, number)


@routes.read(
    "/versions/{version_id}/as/{organisation_id}/pages/{number}/image", action=Action.VIEW_AS
)
def open_image_as(tx: Tx, version_id: str, organisation_id: str, number: int) -> Response:
    """Give one page's pixels as the organisation sees them, with your watermark."""
    image = service.open_image_as(tx, version_id, organisation_id, number)
    return Response(image.content, media_type=image.media_type)


@routes.read(
    "/versions/{version_id}/as/{organisation_id}/evidence/{code}",
    action=Action.VIEW_AS,
    response_model=EvidenceAsView,
)
def open_evidence_as(
    tx: Tx, version_id: str, organisation_id: str, code: str, part: int = 1
) -> EvidenceAsView:
    """Give lines of an evidence item as the organisation sees them, 200 a part."""
    return service.open_evidence_as(tx, version_id, organisation_id, code, part=part)
