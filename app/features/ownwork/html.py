"""The page of an organisation's own work, and its download."""

from fastapi import Request, Response
from fastapi.responses import HTMLResponse

from app.domain.actions import Action
from app.domain.findings import CLASSES
from app.domain.requests import TYPES
from app.domain.statements import STATES, edition_name
from app.features.ownwork import service
from app.web.pages import show
from app.web.routing import Routes, Tx

routes = Routes()


@routes.page("/our-work", action=Action.EXPORT_OWN_WORK)
def own_work_page(tx: Tx, request: Request) -> HTMLResponse:
    """Show what belongs to one's organisation, and offer to take it along."""
    work = service.list_own_work(tx)
    return show(
        tx,
        request,
        "ownwork/page.html",
        work=work,
        classes=CLASSES,
        types=TYPES,
        states=STATES,
        edition_name=edition_name,
    )


@routes.page("/our-work/export.json", action=Action.EXPORT_OWN_WORK)
def own_work_export(tx: Tx) -> Response:
    """Hand out all of it as one JSON document."""
    work = service.export_own_work(tx)
    name = f"own-work-{work.exported_at:%Y-%m-%d}.json"
    return Response(
        work.model_dump_json(indent=2),
        media_type="application/json",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
