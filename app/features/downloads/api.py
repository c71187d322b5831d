"""The JSON API's addresses of copies; what they send is a PDF or plain text."""

from fastapi import Response

from app.domain.actions import Action
from app.features.downloads.html import send, send_item
from app.web.routing import Routes, Tx

routes = Routes(prefix="/api/v1", tags=["reports"])


@routes.read("/versions/{version_id}/copy.pdf", action=Action.DOWNLOAD_VERSION)
def copy_as_pdf(tx: Tx, version_id: str) -> Response:
    """Take a copy of your edition as a PDF with your watermark, where a grant allows it."""
    return send(tx, version_id, "pdf")


@routes.read("/versions/{version_id}/copy.txt", action=Action.DOWNLOAD_VERSION)
def copy_as_text(tx: Tx, version_id: str) -> Response:
    """Take the permitted words of your edition as text, where a grant allows it."""
    return send(tx, version_id, "text")


@routes.read("/versions/{version_id}/evidence/{code}/copy", action=Action.DOWNLOAD_VERSION)
def copy_of_item(tx: Tx, version_id: str, code: str) -> Response:
    """Take an evidence item of your edition as a file of its kind, where a grant allows it."""
    return send_item(tx, version_id, code)
