"""Pages of reviews and their grants; the other pages of this feature are included at the end."""

from datetime import timedelta
from typing import Annotated

from fastapi import Form, Request, Response
from fastapi.responses import HTMLResponse

from app.access.decide import may, require
from app.domain.actions import Action
from app.domain.targets import Target
from app.features.reviews import (
    choosing,
    forms,
    grants,
    ledger,
    queries,
    readers,
    service,
    settings,
    settings_pages,
    terms_pages,
)
from app.features.reviews.defaults import TERMS_BODY, TERMS_TITLE
from app.features.reviews.forms import Typed
from app.features.reviews.schemas import OpenReview, ProposeGrant, RevokeGrant
from app.kernel.actor import Side
from app.kernel.clock import now
from app.kernel.errors import Invalid
from app.transaction import Transaction
from app.web.forms import command_from
from app.web.pages import see_other, show
from app.web.routing import Routes, Tx

routes = Routes()


@routes.page("/reviews", action=Action.LIST_REVIEWS)
def list_page(tx: Tx, request: Request) -> HTMLResponse:
    """Show the reviews that concern this person."""
    rows = service.list_reviews(tx)
    return show(
        tx,
        request,
        "reviews/list.html",
        rows=rows,
        can_open=_can_open(tx),
        own=tx.actor.side is Side.REVIEWER,
        can_see_speed=any(may(tx, Action.READ_SPEED, Target("review", r.id)) for r in rows[:1]),
    )


def _can_open(tx: Transaction) -> bool:
    reports = queries.reports_to_review(tx)
    return any(may(tx, Action.OPEN_REVIEW, Target("report", report)) for report in reports[:1])


def _new_page(
    tx: Transaction, request: Request, typed: Typed, errors: dict[str, str], status: int
) -> HTMLResponse:
    choices = choosing.choose_review(tx, str(typed["version_id"]))
    organisations = [(o.id, o.name, o.kind) for o in choices.organisations]
    return show(
        tx,
        request,
        "reviews/new.html",
        status=status,
        typed=typed,
        errors=forms.by_day(errors),
        organisations=organisations,
        version_options=forms.options([(v.id, v.name) for v in choices.versions]),
        organisation_options=[{"value": i, "label": f"{n} ({k})"} for i, n, k in organisations],
        type_options=forms.TYPE_OPTIONS,
        **forms.rules_options(),
    )


@routes.page("/reviews/new", action=Action.OPEN_REVIEW)
def new_page(tx: Tx, request: Request, version: str = "") -> HTMLResponse:
    """Show the form that opens a review."""
    wanted = choosing.choose_review(tx, version).version_id
    today = now().date()
    typed: Typed = {
        "version_id": wanted,
        "organisation_id": "",
        "starts_on": today.isoformat(),
        "ends_on": (today + timedelta(days=30)).isoformat(),
        "scope": "",
        "terms_title": TERMS_TITLE,
        "terms_body": TERMS_BODY,
        "type": "confirmation",
        **settings_pages.typed_of(settings.usual_settings(tx)),
    }
    return _new_page(tx, request, typed, {}, 200)


@routes.form("/reviews", action=Action.OPEN_REVIEW)
def open_form(
    tx: Tx,
    request: Request,
    version_id: Annotated[str, Form()] = "",
    organisation_id: Annotated[str, Form()] = "",
    type: Annotated[str, Form()] = "",
    scope: Annotated[str, Form()] = "",
    terms_title: Annotated[str, Form()] = "",
    terms_body: Annotated[str, Form()] = "",
    starts_on: Annotated[str, Form()] = "",
    ends_on: Annotated[str, Form()] = "",
    country: Annotated[str, Form()] = "none",
    part: Annotated[str, Form()] = "",
    clock_profile: Annotated[str, Form()] = "short",
    submitted_by: Annotated[str, Form()] = "any",
) -> Response:
    """Open a review."""
    kept: Typed = {"version_id": version_id, "organisation_id": organisation_id, "type": type,
            "scope": scope, "terms_title": terms_title, "terms_body": terms_body}  # fmt: skip
    rules: Typed = {"country": country, "part": part, "clock_profile": clock_profile,
            "submitted_by": submitted_by}  # fmt: skip
    typed = {**kept, **rules, "starts_on": starts_on, "ends_on": ends_on}
    try:
        command = command_from(
            OpenReview, {**kept, **forms.rules_values(typed), **forms.window(typed)}
        )
        row = service.open_review(tx, command)
    except Invalid as error:
        tx.rollback()
        return _new_page(tx, request, typed, error.fields, 422)
    return see_other(f"/reviews/{row.id}")


