"""Pages of answers that are shared further: the publisher's form, and the answers of a review."""

from typing import Annotated

from fastapi import Form, Request, Response
from fastapi.responses import HTMLResponse

from app.domain.actions import Action
from app.features.sharing import service, wording
from app.features.sharing.schemas import ShareAnswer, WordQuestion
from app.kernel.actor import Side
from app.kernel.errors import Invalid
from app.transaction import Transaction
from app.web.forms import command_from
from app.web.pages import see_other, show
from app.web.routing import Routes, Tx

routes = Routes()
Text = Annotated[str, Form()]
Typed = dict[str, object]


@routes.page("/requests/{request_id}/share", action=Action.SHARE_ANSWER)
def share_page(tx: Tx, request: Request, request_id: str) -> HTMLResponse:
    """Show the form with which an answer is shared with others."""
    return _share(tx, request, request_id, {})


@routes.form("/requests/{request_id}/share", action=Action.SHARE_ANSWER)
def share_form(
    tx: Tx,
    request: Request,
    request_id: str,
    round: Text = "",
    reviews: Annotated[list[str] | None, Form()] = None,
    question: Text = "",
    nothing_withheld: Text = "",
    hits_confirmed: Text = "",
) -> Response:
    """Share an answer with others."""
    typed: Typed = {
        "round": round,
        "reviews": reviews or [],
        "question": question,
        "nothing_withheld": nothing_withheld == "yes",
        "hits_confirmed": hits_confirmed == "yes",
    }
    try:
        service.share_answer(tx, request_id, command_from(ShareAnswer, typed))
    except Invalid as error:
        tx.rollback()
        return _share(tx, request, request_id, typed, errors=error.fields, status=422)
    return see_other(f"/requests/{request_id}")


@routes.form("/requests/{request_id}/share/wording", action=Action.WORD_SHARED_QUESTION)
def wording_form(tx: Tx, request: Request, request_id: str, question: Text = "") -> Response:
    """Word the question that others read."""
    typed: Typed = {"question": question}
    try:
        wording.word_question(tx, request_id, command_from(WordQuestion, typed))
    except Invalid as error:
        tx.rollback()
        return _share(
            tx, request, request_id, typed, errors=error.fields, failed="wording", status=422
        )
    return see_other(f"/requests/{request_id}/share")


def _share(
    tx: Transaction,
    request: Request,
    request_id: str,
    typed: Typed,
    *,
    errors: dict[str, str] | None = None,
    failed: str = "share",
    status: int = 200,
) -> HTMLResponse:
    view = service.read_share(tx, request_id)
    return show(
        tx,
        request,
        "sharing/share.html",
        status=status,
        view=view,
        typed=typed,
        errors=errors or {},
        failed=failed,
    )


@routes.page("/reviews/{review_id}/answers", action=Action.READ_SHARED_ANSWERS)
def answers_page(tx: Tx, request: Request, review_id: str) -> HTMLResponse:
    """Show the answers that were shared in a review."""
    found = service.read_shared(tx, review_id)
    return show(
        tx, request, "sharing/answers.html", found=found, own=tx.actor.side is Side.REVIEWER
    )
