"""The JSON API of reports, versions and pages."""

from datetime import date
from typing import Annotated

from fastapi import File, Form, Response, UploadFile

from app.domain.actions import Action
from app.domain.passages import rects_from
from app.features.reports import originals, reading, service
from app.features.reports.schemas import (
    CreateReport,
    DocumentView,
    ImportVersion,
    PageView,
    ProgressView,
    ReportRow,
    ReportView,
    SearchView,
    VersionRow,
    VersionView,
    WordsView,
)
from app.web.routing import Routes, Tx, takes_file

routes = Routes(prefix="/api/v1", tags=["reports"])


@routes.read("/reports", action=Action.LIST_REPORTS, response_model=list[ReportRow])
def list_reports(tx: Tx) -> list[ReportRow]:
    """List the reports that you may see."""
    return service.list_reports(tx)


@routes.act("/reports", action=Action.CREATE_REPORT, response_model=ReportRow, status_code=201)
def create_report(tx: Tx, command: CreateReport) -> ReportRow:
    """Create a report."""
    return service.create_report(tx, command)


@routes.read("/reports/{report_id}", action=Action.READ_REPORT, response_model=ReportView)
def read_report(tx: Tx, report_id: str) -> ReportView:
    """Give a report with its versions."""
    return service.read_report(tx, report_id)


@routes.act(
    "/reports/{report_id}/versions",
    action=Action.IMPORT_VERSION,
    response_model=VersionRow,
    status_code=202,
)
@takes_file
def import_version(
    tx: Tx,
    report_id: str,
    file: Annotated[UploadFile, File(description="a PDF, Markdown (.md), PNG or JPEG")],
    label: Annotated[str, Form()],
    coverage_date: Annotated[date | None, Form()] = None,
    changelog: Annotated[str, Form()] = "",
) -> VersionRow:
    """Import a file as the next version; its progress is at /versions/{id}/progress.

    Of Markdown and pictures a PDF is made, which an author approves before anything is published.
    """
    command = ImportVersion(label=label, coverage_date=coverage_date, changelog=changelog)
    return service.import_version(
        tx, report_id, command, content=file.file.read(), file_name=file.filename or ""
    )


@routes.read("/versions/{version_id}/desk", action=Action.READ_REPORT, response_model=VersionView)
def read_version_desk(tx: Tx, version_id: str) -> VersionView:
    """Give the state, parts and owners of a version to those who work on it."""
    return service.read_version_desk(tx, version_id)


@routes.read(
    "/versions/{version_id}/progress", action=Action.READ_REPORT, response_model=ProgressView
)
def read_progress(tx: Tx, version_id: str) -> ProgressView:
    """Say how far the import is."""
    return service.read_progress(tx, version_id)


@routes.act(
    "/versions/{version_id}/publish", action=Action.PUBLISH_VERSION, response_model=VersionRow
)
def publish_version(tx: Tx, version_id: str) -> VersionRow:
    """Publish a version whose redactions are all decided."""
    return service.publish_version(tx, version_id)


@routes.act(
    "/versions/{version_id}/pdf/approve", action=Action.APPROVE_PDF, response_model=VersionRow
)
def approve_pdf(tx: Tx, version_id: str) -> VersionRow:
    """Approve the PDF made of a file of another kind, after looking through it."""
    return originals.approve_pdf(tx, version_id)


@routes.read("/versions/{version_id}", action=Action.READ_VERSION, response_model=DocumentView)
def read_version(tx: Tx, version_id: str) -> DocumentView:
    """Give a version as you may read it: edition, outline, what is removed."""
    return reading.open_document(tx, version_id)


@routes.read(
    "/versions/{version_id}/pages/{number}", action=Action.READ_PAGE, response_model=PageView
)
def read_page(tx: Tx, version_id: str, number: int, at: str = "") -> PageView:
    """Give one page of your edition: permitted words, boxes, what stands beside it.

    `at` is a place on it to quote, as the address of a passage has it.
    """
    return reading.open_page(tx, version_id, number, at=rects_from(at))


@routes.read("/versions/{version_id}/pages/{number}/image", action=Action.READ_PAGE)
def read_page_image(tx: Tx, version_id: str, number: int, fine: bool = False) -> Response:
    """Give one page's pixels, with your watermark in them.

    `fine` asks for 220 dpi instead of 110; the first who does so gets 110 while it is drawn.
    """
    image = reading.open_image(tx, version_id, number, fine=fine)
    return Response(image.content, media_type=image.media_type)


@routes.read("/versions/{version_id}/pages/{number}/thumbnail", action=Action.READ_PAGE)
def read_page_thumbnail(tx: Tx, version_id: str, number: int) -> Response:
    """Give one page's pixels made small, with your watermark in them."""
    image = reading.open_image(tx, version_id, number, small=True)
    return Response(image.content, media_type=image.media_type)


@routes.read(
    "/versions/{version_id}/pages/{number}/passage",
    action=Action.READ_PAGE,
    response_model=WordsView,
)
def find_words(tx: Tx, version_id: str, number: int, passage: str) -> WordsView:
    """Give the words of a passage by index, as findings and requests take them."""
    return reading.find_words(tx, version_id, number, passage)


@routes.read(
    "/versions/{version_id}/search", action=Action.SEARCH_VERSION, response_model=SearchView
)
def search_version(tx: Tx, version_id: str, q: str) -> SearchView:
    """Search the permitted words of your edition."""
    return reading.search_version(tx, version_id, q)
