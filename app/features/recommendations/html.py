"""Pages of recommendations: the list and its file, one of them, a new one, what is carried over."""

from typing import Annotated, Any

from fastapi import Form, Request, Response
from fastapi.responses import HTMLResponse

from app.domain.actions import Action
from app.domain.recommendations import ADOPTIONS, RESPONSES, URGENCIES
from app.features.recommendations import reading, service
from app.features.recommendations.schemas import (
    CarryRecommendations,
    DraftRecommendation,
    ListQuery,
    RecommendationView,
    RespondToRecommendation,
    SayAdoption,
)
from app.kernel.actor import Side
from app.kernel.errors import Conflict, Invalid, VitrineError
from app.transaction import Transaction
from app.web.forms import command_from
from app.web.pages import see_other, show
from app.web.routing import Routes, Tx
from app.web.spreadsheets import csv_of

routes = Routes()
Text = Annotated[str, Form()]
Texts = Annotated[list[str] | None, Form(max_length=100)]
Typed = dict[str, Any]
_WORDS: dict[str, Any] = {"urgencies": URGENCIES, "responses": RESPONSES, "adoptions": ADOPTIONS}
_CHOICES = {
    "show": ("open", "unanswered", "draft", "settled", "all"),
    "by": ("urgency", "claim", "pathway"),
}


def _query(request: Request) -> ListQuery:
    """Read the filters; what is none of the words is passed over."""
    asked = request.query_params
    page = asked.get("page", "1")
    return ListQuery.model_validate(
        {
            **{k: asked[k] for k, known in _CHOICES.items() if asked.get(k) in known},
            "review": asked.get("review", "")[:40],
            "page": max(1, int(page)) if page.isascii() and page.isdigit() and len(page) < 4 else 1,
        }
    )


@routes.page("/recommendations", action=Action.LIST_RECOMMENDATIONS)
def list_page(tx: Tx, request: Request) -> HTMLResponse:
    """Show recommendations by urgency, by claim or by pathway."""
    found = reading.read_list(tx, _query(request))
    own = tx.actor.side is Side.REVIEWER
    return show(tx, request, "recommendations/list.html", found=found, own=own, **_WORDS)


@routes.page("/recommendations.csv", action=Action.LIST_RECOMMENDATIONS)
def list_file(tx: Tx, request: Request) -> Response:
    """Give the list as a file, with the texts that the person may read."""
    found = reading.read_list(tx, _query(request), whole=True)
    head = ["group", "number", "organisation", "urgency", "state", "recommendation", "claims",
            "pathways", "response", "planned_by", "publisher_says", "reviewer_says"]  # fmt: skip
    rows = [_cells(group.label, view) for group in found.groups for view in group.rows]
    return csv_of(head, rows, name="recommendations")


def _cells(label: str, view: RecommendationView) -> list[str]:
    answer = view.responses[0] if view.responses else None
    return [
        label,
        view.number or "",
        view.organisation_name or "",
        URGENCIES[view.urgency],
        view.state,
        view.text or "",
        " ".join(code for _, code in view.claims),
        " ".join(called for _, called in view.pathways),
        RESPONSES[answer.response] if answer else "",
        answer.planned_by.isoformat() if answer and answer.planned_by else "",
        ADOPTIONS["publisher"].get(view.publisher_view or "", ""),
        ADOPTIONS["reviewer"].get(view.own_view or "", ""),
    ]


@routes.page("/recommendations/{recommendation_id}", action=Action.READ_RECOMMENDATION)
def detail_page(tx: Tx, request: Request, recommendation_id: str) -> HTMLResponse:
    """Show one recommendation."""
    return _detail(tx, request, recommendation_id)


def _detail(
    tx: Transaction,
    request: Request,
    recommendation_id: str,
    *,
    typed: Typed | None = None,
    problem: VitrineError | None = None,
) -> HTMLResponse:
    found = reading.read_recommendation(tx, recommendation_id)
    return show(
        tx,
        request,
        "recommendations/detail.html",
        status=problem.status if problem else 200,
        found=found,
        own=tx.actor.side is Side.REVIEWER,
        typed=typed or {},
        errors=problem.fields if problem else {},
        problem=problem if problem and not problem.fields else None,
        **_WORDS,
    )


@routes.page("/reviews/{review_id}/recommendations/new", action=Action.DRAFT_RECOMMENDATION)
def new_page(tx: Tx, request: Request, review_id: str) -> HTMLResponse:
    """Show the form of a new recommendation."""
    return _new(tx, request, review_id, {}, {})


def _new(
    tx: Transaction, request: Request, review_id: str, typed: Typed, errors: dict[str, str]
) -> HTMLResponse:
    choices = reading.read_choices(tx, review_id)
    return show(
        tx,
        request,
        "recommendations/new.html",
        status=422 if errors else 200,
        choices=choices,
        typed=typed,
        errors=errors,
        **_WORDS,
    )


