"""What becomes of a draft besides being submitted: marked ready for the lead, or answered already.

Writing and submitting drafts is in service.py.
"""

from app.access.decide import require
from app.access.numbers import next_number
from app.domain.actions import Action
from app.domain.requests import Move, State
from app.domain.targets import Target
from app.features.requests import parts, queries
from app.features.requests.commands import MarkReady, ReferRequest
from app.features.requests.keeping import inherit
from app.features.requests.moving import (
    locked,
    move,
    moved,
    share_ask,
    tell,
    tell_draft,
)
from app.features.requests.schemas import MovedView
from app.features.requests.service import refuse_incomplete
from app.features.requests.texts import text
from app.kernel.clock import now
from app.kernel.errors import Conflict, Invalid, NotFound
from app.models.requests import Request
from app.models.reviews import Review
from app.transaction import Transaction


def mark_ready(tx: Transaction, request_id: str, command: MarkReady) -> MovedView:
    """Mark a draft ready for the lead, who submits in this review; or take that back.

    Raises:
        Invalid: it lacks something that it needs to be submitted.
        Conflict: it is no draft any more, or in this review whoever asks submits.
    """
    require(tx, Action.READ_REQUEST, Target("request", request_id))
    row = locked(tx, request_id)
    require(tx, Action.DRAFT_REQUEST, Target("review", row.review_id))
    if row.state != State.DRAFT.value:
        raise Conflict("This request was submitted already.")
    if not queries.lead_submits(tx, row.review_id):
        raise Conflict(
            "In this review whoever asks submits, so there is nobody to mark it for.",
            remedy="Submit it yourself.",
        )
    if command.ready:
        refuse_incomplete(tx, row)
    if command.ready == (row.ready_at is not None):
        raise Conflict(
            "It is marked ready already." if command.ready else "It is not marked ready."
        )
    row.ready_at = now() if command.ready else None
    row.ready_by = tx.actor.id if command.ready else None
    tell_draft(tx, row, "DraftMarkedReady" if command.ready else "DraftTakenBack")
    return moved(tx, row)


def refer_request(tx: Transaction, request_id: str, command: ReferRequest) -> MovedView:
    """Close a draft by an answer that its organisation has: it is numbered, and counted as asked.

    The question goes to the publisher with the number of the request that answers it, so that
    what was asked more than once can be seen by both.

    Raises:
        Invalid: there is no question (`question`), or no such answer (`answered_by`).
        Conflict: it is no draft any more, or the review has ended.
    """
    require(tx, Action.REFER_REQUEST, Target("request", request_id))
    row = locked(tx, request_id)
    if text(tx, row, "question") is None:
        raise Invalid(fields={"question": "Say what you ask for."})
    review = tx.session.get(Review, row.review_id)
    if review is None or review.state != "open":
        raise Conflict("This review has ended, so nothing can be asked in it any more.")
    answered = _answered(tx, row, command.answered_by)
    move(tx, row, Move.REFER)
    row.number = next_number(tx, row.organisation_id, "RQ")
    row.submitted_at = row.closed_at = now()
    row.referred_to = answered.id
    inherit(tx, row, answered.id)
    share_ask(tx, row)
    tell(
        tx,
        row,
        "AnsweredByReference",
        Action.REFER_REQUEST,
        shared=True,
        facts={
            "number": row.number,
            "type": row.type,
            "version_id": row.version_id,
            "answered_by": answered.id,
        },
    )
    return moved(tx, row)


def _answered(tx: Transaction, row: Request, request_id: str) -> Request:
    """Give a request of the same organisation that has a released answer and was not refused."""
    target = Target("request", request_id)
    try:
        require(tx, Action.READ_REQUEST, target)
    except NotFound as error:
        raise _unanswered() from error
    found = tx.session.get(Request, request_id)
    if found is None or found.organisation_id != row.organisation_id:
        raise _unanswered()
    if State(found.state) not in (State.RELEASED, State.CLOSED):
        raise _unanswered()
    if not parts.list_answers(tx, found.id, "released", "accepted"):
        raise _unanswered()
    return found


def _unanswered() -> Invalid:
    said = "There is no such answer any more. Look for earlier answers again."
    return Invalid(fields={"answered_by": said})
