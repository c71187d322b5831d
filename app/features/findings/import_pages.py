"""Pages of an import of findings, and their export: sent, looked at one by one, made drafts of."""

from typing import Annotated

from fastapi import File, Form, Request, Response, UploadFile
from fastapi.responses import HTMLResponse
from pydantic import TypeAdapter, ValidationError

from app.domain.actions import Action
from app.domain.findings import CLASSES
from app.features.findings import exporting, importing
from app.features.findings.filing_forms import Text
from app.features.findings.import_lists import COLUMNS
from app.features.findings.import_schemas import Candidate, FindingsPreview, ImportFindings
from app.features.findings.importing import LARGEST
from app.kernel.errors import Invalid
from app.transaction import Transaction
from app.web.forms import command_from
from app.web.pages import see_other, show
from app.web.routing import Routes, Tx, takes_file
from app.web.spreadsheets import csv_of

routes = Routes()
_FOUND = TypeAdapter(tuple[Candidate, ...])


@routes.page("/findings/export", action=Action.EXPORT_FINDINGS)
def export_page(tx: Tx, format: str = "csv", version: str = "") -> Response:
    """Hand out the findings that one may read: CSV, XFDF or Web Annotations."""
    return export_answer(tx, format=format, version_id=version)


def export_answer(tx: Transaction, *, format: str, version_id: str) -> Response:
    """Answer with the findings as a file, under a name that tells nothing."""
    taken = exporting.export_findings(tx, version_id=version_id[:40])
    if format == "xfdf":
        return _file(exporting.as_xfdf(taken), "application/vnd.adobe.xfdf", "xfdf")
    if format == "jsonld":
        return _file(exporting.as_annotations(taken), "application/ld+json", "jsonld")
    return csv_of(exporting.HEAD, exporting.as_rows(taken), name="findings")


def _file(content: bytes, media_type: str, ending: str) -> Response:
    name = f'attachment; filename="findings.{ending}"'
    return Response(content, media_type=media_type, headers={"Content-Disposition": name})


@routes.page("/findings/import", action=Action.DRAFT_FINDING)
def import_page(tx: Tx, request: Request, review: str = "") -> HTMLResponse:
    """Show where a file is sent."""
    return _import_page(tx, request, review)


def _import_page(
    tx: Transaction,
    request: Request,
    review: str,
    *,
    sheet: str = "",
    errors: dict[str, str] | None = None,
) -> HTMLResponse:
    fields = importing.import_fields(tx, review)
    return show(
        tx,
        request,
        "findings/import.html",
        status=422 if errors else 200,
        fields=fields,
        chosen=review or next(iter(fields.reviews), ""),
        sheet=sheet,
        errors=errors or {},
    )


@routes.form("/findings/import/preview", action=Action.DRAFT_FINDING)
@takes_file
def preview_form(
    tx: Tx,
    request: Request,
    review_id: Text = "",
    sheet: Text = "",
    file: Annotated[UploadFile | None, File()] = None,
) -> Response:
    """Show what a file would make."""
    content = file.file.read(LARGEST + 1) if file is not None and file.filename else b""
    try:
        found = importing.preview_import(tx, review_id=review_id, content=content, sheet=sheet)
    except Invalid as error:
        tx.rollback()
        return _import_page(tx, request, review_id, sheet=sheet, errors=error.fields)
    return _preview_page(tx, request, found)


def _preview_page(
    tx: Transaction, request: Request, found: FindingsPreview, *, error: str = ""
) -> HTMLResponse:
    return show(
        tx,
        request,
        "findings/import_preview.html",
        status=422 if error else 200,
        found=found,
        error=error,
        sent=_FOUND.dump_json(tuple(row.candidate for row in found.rows)).decode(),
        titles=COLUMNS,
        classes=CLASSES,
    )


@routes.form("/findings/import", action=Action.DRAFT_FINDING)
@takes_file
def import_form(
    tx: Tx,
    request: Request,
    review_id: Text = "",
    source: Text = "",
    found: Text = "",
    chosen: Annotated[list[str] | None, Form(max_length=1000)] = None,
    then: Text = "chosen",
) -> Response:
    """Make drafts of what was chosen, or of all whose place is exact."""
    try:
        candidates = _FOUND.validate_json(found or "[]")
    except ValidationError:
        candidates = ()
    values = {
        "review_id": review_id, "source": source, "candidates": candidates,
        "chosen": chosen or [], "all_exact": then == "exact",
    }  # fmt: skip
    try:
        made = importing.import_findings(tx, command_from(ImportFindings, values))
    except Invalid as error:
        tx.rollback()
        said = next(iter(error.fields.values()))
        return _import_page(tx, request, review_id, errors={"file": said})
    return see_other(f"/findings/drafts?imported={len(made.drafts)}")
