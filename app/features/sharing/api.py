"""JSON API of answers that are shared further."""

from app.domain.actions import Action
from app.features.sharing import service, wording
from app.features.sharing.schemas import (
    ShareAnswer,
    Shared,
    SharedAnswers,
    ShareView,
    Worded,
    WordQuestion,
)
from app.web.routing import Routes, Tx

routes = Routes(prefix="/api/v1", tags=["requests"])


@routes.read("/requests/{request_id}/share", action=Action.SHARE_ANSWER, response_model=ShareView)
def read_share(tx: Tx, request_id: str) -> ShareView:
    """Give what of a request can be shared, and with whom."""
    return service.read_share(tx, request_id)


@routes.act("/requests/{request_id}/share", action=Action.SHARE_ANSWER, response_model=Shared)
def share_answer(tx: Tx, request_id: str, command: ShareAnswer) -> Shared:
    """Share a released answer with organisations that read the same edition or more."""
    return service.share_answer(tx, request_id, command)


@routes.act(
    "/requests/{request_id}/share/wording",
    action=Action.WORD_SHARED_QUESTION,
    response_model=Worded,
)
def word_question(tx: Tx, request_id: str, command: WordQuestion) -> Worded:
    """Word the question that others read with an answer; somebody else shares it."""
    return wording.word_question(tx, request_id, command)


@routes.read(
    "/reviews/{review_id}/answers",
    action=Action.READ_SHARED_ANSWERS,
    response_model=SharedAnswers,
)
def read_shared(tx: Tx, review_id: str) -> SharedAnswers:
    """Give the answers that were shared in a review, newest first."""
    return service.read_shared(tx, review_id)
