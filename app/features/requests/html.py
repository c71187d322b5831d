"""Pages of information requests: one request, and what its asker does.

The lists are in queue_pages.py, the forms of the publisher's people in publisher_forms.py.
"""

from typing import Annotated

from fastapi import Form, Request, Response
from fastapi.responses import HTMLResponse

from app.access.decide import require
from app.access.release import select_words
from app.domain.actions import Action
from app.domain.targets import PageRef, Target
from app.features.requests import (
    appealing,
    drafts,
    import_pages,
    keeping,
    offering,
    publisher_forms,
    queries,
    queue_pages,
    service,
)
from app.features.requests.commands import (
    AppealAnswer,
    DraftRequest,
    EditDraft,
    GiveClarification,
    KeepRequest,
    MarkReady,
    ReferRequest,
    ReturnAnswer,
)
from app.features.requests.rows import EarlierList
from app.features.requests.schemas import MovedView
from app.features.requests.showing import (
    Typed,
    acted,
    basis_of,
    detail,
    draft_options,
)
from app.kernel.errors import Invalid, NotFound
from app.models.reviews import Review
from app.transaction import Transaction
from app.web.forms import command_from
from app.web.pages import see_other, show
from app.web.routing import Routes, Tx

routes = Routes()
Text = Annotated[str, Form()]
Texts = Annotated[list[str] | None, Form(max_length=100)]


routes.adopt(queue_pages.routes)


@routes.page("/requests/new", action=Action.DRAFT_REQUEST)
def new_page(
    tx: Tx,
    request: Request,
    review: str = "",
    version: str = "",
    page: str = "",
    words: str = "",
    section: str = "",
    claim: str = "",
    redaction: str = "",
    finding: str = "",
    follows: str = "",
) -> HTMLResponse:
    """Show the form of a new request, about a passage when one comes with the address."""
    reviews = queries.open_reviews(tx, version)
    typed: Typed = {
        "review_id": review or (reviews[0][0] if reviews else ""),
        "type": "explanation",
        "basis": "passage" if words else ("page" if page else ""),
        "basis_page": page,
        "basis_words": words,
    }
    things = {
        "section": section,
        "claim": claim,
        "redaction": redaction,
        "finding": finding,
        "request": follows,
    }
    for kind, given in things.items():
        if given:
            typed |= {"basis": kind, "basis_id": given}
    return _new(tx, request, typed)


def _new(
    tx: Transaction,
    request: Request,
    typed: Typed,
    *,
    errors: dict[str, str] | None = None,
    status: int = 200,
    offered: EarlierList | None = None,
) -> HTMLResponse:
    review_id = str(typed.get("review_id", ""))
    require(tx, Action.DRAFT_REQUEST, Target("review", review_id))
    review = tx.session.get(Review, review_id)
    if review is None:
        raise NotFound
    return show(
        tx,
        request,
        "requests/new.html",
        status=status,
        typed=typed,
        errors=errors or {},
        quote=_quote(tx, review.version_id, typed),
        reviews=[pair for pair in queries.open_reviews(tx) if pair[0] != review_id],
        about=dict(queries.open_reviews(tx)).get(review_id, ""),
        offered=offered,
        colleagues=keeping.colleagues(tx),
        **draft_options(tx, review.id, review.version_id, typed),
    )


def _quote(tx: Transaction, version_id: str, typed: Typed) -> str | None:
    """Quote the chosen words, so that the asker sees what the request will be about."""
    try:
        basis = basis_of(typed)
        if basis is None or basis.kind != "passage" or not basis.page or not basis.words:
            return None
        ref = PageRef(version_id=version_id, page=basis.page)
        return select_words(tx, ref, *basis.words).quote
    except (Invalid, NotFound):
        return None


