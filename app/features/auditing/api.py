"""JSON API of the log and of an organisation's record: the same services as the pages."""

from fastapi import Request, Response

from app.domain.actions import Action
from app.features.auditing import service
from app.features.auditing.asked import filter_of, own_organisation, send_bundle
from app.features.auditing.bundles import make_bundle
from app.features.auditing.schemas import LogPage, LogState, ReadingCount
from app.web.routing import Routes, Tx

routes = Routes(prefix="/api/v1", tags=["log"])


@routes.read("/log", action=Action.READ_LOG, response_model=LogPage)
def read_log(tx: Tx, request: Request) -> LogPage:
    """List entries, newest first; filters: since, until, person, organisation, action, …"""
    return service.read_log(tx, filter_of(request))


@routes.read("/log/state", action=Action.READ_LOG, response_model=LogState)
def read_state(tx: Tx) -> LogState:
    """Say up to where the log is signed, and with which key."""
    return service.read_log_state(tx)


@routes.read("/log/reading", action=Action.READ_LOG, response_model=list[ReadingCount])
def reading_counts(tx: Tx) -> list[ReadingCount]:
    """Count what each organisation read and searched: never who or what."""
    return service.reading_counts(tx)


@routes.act("/log/exports", action=Action.EXPORT_LOG, status_code=201)
def start_log_export(tx: Tx) -> dict[str, str]:
    """Begin an export of the log; fetch it at `href`."""
    service.start_log_export(tx)
    return {"href": "/api/v1/log/export.zip"}


@routes.read("/log/export.zip", action=Action.EXPORT_LOG)
def log_export(tx: Tx) -> Response:
    """Hand out the log as a bundle that verifies elsewhere."""
    return send_bundle(make_bundle(tx, organisation_id=None))


@routes.read("/record", action=Action.READ_RECORD, response_model=LogPage)
def read_record(tx: Tx, request: Request) -> LogPage:
    """List the entries that concern the caller's organisation."""
    return service.read_record(tx, own_organisation(tx, Action.READ_RECORD), filter_of(request))


@routes.act("/record/exports", action=Action.EXPORT_RECORD, status_code=201)
def start_record_export(tx: Tx) -> dict[str, str]:
    """Begin an export of the record; fetch it at `href`."""
    service.start_record_export(tx, own_organisation(tx, Action.EXPORT_RECORD))
    return {"href": "/api/v1/record/export.zip"}


@routes.read("/record/export.zip", action=Action.EXPORT_RECORD)
def record_export(tx: Tx) -> Response:
    """Hand out the record as a bundle that verifies elsewhere."""
    return send_bundle(make_bundle(tx, organisation_id=own_organisation(tx, Action.EXPORT_RECORD)))
