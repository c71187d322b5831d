"""Who inside the publisher may read a version: internal grants, like anybody else's."""

from datetime import timedelta
from typing import Annotated

from fastapi import Form, Request, Response
from fastapi.responses import HTMLResponse

from app.domain.actions import Action
from app.features.reviews import choosing, forms, service
from app.features.reviews.forms import Typed
from app.features.reviews.schemas import GrantInternally
from app.kernel.clock import now
from app.kernel.errors import Invalid
from app.transaction import Transaction
from app.web.forms import command_from
from app.web.pages import see_other, show
from app.web.routing import Routes, Tx

routes = Routes()
_LASTS = timedelta(days=180)


def _readers(
    tx: Transaction,
    request: Request,
    version_id: str,
    *,
    typed: Typed | None = None,
    errors: dict[str, str] | None = None,
    status: int = 200,
) -> HTMLResponse:
    view = choosing.list_readers(tx, version_id)
    defaults = forms.grant_defaults(now() + _LASTS)
    return show(
        tx,
        request,
        "reviews/readers.html",
        status=status,
        version_id=version_id,
        version_name=view.version_name,
        grants=view.grants,
        people_options=forms.options([(p.id, p.name) for p in view.people]),
        approvable=forms.decidable(tx, Action.APPROVE_GRANT, view.grants),
        revocable=forms.decidable(tx, Action.REVOKE_GRANT, view.grants),
        typed=typed or {**defaults, "person_ids": []},
        errors=forms.by_day(errors or {}),
        presets=forms.PRESET_OPTIONS,
        categories=forms.CATEGORY_OPTIONS,
    )


@routes.page("/versions/{version_id}/readers", action=Action.GRANT_INTERNALLY)
def readers_page(tx: Tx, request: Request, version_id: str) -> HTMLResponse:
    """Show who inside the publisher may read a version."""
    return _readers(tx, request, version_id)


@routes.form("/versions/{version_id}/readers", action=Action.GRANT_INTERNALLY)
def readers_form(
    tx: Tx,
    request: Request,
    version_id: str,
    person_ids: Annotated[list[str] | None, Form()] = None,
    preset: Annotated[str, Form()] = "",
    purpose: Annotated[str, Form()] = "",
    starts_on: Annotated[str, Form()] = "",
    ends_on: Annotated[str, Form()] = "",
) -> Response:
    """Grant people of the publisher a version."""
    typed: Typed = {
        "preset": preset, "differences": "preset", "lifted": [], "handling": "view",
        "purpose": purpose, "starts_on": starts_on, "ends_on": ends_on,
        "person_ids": person_ids or [],
    }  # fmt: skip
    try:
        values = {**forms.grant_values(typed, []), "person_ids": frozenset(person_ids or [])}
        service.grant_internally(tx, version_id, command_from(GrantInternally, values))
    except Invalid as error:
        tx.rollback()
        return _readers(tx, request, version_id, typed=typed, errors=error.fields, status=422)
    return see_other(f"/versions/{version_id}/readers")
