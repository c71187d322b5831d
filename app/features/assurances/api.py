"""JSON API of assurances."""

from app.domain.actions import Action
from app.features.assurances import reading, service
from app.features.assurances.schemas import (
    AssuranceList,
    AssurancePage,
    AssuranceView,
    ChangeWording,
    Choices,
    DraftAssurance,
    ListQuery,
    ReleaseAssurance,
    RequestAssurance,
    Show,
    SignAssurance,
    WithdrawAssurance,
    WordingView,
)
from app.web.routing import Routes, Tx

routes = Routes(prefix="/api/v1", tags=["assurances"])


@routes.read("/assurances", action=Action.LIST_ASSURANCES, response_model=AssuranceList)
def read_list(tx: Tx, show: Show = "open", page: int = 1) -> AssuranceList:
    """List assurances: the caller's organisation's own, or those that the caller may read."""
    return reading.read_list(tx, ListQuery(show=show, page=min(max(page, 1), 1000)))


@routes.read(
    "/reviews/{review_id}/assurances/new",
    action=Action.REQUEST_ASSURANCE,
    response_model=Choices,
)
def read_choices(tx: Tx, review_id: str) -> Choices:
    """Give what a new assurance of a review can start from."""
    return reading.read_choices(tx, review_id)


@routes.act(
    "/reviews/{review_id}/assurances",
    action=Action.REQUEST_ASSURANCE,
    response_model=AssuranceView,
    status_code=201,
)
def request_assurance(tx: Tx, review_id: str, command: RequestAssurance) -> AssuranceView:
    """Set an assurance up in a review."""
    return service.request_assurance(tx, review_id, command)


@routes.read(
    "/assurances/{assurance_id}", action=Action.READ_ASSURANCE, response_model=AssurancePage
)
def read_assurance(tx: Tx, assurance_id: str) -> AssurancePage:
    """Give one assurance with its signatures, each checked anew."""
    return reading.read_assurance(tx, assurance_id)


@routes.act(
    "/assurances/{assurance_id}/draft",
    action=Action.DRAFT_ASSURANCE,
    response_model=AssuranceView,
)
def draft_assurance(tx: Tx, assurance_id: str, command: DraftAssurance) -> AssuranceView:
    """Word an assurance and name who signs it."""
    return service.draft_assurance(tx, assurance_id, command)


@routes.act(
    "/assurances/{assurance_id}/signature",
    action=Action.SIGN_ASSURANCE,
    response_model=AssuranceView,
)
def sign_assurance(tx: Tx, assurance_id: str, command: SignAssurance) -> AssuranceView:
    """Sign the wording as it is, with a key of the caller's own."""
    return service.sign_assurance(tx, assurance_id, command)


@routes.act(
    "/assurances/{assurance_id}/release",
    action=Action.RELEASE_ASSURANCE,
    response_model=AssuranceView,
)
def release_assurance(tx: Tx, assurance_id: str, command: ReleaseAssurance) -> AssuranceView:
    """Release an assurance to its organisation."""
    return service.release_assurance(tx, assurance_id, command)


@routes.act(
    "/assurances/{assurance_id}/withdraw",
    action=Action.WITHDRAW_ASSURANCE,
    response_model=AssuranceView,
)
def withdraw_assurance(tx: Tx, assurance_id: str, command: WithdrawAssurance) -> AssuranceView:
    """Withdraw an assurance."""
    return service.withdraw_assurance(tx, assurance_id, command)


@routes.read(
    "/assurance-wordings",
    action=Action.MANAGE_WORDINGS,
    response_model=tuple[WordingView, ...],
)
def read_wordings(tx: Tx) -> tuple[WordingView, ...]:
    """Give the wordings that assurances start from."""
    return reading.read_wordings(tx)


@routes.act("/assurance-wordings", action=Action.MANAGE_WORDINGS, response_model=WordingView)
def change_wording(tx: Tx, command: ChangeWording) -> WordingView:
    """Change a wording, or add one."""
    return service.change_wording(tx, command)