@routes.form("/requests", action=Action.DRAFT_REQUEST)
def draft_form(
    tx: Tx,
    request: Request,
    review_id: Text = "",
    type: Text = "explanation",
    question: Text = "",
    purpose: Text = "",
    substitutes: Text = "",
    reference: Text = "",
    expected_form: Text = "",
    wanted_by: Text = "",
    basis: Text = "",
    basis_page: Text = "",
    basis_words: Text = "",
    basis_id: Text = "",
    seen_by: Text = "",
    people: Texts = None,
    answered_by: Text = "",
    then: Text = "keep",
) -> Response:
    """Keep a draft, and submit it, mark it ready or close it by an earlier answer when asked to."""
    typed: Typed = {
        "review_id": review_id, "type": type, "question": question, "purpose": purpose,
        "substitutes": substitutes, "reference": reference,
        "expected_form": expected_form, "wanted_by": wanted_by, "basis": basis,
        "basis_page": basis_page, "basis_words": basis_words, "basis_id": basis_id,
        "seen_by": seen_by, "people": people or [],
    }  # fmt: skip
    if then == "look" and not answered_by:
        return _new(tx, request, typed, offered=offering.offer(tx, question, review_id=review_id))
    try:
        kept_to = _kept(seen_by, people)
        values = {"review_id": review_id, "kept_to": kept_to, **_draft_values(typed)}
        command = command_from(DraftRequest, values)
        made = service.draft_request(tx, command)
        _go_on(tx, made, then, answered_by)
    except Invalid as error:
        tx.rollback()
        return _new(tx, request, typed, errors=error.fields, status=422)
    return see_other(f"/requests/{made.id}")


def _go_on(tx: Transaction, kept: MovedView, then: str, answered_by: str) -> MovedView:
    """Do with a draft that was just kept what its form asks for besides."""
    if answered_by:
        return drafts.refer_request(tx, kept.id, ReferRequest(answered_by=answered_by[:40]))
    if then == "submit":
        return service.submit_request(tx, kept.id)
    if then == "ready":
        return drafts.mark_ready(tx, kept.id, MarkReady())
    return kept


def _kept(seen_by: str, people: list[str] | None) -> list[str] | None:
    return (people or []) if seen_by == "named" else None


def _draft_values(typed: Typed) -> dict[str, object]:
    return {
        "type": typed["type"],
        "question": typed["question"],
        "purpose": typed["purpose"],
        "substitutes": typed["substitutes"],
        "reference": typed["reference"],
        "expected_form": typed["expected_form"] or None,
        "wanted_by": typed["wanted_by"] or None,
        "basis": basis_of(typed),
    }


# Before the address of one request, which would take `import` for an id.
routes.adopt(import_pages.routes)


@routes.page("/requests/{request_id}", action=Action.READ_REQUEST)
def detail_page(tx: Tx, request: Request, request_id: str) -> HTMLResponse:
    """Show a request as this person may see it."""
    return detail(tx, request, request_id)


@routes.form("/requests/{request_id}/draft", action=Action.DRAFT_REQUEST)
def edit_form(
    tx: Tx,
    request: Request,
    request_id: str,
    type: Text = "explanation",
    question: Text = "",
    purpose: Text = "",
    substitutes: Text = "",
    reference: Text = "",
    expected_form: Text = "",
    wanted_by: Text = "",
    basis: Text = "",
    basis_page: Text = "",
    basis_id: Text = "",
    answered_by: Text = "",
    then: Text = "keep",
) -> Response:
    """Write a draft anew, and go on with it when asked to."""
    typed: Typed = {
        "type": type, "question": question, "purpose": purpose, "basis": basis,
        "substitutes": substitutes, "reference": reference,
        "expected_form": expected_form, "wanted_by": wanted_by, "basis_page": basis_page,
        "basis_id": basis_id,
    }  # fmt: skip

    if then == "look" and not answered_by:
        require(tx, Action.READ_REQUEST, Target("request", request_id))
        review_id = queries.get_request(tx, request_id).review_id
        require(tx, Action.DRAFT_REQUEST, Target("review", review_id))
        offered = offering.offer(tx, question, review_id=review_id)
        return detail(tx, request, request_id, form="draft", typed=typed, offered=offered)

    def act() -> MovedView:
        command = command_from(EditDraft, _draft_values(typed))
        kept = service.edit_draft(tx, request_id, command)
        return _go_on(tx, kept, then, answered_by)

    return acted(tx, request, request_id, act, form="draft", typed=typed)


