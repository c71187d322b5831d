"""Pages of the log, and of an organisation's own record."""

from typing import Any

from fastapi import Request, Response
from fastapi.responses import HTMLResponse

from app.access.decide import may
from app.domain.actions import Action
from app.domain.targets import INSTALLATION, Target
from app.features.auditing import queries, service
from app.features.auditing.asked import filter_of, own_organisation, send_bundle
from app.features.auditing.bundles import make_bundle
from app.web.pages import see_other, show
from app.web.routing import Routes, Tx

routes = Routes()

OUTCOMES = ("done", "allowed", "denied", "failed")
AREAS = (
    ("identity", "Sign-ins"),
    ("organisation", "Organisations"),
    ("report", "Reports"),
    ("redaction", "Redactions"),
    ("review", "Reviews"),
    ("grant", "Grants"),
    ("undertaking", "Terms"),
    ("receipt", "Receipts"),
    ("request", "Requests"),
    ("finding", "Findings"),
    ("audit", "The log itself"),
)
_TYPED = ("since", "until", "person", "object")


def _common(request: Request) -> dict[str, Any]:
    query = request.query_params
    chosen = query.get("outcome", "")
    area = query.get("action", "")
    return {
        "typed": {key: query.get(key, "") for key in _TYPED},
        "kept": {key: query[key] for key in ("action", "outcome") if query.get(key)},
        "narrowed": any(query.get(key) for key in (*_TYPED, "organisation", "action", "outcome")),
        "outcomes": [
            {"label": "Every outcome", "value": None, "current": not chosen},
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
    own = own_organisation(tx, Action.READ_RECORD)
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
    service.start_record_export(tx, own_organisation(tx, Action.EXPORT_RECORD))
    return see_other("/record/export.zip")


@routes.page("/record/export.zip", action=Action.EXPORT_RECORD)
def record_export(tx: Tx) -> Response:
    """Hand out one's own record as a bundle that verifies elsewhere."""
    return send_bundle(make_bundle(tx, organisation_id=own_organisation(tx, Action.EXPORT_RECORD)))
