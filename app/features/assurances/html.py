"""Pages of assurances: the register, one of them, a new one, the wordings they start from."""

from typing import Annotated, Any

from fastapi import Form, Request, Response
from fastapi.responses import HTMLResponse

from app.access.decide import may
from app.audit.signatures import bytes_to_sign
from app.domain.actions import Action
from app.domain.assurances import OUTCOMES, STATES, WITHDRAWALS
from app.domain.targets import INSTALLATION
from app.features.assurances import reading, service
from app.features.assurances.schemas import (
    ChangeWording,
    DraftAssurance,
    ListQuery,
    ReleaseAssurance,
    RequestAssurance,
    SignAssurance,
    WithdrawAssurance,
)
from app.kernel.actor import Side
from app.kernel.errors import Conflict, Forbidden, Invalid, VitrineError
from app.transaction import Transaction
from app.web.forms import command_from
from app.web.pages import see_other, show
from app.web.routing import Routes, Tx

routes = Routes()
Text = Annotated[str, Form()]
Typed = dict[str, Any]
_WORDS: dict[str, Any] = {"outcomes": OUTCOMES, "states": STATES, "withdrawals": WITHDRAWALS}
_TELLABLE = (Invalid, Conflict, Forbidden)


@routes.page("/assurances", action=Action.LIST_ASSURANCES)
def list_page(tx: Tx, request: Request) -> HTMLResponse:
    """Show the register of assurances."""
    asked = request.query_params
    only, page = asked.get("show", ""), asked.get("page", "1")
    wanted = ListQuery.model_validate(
        {
            "show": only if only in ("open", "given", "all") else "open",
            "page": max(1, int(page)) if page.isascii() and page.isdigit() and len(page) < 4 else 1,
        }
    )
    return show(
        tx,
        request,
        "assurances/list.html",
        found=reading.read_list(tx, wanted),
        own=tx.actor.side is Side.REVIEWER,
        can_word=may(tx, Action.MANAGE_WORDINGS, INSTALLATION),
        **_WORDS,
    )


@routes.page("/reviews/{review_id}/assurances/new", action=Action.REQUEST_ASSURANCE)
def new_page(tx: Tx, request: Request, review_id: str, request_id: str = "") -> HTMLResponse:
    """Show the form that sets an assurance up."""
    return _new(tx, request, review_id, {"request_id": request_id}, {})


def _new(
    tx: Transaction, request: Request, review_id: str, typed: Typed, errors: dict[str, str]
) -> HTMLResponse:
    return show(
        tx,
        request,
        "assurances/new.html",
        status=422 if errors else 200,
        choices=reading.read_choices(tx, review_id),
        typed=typed,
        errors=errors,
    )


@routes.form("/reviews/{review_id}/assurances", action=Action.REQUEST_ASSURANCE)
def request_form(
    tx: Tx,
    request: Request,
    review_id: str,
    template: Text = "",
    request_id: Text = "",
    supersedes: Text = "",
    named: Text = "",
) -> Response:
    """Set an assurance up."""
    typed: Typed = {"template": template, "request_id": request_id, "supersedes": supersedes,
                    "named": named == "yes"}  # fmt: skip
    try:
        made = service.request_assurance(tx, review_id, command_from(RequestAssurance, typed))
    except Invalid as error:
        tx.rollback()
        return _new(tx, request, review_id, typed, error.fields)
    return see_other(f"/assurances/{made.id}")


@routes.page("/assurances/{assurance_id}", action=Action.READ_ASSURANCE)
def detail_page(tx: Tx, request: Request, assurance_id: str) -> HTMLResponse:
    """Show one assurance."""
    return _detail(tx, request, assurance_id)


def _detail(
    tx: Transaction,
    request: Request,
    assurance_id: str,
    *,
    typed: Typed | None = None,
    problem: VitrineError | None = None,
) -> HTMLResponse:
    found = reading.read_assurance(tx, assurance_id)
    digest = found.view.digest
    return show(
        tx,
        request,
        "assurances/detail.html",
        status=problem.status if problem else 200,
        found=found,
        own=tx.actor.side is Side.REVIEWER,
        to_sign=bytes_to_sign(digest).decode() if digest else "",
        typed=typed or {},
        errors=problem.fields if problem else {},
        problem=problem if problem and not problem.fields else None,
        **_WORDS,
    )


def _again(
    tx: Transaction, request: Request, assurance_id: str, error: VitrineError, **typed: Any
) -> HTMLResponse:
    if isinstance(error, Forbidden) and not error.remedy:
        raise error
    tx.rollback()
    return _detail(tx, request, assurance_id, typed=typed, problem=error)


