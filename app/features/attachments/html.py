"""The page on which whoever answers attaches files to the answer, and sees how far each is."""

from collections.abc import Callable
from typing import Annotated

from fastapi import File, Form, Request, Response, UploadFile
from fastapi.responses import HTMLResponse

from app.domain.actions import Action
from app.domain.attached_files import ENDINGS
from app.features.attachments import finding_pages, service
from app.features.attachments.finding_pages import TURNED
from app.features.attachments.schemas import (
    AttachFile,
    AttachmentsView,
    AttachVersion,
    CloseAttachment,
    TakeOff,
)
from app.kernel.errors import VitrineError
from app.rendering.reading_lines import MOST_BYTES
from app.transaction import Transaction
from app.web.forms import Command, attempt, beside, command_from
from app.web.pages import show
from app.web.routing import Routes, Tx, takes_file

routes = Routes()
routes.adopt(finding_pages.routes)
Text = Annotated[str, Form()]
_AT = "/requests/{request_id}/attachments"


@routes.page(_AT, action=Action.ATTACH_FILE)
def attachments_page(tx: Tx, request: Request, request_id: str, part_id: str = "") -> HTMLResponse:
    """Show what goes with the answer to a part."""
    return _page(tx, request, request_id, part_id)


def _page(
    tx: Transaction,
    request: Request,
    request_id: str,
    part_id: str,
    *,
    failed: str = "",
    typed: dict[str, str] | None = None,
    errors: dict[str, str] | None = None,
    status: int = 200,
) -> HTMLResponse:
    return show(
        tx,
        request,
        "attachments/page.html",
        status=status,
        view=service.read_attachments(tx, request_id, part_id=part_id or None),
        most_bytes=tx.installation.settings.max_upload_bytes,
        most_evidence_bytes=MOST_BYTES,
        endings=ENDINGS,
        failed=failed,
        typed=typed or {},
        errors=errors or {},
    )


def _acted(
    tx: Transaction,
    request: Request,
    request_id: str,
    act: Callable[[Transaction, str, Command], AttachmentsView],
    model: type[Command],
    typed: dict[str, str],
    *,
    form: str,
) -> Response:
    """Do what a form asks for; where it cannot be, say so above what was typed."""
    part_id = typed["part_id"]
    known = model.model_fields.keys() - ({"part_id"} if not part_id else set())
    given = {name: value for name, value in typed.items() if name in known}

    def again(error: VitrineError) -> Response:
        return _page(
            tx, request, request_id, part_id,
            failed=form, typed=typed, errors=beside(error, form), status=error.status,
        )  # fmt: skip

    return attempt(
        tx, request, lambda: act(tx, request_id, command_from(model, given)), again=again,
        then=lambda done: f"/requests/{request_id}/attachments?part_id={done.part_id}",
        turned=TURNED,
    )  # fmt: skip


@routes.form(_AT, action=Action.ATTACH_FILE)
@takes_file
def attach_form(
    tx: Tx,
    request: Request,
    request_id: str,
    file: Annotated[UploadFile | None, File()] = None,
    title: Text = "",
    part_id: Text = "",
) -> Response:
    """Attach a file."""

    def act(tx: Transaction, request_id: str, command: AttachFile) -> AttachmentsView:
        content = file.file.read() if file is not None else b""
        name = (file.filename if file is not None else None) or ""
        return service.attach_file(tx, request_id, command, content=content, file_name=name)

    typed = {"title": title, "part_id": part_id}
    return _acted(tx, request, request_id, act, AttachFile, typed, form="file")


@routes.form(f"{_AT}/existing", action=Action.ATTACH_FILE)
def attach_version_form(
    tx: Tx, request: Request, request_id: str, version_id: Text = "", part_id: Text = ""
) -> Response:
    """Attach something that is here already."""
    typed = {"version_id": version_id, "part_id": part_id}
    act = service.attach_version
    return _acted(tx, request, request_id, act, AttachVersion, typed, form="version_id")


@routes.form(f"{_AT}/take-off", action=Action.ATTACH_FILE)
def take_off_form(
    tx: Tx, request: Request, request_id: str, attachment_id: Text = "", part_id: Text = ""
) -> Response:
    """Take something off."""
    typed = {"attachment_id": attachment_id, "part_id": part_id}
    return _acted(tx, request, request_id, service.take_off, TakeOff, typed, form=attachment_id)


@routes.form(f"{_AT}/close", action=Action.ATTACH_FILE)
def close_form(
    tx: Tx, request: Request, request_id: str, attachment_id: Text = "", part_id: Text = ""
) -> Response:
    """Say that no more is marked in a file."""
    typed = {"attachment_id": attachment_id, "part_id": part_id}
    act = service.close_attachment
    return _acted(tx, request, request_id, act, CloseAttachment, typed, form=attachment_id)
