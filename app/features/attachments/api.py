"""JSON API of what is attached to answers: the same commands and services as the page."""

from typing import Annotated

from fastapi import File, Form, UploadFile

from app.domain.actions import Action
from app.features.attachments import finding_api, service
from app.features.attachments.schemas import (
    AttachFile,
    AttachmentsView,
    AttachVersion,
    CloseAttachment,
    TakeOff,
)
from app.web.forms import command_from
from app.web.routing import Routes, Tx, takes_file

routes = Routes(prefix="/api/v1", tags=["requests"])
routes.adopt(finding_api.routes)
_AT = "/requests/{request_id}/attachments"


@routes.read(_AT, action=Action.ATTACH_FILE, response_model=AttachmentsView)
def read_attachments(tx: Tx, request_id: str, part_id: str | None = None) -> AttachmentsView:
    """Give what goes with the answer to a part, and how far each is."""
    return service.read_attachments(tx, request_id, part_id=part_id)


@routes.act(_AT, action=Action.ATTACH_FILE, response_model=AttachmentsView, status_code=202)
@takes_file
def attach_file(
    tx: Tx,
    request_id: str,
    file: Annotated[
        UploadFile,
        File(
            description="a PDF, Markdown (.md), PNG or JPEG; or, by the end of its name, text "
            "(.txt, .log), CSV (.csv, .tsv), JSON (.json) or JSON Lines (.jsonl, .ndjson) in "
            "UTF-8, or a spreadsheet (.xlsx, .xls, .xlsb, .ods)"
        ),
    ],
    title: Annotated[str, Form()],
    part_id: Annotated[str | None, Form()] = None,
) -> AttachmentsView:
    """Attach a file to the draft of an answer; the title is shown, the file's own name never."""
    command = command_from(AttachFile, {"title": title, "part_id": part_id or None})
    return service.attach_file(
        tx, request_id, command, content=file.file.read(), file_name=file.filename or ""
    )


@routes.act(f"{_AT}/existing", action=Action.ATTACH_FILE, response_model=AttachmentsView)
def attach_version(tx: Tx, request_id: str, command: AttachVersion) -> AttachmentsView:
    """Attach a published version that you may read."""
    return service.attach_version(tx, request_id, command)


@routes.act(f"{_AT}/take-off", action=Action.ATTACH_FILE, response_model=AttachmentsView)
def take_off(tx: Tx, request_id: str, command: TakeOff) -> AttachmentsView:
    """Take something off the draft of an answer."""
    return service.take_off(tx, request_id, command)


@routes.act(f"{_AT}/close", action=Action.ATTACH_FILE, response_model=AttachmentsView)
def close_attachment(tx: Tx, request_id: str, command: CloseAttachment) -> AttachmentsView:
    """Say that a file is what was meant, and that no more is marked in it."""
    return service.close_attachment(tx, request_id, command)
