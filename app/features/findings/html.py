"""Pages of fact-check findings."""

from urllib.parse import urlencode

from fastapi import Request
from fastapi.responses import HTMLResponse

from app.domain.actions import Action
from app.domain.findings import CLASSES, FOUR, MATERIALITY
from app.features.findings import (
    claw_back_pages,
    desk_pages,
    detail_pages,
    draft_pages,
    filing_pages,
    import_pages,
    queries,
    reading,
)
from app.kernel.actor import Role, Side
from app.web.pages import show
from app.web.routing import Routes, Tx

routes = Routes()
# Before the one address that takes any word.
for pages in (filing_pages, import_pages, draft_pages):
    routes.adopt(pages.routes)

STATES = FOUR


@routes.page("/findings", action=Action.LIST_FINDINGS)
def list_page(tx: Tx, request: Request, state: str = "", page: int = 1) -> HTMLResponse:
    """Show the findings that concern this person, worst first."""
    found = reading.list_findings(tx, outward_state=state, page=max(page, 1))
    everything = {"label": "All", "href": "/findings", "current": not state}
    reviewer = tx.actor.side is Side.REVIEWER
    return show(
        tx,
        request,
        "findings/list.html",
        found=found,
        chosen=state,
        waits=found.counts.get(STATES[1] if reviewer else STATES[0], 0),
        page=max(page, 1),
        pages=max(1, -(-found.total // queries.PAGE_SIZE)),
        chips=[
            everything,
            *(
                {
                    "label": name,
                    "href": f"/findings?{urlencode({'state': name})}",
                    "current": name == state,
                    "count": found.counts.get(name, 0),
                }
                for name in STATES
            ),
        ],
        classes=CLASSES,
        materiality=MATERIALITY,
        reviewer=reviewer,
        has_desk=not reviewer and bool(tx.actor.roles & {Role.AUTHOR, Role.COORDINATOR}),
        decides=not reviewer and bool(tx.actor.roles & {Role.APPROVER, Role.COORDINATOR}),
    )


for more in (desk_pages, claw_back_pages, detail_pages):  # one finding's address takes any word
    routes.adopt(more.routes)
