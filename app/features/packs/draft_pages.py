"""The page of one's organisation's drafts."""

from typing import Annotated

from fastapi import Form, Query, Request, Response
from fastapi.responses import HTMLResponse

from app.domain.actions import Action
from app.features.packs import drafting
from app.features.packs.schemas import SubmitDrafts
from app.kernel.errors import Invalid
from app.transaction import Transaction
from app.web.forms import command_from
from app.web.pages import see_other, show
from app.web.routing import Routes, Tx

routes = Routes()


@routes.page("/drafts", action=Action.LIST_REQUESTS)
def drafts_page(
    tx: Tx,
    request: Request,
    submitted: Annotated[int, Query(ge=0, le=100_000)] = 0,
    kept: Annotated[int, Query(ge=0, le=100_000)] = 0,
) -> HTMLResponse:
    """Show the drafts; `submitted` and `kept` say what became of those just chosen."""
    return _drafts_page(tx, request, submitted=submitted, kept=kept)


def _drafts_page(
    tx: Transaction,
    request: Request,
    *,
    submitted: int = 0,
    kept: int = 0,
    errors: dict[str, str] | None = None,
) -> HTMLResponse:
    return show(
        tx,
        request,
        "packs/drafts.html",
        status=422 if errors else 200,
        found=drafting.list_drafts(tx),
        submitted=submitted,
        kept=kept,
        errors=errors or {},
    )


@routes.form("/drafts/submit", action=Action.SUBMIT_REQUEST)
def submit_form(
    tx: Tx,
    request: Request,
    requests: Annotated[list[str] | None, Form(max_length=200)] = None,
) -> Response:
    """Submit the chosen drafts."""
    try:
        made = drafting.submit_drafts(tx, command_from(SubmitDrafts, {"requests": requests or []}))
    except Invalid as error:
        tx.rollback()
        return _drafts_page(tx, request, errors=error.fields)
    counts = f"submitted={len(made.submitted)}&kept={len(made.kept_back)}"
    return see_other(f"/drafts?{counts}")
