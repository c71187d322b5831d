"""Pages of terms and receipts: what a reviewer accepts, and what they acknowledge."""

from typing import Annotated

from fastapi import Form, Request, Response
from fastapi.responses import HTMLResponse

from app.access.decide import may, require
from app.domain.actions import Action
from app.domain.targets import Target
from app.features.reviews import undertaking
from app.features.reviews.schemas import AcceptTerms, ChangeTerms
from app.kernel.errors import Invalid
from app.transaction import Transaction
from app.web.forms import command_from
from app.web.pages import see_other, show
from app.web.routing import Routes, Tx

routes = Routes()


def _terms(
    tx: Transaction,
    request: Request,
    review_id: str,
    *,
    typed: dict[str, str] | None = None,
    errors: dict[str, str] | None = None,
    status: int = 200,
) -> HTMLResponse:
    terms = undertaking.read_terms(tx, review_id)
    return show(
        tx,
        request,
        "reviews/terms.html",
        status=status,
        terms=terms,
        review_id=review_id,
        can_accept=may(tx, Action.ACCEPT_TERMS, Target("review", review_id)),
        can_change=may(tx, Action.OPEN_REVIEW, undertaking.report_of(tx, review_id)),
        typed=typed or {"terms_title": terms.title, "terms_body": terms.body},
        errors=errors or {},
    )


@routes.page("/reviews/{review_id}/terms", action=Action.READ_REVIEW)
def terms_page(tx: Tx, request: Request, review_id: str) -> HTMLResponse:
    """Show the terms to read and accept."""
    return _terms(tx, request, review_id)


@routes.form("/reviews/{review_id}/terms", action=Action.ACCEPT_TERMS)
def accept_form(tx: Tx, review_id: str, digest: Annotated[str, Form()] = "") -> Response:
    """Accept the terms."""
    undertaking.accept_terms(tx, review_id, AcceptTerms(digest=digest))
    return see_other(f"/reviews/{review_id}")


@routes.form("/reviews/{review_id}/terms/change", action=Action.OPEN_REVIEW)
def change_form(
    tx: Tx,
    request: Request,
    review_id: str,
    terms_title: Annotated[str, Form()] = "",
    terms_body: Annotated[str, Form()] = "",
) -> Response:
    """Put other terms in place; everybody accepts anew."""
    typed = {"terms_title": terms_title, "terms_body": terms_body}
    try:
        undertaking.change_terms(tx, review_id, command_from(ChangeTerms, typed))
    except Invalid as error:
        tx.rollback()
        require(tx, Action.OPEN_REVIEW, undertaking.report_of(tx, review_id))
        return _terms(tx, request, review_id, typed=typed, errors=error.fields, status=422)
    return see_other(f"/reviews/{review_id}/terms")


@routes.page("/receipts/{receipt_id}", action=Action.READ_RECEIPT)
def receipt_page(tx: Tx, request: Request, receipt_id: str) -> HTMLResponse:
    """Show a receipt."""
    target = Target("receipt", receipt_id)
    receipt = undertaking.read_receipt(tx, receipt_id)
    version = str(receipt.items[0].get("version_id") or "")
    reads = version and may(tx, Action.READ_VERSION, Target("version", version))
    return show(
        tx,
        request,
        "reviews/receipt.html",
        receipt=receipt,
        read_href=f"/versions/{version}/pages/1" if reads else None,
        can_acknowledge=may(tx, Action.ACKNOWLEDGE_RECEIPT, target),
    )


@routes.form("/receipts/{receipt_id}/acknowledge", action=Action.ACKNOWLEDGE_RECEIPT)
def acknowledge_form(tx: Tx, receipt_id: str) -> Response:
    """Acknowledge a receipt."""
    undertaking.acknowledge_receipt(tx, receipt_id)
    return see_other(f"/receipts/{receipt_id}")
