"""The page of a statement that was shared or released, and what people say of it there."""

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import Form, Request, Response
from fastapi.responses import HTMLResponse

from app.domain.actions import Action
from app.features.statements import commenting, narrowing, reading, releasing, verdicts
from app.features.statements.schemas import (
    CommentStatement,
    DecideComment,
    DecidePublication,
    NarrowStatement,
    WithdrawStatement,
)
from app.features.statements.words import WORDS
from app.kernel.errors import Conflict, Invalid, Unavailable, VitrineError
from app.transaction import Transaction
from app.web.forms import attempt, beside, command_from
from app.web.pages import show
from app.web.routing import Routes, Tx

routes = Routes()
Text = Annotated[str, Form()]
_OF = "/statements/{statement_id}"


@routes.page(_OF, action=Action.READ_STATEMENT)
def statement_page(tx: Tx, request: Request, statement_id: str) -> HTMLResponse:
    """Show a statement that was shared or released."""
    return _statement(tx, request, statement_id)


def _statement(
    tx: Transaction,
    request: Request,
    statement_id: str,
    *,
    failed: str = "",
    typed: dict[str, Any] | None = None,
    errors: dict[str, str] | None = None,
    status: int = 200,
) -> HTMLResponse:
    return show(
        tx,
        request,
        "statements/statement.html",
        status=status,
        view=reading.read_statement(tx, statement_id),
        failed=failed,
        typed=typed or {},
        errors=errors or {},
        **WORDS,
    )


@routes.form(f"{_OF}/comments", action=Action.COMMENT_STATEMENT)
def comment_form(
    tx: Tx,
    request: Request,
    statement_id: str,
    kind: Text = "",
    category: Text = "",
    section: Text = "",
    quote: Text = "",
    comment: Text = "",
    nothing_withheld: Text = "",
) -> Response:
    """Comment on a shared draft."""
    typed: dict[str, Any] = {
        "kind": kind,
        "category": category,
        "section": section,
        "quote": quote,
        "comment": comment,
        "nothing_withheld": nothing_withheld == "yes",
    }

    def act() -> object:
        return commenting.comment_statement(tx, statement_id, command_from(CommentStatement, typed))

    return _read(tx, request, statement_id, act, form="comment", typed=typed)


@routes.form(f"{_OF}/comments/{{comment_id}}/decision", action=Action.DECIDE_COMMENT)
def decide_form(
    tx: Tx,
    request: Request,
    statement_id: str,
    comment_id: str,
    decision: Text = "",
    reason: Text = "",
) -> Response:
    """Decide a comment."""
    typed = {"decision": decision, "reason": reason}

    def act() -> object:
        command = command_from(DecideComment, typed)
        return commenting.decide_comment(tx, statement_id, comment_id, command)

    return _read(tx, request, statement_id, act, form=comment_id, typed=typed)


@routes.form(f"{_OF}/publication", action=Action.DECIDE_PUBLICATION)
def publication_form(
    tx: Tx,
    request: Request,
    statement_id: str,
    decision: Text = "",
    digest: Text = "",
    reason: Text = "",
    nothing_withheld: Text = "",
) -> Response:
    """Say that there are no more comments, or approve or refuse publication."""
    typed: dict[str, Any] = {
        "decision": decision,
        "digest": digest,
        "reason": reason,
        "nothing_withheld": nothing_withheld == "yes",
    }

    def act() -> object:
        command = command_from(DecidePublication, typed)
        return verdicts.decide_publication(tx, statement_id, command)

    return _read(tx, request, statement_id, act, form="publication", typed=typed)


@routes.form(f"{_OF}/narrowing", action=Action.NARROW_STATEMENT)
def narrowing_form(
    tx: Tx,
    request: Request,
    statement_id: str,
    digest: Text = "",
    nothing_withheld: Text = "",
    hits_confirmed: Text = "",
) -> Response:
    """State that a statement holds nothing withheld."""
    typed: dict[str, Any] = {
        "digest": digest,
        "nothing_withheld": nothing_withheld == "yes",
        "hits_confirmed": hits_confirmed == "yes",
    }

    def act() -> object:
        command = command_from(NarrowStatement, typed)
        return narrowing.narrow_statement(tx, statement_id, command)

    return _read(tx, request, statement_id, act, form="narrowing", typed=typed)


@routes.form(f"{_OF}/withdraw", action=Action.WITHDRAW_STATEMENT)
def withdraw_form(tx: Tx, request: Request, statement_id: str, reason: Text = "") -> Response:
    """Withdraw a statement."""
    typed = {"reason": reason}

    def act() -> object:
        command = command_from(WithdrawStatement, typed)
        return releasing.withdraw_statement(tx, statement_id, command)

    return _read(tx, request, statement_id, act, form="withdraw", typed=typed)


def _read(
    tx: Transaction,
    request: Request,
    statement_id: str,
    act: Callable[[], object],
    *,
    form: str,
    typed: dict[str, Any],
) -> Response:
    """Do what a form of the page of a statement asks for, or say there why not."""

    def again(error: VitrineError) -> Response:
        return _statement(
            tx, request, statement_id,
            failed=form, typed=typed, errors=beside(error, form), status=error.status,
        )  # fmt: skip

    return attempt(
        tx, request, act, again=again, then=lambda _: f"/statements/{statement_id}#comments",
        turned=(Invalid, Conflict, Unavailable),
    )  # fmt: skip
