"""Background work of requests: nothing stays with somebody who left, or open after its review."""

from collections.abc import Callable

from sqlalchemy import func, select

from app.access.decide import require
from app.domain.actions import Action
from app.domain.events import Fact
from app.domain.requests import PENDING, Move, State
from app.domain.targets import Target
from app.features.requests import parts
from app.features.requests.moving import locked, move, tell
from app.kernel.actor import system_actor
from app.kernel.clock import now
from app.models.people import Membership
from app.models.requests import Assignment, Request
from app.models.reviews import Review
from app.transaction import Installation, begin

A_BATCH = 100


def let_go(installation: Installation, *, membership_id: str) -> None:
    """Put back what somebody held who left: to the team it was given to, or the coordinators."""
    for request_id in _held_by_leaver(installation, membership_id):
        with begin(installation, system_actor("reassign")) as tx:
            require(tx, Action.LET_RESPONDER_GO, Target("request", request_id))
            row = locked(tx, request_id)
            person_id = tx.session.get_one(Membership, membership_id).person_id
            for part in parts.list_parts(tx, row.id):
                if part.row.responder_id != person_id or not part.is_open:
                    continue
                part.row.responder_id = None
                facts: dict[str, Fact] = {
                    "assignment": part.row.id,
                    "part": part.row.number,
                    "team": part.row.team_id,
                    "before": person_id,
                }
                tell(tx, row, "ResponderLeft", Action.LET_RESPONDER_GO, facts=facts)
            tx.commit()


def _held_by_leaver(installation: Installation, membership_id: str) -> list[str]:
    """Name the requests of which somebody holds an open part who is no longer of the publisher."""
    with begin(installation, system_actor("reassign")) as tx:
        left = tx.session.get(Membership, membership_id)
        if left is None or left.state == "active":
            return []
        held = select(Assignment.request_id).where(
            Assignment.responder_id == left.person_id,
            Assignment.state.in_(("assigned", "in_progress")),
        )
        return list(tx.session.scalars(held.distinct().order_by(Assignment.request_id)))


def end_requests(installation: Installation, *, timestamp: int) -> None:
    """Close what nobody closed in reviews that are over; it stays readable, and is listed.

    Args:
        installation: of the worker.
        timestamp: when the queue meant this run; reviews are over by the database's clock.
    """
    planned = timestamp
    while True:
        with begin(installation, system_actor("end-requests")) as tx:
            over = tx.session.scalars(
                select(Request.id)
                .join(Review, Review.id == Request.review_id)
                .where(Review.ends_at < func.now(), Request.state.in_(PENDING | {State.RELEASED}))
                .order_by(Request.id)
                .limit(A_BATCH)
            ).all()
            for request_id in over:
                require(tx, Action.END_REQUEST, Target("request", request_id))
                row = locked(tx, request_id)
                move(tx, row, Move.END)
                row.closed_at = now()
                facts: dict[str, Fact] = {"number": row.number, "planned": planned}
                tell(tx, row, "RequestEnded", Action.END_REQUEST, shared=True, facts=facts)
            tx.commit()
        if len(over) < A_BATCH:
            return


TASKS: dict[str, Callable[..., None]] = {
    "requests.let_go": let_go,
    "requests.end": end_requests,
}
PERIODIC = {"requests.end": "20 * * * *"}