@routes.form("/requests/{request_id}/submit", action=Action.SUBMIT_REQUEST)
def submit_form(tx: Tx, request: Request, request_id: str) -> Response:
    """Submit a draft."""
    return acted(tx, request, request_id, lambda: service.submit_request(tx, request_id))


@routes.form("/requests/{request_id}/people", action=Action.KEEP_REQUEST)
def people_form(
    tx: Tx, request: Request, request_id: str, seen_by: Text = "", people: Texts = None
) -> Response:
    """Say who of the organisation sees a request."""
    typed: Typed = {"seen_by": seen_by, "people": people or []}

    def act() -> MovedView:
        command = command_from(KeepRequest, {"people": _kept(seen_by, people)})
        return keeping.keep_request(tx, request_id, command)

    return acted(tx, request, request_id, act, form="people", typed=typed)


@routes.form("/requests/{request_id}/ready", action=Action.DRAFT_REQUEST)
def ready_form(tx: Tx, request: Request, request_id: str, ready: Text = "yes") -> Response:
    """Mark a draft ready for the lead, or take that back."""
    command = MarkReady(ready=ready == "yes")
    return acted(tx, request, request_id, lambda: drafts.mark_ready(tx, request_id, command))


@routes.form("/requests/{request_id}/answered", action=Action.REFER_REQUEST)
def answered_form(tx: Tx, request: Request, request_id: str, answered_by: Text = "") -> Response:
    """Close a draft by an earlier answer."""
    typed: Typed = {"answered_by": answered_by}

    def act() -> MovedView:
        return drafts.refer_request(tx, request_id, command_from(ReferRequest, typed))

    return acted(tx, request, request_id, act, form="answered")


@routes.form("/requests/{request_id}/clarification", action=Action.CLARIFY_REQUEST)
def clarify_form(tx: Tx, request: Request, request_id: str, clarification: Text = "") -> Response:
    """Answer what was asked back."""
    typed: Typed = {"clarification": clarification}

    def act() -> MovedView:
        command = command_from(GiveClarification, typed)
        return service.give_clarification(tx, request_id, command)

    return acted(tx, request, request_id, act, form="clarify", typed=typed)


@routes.form("/requests/{request_id}/accept", action=Action.ACCEPT_ANSWER)
def accept_form(tx: Tx, request: Request, request_id: str) -> Response:
    """Accept the answer."""
    return acted(tx, request, request_id, lambda: service.accept_answer(tx, request_id))


@routes.form("/requests/{request_id}/return", action=Action.RETURN_ANSWER)
def return_form(
    tx: Tx,
    request: Request,
    request_id: str,
    return_reason: Text = "",
    rounds: Annotated[list[str] | None, Form()] = None,
) -> Response:
    """Return the answer, or some of several, with a reason."""
    typed: Typed = {"return_reason": return_reason, "rounds": rounds or []}

    def act() -> MovedView:
        return service.return_answer(tx, request_id, command_from(ReturnAnswer, typed))

    return acted(tx, request, request_id, act, form="return", typed=typed)


@routes.form("/requests/{request_id}/appeal", action=Action.APPEAL_ANSWER)
def appeal_form(tx: Tx, request: Request, request_id: str, appeal_reason: Text = "") -> Response:
    """Ask for a second look at a refusal."""
    typed: Typed = {"appeal_reason": appeal_reason}

    def act() -> MovedView:
        return appealing.appeal_answer(tx, request_id, command_from(AppealAnswer, typed))

    return acted(tx, request, request_id, act, form="appeal", typed=typed)


@routes.form("/requests/{request_id}/withdraw", action=Action.WITHDRAW_REQUEST)
def withdraw_form(tx: Tx, request: Request, request_id: str) -> Response:
    """Withdraw a request."""
    return acted(tx, request, request_id, lambda: service.withdraw_request(tx, request_id))


routes.adopt(publisher_forms.routes)
