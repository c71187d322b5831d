"""Shows a page inside the frame of the person who looks: rail, organisation, form token."""

from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse

from app.access.decide import may_all
from app.access.memberships import other_memberships
from app.access.noticed import count_unread
from app.domain.actions import Action
from app.domain.targets import INSTALLATION, Target
from app.kernel.actor import PUBLISHER_ROLES, Actor, Role, Side
from app.transaction import Transaction
from app.web import csrf, render
from app.web.render import Membership, RailItem, Viewer

NOTICES = "/notices"
LIVE_COUNT = "/api/v1/notices/count"
_RAIL: tuple[tuple[str, str, Action], ...] = (
    ("Home", "/", Action.SEE_HOME),
    ("Notices", NOTICES, Action.LIST_NOTICES),
    ("Reports", "/reports", Action.LIST_REPORTS),
    ("My notes", "/notes", Action.LIST_NOTES),
    ("Reviews", "/reviews", Action.LIST_REVIEWS),
    ("Requests", "/requests", Action.LIST_REQUESTS),
    ("Teams", "/teams", Action.LIST_TEAMS),
    ("Routing", "/routing", Action.LIST_RULES),
    ("Findings", "/findings", Action.LIST_FINDINGS),
    ("Statements", "/statements", Action.LIST_STATEMENTS),
    ("Challenges", "/challenges", Action.LIST_CHALLENGES),
    ("Shared items", "/shared-items", Action.READ_LEDGER),
    ("Log", "/log", Action.READ_LOG),
    ("Organisations", "/organisations", Action.MANAGE_ORGANISATIONS),
    ("Health", "/health", Action.READ_HEALTH),
    ("Policies", "/policies", Action.READ_POLICIES),
)
# Everybody may ask for these lists, each row being decided by itself; inside the publisher they are
# offered only to roles that could ever find a row there.
_FINDERS: dict[Action, frozenset[Role]] = {
    Action.LIST_REPORTS: PUBLISHER_ROLES - {Role.ADMINISTRATOR},
    Action.LIST_NOTES: PUBLISHER_ROLES - {Role.ADMINISTRATOR},
    Action.LIST_REQUESTS: PUBLISHER_ROLES - {Role.ADMINISTRATOR, Role.SECURITY_AUDITOR},
    Action.LIST_TEAMS: frozenset({Role.COORDINATOR, Role.RESPONDER, Role.ADMINISTRATOR}),
    Action.LIST_FINDINGS: frozenset({Role.AUTHOR, Role.COORDINATOR, Role.APPROVER, Role.AUDITOR}),
    Action.LIST_STATEMENTS: frozenset({Role.AUTHOR, Role.COORDINATOR, Role.APPROVER, Role.AUDITOR}),
    Action.LIST_CHALLENGES: frozenset({Role.AUTHOR, Role.COORDINATOR, Role.APPROVER, Role.AUDITOR}),
}
_PLAIN = {"security_auditor": "Security auditor", "internal_reader": "Internal reader"}


def show(
    tx: Transaction, request: Request, template: str, *, status: int = 200, **context: Any
) -> HTMLResponse:
    """Render a template for the acting person."""
    request.state.viewer = viewer_for(tx, request) if tx.actor.side is not Side.NONE else None
    return render.page(request, template, status=status, **context)


def see_other(path: str) -> RedirectResponse:
    """Send the browser on after a form was taken (303), to a path of our own."""
    return RedirectResponse(path, status_code=303)


def viewer_for(tx: Transaction, request: Request) -> Viewer:
    """Say who looks, and what the rail may offer: only what the policies allow."""
    actor = tx.actor
    asked = [(action, INSTALLATION) for _, _, action in _RAIL]
    own = Target("organisation", actor.organisation_id or "")
    own_acts = (Action.EXPORT_OWN_WORK, Action.READ_RECORD, Action.INVITE_PERSON)
    *allowed, work, record, people = may_all(tx, [*asked, *((act, own) for act in own_acts)])
    path = request.url.path
    items = [
        _rail_item(tx, label, href, path)
        for (label, href, action), good in zip(_RAIL, allowed, strict=True)
        if good and _finds(actor, action)
    ]
    if work:
        items.append(RailItem("Our work", "/our-work", None, path.startswith("/our-work")))
    if record and actor.side is Side.REVIEWER:
        items.append(RailItem("Our record", "/record", None, path.startswith("/record")))
    if people and actor.side is Side.REVIEWER:
        items.append(RailItem("Our people", "/our-people", None, path == "/our-people"))
    roles = sorted(role.value for role in actor.roles)
    return Viewer(
        name=actor.name,
        organisation_name=actor.organisation_name,
        roles=tuple(_PLAIN.get(role, role.capitalize()) for role in roles),
        rail=tuple(items),
        csrf_token=csrf.token_for(request.state.csrf_secret),
        memberships=_other_memberships(tx),
        timezone=actor.time_zone,
        key=actor.membership_id or "",
        session_key=actor.session_id or "",
    )


def _rail_item(tx: Transaction, label: str, href: str, path: str) -> RailItem:
    current = path == href or (href != "/" and path.startswith(f"{href}/"))
    if href == NOTICES:
        return RailItem(label, href, count_unread(tx), current, LIVE_COUNT)
    return RailItem(label, href, None, current)


def _finds(actor: Actor, action: Action) -> bool:
    finders = _FINDERS.get(action)
    return finders is None or actor.side is not Side.PUBLISHER or bool(actor.roles & finders)


def _other_memberships(tx: Transaction) -> tuple[Membership, ...]:
    return tuple(Membership(id=m, organisation_name=name) for m, name in other_memberships(tx))
