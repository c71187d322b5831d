"""Pages of the log, and of an organisation's own record."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from fastapi import Request, Response
from fastapi.responses import FileResponse, HTMLResponse
from starlette.background import BackgroundTask

from app.access.decide import may
from app.domain.actions import Action
from app.domain.targets import INSTALLATION, Target
from app.features.auditing import queries, service
from app.features.auditing.bundles import Bundle, make_bundle
from app.features.auditing.schemas import LogFilter
from app.transaction import Transaction
from app.web.pages import see_other, show
from app.web.routing import Routes, Tx

routes = Routes()

OUTCOMES = ("done", "allowed", "denied", "failed")
AREAS = (
    ("identity", "Sign-ins"),
    ("report", "Reports"),
    ("redaction", "Redactions"),
    ("grant", "Grants"),
    ("request", "Requests"),
    ("finding", "Findings"),
    ("audit", "The log itself"),
)


def _day(text: str, *, after: bool = False) -> datetime | None:
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    return datetime.combine(found + timedelta(days=1 if after else 0), time(0), tzinfo=UTC)


def filter_of(request: Request) -> LogFilter:
    """Read the filter from the address, so that a view of the log can be kept and sent."""
    query = request.query_params
    names = ("person", "organisation", "action", "object", "outcome", "before")
    return LogFilter(
        since=_day(query.get("since", "")),
        until=_day(query.get("until", ""), after=True),
        **{name: query.get(name, "").strip()[:100] for name in names},
    )


def _common(request: Request) -> dict[str, Any]:
    query = request.query_params
    chosen = query.get("outcome", "")
    area = query.get("action", "")
    return {
        "typed": {key: query.get(key, "") for key in ("since", "until", "person", "object")},
        "outcomes": [
            {"label": "Everything", "value": None, "current": not chosen},
            *({"label": o.capitalize(), "value": o, "current": o == chosen} for o in OUTCOMES),
        ],
        "areas": [
            {"label": "All areas", "value": None, "current": not area},
            *({"label": name, "value": key, "current": key == area} for key, name in AREAS),
        ],
    }


@routes.page("/log", action=Action.READ_LOG)
def log_page(tx: Tx, request: Request) -> HTMLResponse:
    """Show the log to an auditor."""
    page = service.read_log(tx, filter_of(request))
    return show(
        tx,
        request,
        "auditing/log.html",
        page=page,
        state=service.read_state(tx),
        counts=service.reading_counts(tx),
        organisations=queries.organisation_options(tx),
        chosen=request.query_params.get("organisation", ""),
        can_export=may(tx, Action.EXPORT_LOG, INSTALLATION),
        **_common(request),
    )


@routes.form("/log/exports", action=Action.EXPORT_LOG)
def start_log_export(tx: Tx) -> Response:
    """Begin an export of the log."""
    service.start_log_export(tx)
    return see_other("/log/export.zip")


@routes.page("/log/export.zip", action=Action.EXPORT_LOG)
def log_export(tx: Tx) -> Response:
    """Hand out the log as a bundle that verifies elsewhere."""
    return send_bundle(make_bundle(tx, organisation_id=None))


@routes.page("/record", action=Action.READ_RECORD)
def record_page(tx: Tx, request: Request) -> HTMLResponse:
    """Show the entries that concern one's own organisation."""
    own = own_organisation(tx)
    return show(
        tx,
        request,
        "auditing/record.html",
        page=service.read_record(tx, own, filter_of(request)),
        state=service.read_state(tx),
        can_export=may(tx, Action.EXPORT_RECORD, Target("organisation", own)),
        **_common(request),
    )


@routes.form("/record/exports", action=Action.EXPORT_RECORD)
def start_record_export(tx: Tx) -> Response:
    """Begin an export of one's own record."""
    service.start_record_export(tx, own_organisation(tx))
    return see_other("/record/export.zip")


@routes.page("/record/export.zip", action=Action.EXPORT_RECORD)
def record_export(tx: Tx) -> Response:
    """Hand out one's own record as a bundle that verifies elsewhere."""
    return send_bundle(make_bundle(tx, organisation_id=own_organisation(tx)))


def own_organisation(tx: Transaction) -> str:
    """Give the id of the organisation acted for."""
    return tx.actor.organisation_id or ""


def send_bundle(bundle: Bundle) -> Response:
    """Send an archive and remove it afterwards."""
    return FileResponse(
        bundle.path,
        media_type="application/zip",
        filename=bundle.name,
        background=BackgroundTask(bundle.path.unlink, missing_ok=True),
    )
