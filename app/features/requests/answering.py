"""Answers: drafted by the expert, checked and released by somebody else, with an outcome."""

import hashlib

from app.access.decide import require
from app.access.deposit import deposit_field, share_field
from app.access.editions import active_redactions, edition_key, withheld_ids
from app.access.narrowing import granted_codes
from app.domain.actions import Action
from app.domain.events import Event
from app.domain.parts import PartMove, PartState
from app.domain.requests import WITHOUT_BODY, categories_for
from app.domain.targets import Target
from app.features.requests import parts
from app.features.requests.assigning import part_of, workable
from app.features.requests.attaching import Item, check_attachments, release_attachments
from app.features.requests.commands import (
    CheckAnswer,
    DraftAnswer,
    NoteRequest,
    ReleaseAnswer,
    SendBackAnswer,
)
from app.features.requests.moving import gone, locked, move_part, moved, target_of, tell
from app.features.requests.parts import Part
from app.features.requests.reading import text
from app.features.requests.schemas import MovedView
from app.features.requests.triage import NOTHING_WITHHELD, UNSTATED, keep_note
from app.kernel.clock import now
from app.kernel.errors import Forbidden, Invalid
from app.kernel.ids import new_id
from app.models.requests import Answer, Request
from app.models.reviews import Receipt
from app.transaction import Transaction


def draft_answer(tx: Transaction, request_id: str, command: DraftAnswer) -> MovedView:
    """Save the answer as far as it is written; whoever takes a draft over becomes its drafter."""
    require(tx, Action.DRAFT_ANSWER, Target("request", request_id))
    row = locked(tx, request_id)
    part = part_of(workable(tx, row), command.part_id)
    move_part(tx, row, part, PartMove.DRAFT)
    answer = part.answer
    if answer is None or answer.state != "draft":
        answer = Answer(
            id=new_id("answer"),
            request_id=row.id,
            assignment_id=part.row.id,
            organisation_id=row.organisation_id,
            round=parts.next_round(tx, row.id),
            state="draft",
        )
        tx.session.add(answer)
    anew = answer.drafted_by != tx.actor.id
    answer.drafted_by, answer.drafted_at = tx.actor.id, now()
    tx.session.flush()
    _deposit(tx, row, f"answer.{answer.round}", command.answer)
    # Only a new drafter is a step: four eyes looks at everybody who drafted, not at every save.
    name = "AnswerDrafted" if anew else "AnswerSaved"
    facts = {"round": answer.round, "part": part.row.number}
    tell(tx, row, name, Action.DRAFT_ANSWER, step=anew, facts=facts)
    return moved(tx, row)


def check_answer(tx: Transaction, request_id: str, command: CheckAnswer) -> MovedView:
    """Hand the drafted answer to the release check."""
    require(tx, Action.CHECK_ANSWER, Target("request", request_id))
    row = locked(tx, request_id)
    part = part_of(workable(tx, row), command.part_id)
    answer = _answer_in(part, "draft")
    written = text(tx, row, f"answer.{answer.round}")
    if written is None or written.masked:
        raise Invalid(fields={"answer": "Write the answer before you send it on."})
    check_attachments(tx, row, answer)
    move_part(tx, row, part, PartMove.CHECK)
    answer.state = "in_check"
    tx.session.flush()
    tell(tx, row, "AnswerSentToCheck", Action.CHECK_ANSWER, facts={"round": answer.round})
    return moved(tx, row)


def send_back_answer(tx: Transaction, request_id: str, command: SendBackAnswer) -> MovedView:
    """Send an answer back from the release check, with an internal note that says why."""
    require(tx, Action.SEND_BACK_ANSWER, Target("request", request_id))
    row = locked(tx, request_id)
    part = _in_check(tx, row, command.part_id)
    answer = _answer_in(part, "in_check")
    _refuse_own(tx, row, answer)
    move_part(tx, row, part, PartMove.SEND_BACK)
    answer.state = "draft"
    tx.session.flush()
    note = NoteRequest(note=command.note, nothing_withheld=command.nothing_withheld)
    keep_note(tx, row, note, Action.SEND_BACK_ANSWER)
    tell(tx, row, "AnswerSentBack", Action.SEND_BACK_ANSWER, facts={"round": answer.round})
    return moved(tx, row)


