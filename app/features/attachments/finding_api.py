"""JSON API of files attached to findings: the same commands and services as the page."""

from typing import Annotated

from fastapi import File, Form, UploadFile

from app.domain.actions import Action
from app.features.attachments import finding_files, giving
from app.features.attachments.schemas import (
    AttachToFinding,
    CloseAttachment,
    FindingFilesView,
    GiveFile,
    TakeOff,
)
from app.web.forms import command_from
from app.web.routing import Routes, Tx, takes_file

routes = Routes(prefix="/api/v1", tags=["findings"])
_AT = "/findings/{finding_id}/attachments"


@routes.read(_AT, action=Action.ATTACH_TO_FINDING, response_model=FindingFilesView)
def read_files(tx: Tx, finding_id: str) -> FindingFilesView:
    """Give what is attached to a finding and was not given yet, and how far each is."""
    return finding_files.read_files(tx, finding_id)


@routes.act(_AT, action=Action.ATTACH_TO_FINDING, response_model=FindingFilesView, status_code=202)
@takes_file
def attach_to_finding(
    tx: Tx,
    finding_id: str,
    file: Annotated[
        UploadFile,
        File(
            description="a PDF, Markdown (.md), PNG or JPEG; or, by the end of its name, text "
            "(.txt, .log), CSV (.csv, .tsv), JSON (.json) or JSON Lines (.jsonl, .ndjson) in "
            "UTF-8, or a spreadsheet (.xlsx, .xls, .xlsb, .ods)"
        ),
    ],
    title: Annotated[str, Form()],
) -> FindingFilesView:
    """Attach a file to a finding; the title is shown, the file's own name never."""
    command = command_from(AttachToFinding, {"title": title})
    return finding_files.attach_to_finding(
        tx, finding_id, command, content=file.file.read(), file_name=file.filename or ""
    )


@routes.act(f"{_AT}/take-off", action=Action.ATTACH_TO_FINDING, response_model=FindingFilesView)
def take_off(tx: Tx, finding_id: str, command: TakeOff) -> FindingFilesView:
    """Take a file off that was not given yet."""
    return finding_files.take_off(tx, finding_id, command)


@routes.act(f"{_AT}/close", action=Action.ATTACH_TO_FINDING, response_model=FindingFilesView)
def close_attachment(tx: Tx, finding_id: str, command: CloseAttachment) -> FindingFilesView:
    """Say that a file is what was meant, and that no more is marked in it."""
    return finding_files.close_attachment(tx, finding_id, command)


@routes.act(f"{_AT}/give", action=Action.GIVE_FILE, response_model=FindingFilesView)
def give_file(tx: Tx, finding_id: str, command: GiveFile) -> FindingFilesView:
    """Give a file, with a message, to the organisation that filed the finding."""
    return giving.give_file(tx, finding_id, command)
