"""JSON API of claw-backs, of the deletions they ask for, and of final versions."""

from app.domain.actions import Action
from app.features.findings import claw_backs, disagreements, finals
from app.features.findings.claw_back_schemas import (
    AskDeletion,
    CertifyDeletion,
    ClawBackRow,
    ClawBackView,
    DeletionList,
    FinalView,
    MarkFinal,
)
from app.features.findings.schemas import DisagreementView
from app.web.routing import Routes, Tx

routes = Routes(prefix="/api/v1", tags=["findings"])
_OF = "/findings/{finding_id}/claw-back"


@routes.read("/claw-backs", action=Action.LIST_CLAW_BACKS, response_model=list[ClawBackRow])
def list_claw_backs(tx: Tx) -> tuple[ClawBackRow, ...]:
    """List the claw-backs, open ones first."""
    return claw_backs.list_claw_backs(tx)


@routes.read(_OF, action=Action.READ_CLAW_BACK, response_model=ClawBackView)
def read_claw_back(tx: Tx, finding_id: str) -> ClawBackView:
    """Give the claw-back that a confidentiality slip calls for."""
    return claw_backs.read_claw_back(tx, finding_id)


@routes.act(_OF, action=Action.CLAW_BACK, response_model=ClawBackView)
def start_claw_back(tx: Tx, finding_id: str) -> ClawBackView:
    """Begin to undo the share."""
    return claw_backs.start_claw_back(tx, finding_id)


@routes.act(f"{_OF}/ask", action=Action.CLAW_BACK, response_model=ClawBackView)
def ask_deletion(tx: Tx, finding_id: str, command: AskDeletion) -> ClawBackView:
    """Ask organisations to delete what they had."""
    return claw_backs.ask_deletion(tx, finding_id, command)


@routes.act(f"{_OF}/close", action=Action.CLAW_BACK, response_model=ClawBackView)
def close_claw_back(tx: Tx, finding_id: str) -> ClawBackView:
    """Close a claw-back once everything is done."""
    return claw_backs.close_claw_back(tx, finding_id)


@routes.read("/deletions", action=Action.LIST_DELETIONS, response_model=DeletionList)
def list_deletions(tx: Tx) -> DeletionList:
    """List what the caller's organisation is asked to delete."""
    return claw_backs.list_deletions(tx)


@routes.act("/deletions/certify", action=Action.CERTIFY_DELETION, response_model=DeletionList)
def certify_deletion(tx: Tx, command: CertifyDeletion) -> DeletionList:
    """Certify a deletion for one's own organisation."""
    return claw_backs.certify_deletion(tx, command)


@routes.read(
    "/versions/{version_id}/final", action=Action.READ_OPEN_POINTS, response_model=FinalView
)
def read_open_points(tx: Tx, version_id: str) -> FinalView:
    """Give what lacks a reply on a version."""
    return finals.read_open_points(tx, version_id)


@routes.act("/versions/{version_id}/final", action=Action.MARK_FINAL, response_model=FinalView)
def mark_final(tx: Tx, version_id: str, command: MarkFinal) -> FinalView:
    """Mark a version final; what lacks a reply is listed as open with a reason."""
    return finals.mark_final(tx, version_id, command)


@routes.read(
    "/reviews/{review_id}/disagreements",
    action=Action.LIST_FINDINGS,
    response_model=list[DisagreementView],
)
def list_disagreements(tx: Tx, review_id: str) -> tuple[DisagreementView, ...]:
    """List the disagreements of a review with both sides, as the caller may read them."""
    return disagreements.list_disagreements(tx, review_id)
