"""Pages of reports and versions for those who work on them; reading pages are in `reader`."""

from datetime import date
from typing import Annotated

from fastapi import File, Form, Request, Response, UploadFile
from fastapi.responses import HTMLResponse
from pydantic import ValidationError

from app.access.attached import goes_with, is_dossier
from app.access.decide import may, require
from app.domain.actions import Action
from app.domain.targets import INSTALLATION, Target
from app.domain.versions import WAITS
from app.features.reports import originals, queries, reader, reading, service
from app.features.reports.schemas import (
    CreateReport,
    DocumentView,
    ImportVersion,
    ProgressView,
    VersionView,
)
from app.kernel.errors import Conflict, Invalid, NotFound, Unavailable, VitrineError
from app.transaction import Transaction
from app.web.errors import wants_json
from app.web.pages import see_other, show
from app.web.routing import Routes, Tx, takes_file

routes = Routes()
routes.adopt(reader.routes)


def _fields(error: Invalid | ValidationError) -> dict[str, str]:
    if isinstance(error, Invalid):
        return error.fields or {"form": error.message}
    return {str(e["loc"][0]): "This needs another look." for e in error.errors() if e["loc"]}


@routes.page("/reports", action=Action.LIST_REPORTS)
def list_page(tx: Tx, request: Request) -> HTMLResponse:
    """Show the reports that this person may see."""
    rows = service.list_reports(tx)
    return show(
        tx,
        request,
        "reports/list.html",
        rows=rows,
        can_create=may(tx, Action.CREATE_REPORT, INSTALLATION),
        can_choose=may(tx, Action.LIST_TEMPLATES, INSTALLATION),
    )


@routes.page("/reports/new", action=Action.CREATE_REPORT)
def new_page(tx: Tx, request: Request) -> HTMLResponse:
    """Show the form that creates a report."""
    require(tx, Action.CREATE_REPORT, INSTALLATION)
    return show(tx, request, "reports/new.html", typed={}, errors={})


@routes.form("/reports", action=Action.CREATE_REPORT)
def create_form(tx: Tx, request: Request, title: Annotated[str, Form()] = "") -> Response:
    """Create a report."""
    try:
        row = service.create_report(tx, CreateReport(title=title))
    except ValidationError as error:
        require(tx, Action.CREATE_REPORT, INSTALLATION)
        errors = _fields(error)
        return show(
            tx, request, "reports/new.html", status=422, typed={"title": title}, errors=errors
        )
    return see_other(f"/reports/{row.id}")


@routes.page("/reports/{report_id}", action=Action.READ_REPORT)
def report_page(tx: Tx, request: Request, report_id: str) -> HTMLResponse:
    """Show a report with its versions, and the form that imports the next one."""
    return _report_page(tx, request, report_id)


def _report_page(
    tx: Transaction,
    request: Request,
    report_id: str,
    *,
    typed: dict[str, str] | None = None,
    errors: dict[str, str] | None = None,
    status: int = 200,
) -> HTMLResponse:
    return show(
        tx,
        request,
        "reports/detail.html",
        status=status,
        view=service.read_report(tx, report_id),
        can_import=may(tx, Action.IMPORT_VERSION, Target("report", report_id)),
        most_bytes=tx.installation.settings.max_upload_bytes,
        typed=typed or {},
        errors=errors or {},
    )


@routes.form("/reports/{report_id}/versions", action=Action.IMPORT_VERSION)
@takes_file
def import_form(
    tx: Tx,
    request: Request,
    report_id: str,
    file: Annotated[UploadFile | None, File()] = None,
    label: Annotated[str, Form()] = "",
    coverage_date: Annotated[str, Form()] = "",
    changelog: Annotated[str, Form()] = "",
) -> Response:
    """Import a file as the next version."""
    typed = {"label": label, "coverage_date": coverage_date, "changelog": changelog}
    try:
        command = ImportVersion(
            label=label,
            coverage_date=date.fromisoformat(coverage_date) if coverage_date else None,
            changelog=changelog,
        )
        content = file.file.read() if file is not None else b""
        name = (file.filename if file is not None else None) or ""
        row = service.import_version(tx, report_id, command, content=content, file_name=name)
    except (Invalid, Conflict, ValidationError, ValueError) as error:
        return _not_imported(tx, request, report_id, typed, error)
    return see_other(f"/reports/{report_id}/versions/{row.id}")


def _not_imported(
    tx: Transaction, request: Request, report_id: str, typed: dict[str, str], error: Exception
) -> Response:
    """Show the filled form again; a script that sent the file gets the fields as a problem."""
    tx.rollback()
    if isinstance(error, Conflict):
        problem: VitrineError = error
        errors = {"file": error.message}
    elif isinstance(error, Invalid | ValidationError):
        errors = _fields(error)
        problem = Invalid(fields=errors)
    else:
        errors = {"coverage_date": "Give a date."}
        problem = Invalid(fields=errors)
    if wants_json(request):
        raise problem
    return _report_page(tx, request, report_id, typed=typed, errors=errors, status=problem.status)


