"""Requests that are answered together: one follows another, and gets its answer as a draft.

Both askers keep their thread and number, and neither learns of the other: what follows what is
written on a part, which no asker's side can see. The text goes through the ordinary release check
of each request by itself.
"""

from collections.abc import Collection

from sqlalchemy import func, select

from app.access.decide import require
from app.access.deposit import deposit_field
from app.access.editions import active_redactions
from app.access.release import release_field
from app.domain.actions import Action
from app.domain.events import Fact
from app.domain.parts import PartMove, PartState
from app.domain.requests import BEING_ANSWERED, HELD, TRIAGED, WITHOUT_BODY, State
from app.domain.targets import FieldRef, Target
from app.features.requests import parts, queries
from app.features.requests.assigning import add_part
from app.features.requests.carrying import carry_attachments
from app.features.requests.clocks import resume_after_choice
from app.features.requests.commands import MergeRequest
from app.features.requests.moving import gone, locked, move_part, moved, target_of, tell
from app.features.requests.schemas import MovedView
from app.features.requests.triage import take_if_waiting
from app.kernel.clock import now
from app.kernel.errors import Conflict, Invalid
from app.kernel.ids import new_id
from app.models.requests import Answer, Request
from app.models.reviews import Receipt
from app.transaction import Transaction

MERGEABLE = TRIAGED | {State.SUBMITTED}
"""Where a request can begin to follow another."""
_MAIN = MERGEABLE | HELD | {State.NEEDS_CLARIFICATION}


def merge_request(tx: Transaction, request_id: str, command: MergeRequest) -> MovedView:
    """Let a request be answered together with another one of the same version.

    Raises:
        Invalid: there is no such other request, or it cannot be answered together with this one.
        Conflict: this request is no longer where it could follow another.
    """
    require(tx, Action.MERGE_REQUEST, Target("request", request_id))
    _one_at_a_time(tx)
    main = _main(tx, command.into)
    require(tx, Action.MERGE_REQUEST, target_of(main))
    # The other one first, as a release does that hands its answer on.
    main = locked(tx, main.id)
    row = locked(tx, request_id)
    _refuse_unfit(tx, row, main)
    take_if_waiting(tx, row)
    for part in parts.list_parts(tx, row.id):
        move_part(tx, row, part, PartMove.DROP)
        facts: dict[str, Fact] = {"assignment": part.row.id, "part": part.row.number}
        tell(tx, row, "PartDropped", Action.MERGE_REQUEST, facts=facts)
    made = add_part(tx, row)
    move_part(tx, row, made, PartMove.GIVE)
    made.row.follows_id = main.id
    tx.session.flush()
    facts = {"assignment": made.row.id, "part": made.row.number, "into": main.id}
    tell(tx, row, "RequestMerged", Action.MERGE_REQUEST, facts=facts)
    tell(tx, main, "RequestJoined", Action.MERGE_REQUEST, facts={"joined": row.id})
    return moved(tx, row)


def separate_request(tx: Transaction, request_id: str) -> MovedView:
    """Let a request go its own way again, while nothing was handed over to it."""
    require(tx, Action.MERGE_REQUEST, Target("request", request_id))
    _one_at_a_time(tx)
    row = locked(tx, request_id)
    part = parts.following_part(tx, row.id)
    if part is None:
        raise gone()
    followed, part.row.follows_id = part.row.follows_id, None
    move_part(tx, row, part, PartMove.DROP)
    facts: dict[str, Fact] = {"assignment": part.row.id, "part": part.row.number, "into": followed}
    tell(tx, row, "RequestSeparated", Action.MERGE_REQUEST, facts=facts)
    return moved(tx, row)


def needed_for(tx: Transaction, row: Request, answer: Answer) -> frozenset[str]:
    """Give what a reader of an answer needs, before its release narrows that."""
    ref = FieldRef(subject=target_of(row), field=f"answer.{answer.round}")
    return frozenset(release_field(tx, ref).sensitivity)


def carry_on(tx: Transaction, main: Request, *, needed: Collection[str]) -> None:
    """Hand the answer of a request that was released whole to those that follow it.

    Args:
        tx: the transaction of whoever released it.
        main: the request, already moved.
        needed: what a reader of the answer released now needed before it was narrowed.
    """
    if main.state != State.RELEASED.value:
        return
    following = parts.followers(tx, main.id)
    if not following:
        return
    # What was refused stays inside for everybody; where nothing else is left, no answer comes.
    answers = [
        answer
        for answer in parts.list_answers(tx, main.id, "released")
        if answer.determination not in WITHOUT_BODY
    ]
    written = _written(tx, main, answers) if answers else None
    if written is None:
        return
    # What was released before was narrowed to this asker already.
    needed = {*needed, *_lifted_at_release(tx, main, answers)}
    drafters = {one for a in answers for one in parts.answer_drafters(tx, main.id, a.round)}
    for request_id in following:
        _hand_over(tx, request_id, main, answers, written, needed=needed, drafters=drafters)


