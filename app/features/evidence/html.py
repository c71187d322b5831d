"""Pages of evidence: the list, an item in one's own edition, and the desk where it is attached."""

from typing import Annotated

from fastapi import File, Form, Request, Response, UploadFile
from fastapi.responses import HTMLResponse

from app.access.attached import goes_with
from app.access.decide import may
from app.domain.actions import Action
from app.domain.targets import Target
from app.features.evidence import service
from app.features.evidence.schemas import AttachAgain, AttachEvidence, RemoveEvidence
from app.kernel.errors import Conflict, Invalid, TooLarge, VitrineError
from app.rendering.reading_lines import MOST_BYTES
from app.transaction import Transaction
from app.web.forms import command_from
from app.web.pages import see_other, show
from app.web.routing import Routes, Tx, takes_file

routes = Routes()

KINDS = [
    {"value": "text", "label": "Text, such as a transcript"},
    {"value": "csv", "label": "CSV, a table"},
    {"value": "json", "label": "JSON, one document"},
    {"value": "jsonl", "label": "JSON Lines, a record a line"},
    {"value": "spreadsheet", "label": "Spreadsheet, each sheet a table"},
]


@routes.page("/versions/{version_id}/evidence", action=Action.READ_VERSION)
def list_page(tx: Tx, request: Request, version_id: str) -> HTMLResponse:
    """Show the evidence that comes with a version."""
    return show(
        tx,
        request,
        "evidence/list.html",
        view=service.list_evidence(tx, version_id),
        can_copy=_may_copy(tx, version_id),
        goes_with=goes_with(tx, version_id),
    )


@routes.page("/versions/{version_id}/evidence/{code}", action=Action.READ_PAGE)
def item_page(
    tx: Tx, request: Request, version_id: str, code: str, part: int = 1, q: str = ""
) -> HTMLResponse:
    """Show lines of an item in one's own edition."""
    return show(
        tx,
        request,
        "evidence/item.html",
        view=service.open_evidence(tx, version_id, code, part=part, phrase=q),
        can_copy=_may_copy(tx, version_id),
        can_mark=may(tx, Action.PROPOSE_REDACTION, Target("version", version_id)),
        goes_with=goes_with(tx, version_id),
    )


def _may_copy(tx: Transaction, version_id: str) -> bool:
    return may(tx, Action.DOWNLOAD_VERSION, Target("version", version_id))


@routes.page("/versions/{version_id}/evidence-desk", action=Action.READ_REPORT)
def desk_page(tx: Tx, request: Request, version_id: str) -> HTMLResponse:
    """Show the evidence of a version to those who work on it, with the form that attaches more."""
    return _desk_page(tx, request, version_id)


def _desk_page(
    tx: Transaction,
    request: Request,
    version_id: str,
    *,
    typed: dict[str, str] | None = None,
    errors: dict[str, str] | None = None,
    problem: VitrineError | None = None,
) -> HTMLResponse:
    view = service.read_desk(tx, version_id)
    can_carry = view.state == "working" and may(
        tx, Action.CARRY_REDACTIONS, Target("version", version_id)
    )
    can_attach = may(tx, Action.IMPORT_VERSION, Target("report", view.report_id))
    return show(
        tx,
        request,
        "evidence/desk.html",
        status=problem.status if problem else 200,
        view=view,
        can_attach=can_attach and view.state == "working",
        can_mark=may(tx, Action.LIST_REDACTIONS, Target("version", version_id)),
        can_read=may(tx, Action.READ_PAGE, Target("version", version_id)),
        to_carry=service.waiting_marks(tx, version_id) if can_carry else 0,
        kinds=KINDS,
        most_bytes=MOST_BYTES,
        typed=typed or {},
        errors=errors or {},
        problem=problem,
    )


@routes.form("/versions/{version_id}/evidence-desk", action=Action.IMPORT_VERSION)
@takes_file
def attach_form(
    tx: Tx,
    request: Request,
    version_id: str,
    file: Annotated[UploadFile | None, File()] = None,
    title: Annotated[str, Form()] = "",
    kind: Annotated[str, Form()] = "",
) -> Response:
    """Attach a file to a version that is still marked."""
    typed = {"title": title, "kind": kind}
    content = file.file.read() if file is not None else b""
    name = (file.filename if file is not None else None) or ""
    try:
        command = command_from(AttachEvidence, typed)
        service.attach_evidence(tx, version_id, command, content=content, file_name=name)
    except (Invalid, Conflict, TooLarge) as error:
        tx.rollback()
        errors = error.fields if isinstance(error, Invalid) else {"file": error.message}
        return _desk_page(tx, request, version_id, typed=typed, errors=errors, problem=error)
    return see_other(f"/versions/{version_id}/evidence-desk")


@routes.form("/versions/{version_id}/evidence-desk/again", action=Action.IMPORT_VERSION)
def again_form(
    tx: Tx,
    request: Request,
    version_id: str,
    items: Annotated[list[str] | None, Form()] = None,
) -> Response:
    """Attach items of earlier versions here too."""
    try:
        service.attach_again(tx, version_id, command_from(AttachAgain, {"items": items or []}))
    except (Invalid, Conflict) as error:
        tx.rollback()
        return _desk_page(tx, request, version_id, problem=error)
    return see_other(f"/versions/{version_id}/evidence-desk")


@routes.form("/versions/{version_id}/evidence-desk/remove", action=Action.IMPORT_VERSION)
def remove_form(
    tx: Tx, request: Request, version_id: str, item: Annotated[str, Form()] = ""
) -> Response:
    """Take an item off a version that is still marked."""
    try:
        service.remove_evidence(tx, version_id, command_from(RemoveEvidence, {"item": item}))
    except (Invalid, Conflict) as error:
        tx.rollback()
        return _desk_page(tx, request, version_id, problem=error)
    return see_other(f"/versions/{version_id}/evidence-desk")
