"""Giving an answer out: what its outcome lets out is shared, pinned by a receipt and told.

Whether it may be given out is settled before: by the release check (answering.py), or because it
only points to what the asker has already (recording.py).
"""

from dataclasses import dataclass

from app.access.attached_given import Item
from app.access.deposit import deposit_field, share_field
from app.access.given_receipts import digest_of, pin, tell_receipt
from app.domain.actions import Action
from app.domain.events import Fact
from app.domain.parts import PartMove, PartState
from app.domain.requests import WITHOUT_BODY
from app.features.requests import parts
from app.features.requests.moving import move_part, target_of, tell
from app.features.requests.parts import Part
from app.features.requests.texts import text
from app.features.requests.triage import NOTHING_WITHHELD
from app.kernel.clock import now
from app.kernel.errors import Forbidden
from app.models.requests import Answer, Request
from app.transaction import Transaction


@dataclass(frozen=True)
class Outcome:
    """What comes of a request, or of a part of it."""

    determination: str
    category: str | None = None
    reason: str = ""
    # What the asker has already, where the answer only points to it.
    points_to: tuple[str, ...] = ()  # requests that were answered
    pages: tuple[int, ...] = ()  # of the version
    attached: tuple[Item, ...] = ()  # what goes with it, as its receipt says it


def give_out(
    tx: Transaction, row: Request, part: Part, answer: Answer, outcome: Outcome, *, licence: Action
) -> None:
    """Give a checked answer to the asker, with its outcome and a receipt; `licence` was decided.

    Raises:
        Forbidden: the acting person is not cleared for its text.
    """
    released = _share(tx, row, answer, outcome)
    move_part(tx, row, part, PartMove.RELEASE)
    receipt = pin(tx, row, item=f"Answer to {row.number}", text=released, attached=outcome.attached)
    answer.state = "released"
    answer.determination, answer.category = outcome.determination, outcome.category
    answer.released_by, answer.released_at = tx.actor.id, now()
    answer.receipt_id = receipt.id
    tx.session.flush()
    tell(
        tx,
        row,
        "AnswerReleased",
        licence,
        shared=True,
        facts={
            "round": answer.round,
            "released": released_so_far(tx, row),
            "determination": outcome.determination,
            "category": outcome.category,
            "digest": digest_of(released),
            "receipt": receipt.id,
            "stated": NOTHING_WITHHELD,
            **_pointers(outcome),
        },
    )
    tell_receipt(tx, row, receipt, licence)


def _pointers(outcome: Outcome) -> dict[str, Fact]:
    if not outcome.points_to and not outcome.pages:
        return {}
    return {
        "by_reference": True,
        "points_to": list(outcome.points_to),
        "pages": list(outcome.pages),
    }


def released_so_far(tx: Transaction, row: Request) -> str:
    """Say how many parts of how many are released, such as "1 of 3"."""
    held = parts.list_parts(tx, row.id)
    out = [part for part in held if part.state is PartState.RELEASED]
    return f"{len(out)} of {len(held)}"


def _share(tx: Transaction, row: Request, answer: Answer, outcome: Outcome) -> str:
    """Share what the outcome lets out; gives the released text."""
    target, released = target_of(row), []
    field = f"answer.{answer.round}"
    written = text(tx, row, field)
    if written is None or written.masked or written.body is None:
        raise Forbidden(
            "You are not cleared for the text of this answer, so you cannot release it.",
            remedy="Ask somebody with a wider grant to check it.",
        )
    if outcome.determination not in WITHOUT_BODY:
        share_field(tx, target, field=field, narrowed_to=())
        released.append(written.body)
    if outcome.reason:
        field = f"reason.{answer.round}"
        deposit_answer(tx, row, field, outcome.reason)
        share_field(tx, target, field=field, narrowed_to=())
        released.append(outcome.reason)
    return "\n\n".join(released)


def deposit_answer(tx: Transaction, row: Request, field: str, body: str) -> None:
    """Keep a text that is meant for the asker, and not shared yet."""
    deposit_field(
        tx,
        target_of(row),
        field=field,
        body=body,
        version_id=row.version_id,
        organisation_id=row.organisation_id,
        shared=False,
    )
