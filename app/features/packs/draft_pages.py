"""The page of one's organisation's drafts."""

from typing import Annotated, Literal

from fastapi import Form, Query, Request, Response
from fastapi.responses import HTMLResponse

from app.domain.actions import Action
from app.features.packs import drafting
from app.features.packs.schemas import MarkDrafts, SubmitDrafts
from app.kernel.errors import Invalid
from app.transaction import Transaction
from app.web.forms import command_from
from app.web.pages import see_other, show
from app.web.routing import Routes, Tx

routes = Routes()
Count = Annotated[int, Query(ge=0, le=100_000)]
Chosen = Annotated[list[str] | None, Form(max_length=200)]


@routes.page("/drafts", action=Action.LIST_REQUESTS)
def drafts_page(
    tx: Tx,
    request: Request,
    shown: Annotated[Literal["all", "ready"], Query(alias="show")] = "all",
    submitted: Count = 0,
    marked: Count = 0,
    imported: Count = 0,
    kept: Count = 0,
) -> HTMLResponse:
    """Show the drafts; the counts say what became of those just chosen or imported."""
    said = {"submitted": submitted, "marked": marked, "imported": imported, "kept": kept}
    return _drafts_page(tx, request, shown=shown, said=said)


def _drafts_page(
    tx: Transaction,
    request: Request,
    *,
    shown: Literal["all", "ready"] = "all",
    said: dict[str, int] | None = None,
    errors: dict[str, str] | None = None,
) -> HTMLResponse:
    found = drafting.list_drafts(tx, show=shown)
    return show(
        tx,
        request,
        "packs/drafts.html",
        status=422 if errors else 200,
        found=found,
        said=said or {},
        chips=[
            {"label": "All", "href": "/drafts", "current": shown == "all", "count": found.total},
            {
                "label": "Ready to submit",
                "href": "/drafts?show=ready",
                "current": shown == "ready",
                "count": found.marked,
            },
        ],
        errors=errors or {},
    )


@routes.form("/drafts/submit", action=Action.SUBMIT_REQUEST)
def submit_form(
    tx: Tx,
    request: Request,
    requests: Chosen = None,
) -> Response:
    """Submit the chosen drafts."""
    try:
        made = drafting.submit_drafts(tx, command_from(SubmitDrafts, {"requests": requests or []}))
    except Invalid as error:
        tx.rollback()
        return _drafts_page(tx, request, errors=error.fields)
    counts = f"submitted={len(made.submitted)}&kept={len(made.kept_back)}"
    return see_other(f"/drafts?{counts}")


@routes.form("/drafts/ready", action=Action.DRAFT_REQUEST)
def ready_form(tx: Tx, request: Request, requests: Chosen = None) -> Response:
    """Mark the chosen drafts ready for the lead."""
    try:
        made = drafting.mark_drafts(tx, command_from(MarkDrafts, {"requests": requests or []}))
    except Invalid as error:
        tx.rollback()
        return _drafts_page(tx, request, errors=error.fields)
    return see_other(f"/drafts?marked={len(made.marked)}&kept={len(made.kept_back)}")
