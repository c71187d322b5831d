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

_ITEM_TYPES = {
    "txt": "text/plain; charset=utf-8",
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
    "jsonl": "application/x-ndjson",
}


def send(tx: Transaction, version_id: str, form: Form) -> Response:
    """Send a copy as a file, while it is made."""
    copy = service.take_copy(tx, version_id, form=form)
    return StreamingResponse(
        copy.chunks,
        media_type=_TYPES[form],
        headers={"Content-Disposition": f'attachment; filename="{copy.name}"'},
    )


def send_item(tx: Transaction, version_id: str, code: str) -> Response:
    """Send an evidence item as a file that no browser opens as a page of ours."""
    copy = service.take_item(tx, version_id, code)
    return StreamingResponse(
        copy.chunks,
        media_type=_ITEM_TYPES[copy.name.rpartition(".")[2]],
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


@routes.page("/versions/{version_id}/evidence/{code}/copy", action=Action.DOWNLOAD_VERSION)
def copy_of_item(tx: Tx, version_id: str, code: str) -> Response:
    """Send an evidence item of one's edition as a file of its kind."""
    return send_item(tx, version_id, code)
