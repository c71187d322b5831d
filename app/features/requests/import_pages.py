"""Pages of an import: the list is sent, looked at row by row, and made drafts of."""

from collections.abc import Mapping
from typing import Annotated

from fastapi import File, Form, Request, Response, UploadFile
from fastapi.responses import HTMLResponse

from app.domain.actions import Action
from app.domain.requests import FORMS, TYPES
from app.domain.tables import kept
from app.features.requests import importing
from app.features.requests.commands import ImportRequests
from app.features.requests.importing import LARGEST_FILE
from app.features.requests.lists import COLUMNS
from app.features.requests.rows import ImportPreview
from app.kernel.errors import Invalid
from app.transaction import Transaction
from app.web.forms import command_from
from app.web.pages import see_other, show
from app.web.routing import Routes, Tx, takes_file
from app.web.spreadsheets import csv_of

routes = Routes()
Text = Annotated[str, Form()]
Texts = Annotated[list[str] | None, Form(max_length=60)]
Typed = dict[str, object]


@routes.page("/requests/import", action=Action.DRAFT_REQUEST)
def import_page(tx: Tx, request: Request, review: str = "") -> HTMLResponse:
    """Show where a list is sent."""
    return _import_page(tx, request, {"review_id": review})


def _import_page(
    tx: Transaction, request: Request, typed: Typed, errors: dict[str, str] | None = None
) -> HTMLResponse:
    return show(
        tx,
        request,
        "requests/import.html",
        status=422 if errors else 200,
        fields=importing.import_fields(tx, str(typed.get("review_id") or "")),
        typed=typed,
        errors=errors or {},
    )


@routes.form("/requests/import/preview", action=Action.DRAFT_REQUEST)
@takes_file
def preview_form(
    tx: Tx,
    request: Request,
    review_id: Text = "",
    sheet: Text = "",
    columns: Texts = None,
    headed: Text = "",
    then: Text = "look",
    file: Annotated[UploadFile | None, File()] = None,
) -> Response:
    """Show what a list would make, or hand out the rows that have to be mended first."""
    typed = _typed(review_id, sheet, columns, headed)
    try:
        if file is not None and file.filename:
            typed["sheet"] = importing.list_from(file.file.read(LARGEST_FILE + 1))
        found = importing.preview_import(tx, command_from(ImportRequests, typed))
    except Invalid as error:
        tx.rollback()
        return _import_page(tx, request, typed, _at(error.fields))
    if then == "faulty":
        head, rows = importing.faulty_rows(found)
        return csv_of(head, [[kept(cell) for cell in row] for row in rows], name="to-mend")
    return _preview_page(tx, request, typed, found)


@routes.form("/requests/import", action=Action.DRAFT_REQUEST)
@takes_file
def import_form(
    tx: Tx,
    request: Request,
    review_id: Text = "",
    sheet: Text = "",
    columns: Texts = None,
    headed: Text = "",
) -> Response:
    """Make drafts of the good rows."""
    typed = _typed(review_id, sheet, columns, headed)
    try:
        made = importing.import_requests(tx, command_from(ImportRequests, typed))
    except Invalid as error:
        tx.rollback()
        return _import_page(tx, request, typed, _at(error.fields))
    return see_other(f"/drafts?imported={len(made.requests)}&kept={made.left_out}")


def _typed(review_id: str, sheet: str, columns: list[str] | None, headed: str) -> Typed:
    """Give what was sent; columns and head are guessed until somebody has seen the guess."""
    return {
        "review_id": review_id,
        "sheet": sheet,
        "columns": columns or None,
        "headed": {"yes": True, "no": False}.get(headed),
    }


def _at(fields: Mapping[str, str]) -> dict[str, str]:
    """Name the fields of the first page: what is wrong with columns is said of the list."""
    return {"sheet" if name in ("columns", "headed") else name: s for name, s in fields.items()}


def _preview_page(
    tx: Transaction, request: Request, typed: Typed, found: ImportPreview
) -> HTMLResponse:
    return show(
        tx,
        request,
        "requests/import_preview.html",
        found=found,
        typed=typed,
        types=TYPES,
        forms=FORMS,
        titles=COLUMNS,
        options=[{"value": value, "label": label} for value, label in COLUMNS.items()],
        said_of=importing.said_of,
    )
