"""The JSON API of reports, versions, pages, claims and owners."""

from datetime import date
from typing import Annotated

from fastapi import File, Form, UploadFile

from app.domain.actions import Action
from app.features.reports import service
from app.features.reports.schemas import (
    CreateReport,
    ImportVersion,
    ProgressView,
    ReportRow,
    ReportView,
    VersionRow,
    VersionView,
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
    file: Annotated[UploadFile, File(description="a PDF")],
    label: Annotated[str, Form()],
    coverage_date: Annotated[date | None, Form()] = None,
    changelog: Annotated[str, Form()] = "",
) -> VersionRow:
    """Import a PDF as the next version; its progress is at /versions/{id}/progress."""
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