@routes.form("/reviews/{review_id}/recommendations", action=Action.DRAFT_RECOMMENDATION)
def draft_form(
    tx: Tx,
    request: Request,
    review_id: str,
    text: Text = "",
    urgency: Text = "",
    claims: Texts = None,
    pathways: Texts = None,
) -> Response:
    """Draft a recommendation."""
    typed = {"text": text, "urgency": urgency, "claims": claims or [], "pathways": pathways or []}
    try:
        made = service.draft_recommendation(tx, review_id, command_from(DraftRecommendation, typed))
    except Invalid as error:
        tx.rollback()
        return _new(tx, request, review_id, typed, error.fields)
    return see_other(f"/recommendations/{made.id}")


@routes.page("/reviews/{review_id}/recommendations/carry", action=Action.CARRY_RECOMMENDATIONS)
def carry_page(tx: Tx, request: Request, review_id: str) -> HTMLResponse:
    """Show what can be carried over from earlier reviews."""
    return _carry(tx, request, review_id, [], {})


def _carry(
    tx: Transaction, request: Request, review_id: str, chosen: list[str], errors: dict[str, str]
) -> HTMLResponse:
    found = reading.read_carryable(tx, review_id)
    return show(
        tx,
        request,
        "recommendations/carry.html",
        status=422 if errors else 200,
        found=found,
        chosen=chosen,
        errors=errors,
        **_WORDS,
    )


@routes.form("/reviews/{review_id}/recommendations/carry", action=Action.CARRY_RECOMMENDATIONS)
def carry_form(tx: Tx, request: Request, review_id: str, recommendations: Texts = None) -> Response:
    """Carry recommendations over, as drafts."""
    chosen = recommendations or []
    try:
        command = command_from(CarryRecommendations, {"recommendations": chosen})
        service.carry_recommendations(tx, review_id, command)
    except Invalid as error:
        tx.rollback()
        return _carry(tx, request, review_id, chosen, error.fields)
    return see_other(f"/recommendations?show=draft&review={review_id}")


@routes.form("/recommendations/{recommendation_id}/change", action=Action.CHANGE_RECOMMENDATION)
def change_form(
    tx: Tx,
    request: Request,
    recommendation_id: str,
    text: Text = "",
    urgency: Text = "",
    claims: Texts = None,
    pathways: Texts = None,
) -> Response:
    """Word a draft anew."""
    typed = {"text": text, "urgency": urgency, "claims": claims or [], "pathways": pathways or []}
    try:
        command = command_from(DraftRecommendation, typed)
        service.change_recommendation(tx, recommendation_id, command)
    except (Invalid, Conflict) as error:
        tx.rollback()
        return _detail(tx, request, recommendation_id, typed=typed, problem=error)
    return see_other(f"/recommendations/{recommendation_id}")


@routes.form("/recommendations/{recommendation_id}/file", action=Action.FILE_RECOMMENDATION)
def file_form(tx: Tx, request: Request, recommendation_id: str) -> Response:
    """File a draft."""
    try:
        service.file_recommendation(tx, recommendation_id)
    except Conflict as error:
        tx.rollback()
        return _detail(tx, request, recommendation_id, problem=error)
    return see_other(f"/recommendations/{recommendation_id}")


@routes.form("/recommendations/{recommendation_id}/withdraw", action=Action.WITHDRAW_RECOMMENDATION)
def withdraw_form(tx: Tx, request: Request, recommendation_id: str) -> Response:
    """Withdraw a recommendation, or discard a draft."""
    try:
        service.withdraw_recommendation(tx, recommendation_id)
    except Conflict as error:
        tx.rollback()
        return _detail(tx, request, recommendation_id, problem=error)
    return see_other(f"/recommendations/{recommendation_id}")


@routes.form(
    "/recommendations/{recommendation_id}/response", action=Action.RESPOND_TO_RECOMMENDATION
)
def respond_form(
    tx: Tx,
    request: Request,
    recommendation_id: str,
    response: Text = "",
    response_text: Text = "",
    planned_by: Text = "",
    nothing_withheld: Text = "",
) -> Response:
    """Answer a recommendation for the publisher."""
    typed: Typed = {
        "response": response,
        "text": response_text,
        "planned_by": planned_by or None,
        "nothing_withheld": nothing_withheld == "yes",
    }
    try:
        command = command_from(RespondToRecommendation, typed)
        service.respond(tx, recommendation_id, command)
    except (Invalid, Conflict) as error:
        tx.rollback()
        if "text" in error.fields:
            error.fields["response_text"] = error.fields.pop("text")
        return _detail(tx, request, recommendation_id, typed=typed, problem=error)
    return see_other(f"/recommendations/{recommendation_id}")


@routes.form("/recommendations/{recommendation_id}/adoption", action=Action.SAY_ADOPTION)
def adoption_form(
    tx: Tx, request: Request, recommendation_id: str, standing: Text = ""
) -> Response:
    """Say how one's own side sees its adoption."""
    try:
        command = command_from(SayAdoption, {"standing": standing})
        service.say_adoption(tx, recommendation_id, command)
    except (Invalid, Conflict) as error:
        tx.rollback()
        return _detail(tx, request, recommendation_id, typed={"standing": standing}, problem=error)
    return see_other(f"/recommendations/{recommendation_id}")
