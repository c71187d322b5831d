"""What a request rests on and what follows from it: its basis, the requests around it.

Other requests are named only to whoever may read them; to everybody else there is "an earlier
request" and no number. Reading only; the caller has required READ_REQUEST of the request itself.
"""

from sqlalchemy import select

from app.access import scope
from app.access.claims import claim_label
from app.access.decide import keep, may
from app.access.release import release
from app.access.request_facts import remember_requests
from app.domain.actions import Action
from app.domain.requests import State
from app.domain.targets import PassageRef, Target
from app.features.requests import queries
from app.features.requests.queries import SeenAs
from app.features.requests.schemas import BasisView, RelatedView
from app.kernel.errors import Unavailable
from app.models.requests import Request
from app.transaction import Transaction

_MOST = 50
"""Follow-ups that are listed; who asks more of one answer finds the rest in the list."""


def basis_view(tx: Transaction, row: Request, *, seen: SeenAs) -> BasisView | None:
    """Say what a request is about, quoted from the reader's own edition."""
    if not row.basis_kind:
        return None
    if row.basis_kind == "request":
        return _followed(tx, row, seen)
    label = queries.basis_label(row)
    if row.basis_kind == "claim":
        said = claim_label(tx, row.basis_id or "")
        label = f"Claim {said} on page {row.basis_page}" if said else label
    if row.basis_kind == "section":
        label = f"The section that begins on page {row.basis_page}"
    view = BasisView(
        kind=row.basis_kind, label=label, page=row.basis_page, quote=None, quote_state="none"
    )
    if not row.basis_rects or row.basis_page is None:
        return view
    target = Target("version", row.version_id)
    if not may(tx, Action.READ_PAGE, target):
        return view.model_copy(update={"quote_state": "not_cleared"})
    rects = tuple((x0, y0, x1, y1) for x0, y0, x1, y1 in row.basis_rects)
    try:
        passage = release(
            tx, PassageRef(version_id=row.version_id, page=row.basis_page, rects=rects)
        )
    except Unavailable:
        return view.model_copy(update={"quote_state": "preparing"})
    return view.model_copy(update={"quote": passage.quote, "quote_state": "shown"})


def _followed(tx: Transaction, row: Request, seen: SeenAs) -> BasisView:
    found = related(tx, row.basis_id, seen=seen)
    return BasisView(
        kind=row.basis_kind,
        label=f"Follows {found.number or 'an earlier request'}" if found else "",
        page=None,
        quote=None,
        quote_state="none",
        request_id=found.request_id if found else None,
    )


def related(tx: Transaction, request_id: str | None, *, seen: SeenAs) -> RelatedView | None:
    """Name another request as far as the reader may know of it; None where there is none.

    Whoever answers knows requests by their aliases, and only those that they hold.
    """
    if request_id is None:
        return None
    other = tx.session.get(Request, request_id)
    if other is None or not may(tx, Action.READ_REQUEST, Target("request", request_id)):
        return RelatedView(request_id=None, number=None, state=None)
    name = other.alias if seen == "responder" else other.number
    return RelatedView(request_id=other.id, number=name, state=queries.state_for(other, seen))


def follow_ups(tx: Transaction, row: Request, *, seen: SeenAs) -> tuple[RelatedView, ...]:
    """List the requests that follow this one, oldest first; to whoever answers none is named."""
    if seen == "responder":
        return ()
    statement = (
        scope.requests(tx)
        .where(Request.basis_kind == "request", Request.basis_id == row.id)
        .order_by(Request.created_at, Request.id)
        .limit(_MOST)
    )
    found = list(tx.session.scalars(statement))
    remember_requests(tx, found)
    kept = keep(tx, Action.READ_REQUEST, found, lambda other: Target("request", other.id))
    return tuple(
        RelatedView(request_id=other.id, number=other.number, state=queries.state_for(other, seen))
        for other in kept
    )


def find_followed(tx: Transaction, row: Request, request_id: str) -> Request | None:
    """Find a request that another one may follow: of its review, numbered, open to the asker."""
    found = tx.session.scalars(
        select(Request).where(
            Request.id == request_id,
            Request.organisation_id == row.organisation_id,
            Request.review_id == row.review_id,
            Request.id != row.id,
            Request.state != State.DRAFT.value,
        )
    ).one_or_none()
    if found is None or not may(tx, Action.READ_REQUEST, Target("request", request_id)):
        return None
    return found
