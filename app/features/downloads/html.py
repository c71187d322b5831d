"""The addresses under which a copy of one's edition is fetched; the links are in the reader."""

from fastapi import Response
from fastapi.responses import StreamingResponse

from app.access.copies import Form
from app.domain.actions import Action
from app.features.downloads import service
from app.transaction import Transaction
from app.web.routing import Routes, Tx

routes = Routes()
_TYPES: dict[Form, str] = {"pdf": "application/pdf", "text": "text/plain; charset=utf-8"}


def send(tx: Transaction, version_id: str, form: Form) -> Response:
    """Send a copy as a file, while it is made."""
    copy = service.take_copy(tx, version_id, form=form)
    return StreamingResponse(
        copy.chunks,
        media_type=_TYPES[form],
        headers={"Content-Disposition": f'attachment; filename="{copy.name}"'},
    )


@routes.page("/versions/{version_id}/copy.pdf", action=Action.DOWNLOAD_VERSION)
def copy_as_pdf(tx: Tx, version_id: str) -> Response:
    """Send one's edition as a PDF, watermarked for this person."""
    return send(tx, version_id, "pdf")


@routes.page("/versions/{version_id}/copy.txt", action=Action.DOWNLOAD_VERSION)
def copy_as_text(tx: Tx, version_id: str) -> Response:
    """Send the permitted words of one's edition as text."""
    return send(tx, version_id, "text")
