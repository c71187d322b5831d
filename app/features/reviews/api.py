"""JSON API of reviews, grants, terms, receipts and the ledger: the same services as the pages."""

from app.domain.actions import Action
from app.features.reviews import choosing, ending, service, settings, undertaking
from app.features.reviews.grants import read_grant
from app.features.reviews.schemas import (
    AcceptTerms,
    ChangeSettings,
    ChangeTerms,
    GrantInternally,
    GrantView,
    LedgerRow,
    MoveEnd,
    OpenReview,
    ProposeGrant,
    ReadersView,
    ReceiptView,
    ReviewChoices,
    ReviewRow,
    ReviewRules,
    ReviewView,
    RevokeGrant,
    TermsView,
)
from app.web.routing import Routes, Tx

routes = Routes(prefix="/api/v1", tags=["reviews"])


@routes.read("/reviews", action=Action.LIST_REVIEWS, response_model=list[ReviewRow])
def list_reviews(tx: Tx) -> list[ReviewRow]:
    """List the reviews that concern the caller."""
    return service.list_reviews(tx)


@routes.act("/reviews", action=Action.OPEN_REVIEW, response_model=ReviewRow, status_code=201)
def open_review(tx: Tx, command: OpenReview) -> ReviewRow:
    """Open a review."""
    return service.open_review(tx, command)


@routes.read("/reviews/new", action=Action.OPEN_REVIEW, response_model=ReviewChoices)
def choose_review(tx: Tx, version: str = "") -> ReviewChoices:
    """Give the versions and organisations that a review can be opened for."""
    return choosing.choose_review(tx, version)


@routes.read("/reviews/{review_id}", action=Action.READ_REVIEW, response_model=ReviewView)
def read_review(tx: Tx, review_id: str) -> ReviewView:
    """Give a review with its grants, terms and receipts."""
    return service.read_review(tx, review_id)


@routes.read(
    "/reviews/{review_id}/settings",
    action=Action.CHANGE_REVIEW_SETTINGS,
    response_model=ReviewRules,
)
def read_settings(tx: Tx, review_id: str) -> ReviewRules:
    """Give what a review goes by: calendar, clocks, who submits."""
    return settings.read_settings(tx, review_id)


@routes.act(
    "/reviews/{review_id}/settings",
    action=Action.CHANGE_REVIEW_SETTINGS,
    response_model=ReviewRules,
)
def change_settings(tx: Tx, review_id: str, command: ChangeSettings) -> ReviewRules:
    """Let a review go by other rules from now on; no date that was given moves."""
    return settings.change_settings(tx, review_id, command)


@routes.act(
    "/reviews/{review_id}/end", action=Action.CHANGE_REVIEW_SETTINGS, response_model=ReviewRow
)
def move_end(tx: Tx, review_id: str, command: MoveEnd) -> ReviewRow:
    """Move the last moment of a review; its grants keep theirs."""
    return ending.move_end(tx, review_id, command)


@routes.act("/reviews/{review_id}/grants", action=Action.PROPOSE_GRANT, status_code=201)
def propose_grant(tx: Tx, review_id: str, command: ProposeGrant) -> dict[str, str]:
    """Propose a grant."""
    return {"id": service.propose_grant(tx, review_id, command)}


@routes.read(
    "/versions/{version_id}/readers", action=Action.GRANT_INTERNALLY, response_model=ReadersView
)
def list_readers(tx: Tx, version_id: str) -> ReadersView:
    """Give who inside the publisher may read a version."""
    return choosing.list_readers(tx, version_id)


@routes.act("/versions/{version_id}/readers", action=Action.GRANT_INTERNALLY, status_code=201)
def grant_internally(tx: Tx, version_id: str, command: GrantInternally) -> dict[str, str]:
    """Grant people of the publisher a version."""
    return {"id": service.grant_internally(tx, version_id, command)}


@routes.read("/grants/{grant_id}", action=Action.READ_GRANT, response_model=GrantView)
def get_grant(tx: Tx, grant_id: str) -> GrantView:
    """Give a grant."""
    return read_grant(tx, grant_id)


@routes.act("/grants/{grant_id}/approve", action=Action.APPROVE_GRANT)
def approve_grant(tx: Tx, grant_id: str) -> dict[str, str]:
    """Approve a waiting grant."""
    service.approve_grant(tx, grant_id)
    return {"state": "in_force"}


@routes.act("/grants/{grant_id}/refuse", action=Action.APPROVE_GRANT)
def refuse_grant(tx: Tx, grant_id: str) -> dict[str, str]:
    """Refuse a waiting grant."""
    service.refuse_grant(tx, grant_id)
    return {"state": "refused"}


@routes.act("/grants/{grant_id}/revoke", action=Action.REVOKE_GRANT)
def revoke_grant(tx: Tx, grant_id: str, command: RevokeGrant) -> dict[str, str]:
    """Revoke a grant."""
    service.revoke_grant(tx, grant_id, command)
    return {"state": "revoked"}


@routes.read("/reviews/{review_id}/terms", action=Action.READ_REVIEW, response_model=TermsView)
def read_terms(tx: Tx, review_id: str) -> TermsView:
    """Give the terms of a review."""
    return undertaking.read_terms(tx, review_id)


@routes.act("/reviews/{review_id}/terms", action=Action.ACCEPT_TERMS, response_model=TermsView)
def accept_terms(tx: Tx, review_id: str, command: AcceptTerms) -> TermsView:
    """Accept the terms, by the digest of their text."""
    undertaking.accept_terms(tx, review_id, command)
    return undertaking.read_terms(tx, review_id)


@routes.act(
    "/reviews/{review_id}/terms/change", action=Action.OPEN_REVIEW, response_model=TermsView
)
def change_terms(tx: Tx, review_id: str, command: ChangeTerms) -> TermsView:
    """Put other terms in place; everybody accepts anew."""
    return undertaking.change_terms(tx, review_id, command)


@routes.read("/receipts/{receipt_id}", action=Action.READ_RECEIPT, response_model=ReceiptView)
def read_receipt(tx: Tx, receipt_id: str) -> ReceiptView:
    """Give a receipt."""
    return undertaking.read_receipt(tx, receipt_id)


@routes.act(
    "/receipts/{receipt_id}/acknowledge",
    action=Action.ACKNOWLEDGE_RECEIPT,
    response_model=ReceiptView,
)
def acknowledge_receipt(tx: Tx, receipt_id: str) -> ReceiptView:
    """Acknowledge a receipt."""
    return undertaking.acknowledge_receipt(tx, receipt_id)


@routes.read("/shared-items", action=Action.READ_LEDGER, response_model=list[LedgerRow])
def read_ledger(tx: Tx, organisation: str = "") -> list[LedgerRow]:
    """List what was shared where."""
    return undertaking.read_ledger(tx, organisation_id=organisation or None)