@routes.page("/reports/{report_id}/versions/{version_id}", action=Action.READ_REPORT)
def desk_page(tx: Tx, request: Request, report_id: str, version_id: str) -> HTMLResponse:
    """Show a version's state, parts and owners to those who work on it."""
    if queries.report_of(tx, version_id) != report_id:
        raise NotFound
    return _desk_page(tx, request, version_id)


def _desk_page(
    tx: Transaction,
    request: Request,
    version_id: str,
    *,
    typed: dict[str, object] | None = None,
    errors: dict[str, str] | None = None,
    status: int = 200,
) -> HTMLResponse:
    view = service.read_version_desk(tx, version_id)
    target = Target("version", version_id)
    document = _document(tx, version_id)
    return show(
        tx,
        request,
        "reports/desk.html",
        status=status,
        view=view,
        document=document,
        titles={e.section_id: e.title for e in document.outline} if document else {},
        progress=service.read_progress(tx, version_id),
        can_finish=may(tx, Action.READ_OPEN_POINTS, target),
        can_publish=view.row.state == "working" and may(tx, Action.PUBLISH_VERSION, target),
        can_approve_pdf=_can_approve_pdf(tx, view, document),
        can_mark=document is not None and may(tx, Action.MARK_CLAIM, target),
        can_assign=may(tx, Action.ASSIGN_OWNER, target),
        can_read_claims=document is not None and may(tx, Action.READ_CLAIMS, target),
        audiences=queries.audiences(tx, version_id)
        if document is not None and may(tx, Action.VIEW_AS, target)
        else [],
        can_read_file=document is not None
        and not document.edition.withheld
        and may(tx, Action.READ_INGESTION, target),
        can_list_redactions=may(tx, Action.LIST_REDACTIONS, target),
        can_read_record=may(tx, Action.READ_REDACTION_RECORD, target),
        can_compare=may(tx, Action.COMPARE_POSITIONS, target),
        can_propose=document is not None and may(tx, Action.PROPOSE_REDACTION, target),
        can_carry_claims=may(tx, Action.CARRY_CLAIMS, target),
        can_read_impact=may(tx, Action.READ_IMPACT, target),
        claims_rule=WAITS,
        can_carry=bool(view.to_carry) and may(tx, Action.CARRY_REDACTIONS, target),
        can_grant=may(tx, Action.GRANT_INTERNALLY, target),
        goes_with=goes_with(tx, version_id),
        can_open_review=not is_dossier(tx, version_id)
        and may(tx, Action.OPEN_REVIEW, Target("report", view.row.report_id)),
        typed=typed or {},
        errors=errors or {},
    )


def _can_approve_pdf(tx: Transaction, view: VersionView, document: DocumentView | None) -> bool:
    """Say whether to offer it: something waits, and this person may look at every page whole."""
    waits = view.origin is not None and view.origin.approved_at is None
    whole = document is not None and not document.edition.withheld
    return waits and whole and may(tx, Action.APPROVE_PDF, Target("version", view.row.id))


def _document(tx: Transaction, version_id: str) -> DocumentView | None:
    """Open the edition for the titles, where this person has one and it is ready."""
    if not may(tx, Action.READ_VERSION, Target("version", version_id)):
        return None
    try:
        return reading.open_document(tx, version_id)
    except Unavailable:
        return None


@routes.page("/versions/{version_id}/progress", action=Action.READ_REPORT)
def progress(tx: Tx, version_id: str) -> ProgressView:
    """Say how far the import is, for the page that waits."""
    return service.read_progress(tx, version_id)


@routes.form("/versions/{version_id}/publish", action=Action.PUBLISH_VERSION)
def publish_form(tx: Tx, request: Request, version_id: str) -> Response:
    """Publish a version."""
    try:
        row = service.publish_version(tx, version_id)
    except Conflict as error:
        tx.rollback()
        said = " ".join(filter(None, (error.message, error.remedy)))
        return _desk_page(tx, request, version_id, errors={"publish": said}, status=409)
    return see_other(f"/reports/{row.report_id}/versions/{row.id}")


@routes.form("/versions/{version_id}/pdf/approve", action=Action.APPROVE_PDF)
def approve_form(tx: Tx, request: Request, version_id: str) -> Response:
    """Approve the PDF made of a file of another kind."""
    try:
        row = originals.approve_pdf(tx, version_id)
    except Conflict as error:
        tx.rollback()
        return _desk_page(tx, request, version_id, errors={"form": error.message}, status=409)
    return see_other(f"/reports/{row.report_id}/versions/{row.id}")