def _lifted_at_release(
    tx: Transaction, main: Request, answers: Collection[Answer]
) -> frozenset[str]:
    """Give what the asker could read when they got the answers, as their receipts pin it."""
    redactions = active_redactions(tx, main.version_id)
    occurring = frozenset(code for one in redactions for code in one.categories)
    lifted: frozenset[str] = frozenset()
    for answer in answers:
        receipt = tx.session.get(Receipt, answer.receipt_id or "")
        lifted |= occurring - set(receipt.items[0]["withholds"] if receipt else ())
    return lifted


def _hand_over(
    tx: Transaction,
    request_id: str,
    main: Request,
    answers: Collection[Answer],
    written: str,
    *,
    needed: Collection[str],
    drafters: Collection[str],
) -> None:
    require(tx, Action.CARRY_ANSWER, Target("request", request_id))
    row = locked(tx, request_id)
    part = parts.following_part(tx, row.id)
    if part is None:
        return
    part.row.follows_id = None
    move_part(tx, row, part, PartMove.DRAFT)
    move_part(tx, row, part, PartMove.CHECK)
    answer = Answer(
        id=new_id("answer"),
        request_id=row.id,
        assignment_id=part.row.id,
        organisation_id=row.organisation_id,
        round=parts.next_round(tx, row.id),
        state="in_check",
        drafted_by=min(drafters),
        drafted_at=now(),
    )
    tx.session.add(answer)
    tx.session.flush()
    deposit_field(
        tx,
        target_of(row),
        field=f"answer.{answer.round}",
        body=written,
        version_id=row.version_id,
        organisation_id=row.organisation_id,
        shared=False,
        at_least=needed,
    )
    carried, left = carry_attachments(tx, row, part, answer, main=main, answers=answers)
    facts: dict[str, Fact] = {
        "round": answer.round,
        "part": part.row.number,
        "into": main.id,
        "drafters": sorted(drafters),
        "attachments": carried,
        "left": left,
    }
    tell(tx, row, "AnswerCarried", Action.CARRY_ANSWER, facts=facts)
    tell(tx, row, "AnswerSentToCheck", Action.CARRY_ANSWER, facts={"round": answer.round})
    if State(row.state) not in BEING_ANSWERED:
        resume_after_choice(tx, row, licence=Action.CARRY_ANSWER)


def _written(tx: Transaction, main: Request, answers: Collection[Answer]) -> str | None:
    """Give the whole answer; None where the one who releases may not read all of it."""
    texts = []
    for answer in answers:
        ref = FieldRef(subject=target_of(main), field=f"answer.{answer.round}")
        found = release_field(tx, ref)
        if found.masked or found.body is None:
            return None
        texts.append(found.body)
    return "\n\n".join(texts)


def _one_at_a_time(tx: Transaction) -> None:
    """Let no two people put requests together at once: they could follow one another."""
    tx.session.execute(select(func.pg_advisory_xact_lock(func.hashtext("merging requests"))))


def _main(tx: Transaction, named: str) -> Request:
    """Give the request that is meant, or the one that it follows itself."""
    row = queries.find_request(tx, named)
    if row is None:
        raise Invalid(
            fields={"into": "There is no such request. Give its number, as in the queue."}
        )
    followed = parts.following_part(tx, row.id)
    if followed is not None and followed.row.follows_id is not None:
        return queries.get_request(tx, followed.row.follows_id)
    return row


def _refuse_unfit(tx: Transaction, row: Request, main: Request) -> None:
    """Refuse what cannot be answered together.

    Raises:
        Invalid, Conflict: with the reason.
    """
    if State(row.state) not in MERGEABLE:
        raise gone()
    problem = _problem(tx, row, main)
    if problem:
        raise Invalid(fields={"into": problem})
    held = parts.list_parts(tx, row.id)
    closed = [part for part in held if part.state in (PartState.IN_CHECK, PartState.RELEASED)]
    if closed:
        raise Conflict("A part of this request was answered already, so it goes its own way.")


def _problem(tx: Transaction, row: Request, main: Request) -> str | None:
    if main.id == row.id:
        return "A request cannot be answered together with itself."
    if parts.following_part(tx, row.id) is not None:
        return "It follows another request already. Separate it first."
    if parts.followers(tx, row.id):
        return "Other requests follow this one. Put that one to this, or separate them first."
    if main.version_id != row.version_id:
        return "It is about another version of the report."
    if State(main.state) not in _MAIN or parts.list_answers(tx, main.id, "released"):
        return "It was answered or ended already, so nothing can follow it any more."
    return None
