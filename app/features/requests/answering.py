"""Answers: drafted by the expert, checked and released by somebody else, with an outcome."""

from collections.abc import Mapping

from app.access.decide import require
from app.domain.actions import Action
from app.domain.events import Fact
from app.domain.parts import PartMove, PartState
from app.domain.requests import BEING_ANSWERED, WITHOUT_BODY, State, categories_for
from app.domain.targets import Target
from app.features.requests import merging, parts
from app.features.requests.assigning import part_of, workable
from app.features.requests.attaching import check_attachments, release_attachments
from app.features.requests.checking import refuse_hits
from app.features.requests.clocks import resume_after_choice
from app.features.requests.commands import (
    CheckAnswer,
    DraftAnswer,
    NoteRequest,
    ReleaseAnswer,
    SendBackAnswer,
)
from app.features.requests.moving import gone, locked, move_part, moved, tell
from app.features.requests.parts import Part
from app.features.requests.releasing import Outcome, deposit_answer, give_out
from app.features.requests.schemas import MovedView
from app.features.requests.texts import text
from app.features.requests.triage import UNSTATED, keep_note
from app.kernel.clock import now
from app.kernel.errors import Forbidden, Invalid
from app.kernel.ids import new_id
from app.models.requests import Answer, Request
from app.transaction import Transaction


def draft_answer(tx: Transaction, request_id: str, command: DraftAnswer) -> MovedView:
    """Save the answer as far as it is written; whoever takes a draft over becomes its drafter."""
    require(tx, Action.DRAFT_ANSWER, Target("request", request_id))
    row = locked(tx, request_id)
    part = part_of(workable(tx, row), command.part_id)
    keep_draft(tx, row, part, command.answer, licence=Action.DRAFT_ANSWER)
    return moved(tx, row)


def keep_draft(
    tx: Transaction,
    row: Request,
    part: Part,
    body: str,
    *,
    licence: Action,
    facts: Mapping[str, Fact] | None = None,
) -> Answer:
    """Keep the answer to a part as far as it is written, under an act that was decided."""
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
    anew = answer.drafted_by != tx.actor.id or bool(facts)
    answer.drafted_by, answer.drafted_at = tx.actor.id, now()
    tx.session.flush()
    deposit_answer(tx, row, f"answer.{answer.round}", body)
    # Only a new drafter is a step: four eyes looks at everybody who drafted, not at every save.
    name = "AnswerDrafted" if anew else "AnswerSaved"
    about: dict[str, Fact] = {"round": answer.round, "part": part.row.number}
    tell(tx, row, name, licence, step=anew, facts={**about, **(facts or {})})
    return answer


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
    hand_to_check(tx, row, part, answer, licence=Action.CHECK_ANSWER)
    return moved(tx, row)


def hand_to_check(
    tx: Transaction, row: Request, part: Part, answer: Answer, *, licence: Action
) -> None:
    """Hand a drafted answer to the release check, under an act that was decided."""
    move_part(tx, row, part, PartMove.CHECK)
    answer.state = "in_check"
    tx.session.flush()
    tell(tx, row, "AnswerSentToCheck", licence, facts={"round": answer.round})
    if State(row.state) not in BEING_ANSWERED:
        resume_after_choice(tx, row, licence=licence)


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
        Invalid: the outcome lacks its category, reason or statement, or the leak linter found
            something that was not confirmed.
    """
    require(tx, Action.RELEASE_ANSWER, Target("request", request_id))
    row = locked(tx, request_id)
    part = _in_check(tx, row, command.part_id)
    answer = _answer_in(part, "in_check")
    _refuse_own(tx, row, answer)
    _refuse_incomplete(command)
    refuse_hits(tx, row, answer, command)
    needed = merging.needed_for(tx, row, answer)
    bare = command.determination in WITHOUT_BODY
    outcome = Outcome(
        command.determination,
        command.category or None,
        command.reason,
        attached=() if bare else tuple(release_attachments(tx, row, answer)),
    )
    give_out(tx, row, part, answer, outcome, licence=Action.RELEASE_ANSWER)
    merging.carry_on(tx, row, needed=needed)
    return moved(tx, row)


def _refuse_incomplete(command: ReleaseAnswer) -> None:
    problems: dict[str, str] = {}
    if command.determination != "full":
        if command.category not in categories_for(command.determination):
            problems["category"] = "Choose a category that fits this outcome."
        if not command.reason:
            problems["reason"] = "Give the reason; the asker reads it and may argue with it."
    elif command.category:
        problems["category"] = "What is provided in full has no category."
    if command.determination == "withheld" and not command.no_substitute:
        problems["no_substitute"] = "Confirm that nothing could be given instead, or give it."
    if not command.nothing_withheld:
        problems["nothing_withheld"] = UNSTATED
    if problems:
        raise Invalid(fields=problems)


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