def release_answer(tx: Transaction, request_id: str, command: ReleaseAnswer) -> MovedView:
    """Release a checked answer to the asker, with its outcome and a receipt of what was given.

    Raises:
        Forbidden: the acting person had a hand in the draft, or is not cleared for its text.
        Invalid: the outcome lacks its category, reason or statement.
    """
    require(tx, Action.RELEASE_ANSWER, Target("request", request_id))
    row = locked(tx, request_id)
    part = _in_check(tx, row, command.part_id)
    answer = _answer_in(part, "in_check")
    _refuse_own(tx, row, answer)
    _refuse_incomplete(command)
    bare = command.determination in WITHOUT_BODY
    attached = [] if bare else release_attachments(tx, row, answer)
    released = _share(tx, row, answer, command)
    move_part(tx, row, part, PartMove.RELEASE)
    receipt = _receipt(tx, row, released, attached)
    answer.state = "released"
    answer.determination = command.determination
    answer.category = command.category or None
    answer.released_by, answer.released_at = tx.actor.id, now()
    answer.receipt_id = receipt.id
    tx.session.flush()
    tell(
        tx,
        row,
        "AnswerReleased",
        Action.RELEASE_ANSWER,
        shared=True,
        facts={
            "round": answer.round,
            "released": _released_so_far(tx, row),
            "determination": command.determination,
            "category": command.category or None,
            "digest": _digest(released),
            "receipt": receipt.id,
            "stated": NOTHING_WITHHELD,
        },
    )
    _tell_receipt(tx, row, receipt, released)
    return moved(tx, row)


def _released_so_far(tx: Transaction, row: Request) -> str:
    """Say how many parts of how many are released, such as "1 of 3"."""
    held = parts.list_parts(tx, row.id)
    out = [part for part in held if part.state is PartState.RELEASED]
    return f"{len(out)} of {len(held)}"


def _refuse_incomplete(command: ReleaseAnswer) -> None:
    problems: dict[str, str] = {}
    if command.determination != "full":
        if command.category not in categories_for(command.determination):
            problems["category"] = "Choose a category that fits this outcome."
        if not command.reason:
            problems["reason"] = "Give the reason; the asker reads it and may argue with it."
    elif command.category:
        problems["category"] = "What is provided in full has no category."
    if not command.nothing_withheld:
        problems["nothing_withheld"] = UNSTATED
    if problems:
        raise Invalid(fields=problems)


def _share(tx: Transaction, row: Request, answer: Answer, command: ReleaseAnswer) -> str:
    """Share what the outcome lets out; gives the released text."""
    target, released = target_of(row), []
    field = f"answer.{answer.round}"
    written = text(tx, row, field)
    if written is None or written.masked or written.body is None:
        raise Forbidden(
            "You are not cleared for the text of this answer, so you cannot release it.",
            remedy="Ask somebody with a wider grant to check it.",
        )
    if command.determination not in WITHOUT_BODY:
        share_field(tx, target, field=field, narrowed_to=())
        released.append(written.body)
    if command.reason:
        field = f"reason.{answer.round}"
        _deposit(tx, row, field, command.reason)
        share_field(tx, target, field=field, narrowed_to=())
        released.append(command.reason)
    return "\n\n".join(released)


def _receipt(tx: Transaction, row: Request, released: str, attached: list[Item]) -> Receipt:
    """Pin what was released: to whom, beside which edition, by digest; and what goes with it."""
    codes = granted_codes(tx, row.version_id, organisation_id=row.organisation_id)
    redactions = active_redactions(tx, row.version_id)
    occurring = {code for redaction in redactions for code in redaction.categories}
    receipt = Receipt(
        id=new_id("receipt"),
        review_id=row.review_id,
        organisation_id=row.organisation_id,
        items=[
            {
                "item": f"Answer to {row.number}",
                "version_id": row.version_id,
                "edition_key": edition_key(row.version_id, withheld_ids(redactions, codes)),
                "digest": _digest(released),
                "withholds": sorted(occurring - codes),
                "handling": "view",
            },
            *attached,
        ],
        issued_at=now(),
    )
    tx.session.add(receipt)
    tx.session.flush()
    return receipt


def _tell_receipt(tx: Transaction, row: Request, receipt: Receipt, released: str) -> None:
    tx.emit(
        Event(
            name="ReceiptIssued",
            licence=Action.RELEASE_ANSWER,
            target=target_of(row),
            subject=Target("receipt", receipt.id),
            organisations=frozenset({row.organisation_id}),
            facts={"digest": _digest(released), "edition": receipt.items[0]["edition_key"]},
            stage="issued",
        )
    )


def _in_check(tx: Transaction, row: Request, part_id: str | None) -> Part:
    """Give the part whose answer is in the release check: the one named, or the only one."""
    held = parts.list_parts(tx, row.id)
    if part_id is None:
        held = [part for part in held if part.state is PartState.IN_CHECK]
    if not held:
        raise gone()
    return part_of(held, part_id)


def _answer_in(part: Part, state: str) -> Answer:
    if part.answer is None or part.answer.state != state:
        raise gone()
    return part.answer


def _refuse_own(tx: Transaction, row: Request, answer: Answer) -> None:
    """Drafter ≠ releaser, for each answer by itself: the policies know the request as a whole."""
    if tx.actor.id in parts.answer_drafters(tx, row.id, answer.round):
        raise Forbidden("You had a hand in this answer, so somebody else releases it.")


def _deposit(tx: Transaction, row: Request, field: str, body: str) -> None:
    deposit_field(
        tx,
        target_of(row),
        field=field,
        body=body,
        version_id=row.version_id,
        organisation_id=row.organisation_id,
        shared=False,
    )


def _digest(released: str) -> str:
    return hashlib.sha256(released.encode()).hexdigest()