def _detail(
    tx: Transaction,
    request: Request,
    review_id: str,
    *,
    typed: Typed | None = None,
    errors: dict[str, str] | None = None,
    status: int = 200,
) -> HTMLResponse:
    view = service.read_review(tx, review_id)
    target = Target("review", review_id)
    return show(
        tx,
        request,
        "reviews/detail.html",
        status=status,
        view=view,
        own=tx.actor.side is Side.REVIEWER,
        version_href=_version_href(tx, view.row.version_id),
        can_grant=may(tx, Action.PROPOSE_GRANT, target),
        can_set=may(tx, Action.CHANGE_REVIEW_SETTINGS, target) and view.row.state == "open",
        can_see_speed=may(tx, Action.READ_SPEED, target),
        can_see_answers=may(tx, Action.READ_SHARED_ANSWERS, target),
        can_see_positions=may(tx, Action.READ_POSITIONS, target),
        can_compare=may(tx, Action.COMPARE_POSITIONS, Target("version", view.row.version_id)),
        can_recommend=may(tx, Action.DRAFT_RECOMMENDATION, target),
        can_assure=may(tx, Action.REQUEST_ASSURANCE, target),
        can_accept=may(tx, Action.ACCEPT_TERMS, target),
        can_ask=may(tx, Action.DRAFT_REQUEST, target),
        approvable=forms.decidable(tx, Action.APPROVE_GRANT, view.grants),
        revocable=forms.decidable(tx, Action.REVOKE_GRANT, view.grants),
        typed=typed or forms.grant_defaults(view.row.ends_at),
        errors=forms.by_day(errors or {}),
        presets=forms.PRESET_OPTIONS,
        categories=forms.CATEGORY_OPTIONS,
    )


def _version_href(tx: Transaction, version_id: str) -> str | None:
    """Lead to the version's desk, to the edition, or nowhere: never to a page that is not found."""
    report = queries.report_of(tx, version_id)
    if may(tx, Action.READ_REPORT, report):
        return f"/reports/{report.id}/versions/{version_id}"
    if may(tx, Action.READ_VERSION, Target("version", version_id)):
        return f"/versions/{version_id}"
    return None


@routes.page("/reviews/{review_id}", action=Action.READ_REVIEW)
def detail_page(tx: Tx, request: Request, review_id: str) -> HTMLResponse:
    """Show a review: what may be read, under which terms, what was shared."""
    return _detail(tx, request, review_id)


@routes.form("/reviews/{review_id}/grants", action=Action.PROPOSE_GRANT)
def grant_form(
    tx: Tx,
    request: Request,
    review_id: str,
    preset: Annotated[str, Form()] = "",
    differences: Annotated[str, Form()] = "preset",
    lifted: Annotated[list[str] | None, Form()] = None,
    handling: Annotated[str, Form()] = "view",
    purpose: Annotated[str, Form()] = "",
    starts_on: Annotated[str, Form()] = "",
    ends_on: Annotated[str, Form()] = "",
) -> Response:
    """Propose a grant."""
    typed: Typed = {
        "preset": preset, "differences": differences, "lifted": lifted or [],
        "handling": handling, "purpose": purpose, "starts_on": starts_on, "ends_on": ends_on,
    }  # fmt: skip
    try:
        command = command_from(ProposeGrant, forms.grant_values(typed, lifted or []))
        service.propose_grant(tx, review_id, command)
    except Invalid as error:
        tx.rollback()
        require(tx, Action.PROPOSE_GRANT, Target("review", review_id))
        return _detail(tx, request, review_id, typed=typed, errors=error.fields, status=422)
    return see_other(f"/reviews/{review_id}")


@routes.form("/grants/{grant_id}/approve", action=Action.APPROVE_GRANT)
def approve_form(tx: Tx, grant_id: str, back: Annotated[str, Form()] = "/reviews") -> Response:
    """Approve a waiting grant."""
    service.approve_grant(tx, grant_id)
    return see_other(_local(back))


@routes.form("/grants/{grant_id}/refuse", action=Action.APPROVE_GRANT)
def refuse_form(tx: Tx, grant_id: str, back: Annotated[str, Form()] = "/reviews") -> Response:
    """Refuse a waiting grant."""
    service.refuse_grant(tx, grant_id)
    return see_other(_local(back))


@routes.form("/grants/{grant_id}/revoke", action=Action.REVOKE_GRANT)
def revoke_form(
    tx: Tx,
    grant_id: str,
    reason: Annotated[str, Form()] = "",
    back: Annotated[str, Form()] = "/reviews",
) -> Response:
    """Revoke a grant with a reason."""
    service.revoke_grant(tx, grant_id, command_from(RevokeGrant, {"reason": reason}))
    return see_other(_local(back))


def _local(path: str) -> str:
    """Keep to the pages that have these buttons; anything else leads to the list."""
    known = path.startswith(("/reviews/", "/versions/", "/grants/")) and "//" not in path
    return path if known else "/reviews"


for _more in (terms_pages, settings_pages, ledger, readers, grants):
    routes.include_router(_more.routes)
