"""Pages of reviews, grants, terms, receipts and the shared-items ledger."""

import csv
import io
from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated

from fastapi import Form, Request, Response
from fastapi.responses import HTMLResponse
from pydantic import ValidationError

from app.access.decide import may, require
from app.domain.actions import Action
from app.domain.categories import CATEGORIES
from app.domain.targets import Target
from app.features.reviews import queries, service
from app.features.reviews.defaults import TERMS_BODY, TERMS_TITLE
from app.features.reviews.schemas import (
    AcceptTerms,
    GrantInternally,
    OpenReview,
    ProposeGrant,
    RevokeGrant,
)
from app.kernel.clock import now
from app.kernel.errors import Invalid
from app.models.reports import Version
from app.transaction import Transaction
from app.web.pages import see_other, show
from app.web.routing import Routes, Tx

routes = Routes()

TYPES = (
    ("confirmation", "Confirmation", "Do the facts and the argument hold?"),
    ("robustness", "Robustness", "What would break the conclusion?"),
    ("supplementation", "Supplementation", "What is missing?"),
    ("internal", "Internal", "The publisher's own stress-testing team."),
)
_LEDGER_HEAD = (
    *("organisation", "item", "edition", "sha256", "withholds", "handling"),
    *("shared at", "acknowledged at", "state"),
)
PRESET_OPTIONS = (
    {"value": "public", "label": "Public: shows nothing that is redacted"},
    {"value": "limited", "label": "Limited: shows business categories"},
    {"value": "reviewer", "label": "Reviewer: shows all but LEG, NAT and PRV"},
    {"value": "unredacted", "label": "Unredacted: shows everything"},
)
CATEGORY_OPTIONS = tuple(
    {"value": c.code, "label": f"{c.code} · {c.name}", "help": c.explanation} for c in CATEGORIES
)


def _moment(day: str, *, last: bool) -> datetime | None:
    """Read a date of a form as its first or last second in UTC; None when it is no date."""
    try:
        found = date.fromisoformat(day)
    except ValueError:
        return None
    return datetime.combine(found, time(23, 59, 59) if last else time(0), tzinfo=UTC)


def _options(pairs: list[tuple[str, str]]) -> list[dict[str, str]]:
    return [{"value": value, "label": label} for value, label in pairs]


def _fields(error: ValidationError) -> dict[str, str]:
    return {str(e["loc"][0]): "This needs another look." for e in error.errors() if e["loc"]}


def _window(typed: dict[str, object]) -> dict[str, object]:
    starts = _moment(str(typed.get("starts_on", "")), last=False)
    ends = _moment(str(typed.get("ends_on", "")), last=True)
    missing = {}
    if starts is None:
        missing["starts_on"] = "Give the first day."
    if ends is None:
        missing["ends_on"] = "Give the last day."
    if missing:
        raise Invalid(fields=missing)
    return {"starts_at": starts, "ends_at": ends}


@routes.page("/reviews", action=Action.LIST_REVIEWS)
def list_page(tx: Tx, request: Request) -> HTMLResponse:
    """Show the reviews that concern this person."""
    rows = service.list_reviews(tx)
    can_open = any(may(tx, Action.OPEN_REVIEW, Target("report", r)) for r in _reports(tx))
    return show(tx, request, "reviews/list.html", rows=rows, can_open=can_open)


def _reports(tx: Transaction) -> list[str]:
    versions = [version for version, _ in queries.publishable_versions(tx)]
    return [tx.session.get_one(Version, version).report_id for version in versions[:1]]


def _new_page(
    tx: Transaction, request: Request, typed: dict[str, object], errors: dict[str, str], status: int
) -> HTMLResponse:
    organisations = queries.reviewer_organisations(tx)
    return show(
        tx,
        request,
        "reviews/new.html",
        status=status,
        typed=typed,
        errors=errors,
        organisations=organisations,
        version_options=_options(queries.publishable_versions(tx)),
        organisation_options=[{"value": i, "label": f"{n} ({k})"} for i, n, k in organisations],
        type_options=[{"value": v, "label": name, "help": h} for v, name, h in TYPES],
    )


