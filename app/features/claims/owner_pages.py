"""The page on which owners of parts are named, and the titles of pathways beside them."""

from typing import Annotated

from fastapi import Form, Request, Response
from fastapi.responses import HTMLResponse

from app.access.decide import may
from app.domain.actions import Action
from app.domain.ownership import RULE
from app.domain.targets import Target
from app.features.claims import owning
from app.features.claims.schemas import AssignOwner, RemoveOwner
from app.kernel.errors import Invalid
from app.transaction import Transaction
from app.web.forms import command_from
from app.web.pages import see_other, show
from app.web.routing import Routes, Tx

routes = Routes()
Text = Annotated[str, Form()]
_KINDS = {"sec": "section_id", "clm": "claim_id", "pth": "pathway_id"}


@routes.page("/versions/{version_id}/owners", action=Action.ASSIGN_OWNER)
def list_page(tx: Tx, request: Request, version_id: str, part: str = "") -> HTMLResponse:
    """Show every part with its owners; `part` is chosen in the form."""
    return owners_page(tx, request, version_id, typed={"part": part})


def owners_page(
    tx: Transaction,
    request: Request,
    version_id: str,
    *,
    typed: dict[str, object] | None = None,
    errors: dict[str, str] | None = None,
) -> HTMLResponse:
    """Show the page, after a fault with what was typed."""
    target = Target("version", version_id)
    return show(
        tx,
        request,
        "claims/owners.html",
        status=422 if errors else 200,
        found=owning.list_owners(tx, version_id),
        rule=RULE,
        can_mark=may(tx, Action.MARK_CLAIM, target),
        reads=may(tx, Action.READ_CLAIMS, target),
        typed=typed or {},
        errors=errors or {},
    )


@routes.form("/versions/{version_id}/owners", action=Action.ASSIGN_OWNER)
def assign_form(
    tx: Tx,
    request: Request,
    version_id: str,
    owner: Text = "",
    person_id: Text = "",
    team_id: Text = "",
    part: Text = "",
    rank: Text = "0",
) -> Response:
    """Name who answers for a part; `owner` is a person's or a team's id, `part` a part's."""
    person = person_id or (owner if owner.startswith("per_") else "")
    team = team_id or (owner if owner.startswith("tea_") else "")
    typed: dict[str, object] = {"owner": person or team, "part": part, "rank": rank}
    asked: dict[str, object] = {
        "person_id": person or None, "team_id": team or None, "rank": rank or 0
    }  # fmt: skip
    if part:
        asked[_KINDS.get(part[:3], "section_id")] = part
    try:
        owning.assign_owner(tx, version_id, command_from(AssignOwner, asked))
    except Invalid as error:
        tx.rollback()
        return owners_page(tx, request, version_id, typed=typed, errors=error.fields)
    return see_other(f"/versions/{version_id}/owners#part-{part or 'all'}")


@routes.form("/versions/{version_id}/owners/remove", action=Action.ASSIGN_OWNER)
def remove_form(tx: Tx, version_id: str, ownership_id: Text = "") -> Response:
    """Say that somebody does not answer for a part any more."""
    owning.remove_owner(tx, version_id, RemoveOwner(ownership_id=ownership_id))
    return see_other(f"/versions/{version_id}/owners")
