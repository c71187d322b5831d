"""Pages of the ledger of what was asked and provided."""

from typing import Annotated
from urllib.parse import urlencode

from fastapi import Query, Request, Response
from fastapi.responses import HTMLResponse

from app.domain.actions import Action
from app.domain.requests import DETERMINATIONS, FORMS, REFUSALS, TYPES
from app.features.provided import queries, service
from app.features.provided.schemas import ProvidedFilter, ProvidedRow
from app.kernel.actor import Side
from app.web.pages import show
from app.web.routing import Routes, Tx
from app.web.spreadsheets import csv_of

routes = Routes()
Wanted = Annotated[str, Query(max_length=40)]
OUTCOMES = {
    **DETERMINATIONS,
    "by_reference": "Answered by reference",
    "withdrawn": "Withdrawn",
    "closed_unresolved": "Closed unresolved",
    "open": "No answer yet",
}
_HEAD = (
    *("number", "organisation", "asked on", "type", "form", "state", "outcome", "code", "reason"),
    *("due on", "released on", "days late", "rounds", "asker says"),
)


@routes.page("/asked-and-provided", action=Action.READ_PROVIDED)
def ledger_page(
    tx: Tx,
    request: Request,
    organisation: Wanted = "",
    review: Wanted = "",
    outcome: Wanted = "",
    code: Wanted = "",
    page: Annotated[int, Query(ge=1, le=100_000)] = 1,
) -> HTMLResponse:
    """Show what was asked and what was provided."""
    wanted = ProvidedFilter(organisation=organisation, review=review, outcome=outcome, code=code)
    found = service.read_provided(tx, wanted, page=page)
    own = tx.actor.side is Side.REVIEWER
    askers = [] if own else queries.askers(tx)
    return show(
        tx,
        request,
        "provided/ledger.html",
        found=found,
        own=own,
        query=_query(wanted),
        filtered=bool(_query(wanted)),
        outcomes=OUTCOMES,
        refusals=REFUSALS,
        askers=[_chip(wanted, "organisation", "", "Every organisation"),
                *(_chip(wanted, "organisation", i, name) for i, name in askers)],
        chips=[_chip(wanted, "outcome", "", "All"),
               *({**_chip(wanted, "outcome", c.name, OUTCOMES[c.name]), "count": c.count}
                 for c in found.outcomes)],
        codes=[_chip(wanted, "code", "", "Every code"),
               *({**_chip(wanted, "code", c.name, REFUSALS.get(c.name, c.name)), "count": c.count}
                 for c in found.codes)],
    )  # fmt: skip


@routes.page("/asked-and-provided/export", action=Action.READ_PROVIDED)
def ledger_csv(
    tx: Tx, organisation: Wanted = "", review: Wanted = "", outcome: Wanted = "", code: Wanted = ""
) -> Response:
    """Hand the ledger out as CSV."""
    wanted = ProvidedFilter(organisation=organisation, review=review, outcome=outcome, code=code)
    rows = service.export_provided(tx, wanted)
    return csv_of(_HEAD, map(_cells, rows), name="asked-and-provided")


def _cells(row: ProvidedRow) -> tuple[str, ...]:
    reason = "not cleared" if row.reason_masked else row.reason or ""
    days = (day.isoformat() if day else "" for day in (row.due_on, row.released_on))
    return (
        *(row.number, row.organisation, row.asked_on.isoformat() if row.asked_on else ""),
        *(TYPES.get(row.type, row.type), FORMS.get(row.form, row.form), row.state),
        *(OUTCOMES[row.outcome or "open"], row.code or "", reason, *days),
        *(str(row.late_by), str(row.rounds), row.verdict or ""),
    )


def _query(wanted: ProvidedFilter, **other: str) -> str:
    kept = wanted.model_dump() | other
    return urlencode({name: value for name, value in kept.items() if value})


def _chip(wanted: ProvidedFilter, name: str, value: str, label: str) -> dict[str, object]:
    query = _query(wanted, **{name: value})
    return {
        "label": label,
        "href": f"/asked-and-provided{'?' + query if query else ''}",
        "current": getattr(wanted, name) == value,
    }