@routes.page("/reviews/new", action=Action.OPEN_REVIEW)
def new_page(tx: Tx, request: Request, version: str = "") -> HTMLResponse:
    """Show the form that opens a review."""
    versions = queries.publishable_versions(tx)
    wanted = version or (versions[0][0] if versions else "")
    found = tx.session.get(Version, wanted)
    require(tx, Action.OPEN_REVIEW, Target("report", found.report_id if found else wanted))
    today = now().date()
    typed: dict[str, object] = {
        "version_id": wanted,
        "starts_on": today.isoformat(),
        "ends_on": (today + timedelta(days=30)).isoformat(),
        "terms_title": TERMS_TITLE,
        "terms_body": TERMS_BODY,
        "type": "confirmation",
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
) -> Response:
    """Open a review."""
    kept = {"version_id": version_id, "organisation_id": organisation_id, "type": type,
            "scope": scope, "terms_title": terms_title, "terms_body": terms_body}  # fmt: skip
    typed: dict[str, object] = {**kept, "starts_on": starts_on, "ends_on": ends_on}
    try:
        command = OpenReview.model_validate({**kept, **_window(typed)})
        row = service.open_review(tx, command)
    except (Invalid, ValidationError) as error:
        fields = error.fields if isinstance(error, Invalid) else _fields(error)
        tx.rollback()
        return _new_page(tx, request, typed, fields, 422)
    return see_other(f"/reviews/{row.id}")


def _detail(
    tx: Transaction,
    request: Request,
    review_id: str,
    *,
    typed: dict[str, object] | None = None,
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
        can_grant=may(tx, Action.PROPOSE_GRANT, target),
        can_accept=may(tx, Action.ACCEPT_TERMS, target),
        can_ask=may(tx, Action.DRAFT_REQUEST, target),
        approvable={g.id for g in view.grants if _may_on(tx, Action.APPROVE_GRANT, g.id)},
        revocable={g.id for g in view.grants if _may_on(tx, Action.REVOKE_GRANT, g.id)},
        typed=typed or _grant_defaults(view.row.ends_at),
        errors=errors or {},
        presets=PRESET_OPTIONS,
        categories=CATEGORY_OPTIONS,
    )


def _may_on(tx: Transaction, action: Action, grant_id: str) -> bool:
    return may(tx, action, Target("grant", grant_id))


def _grant_defaults(ends_at: datetime) -> dict[str, object]:
    return {
        "preset": "reviewer",
        "starts_on": now().date().isoformat(),
        "ends_on": ends_at.date().isoformat(),
        "differences": "preset",
        "lifted": [],
    }


@routes.page("/reviews/{review_id}", action=Action.READ_REVIEW)
def detail_page(tx: Tx, request: Request, review_id: str) -> HTMLResponse:
    """Show a review: what may be read, under which terms, what was shared."""
    return _detail(tx, request, review_id)


def _grant_command(typed: dict[str, object]) -> dict[str, object]:
    exact = typed.get("differences") == "exact"
    return {
        "preset": typed["preset"],
        "lifted": frozenset(map(str, typed["lifted"])) if exact else None,  # type: ignore[call-overload]  # a list of codes
        "handling": typed["handling"],
        "purpose": typed["purpose"],
        **_window(typed),
    }


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
    typed: dict[str, object] = {
        "preset": preset, "differences": differences, "lifted": lifted or [],
        "handling": handling, "purpose": purpose, "starts_on": starts_on, "ends_on": ends_on,
    }  # fmt: skip
    try:
        service.propose_grant(tx, review_id, ProposeGrant.model_validate(_grant_command(typed)))
    except (Invalid, ValidationError) as error:
        fields = error.fields if isinstance(error, Invalid) else _fields(error)
        tx.rollback()
        return _detail(tx, request, review_id, typed=typed, errors=fields, status=422)
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
    reason: Annotated[str, Form(min_length=1, max_length=300)],
    back: Annotated[str, Form()] = "/reviews",
) -> Response:
    """Revoke a grant with a reason."""
    service.revoke_grant(tx, grant_id, RevokeGrant(reason=reason))
    return see_other(_local(back))


def _local(path: str) -> str:
    return path if path.startswith("/reviews") or path.startswith("/versions") else "/reviews"


@routes.page("/reviews/{review_id}/terms", action=Action.READ_REVIEW)
def terms_page(tx: Tx, request: Request, review_id: str) -> HTMLResponse:
    """Show the terms to read and accept."""
    return show(
        tx,
        request,
        "reviews/terms.html",
        terms=service.read_terms(tx, review_id),
        review_id=review_id,
        can_accept=may(tx, Action.ACCEPT_TERMS, Target("review", review_id)),
    )


