"""The page of the keys that one signs with."""

from typing import Annotated

from fastapi import Form, Request, Response
from fastapi.responses import HTMLResponse

from app.domain.actions import Action
from app.features.signing import service
from app.features.signing.schemas import RegisterKey
from app.kernel.errors import Conflict, Forbidden, Invalid, VitrineError
from app.transaction import Transaction
from app.web.forms import command_from
from app.web.pages import see_other, show
from app.web.routing import Routes, Tx

routes = Routes()
Text = Annotated[str, Form()]


@routes.page("/signing-keys", action=Action.KEEP_SIGNING_KEYS)
def keys_page(tx: Tx, request: Request) -> HTMLResponse:
    """Show one's own keys."""
    return _page(tx, request)


def _page(
    tx: Transaction,
    request: Request,
    *,
    typed: dict[str, str] | None = None,
    problem: VitrineError | None = None,
) -> HTMLResponse:
    return show(
        tx,
        request,
        "signing/keys.html",
        status=problem.status if problem else 200,
        found=service.list_keys(tx),
        typed=typed or {},
        errors=problem.fields if problem else {},
        problem=problem if problem and not problem.fields else None,
    )


@routes.form("/signing-keys", action=Action.KEEP_SIGNING_KEYS)
def register_form(
    tx: Tx,
    request: Request,
    kind: Text = "ed25519",
    label: Text = "",
    public_key: Text = "",
    client_data: Text = "",
    credential_id: Text = "",
) -> Response:
    """Register a key of one's own."""
    typed = {"kind": kind, "label": label, "public_key": public_key,
             "client_data": client_data, "credential_id": credential_id}  # fmt: skip
    try:
        service.register_key(tx, command_from(RegisterKey, typed))
    except (Invalid, Conflict, Forbidden) as error:
        if isinstance(error, Forbidden) and not error.remedy:
            raise
        tx.rollback()
        return _page(tx, request, typed=typed, problem=error)
    return see_other("/signing-keys")


@routes.form("/signing-keys/{key_id}/remove", action=Action.KEEP_SIGNING_KEYS)
def remove_form(tx: Tx, request: Request, key_id: str) -> Response:
    """Remove a key of one's own."""
    try:
        service.remove_key(tx, key_id)
    except (Conflict, Forbidden) as error:
        if isinstance(error, Forbidden) and not error.remedy:
            raise
        tx.rollback()
        return _page(tx, request, problem=error)
    return see_other("/signing-keys")
