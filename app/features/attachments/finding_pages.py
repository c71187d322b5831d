"""The page on which files are attached to a finding, and given to who filed it by somebody else."""

from collections.abc import Callable
from typing import Annotated

from fastapi import File, Form, Request, Response, UploadFile
from fastapi.responses import HTMLResponse

from app.domain.actions import Action
from app.domain.attached_files import ENDINGS
from app.features.attachments import finding_files, giving
from app.features.attachments.schemas import (
    AttachToFinding,
    CloseAttachment,
    GiveFile,
    TakeOff,
)
from app.kernel.errors import Conflict, Invalid, TooLarge, Unavailable, VitrineError
from app.rendering.reading_lines import MOST_BYTES
from app.transaction import Transaction
from app.web.forms import attempt, beside, command_from
from app.web.pages import show
from app.web.routing import Routes, Tx, takes_file

routes = Routes()
Text = Annotated[str, Form()]
_AT = "/findings/{finding_id}/attachments"
TURNED = (Invalid, Conflict, TooLarge, Unavailable)


@routes.page(_AT, action=Action.ATTACH_TO_FINDING)
def files_page(tx: Tx, request: Request, finding_id: str) -> HTMLResponse:
    """Show what is attached to a finding and was not given yet."""
    return _page(tx, request, finding_id)


def _page(
    tx: Transaction,
    request: Request,
    finding_id: str,
    *,
    failed: str = "",
    typed: dict[str, str] | None = None,
    errors: dict[str, str] | None = None,
    status: int = 200,
) -> HTMLResponse:
    return show(
        tx,
        request,
        "attachments/finding.html",
        status=status,
        view=finding_files.read_files(tx, finding_id),
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
    finding_id: str,
    act: Callable[[], object],
    *,
    form: str,
    typed: dict[str, str] | None = None,
    back: str = "/attachments",
) -> Response:
    """Do what a form asks for; where it cannot be, say so above what was typed."""

    def again(error: VitrineError) -> Response:
        errors = beside(error, "file" if form == "file" else "attachments")
        return _page(
            tx, request, finding_id, failed=form, typed=typed, errors=errors, status=error.status
        )

    return attempt(
        tx, request, act, again=again,
        then=lambda _: f"/findings/{finding_id}{back}", turned=TURNED,
    )  # fmt: skip


@routes.form(_AT, action=Action.ATTACH_TO_FINDING)
@takes_file
def attach_form(
    tx: Tx,
    request: Request,
    finding_id: str,
    file: Annotated[UploadFile | None, File()] = None,
    title: Text = "",
) -> Response:
    """Attach a file."""

    def act() -> object:
        content = file.file.read() if file is not None else b""
        name = (file.filename if file is not None else None) or ""
        command = command_from(AttachToFinding, {"title": title})
        return finding_files.attach_to_finding(
            tx, finding_id, command, content=content, file_name=name
        )

    return _acted(tx, request, finding_id, act, form="file", typed={"title": title})


@routes.form(f"{_AT}/take-off", action=Action.ATTACH_TO_FINDING)
def take_off_form(tx: Tx, request: Request, finding_id: str, attachment_id: Text = "") -> Response:
    """Take a file off."""

    def act() -> object:
        command = command_from(TakeOff, {"attachment_id": attachment_id})
        return finding_files.take_off(tx, finding_id, command)

    return _acted(tx, request, finding_id, act, form=attachment_id)


@routes.form(f"{_AT}/close", action=Action.ATTACH_TO_FINDING)
def close_form(tx: Tx, request: Request, finding_id: str, attachment_id: Text = "") -> Response:
    """Say that no more is marked in a file."""

    def act() -> object:
        command = command_from(CloseAttachment, {"attachment_id": attachment_id})
        return finding_files.close_attachment(tx, finding_id, command)

    return _acted(tx, request, finding_id, act, form=attachment_id)


@routes.form(f"{_AT}/give", action=Action.GIVE_FILE)
def give_form(
    tx: Tx,
    request: Request,
    finding_id: str,
    attachment_id: Text = "",
    body: Text = "",
    nothing_withheld: Text = "",
    hits_confirmed: Text = "",
) -> Response:
    """Give a file to who filed the finding."""
    typed = {"body": body, "nothing_withheld": nothing_withheld, "hits_confirmed": hits_confirmed}

    def act() -> object:
        stated = {"nothing_withheld": True} if nothing_withheld == "yes" else {}
        meant = {"attachment_id": attachment_id, "body": body}
        command = command_from(
            GiveFile, {**meant, **stated, "hits_confirmed": hits_confirmed == "yes"}
        )
        return giving.give_file(tx, finding_id, command)

    return _acted(
        tx, request, finding_id, act, form=attachment_id, typed=typed, back="#thread"
    )  # fmt: skip