@routes.form("/reviews/{review_id}/terms", action=Action.ACCEPT_TERMS)
def accept_form(tx: Tx, review_id: str, digest: Annotated[str, Form()] = "") -> Response:
    """Accept the terms."""
    service.accept_terms(tx, review_id, AcceptTerms(digest=digest))
    return see_other(f"/reviews/{review_id}")


@routes.page("/receipts/{receipt_id}", action=Action.READ_RECEIPT)
def receipt_page(tx: Tx, request: Request, receipt_id: str) -> HTMLResponse:
    """Show a receipt."""
    target = Target("receipt", receipt_id)
    return show(
        tx,
        request,
        "reviews/receipt.html",
        receipt=service.read_receipt(tx, receipt_id),
        can_acknowledge=may(tx, Action.ACKNOWLEDGE_RECEIPT, target),
    )


@routes.form("/receipts/{receipt_id}/acknowledge", action=Action.ACKNOWLEDGE_RECEIPT)
def acknowledge_form(tx: Tx, receipt_id: str) -> Response:
    """Acknowledge a receipt."""
    service.acknowledge_receipt(tx, receipt_id)
    return see_other(f"/receipts/{receipt_id}")


@routes.page("/shared-items", action=Action.READ_LEDGER)
def ledger_page(tx: Tx, request: Request, organisation: str = "") -> HTMLResponse:
    """Show what was shared where."""
    rows = service.read_ledger(tx, organisation_id=organisation or None)
    return show(
        tx,
        request,
        "reviews/ledger.html",
        rows=rows,
        chosen=organisation,
        chips=[
            {"label": "All", "href": "/shared-items", "current": not organisation},
            *(
                {
                    "label": n,
                    "href": f"/shared-items?organisation={i}",
                    "current": i == organisation,
                }
                for i, n, _ in queries.reviewer_organisations(tx)
            ),
        ],
    )


@routes.page("/shared-items.csv", action=Action.READ_LEDGER)
def ledger_csv(tx: Tx, organisation: str = "") -> Response:
    """Give the ledger as CSV; cells that a spreadsheet would run are quoted."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(_LEDGER_HEAD)
    for row in service.read_ledger(tx, organisation_id=organisation or None):
        acknowledged = row.acknowledged_at.isoformat() if row.acknowledged_at else ""
        cells = [row.organisation_name, row.item, row.edition_key, row.digest]
        cells += [" ".join(row.withholds), row.handling, row.shared_at.isoformat()]
        cells += [acknowledged, row.state]
        writer.writerow([f"'{cell}" if cell[:1] in "=+-@\t\r" else cell for cell in cells])
    return Response(
        out.getvalue(),
        media_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="shared-items.csv"'},
    )


def _readers(
    tx: Transaction,
    request: Request,
    version_id: str,
    *,
    typed: dict[str, object] | None = None,
    errors: dict[str, str] | None = None,
    status: int = 200,
) -> HTMLResponse:
    require(tx, Action.GRANT_INTERNALLY, Target("version", version_id))
    grants = queries.list_grants(tx, version_id=version_id)
    defaults = _grant_defaults(now() + timedelta(days=180))
    return show(
        tx,
        request,
        "reviews/readers.html",
        status=status,
        version_id=version_id,
        grants=grants,
        people_options=_options(queries.publisher_people(tx)),
        approvable={g.id for g in grants if _may_on(tx, Action.APPROVE_GRANT, g.id)},
        revocable={g.id for g in grants if _may_on(tx, Action.REVOKE_GRANT, g.id)},
        typed=typed or {**defaults, "preset": "unredacted", "person_ids": []},
        errors=errors or {},
        presets=PRESET_OPTIONS,
        categories=CATEGORY_OPTIONS,
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
    typed: dict[str, object] = {
        "preset": preset, "differences": "preset", "lifted": [], "handling": "view",
        "purpose": purpose, "starts_on": starts_on, "ends_on": ends_on,
        "person_ids": person_ids or [],
    }  # fmt: skip
    try:
        command = GrantInternally.model_validate(
            {**_grant_command(typed), "person_ids": frozenset(person_ids or [])}
        )
        service.grant_internally(tx, version_id, command)
    except (Invalid, ValidationError) as error:
        fields = error.fields if isinstance(error, Invalid) else _fields(error)
        tx.rollback()
        return _readers(tx, request, version_id, typed=typed, errors=fields, status=422)
    return see_other(f"/versions/{version_id}/readers")
