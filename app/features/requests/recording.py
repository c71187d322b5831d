"""Answers that a coordinator brings: one that arrived elsewhere, or what the asker has already."""

from app.access.decide import require
from app.access.narrowing import is_granted
from app.domain.actions import Action
from app.domain.parts import PartMove, PartState
from app.domain.targets import Target
from app.features.requests import parts, queries
from app.features.requests.answering import hand_to_check, keep_draft
from app.features.requests.assigning import add_part, give_part, part_of, refuse_strangers
from app.features.requests.commands import PointToReleased, RecordAnswer
from app.features.requests.moving import follows, gone, locked, move_part, moved
from app.features.requests.parts import Part
from app.features.requests.releasing import Outcome, give_out
from app.features.requests.schemas import MovedView
from app.features.requests.triage import take_if_waiting
from app.kernel.errors import Conflict, Invalid
from app.models.reports import Version
from app.models.requests import Request
from app.transaction import Transaction

POINTED = "This is answered by what you have already."


def record_answer(tx: Transaction, request_id: str, command: RecordAnswer) -> MovedView:
    """Record an answer that arrived elsewhere, with its source, and hand it to the release check.

    Who records it drafts it, and so does who said it: somebody else releases it.
    """
    require(tx, Action.RECORD_ANSWER, Target("request", request_id))
    row = locked(tx, request_id)
    if command.said_on > queries.today():
        raise Invalid(fields={"said_on": "Give the day on which it arrived."})
    if command.said_by is not None:
        refuse_strangers(tx, None, command.said_by)
    part = _part_at_hand(tx, row, command.part_id)
    answer = keep_draft(
        tx,
        row,
        part,
        command.answer,
        licence=Action.RECORD_ANSWER,
        facts={
            "source": command.source,
            "said_on": command.said_on.isoformat(),
            "said_by": command.said_by,
        },
    )
    hand_to_check(tx, row, part, answer, licence=Action.RECORD_ANSWER)
    return moved(tx, row)


def point_to_released(tx: Transaction, request_id: str, command: PointToReleased) -> MovedView:
    """Answer with what this asker has already; that reveals nothing, so it goes out at once.

    Nothing of it is typed: it names earlier requests and pages, and each reader is shown those that
    they may read.

    Raises:
        Invalid: nothing is pointed to, or something that this asker does not have.
    """
    require(tx, Action.POINT_TO_RELEASED, Target("request", request_id))
    row = locked(tx, request_id)
    _refuse_strange(tx, row, command)
    if parts.followers(tx, row.id):
        raise Conflict(
            "Others who do not have this wait for the same answer, so nothing was released.",
            remedy="Separate the requests that follow this one first.",
        )
    part = _part_at_hand(tx, row, command.part_id)
    answer = keep_draft(
        tx,
        row,
        part,
        POINTED,
        licence=Action.POINT_TO_RELEASED,
        facts={"by_reference": True},
    )
    move_part(tx, row, part, PartMove.CHECK)
    give_out(
        tx,
        row,
        Part(part.row, answer),
        answer,
        Outcome(
            "full",
            points_to=tuple(dict.fromkeys(command.answers)),
            pages=tuple(sorted(set(command.pages))),
        ),
        licence=Action.POINT_TO_RELEASED,
    )
    return moved(tx, row)


def _refuse_strange(tx: Transaction, row: Request, command: PointToReleased) -> None:
    if not command.answers and not command.pages:
        raise Invalid(fields={"answers": "Choose what answers it: an earlier answer, or pages."})
    if not set(command.answers) <= {earlier.id for earlier in parts.answered_before(tx, row)}:
        raise Invalid(fields={"answers": "Choose answers that this organisation has."})
    last = tx.session.get_one(Version, row.version_id).pages
    if any(page > last for page in command.pages):
        raise Invalid(fields={"pages": f"Give pages of the report, 1 to {last}."})
    if command.pages and not is_granted(tx, row.version_id, organisation_id=row.organisation_id):
        raise Invalid(fields={"pages": "This organisation cannot read the report just now."})


def _part_at_hand(tx: Transaction, row: Request, part_id: str | None) -> Part:
    """Give the part that is answered so; where nobody holds one, the coordinator takes it."""
    take_if_waiting(tx, row)
    held = parts.list_parts(tx, row.id)
    part = part_of(held, part_id) if held else add_part(tx, row)
    if part.row.follows_id is not None:
        raise follows()
    if part.state is PartState.RETURNED or not held:
        require(tx, Action.ASSIGN_REQUEST, Target("request", row.id))
        give_part(tx, row, part, part.row.team_id, part.row.responder_id or tx.actor.id)
    if not part.is_open:
        raise gone()
    return part
