"""Shows a page inside the frame of the person who looks: rail, organisation, form token."""

from collections.abc import Sequence
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
_READ, _REVIEW, _RECORD, _SET_UP = "Read", "Review", "Record", "Set up"
_RAIL: tuple[tuple[str, str, str, Action], ...] = (
    ("", "Home", "/", Action.SEE_HOME),
    ("", "Notices", NOTICES, Action.LIST_NOTICES),
    (_READ, "Reports", "/reports", Action.LIST_REPORTS),
    (_READ, "My notes", "/notes", Action.LIST_NOTES),
    (_REVIEW, "Reviews", "/reviews", Action.LIST_REVIEWS),
    (_REVIEW, "Requests", "/requests", Action.LIST_REQUESTS),
    (_REVIEW, "Findings", "/findings", Action.LIST_FINDINGS),
    (_REVIEW, "Challenges", "/challenges", Action.LIST_CHALLENGES),
    (_REVIEW, "Assurances", "/assurances", Action.LIST_ASSURANCES),
    (_REVIEW, "Recommendations", "/recommendations", Action.LIST_RECOMMENDATIONS),
    (_REVIEW, "Statements", "/statements", Action.LIST_STATEMENTS),
    (_RECORD, "Shared items", "/shared-items", Action.READ_LEDGER),
    (_RECORD, "Log", "/log", Action.READ_LOG),
    (_SET_UP, "Teams", "/teams", Action.LIST_TEAMS),
    (_SET_UP, "Routing", "/routing", Action.LIST_RULES),
    (_SET_UP, "Organisations", "/organisations", Action.MANAGE_ORGANISATIONS),
    (_SET_UP, "Policies", "/policies", Action.READ_POLICIES),
    (_SET_UP, "Health", "/health", Action.READ_HEALTH),
)
# What is one's own organisation's alone, decided on it; inside the publisher there is another way.
_OURS: tuple[tuple[str, str, str, Action], ...] = (
    (_RECORD, "Our record", "/record", Action.READ_RECORD),
    (_RECORD, "Our work", "/our-work", Action.EXPORT_OWN_WORK),
    (_SET_UP, "Our people", "/our-people", Action.INVITE_PERSON),
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
    # Anybody inside may be asked to sign one: it then waits on their home page.
    Action.LIST_ASSURANCES: frozenset({Role.AUTHOR, Role.COORDINATOR, Role.APPROVER, Role.AUDITOR}),
    Action.LIST_RECOMMENDATIONS: frozenset(
        {Role.AUTHOR, Role.COORDINATOR, Role.APPROVER, Role.AUDITOR}
    ),
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
    own = Target("organisation", actor.organisation_id or "")
    ours = _OURS if actor.side is Side.REVIEWER else ()
    asked = [(line, INSTALLATION) for line in _RAIL] + [(line, own) for line in ours]
    allowed = may_all(tx, [(line[-1], target) for line, target in asked])
    path = request.url.path
    items = [
        _rail_item(tx, group, label, href, path)
        for ((group, label, href, action), _), good in zip(asked, allowed, strict=True)
        if good and _finds(actor, action)
    ]
    roles = sorted(role.value for role in actor.roles)
    return Viewer(
        name=actor.name,
        organisation_name=actor.organisation_name,
        roles=tuple(_PLAIN.get(role, role.capitalize()) for role in roles),
        rail=_grouped(items),
        csrf_token=csrf.token_for(request.state.csrf_secret),
        memberships=_other_memberships(tx),
        timezone=actor.time_zone,
        key=actor.membership_id or "",
        session_key=actor.session_id or "",
    )


def _rail_item(tx: Transaction, group: str, label: str, href: str, path: str) -> RailItem:
    current = path == href or (href != "/" and path.startswith(f"{href}/"))
    if href == NOTICES:
        return RailItem(label, href, count_unread(tx), current, LIVE_COUNT, group)
    return RailItem(label, href, None, current, group=group)


def _grouped(items: Sequence[RailItem]) -> tuple[RailItem, ...]:
    order = {group: place for place, group in enumerate(("", _READ, _REVIEW, _RECORD, _SET_UP))}
    return tuple(sorted(items, key=lambda item: order[item.group]))


def _finds(actor: Actor, action: Action) -> bool:
    finders = _FINDERS.get(action)
    return finders is None or actor.side is not Side.PUBLISHER or bool(actor.roles & finders)


def _other_memberships(tx: Transaction) -> tuple[Membership, ...]:
    return tuple(Membership(id=m, organisation_name=name) for m, name in other_memberships(tx))
