"""Importing claims: a file or pasted rows, then what they would make, then one step."""

from typing import Annotated

from fastapi import File, Form, Request, Response, UploadFile
from fastapi.responses import HTMLResponse

from app.access.decide import require
from app.access.scope import version_and_title
from app.domain.actions import Action
from app.domain.targets import Target
from app.features.claims import importing
from app.features.claims.schemas import ImportClaims, ImportView
from app.features.claims.sheets import MOST_ROWS
from app.kernel.errors import Invalid
from app.transaction import Transaction
from app.web.forms import command_from
from app.web.pages import see_other, show
from app.web.routing import Routes, Tx, takes_file

routes = Routes()
_LARGEST_SHEET = 500_000


@routes.page("/versions/{version_id}/claims/import", action=Action.MARK_CLAIM)
def import_page(tx: Tx, request: Request, version_id: str) -> HTMLResponse:
    """Show the form that takes claims from a file."""
    require(tx, Action.MARK_CLAIM, Target("version", version_id))
    return _page(tx, request, version_id)


@routes.form("/versions/{version_id}/claims/import", action=Action.MARK_CLAIM)
@takes_file
def import_form(
    tx: Tx,
    request: Request,
    version_id: str,
    sheet: Annotated[str, Form()] = "",
    apply: Annotated[str, Form()] = "",
    file: Annotated[UploadFile | None, File()] = None,
) -> Response:
    """Look at what a sheet would make; with `apply`, make it."""
    said = sheet
    try:
        said = _read(file) or sheet
        command = command_from(ImportClaims, {"sheet": said, "apply": apply == "yes"})
        found = importing.import_claims(tx, version_id, command)
    except Invalid as error:
        tx.rollback()
        require(tx, Action.MARK_CLAIM, Target("version", version_id))
        return _page(tx, request, version_id, sheet=said, errors=error.fields)
    if found.made:
        return see_other(f"/versions/{version_id}/claims")
    return _page(tx, request, version_id, sheet=said, found=found)


def _page(
    tx: Transaction,
    request: Request,
    version_id: str,
    *,
    sheet: str = "",
    found: ImportView | None = None,
    errors: dict[str, str] | None = None,
) -> HTMLResponse:
    version, title = version_and_title(tx, version_id)
    return show(
        tx,
        request,
        "claims/import.html",
        status=422 if errors else 200,
        version=version,
        report_title=title,
        sheet=sheet,
        found=found,
        most=MOST_ROWS,
        errors=errors or {},
    )


def _read(file: UploadFile | None) -> str:
    if file is None or not file.filename:
        return ""
    content = file.file.read(_LARGEST_SHEET + 1)
    if len(content) > _LARGEST_SHEET:
        raise Invalid(fields={"file": "This file is too large for a list of claims."})
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        said = "This is no text in UTF-8. Save it as CSV (UTF-8) or YAML, and send it again."
        raise Invalid(fields={"file": said}) from error
