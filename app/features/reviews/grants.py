"""One grant on a page of its own: where the second person decides, internal grants included."""

from fastapi import Request
from fastapi.responses import HTMLResponse

from app.access.decide import require
from app.domain.actions import Action
from app.domain.targets import Target
from app.features.reviews import forms, queries
from app.features.reviews.schemas import GrantView
from app.kernel.errors import NotFound
from app.transaction import Transaction
from app.web.pages import show
from app.web.routing import Routes, Tx

routes = Routes()


def read_grant(tx: Transaction, grant_id: str) -> GrantView:
    """Give one grant."""
    require(tx, Action.READ_GRANT, Target("grant", grant_id))
    found = queries.list_grants(tx, grant_id=grant_id)
    if not found:
        raise NotFound
    return found[0]


@routes.page("/grants/{grant_id}", action=Action.READ_GRANT)
def grant_page(tx: Tx, request: Request, grant_id: str) -> HTMLResponse:
    """Show a grant, with what the reader may decide about it."""
    grant = read_grant(tx, grant_id)
    return show(
        tx,
        request,
        "reviews/grant.html",
        grant=grant,
        version_name=queries.version_name(tx, grant.version_id),
        approvable=forms.decidable(tx, Action.APPROVE_GRANT, (grant,)),
        revocable=forms.decidable(tx, Action.REVOKE_GRANT, (grant,)),
    )
