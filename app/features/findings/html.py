"""Pages of fact-check findings."""

from typing import Annotated
from urllib.parse import urlencode

from fastapi import Form, Request, Response
from fastapi.responses import HTMLResponse

from app.access.decide import may
from app.domain.actions import Action
from app.domain.findings import CLASSES, DISPOSITIONS, MATERIALITY
from app.domain.targets import Target
from app.features.findings import draft_pages, filing_pages, queries, reading, service
from app.features.findings.import_pages import routes as import_routes
from app.features.findings.schemas import (
    Contest,
    DecideRejection,
    Reroute,
    Respond,
)
from app.kernel.actor import Side
from app.kernel.errors import Conflict, Invalid, VitrineError
from app.transaction import Transaction
from app.web.forms import command_from
from app.web.pages import see_other, show
from app.web.routing import Routes, Tx

routes = Routes()
# Before the one address that takes any word.
for pages in (filing_pages.routes, import_routes, draft_pages.routes):
    routes.include_router(pages)

Typed = dict[str, object]
STATES = ("Waiting for author", "Waiting for reviewer", "Agreed for next version", "Done")
_DISPOSITION_OPTIONS = [
    {
        "value": key,
        "label": name,
        "help": "Waits for somebody who does not own the claim." if key == "rejected" else None,
    }
    for key, name in DISPOSITIONS.items()
]


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
    )


def _detail(
    tx: Transaction,
    request: Request,
    finding_id: str,
    *,
    typed: Typed | None = None,
    errors: dict[str, str] | None = None,
    conflict: VitrineError | None = None,
    status: int = 200,
) -> HTMLResponse:
    view = reading.read_finding(tx, finding_id)
    target = Target("finding", finding_id)
    waits = view.row.waits_for_decider
    waiting = view.row.outward == STATES[0] and view.row.finding_class != "H"
    reroutes = waiting and may(tx, Action.REROUTE_FINDING, target)
    return show(
        tx,
        request,
        "findings/detail.html",
        status=status,
        view=view,
        can_answer=may(tx, Action.ANSWER_FINDING, target) and not waits,
        can_decide=waits and may(tx, Action.REJECT_FINDING, target),
        cleared=view.statement is not None,
        can_confirm=may(tx, Action.CONFIRM_FINDING, target),
        can_contest=may(tx, Action.CONTEST_FINDING, target),
        can_withdraw=may(tx, Action.WITHDRAW_FINDING, target),
        can_reroute=reroutes,
        authors=[{"value": i, "label": n} for i, n in queries.publisher_authors(tx)]
        if reroutes
        else [],
        typed=typed or {},
        errors=errors or {},
        conflict=conflict,
        class_name=CLASSES[view.row.finding_class],
        materiality_name=MATERIALITY[view.row.materiality],
        dispositions=_DISPOSITION_OPTIONS,
        disposition_words=DISPOSITIONS,
    )


@routes.page("/findings/{finding_id}", action=Action.READ_FINDING)
def detail_page(tx: Tx, request: Request, finding_id: str) -> HTMLResponse:
    """Show a finding with its passage, its answers and its life."""
    return _detail(tx, request, finding_id)


@routes.form("/findings/{finding_id}/respond", action=Action.ANSWER_FINDING)
def respond_form(
    tx: Tx,
    request: Request,
    finding_id: str,
    disposition: Annotated[str, Form()] = "",
    explanation: Annotated[str, Form()] = "",
    new_text: Annotated[str, Form()] = "",
    nothing_withheld: Annotated[str, Form()] = "",
) -> Response:
    """Answer a finding."""
    typed: Typed = {
        "disposition": disposition, "explanation": explanation, "new_text": new_text,
    }  # fmt: skip
    stated = {"nothing_withheld": True} if nothing_withheld == "yes" else {}
    try:
        service.respond(tx, finding_id, command_from(Respond, {**typed, **stated}))
    except Invalid as error:
        tx.rollback()
        return _detail(tx, request, finding_id, typed=typed, errors=error.fields, status=422)
    except Conflict as error:
        tx.rollback()
        return _detail(tx, request, finding_id, typed=typed, conflict=error, status=409)
    return see_other(f"/findings/{finding_id}")


@routes.form("/findings/{finding_id}/decide", action=Action.REJECT_FINDING)
def decide_form(tx: Tx, finding_id: str, uphold: Annotated[str, Form()] = "") -> Response:
    """Decide a proposed rejection."""
    service.decide_rejection(tx, finding_id, DecideRejection(uphold=uphold == "yes"))
    return see_other(f"/findings/{finding_id}")


@routes.form("/findings/{finding_id}/reroute", action=Action.REROUTE_FINDING)
def reroute_form(tx: Tx, finding_id: str, person_id: Annotated[str, Form()] = "") -> Response:
    """Give a finding to another author."""
    service.reroute(tx, finding_id, Reroute(person_id=person_id))
    return see_other(f"/findings/{finding_id}")


@routes.form("/findings/{finding_id}/confirm", action=Action.CONFIRM_FINDING)
def confirm_form(tx: Tx, finding_id: str) -> Response:
    """Confirm the answer."""
    service.confirm(tx, finding_id)
    return see_other(f"/findings/{finding_id}")


@routes.form("/findings/{finding_id}/contest", action=Action.CONTEST_FINDING)
def contest_form(
    tx: Tx,
    request: Request,
    finding_id: str,
    reason: Annotated[str, Form()] = "",
    final: Annotated[str, Form()] = "",
) -> Response:
    """Contest the answer."""
    typed: Typed = {"reason": reason, "final": final == "yes"}
    try:
        service.contest(tx, finding_id, command_from(Contest, typed))
    except Invalid as error:
        tx.rollback()
        return _detail(tx, request, finding_id, typed=typed, errors=error.fields, status=422)
    return see_other(f"/findings/{finding_id}")


@routes.form("/findings/{finding_id}/withdraw", action=Action.WITHDRAW_FINDING)
def withdraw_form(tx: Tx, finding_id: str) -> Response:
    """Withdraw a finding."""
    service.withdraw(tx, finding_id)
    return see_other(f"/findings/{finding_id}")
