"""The page on which a lead signs and releases a statement; and that of the publication right."""

from typing import Annotated, Any

from fastapi import Form, Request, Response
from fastapi.responses import HTMLResponse

from app.access.decide import require
from app.domain.actions import Action
from app.domain.statements import AUDIENCES, PAYMENTS, RIGHTS, RIGHTS_ASK, TOPICS
from app.domain.targets import Target
from app.features.statements import publication, queries, releasing
from app.features.statements.schemas import ReleaseStatement, SetPublication
from app.kernel.errors import Conflict, VitrineError
from app.transaction import Transaction
from app.web.forms import attempt, beside, command_from
from app.web.pages import show
from app.web.routing import Routes, Tx

routes = Routes()
Text = Annotated[str, Form()]
Chosen = Annotated[list[str] | None, Form()]
_OF = "/statements/{statement_id}"


@routes.form(f"{_OF}/seal", action=Action.RELEASE_STATEMENT)
def seal_form(tx: Tx, request: Request, statement_id: str) -> Response:
    """Prepare what is to be signed."""

    def again(error: VitrineError) -> Response:
        require(tx, Action.RELEASE_STATEMENT, Target("statement", statement_id))
        return _page(tx, request, statement_id, errors=beside(error, "seal"), status=error.status)

    return attempt(
        tx, request, lambda: releasing.seal_statement(tx, statement_id), again=again,
        then=lambda _: f"/statements/{statement_id}/release",
    )  # fmt: skip


@routes.page(f"{_OF}/release", action=Action.RELEASE_STATEMENT)
def release_page(tx: Tx, request: Request, statement_id: str) -> HTMLResponse:
    """Show what is to be signed, and take the signature."""
    require(tx, Action.RELEASE_STATEMENT, Target("statement", statement_id))
    return _page(tx, request, statement_id)


def _page(
    tx: Transaction,
    request: Request,
    statement_id: str,
    *,
    typed: dict[str, Any] | None = None,
    errors: dict[str, str] | None = None,
    status: int = 200,
) -> HTMLResponse:
    row = queries.get_statement(tx, statement_id)
    try:
        sealed = releasing.read_sealed(tx, statement_id)
    except Conflict:
        sealed = None
    names = queries.version_names(tx, [row.version_id])
    return show(
        tx,
        request,
        "statements/release.html",
        status=status,
        row=row,
        title=names.get(row.version_id, ("", 0))[0],
        sealed=sealed,
        typed=typed or {},
        errors=errors or {},
        audiences=[{"value": value, "label": label} for value, label in AUDIENCES.items()],
        topics=TOPICS,
    )


@routes.page(f"{_OF}/to-sign.txt", action=Action.RELEASE_STATEMENT)
def line_to_sign(tx: Tx, statement_id: str) -> Response:
    """Hand out the exact line that a key signs."""
    sealed = releasing.read_sealed(tx, statement_id)
    return Response(
        sealed.to_sign,
        media_type="text/plain; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="to-sign.txt"'},
    )


@routes.form(f"{_OF}/release", action=Action.RELEASE_STATEMENT)
def release_form(
    tx: Tx,
    request: Request,
    statement_id: str,
    digest: Text = "",
    signature: Text = "",
    open_to: Chosen = None,
    nothing_withheld: Text = "",
    hits_confirmed: Text = "",
) -> Response:
    """Take the signature, and release."""
    typed: dict[str, Any] = {
        "digest": digest,
        "signature": signature,
        "open_to": open_to or [],
        "nothing_withheld": nothing_withheld == "yes",
        "hits_confirmed": hits_confirmed == "yes",
    }

    def act() -> object:
        command = command_from(ReleaseStatement, typed)
        return releasing.release_statement(tx, statement_id, command)

    def again(error: VitrineError) -> Response:
        require(tx, Action.RELEASE_STATEMENT, Target("statement", statement_id))
        return _page(
            tx, request, statement_id,
            typed=typed, errors=beside(error, "signature"), status=error.status,
        )  # fmt: skip

    return attempt(tx, request, act, again=again, then=lambda _: f"/statements/{statement_id}")


@routes.page("/reviews/{review_id}/publication", action=Action.CHANGE_REVIEW_SETTINGS)
def publication_page(tx: Tx, request: Request, review_id: str) -> HTMLResponse:
    """Show the publication right of a review."""
    return _publication(tx, request, review_id)


def _publication(
    tx: Transaction,
    request: Request,
    review_id: str,
    *,
    typed: dict[str, str] | None = None,
    errors: dict[str, str] | None = None,
    status: int = 200,
) -> HTMLResponse:
    return show(
        tx,
        request,
        "statements/publication.html",
        status=status,
        view=publication.read_publication(tx, review_id),
        typed=typed or {},
        errors=errors or {},
        rights=[
            {"value": value, "label": label, "help": RIGHTS_ASK[value]}
            for value, label in RIGHTS.items()
        ],
        payments=[{"value": value, "label": label} for value, label in PAYMENTS.items()],
    )


@routes.form("/reviews/{review_id}/publication", action=Action.CHANGE_REVIEW_SETTINGS)
def publication_form(
    tx: Tx,
    request: Request,
    review_id: str,
    publication_right: Text = "",
    payment: Text = "unrecorded",
) -> Response:
    """Set the publication right of a review."""
    typed = {"publication_right": publication_right, "payment": payment}

    def act() -> object:
        command = command_from(SetPublication, typed)
        return publication.set_publication(tx, review_id, command)

    def again(error: VitrineError) -> Response:
        require(tx, Action.CHANGE_REVIEW_SETTINGS, Target("review", review_id))
        return _publication(
            tx, request, review_id,
            typed=typed, errors=beside(error, "publication_right"), status=error.status,
        )  # fmt: skip

    return attempt(
        tx, request, act, again=again, then=lambda _: f"/reviews/{review_id}/publication"
    )