@routes.page("/assurances/{assurance_id}/statement.json", action=Action.READ_ASSURANCE)
def statement_file(tx: Tx, assurance_id: str) -> Response:
    """Give what is signed in canonical form, for checking it elsewhere."""
    return Response(
        reading.read_statement(tx, assurance_id),
        media_type="application/json",
        headers={"Content-Disposition": 'attachment; filename="statement.json"'},
    )


@routes.page("/assurances/{assurance_id}/to-sign.txt", action=Action.READ_ASSURANCE)
def to_sign_file(tx: Tx, assurance_id: str) -> Response:
    """Give exactly the bytes that a key signs."""
    return Response(
        bytes_to_sign(reading.read_digest(tx, assurance_id)),
        media_type="text/plain; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="to-sign.txt"'},
    )


@routes.form("/assurances/{assurance_id}/draft", action=Action.DRAFT_ASSURANCE)
def draft_form(
    tx: Tx,
    request: Request,
    assurance_id: str,
    outcome: Text = "",
    text: Text = "",
    scope: Text = "",
    qualification: Text = "",
    as_of: Text = "",
    signatory_id: Text = "",
    publishable: Text = "",
) -> Response:
    """Word an assurance."""
    typed: Typed = {
        "outcome": outcome,
        "text": text,
        "scope": scope,
        "qualification": qualification,
        "as_of": as_of,
        "signatory_id": signatory_id,
        "publishable": publishable == "yes",
    }
    try:
        service.draft_assurance(tx, assurance_id, command_from(DraftAssurance, typed))
    except _TELLABLE as error:
        return _again(tx, request, assurance_id, error, **typed)
    return see_other(f"/assurances/{assurance_id}")


@routes.form("/assurances/{assurance_id}/signature", action=Action.SIGN_ASSURANCE)
def sign_form(tx: Tx, request: Request, assurance_id: str, signature: Text = "") -> Response:
    """Sign an assurance."""
    try:
        command = command_from(SignAssurance, {"signature": signature})
        service.sign_assurance(tx, assurance_id, command)
    except _TELLABLE as error:
        return _again(tx, request, assurance_id, error, signature=signature)
    return see_other(f"/assurances/{assurance_id}")


@routes.form("/assurances/{assurance_id}/release", action=Action.RELEASE_ASSURANCE)
def release_form(
    tx: Tx,
    request: Request,
    assurance_id: str,
    nothing_withheld: Text = "",
    hits_confirmed: Text = "",
) -> Response:
    """Release an assurance."""
    typed = {
        "nothing_withheld": nothing_withheld == "yes",
        "hits_confirmed": hits_confirmed == "yes",
    }
    try:
        service.release_assurance(tx, assurance_id, command_from(ReleaseAssurance, typed))
    except _TELLABLE as error:
        return _again(tx, request, assurance_id, error, **typed)
    return see_other(f"/assurances/{assurance_id}")


@routes.form("/assurances/{assurance_id}/withdraw", action=Action.WITHDRAW_ASSURANCE)
def withdraw_form(tx: Tx, request: Request, assurance_id: str, reason: Text = "") -> Response:
    """Withdraw an assurance."""
    try:
        command = command_from(WithdrawAssurance, {"reason": reason})
        service.withdraw_assurance(tx, assurance_id, command)
    except _TELLABLE as error:
        return _again(tx, request, assurance_id, error, reason=reason)
    return see_other(f"/assurances/{assurance_id}")


@routes.page("/assurance-wordings", action=Action.MANAGE_WORDINGS)
def wordings_page(tx: Tx, request: Request, code: str = "") -> HTMLResponse:
    """Show the wordings that assurances start from."""
    return _wordings(tx, request, code, {}, {})


def _wordings(
    tx: Transaction, request: Request, code: str, typed: Typed, errors: dict[str, str]
) -> HTMLResponse:
    rows = reading.read_wordings(tx)
    chosen = next((one for one in rows if one.code == code), None)
    return show(
        tx,
        request,
        "assurances/wordings.html",
        status=422 if errors else 200,
        rows=rows,
        chosen=chosen,
        typed=typed or ({**chosen.model_dump(), "wording": chosen.code} if chosen else {}),
        errors=errors,
    )


@routes.form("/assurance-wordings", action=Action.MANAGE_WORDINGS)
def wording_form(
    tx: Tx,
    request: Request,
    wording: Text = "",
    name: Text = "",
    text: Text = "",
    scope: Text = "",
    retired: Text = "",
) -> Response:
    """Change a wording, or add one."""
    typed: Typed = {"wording": wording, "name": name, "text": text, "scope": scope,
                    "retired": retired == "yes"}  # fmt: skip
    try:
        service.change_wording(tx, command_from(ChangeWording, typed))
    except Invalid as error:
        tx.rollback()
        return _wordings(tx, request, "", typed, error.fields)
    return see_other("/assurance-wordings")
