"""Pages of fact-check findings."""

from typing import Annotated

from fastapi import Form, Request, Response
from fastapi.responses import HTMLResponse
from pydantic import ValidationError

from app.access.decide import may, require
from app.access.release import select_words
from app.domain.actions import Action
from app.domain.findings import CLASSES, DISPOSITIONS, MATERIALITY
from app.domain.targets import PageRef, Target
from app.features.findings import queries, service
from app.features.findings.schemas import (
    Contest,
    DecideRejection,
    FileFinding,
    Reroute,
    Respond,
)
from app.kernel.errors import Invalid
from app.models.reviews import Review
from app.transaction import Transaction
from app.web.pages import see_other, show
from app.web.routing import Routes, Tx

routes = Routes()

STATES = ("Waiting for author", "Waiting for reviewer", "Agreed for next version", "Done")
_CLASS_OPTIONS = [{"value": code, "label": f"{code} · {name}"} for code, name in CLASSES.items()]
_MATERIALITY_OPTIONS = [{"value": k, "label": v} for k, v in MATERIALITY.items()]
_DISPOSITION_OPTIONS = [
    {
        "value": key,
        "label": name,
        "help": "Waits for somebody who does not own the claim." if key == "rejected" else None,
    }
    for key, name in DISPOSITIONS.items()
]


def _fields(error: Invalid | ValidationError) -> dict[str, str]:
    if isinstance(error, Invalid):
        return error.fields
    return {str(e["loc"][0]): "This is needed." for e in error.errors() if e["loc"]}


@routes.page("/findings", action=Action.LIST_FINDINGS)
def list_page(tx: Tx, request: Request, state: str = "", page: int = 1) -> HTMLResponse:
    """Show the findings that concern this person, worst first."""
    rows, total = service.list_findings(tx, outward_state=state, page=max(page, 1))
    return show(
        tx,
        request,
        "findings/list.html",
        rows=rows,
        total=total,
        chosen=state,
        page=max(page, 1),
        pages=max(1, -(-total // queries.PAGE_SIZE)),
        chips=[
            {"label": "All", "href": "/findings", "current": not state},
            *(
                {
                    "label": s,
                    "href": f"/findings?state={s.replace(' ', '+')}",
                    "current": s == state,
                }
                for s in STATES
            ),
        ],
        materiality=MATERIALITY,
    )


def _new_page(
    tx: Transaction,
    request: Request,
    typed: dict[str, object],
    *,
    errors: dict[str, str] | None = None,
    status: int = 200,
) -> HTMLResponse:
    review = tx.session.get(Review, str(typed["review_id"]))
    require(tx, Action.FILE_FINDING, Target("review", str(typed["review_id"])))
    assert review is not None  # FILE_FINDING was allowed on it
    page, first, last = (int(str(typed[k] or 0)) for k in ("page", "word_from", "word_to"))
    ref = PageRef(version_id=review.version_id, page=page)
    passage = select_words(tx, ref, first, last)
    return show(
        tx,
        request,
        "findings/new.html",
        status=status,
        typed=typed,
        errors=errors or {},
        passage=passage,
        version_id=review.version_id,
        classes=_CLASS_OPTIONS,
        materiality=_MATERIALITY_OPTIONS,
    )


def _review_of(tx: Transaction, version_id: str) -> str:
    """Find the acting organisation's open review of a version; an unknown id when there is none."""
    for row in queries.own_reviews(tx, version_id):
        return row
    return "rev_none"


@routes.page("/findings/new", action=Action.FILE_FINDING)
def new_page(
    tx: Tx, request: Request, version: str = "", page: int = 1, words: str = "0-0"
) -> HTMLResponse:
    """Show the form that files a finding on a passage chosen in the reader."""
    first, _, last = words.partition("-")
    numbers = [int(part) if part.isdigit() else 0 for part in (first, last or first)]
    typed: dict[str, object] = {
        "review_id": _review_of(tx, version),
        "page": page,
        "word_from": numbers[0],
        "word_to": numbers[1],
        "finding_class": "B",
        "materiality": "claim",
    }
    return _new_page(tx, request, typed)


@routes.form("/findings", action=Action.FILE_FINDING)
def file_form(
    tx: Tx,
    request: Request,
    review_id: Annotated[str, Form()] = "",
    page: Annotated[int, Form()] = 1,
    word_from: Annotated[int, Form()] = 0,
    word_to: Annotated[int, Form()] = 0,
    finding_class: Annotated[str, Form()] = "",
    materiality: Annotated[str, Form()] = "",
    statement: Annotated[str, Form()] = "",
    correction: Annotated[str, Form()] = "",
    evidence: Annotated[str, Form()] = "",
) -> Response:
    """File a finding."""
    typed: dict[str, object] = {
        "review_id": review_id, "page": page, "word_from": word_from, "word_to": word_to,
        "finding_class": finding_class, "materiality": materiality, "statement": statement,
        "correction": correction, "evidence": evidence,
    }  # fmt: skip
    try:
        row = service.file_finding(tx, FileFinding.model_validate(typed))
    except (Invalid, ValidationError) as error:
        tx.rollback()
        return _new_page(tx, request, typed, errors=_fields(error), status=422)
    return see_other(f"/findings/{row.id}")


def _detail(
    tx: Transaction,
    request: Request,
    finding_id: str,
    *,
    typed: dict[str, object] | None = None,
    errors: dict[str, str] | None = None,
    status: int = 200,
) -> HTMLResponse:
    view = service.read_finding(tx, finding_id)
    target = Target("finding", finding_id)
    waits = view.row.waits_for_decider
    reroutes = may(tx, Action.REROUTE_FINDING, target) and view.row.outward == STATES[0]
    return show(
        tx,
        request,
        "findings/detail.html",
        status=status,
        view=view,
        can_answer=may(tx, Action.ANSWER_FINDING, target) and not waits,
        can_decide=waits and may(tx, Action.REJECT_FINDING, target),
        can_confirm=may(tx, Action.CONFIRM_FINDING, target),
        can_contest=may(tx, Action.CONTEST_FINDING, target),
        can_withdraw=may(tx, Action.WITHDRAW_FINDING, target),
        can_reroute=reroutes,
        authors=[{"value": i, "label": n} for i, n in queries.publisher_authors(tx)]
        if reroutes
        else [],
        typed=typed or {},
        errors=errors or {},
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
    typed: dict[str, object] = {
        "disposition": disposition, "explanation": explanation, "new_text": new_text,
    }  # fmt: skip
    try:
        service.respond(
            tx,
            finding_id,
            Respond.model_validate({**typed, "nothing_withheld": nothing_withheld == "yes"}),
        )
    except (Invalid, ValidationError) as error:
        tx.rollback()
        return _detail(tx, request, finding_id, typed=typed, errors=_fields(error), status=422)
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
    finding_id: str,
    reason: Annotated[str, Form(min_length=1, max_length=20_000)],
    final: Annotated[str, Form()] = "",
) -> Response:
    """Contest the answer."""
    service.contest(tx, finding_id, Contest(reason=reason, final=final == "yes"))
    return see_other(f"/findings/{finding_id}")


@routes.form("/findings/{finding_id}/withdraw", action=Action.WITHDRAW_FINDING)
def withdraw_form(tx: Tx, finding_id: str) -> Response:
    """Withdraw a finding."""
    service.withdraw(tx, finding_id)
    return see_other(f"/findings/{finding_id}")
