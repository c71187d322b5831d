"""Forms of the publisher's people: triage, assignment, notes, answers and the release check."""

from typing import Annotated

from fastapi import Form, Request, Response

from app.domain.actions import Action
from app.features.requests import answering, appealing, assigning, merging, recording, triage
from app.features.requests.commands import (
    AskClarification,
    AssignRequest,
    CheckAnswer,
    DecideAppeal,
    DraftAnswer,
    DropPart,
    HandOver,
    MergeRequest,
    NoteRequest,
    PointToReleased,
    RecordAnswer,
    ReleaseAnswer,
    RewordRequest,
    SendBackAnswer,
    SetClock,
    SplitRequest,
)
from app.features.requests.schemas import MovedView
from app.features.requests.showing import Typed, acted, page_numbers
from app.web.forms import command_from
from app.web.routing import Routes, Tx

routes = Routes()
Text = Annotated[str, Form()]


@routes.form("/requests/{request_id}/take", action=Action.TRIAGE_REQUEST)
def take_form(tx: Tx, request: Request, request_id: str) -> Response:
    """Take a request into triage."""
    return acted(tx, request, request_id, lambda: triage.take_request(tx, request_id))


@routes.form("/requests/{request_id}/reworded", action=Action.TRIAGE_REQUEST)
def reword_form(tx: Tx, request: Request, request_id: str, reworded: Text = "") -> Response:
    """Word a request for the expert."""
    typed: Typed = {"reworded": reworded}

    def act() -> MovedView:
        return triage.reword_request(tx, request_id, command_from(RewordRequest, typed))

    return acted(tx, request, request_id, act, form="reword", typed=typed)


@routes.form("/requests/{request_id}/clock", action=Action.ASSIGN_REQUEST)
def clock_form(
    tx: Tx,
    request: Request,
    request_id: str,
    priority: Text = "normal",
    due_on: Text = "",
    extension: Text = "",
) -> Response:
    """Set priority and due date."""
    typed: Typed = {"priority": priority, "due_on": due_on, "extension": extension}

    def act() -> MovedView:
        values = {"priority": priority, "due_on": due_on or None, "extension": extension or None}
        return triage.set_clock(tx, request_id, command_from(SetClock, values))

    return acted(tx, request, request_id, act, form="clock", typed=typed)


@routes.form("/requests/{request_id}/ask-clarification", action=Action.ASK_CLARIFICATION)
def ask_clarification_form(
    tx: Tx,
    request: Request,
    request_id: str,
    clarification_asked: Text = "",
    nothing_withheld: Text = "",
) -> Response:
    """Ask the asker back."""
    typed: Typed = {
        "clarification_asked": clarification_asked,
        "nothing_withheld": nothing_withheld == "yes",
    }

    def act() -> MovedView:
        return triage.ask_clarification(tx, request_id, command_from(AskClarification, typed))

    return acted(tx, request, request_id, act, form="ask", typed=typed)


@routes.form("/requests/{request_id}/assignment", action=Action.ASSIGN_REQUEST)
def assign_form(
    tx: Tx,
    request: Request,
    request_id: str,
    team_id: Text = "",
    responder_id: Text = "",
    part_id: Text = "",
    nothing_withheld: Text = "",
) -> Response:
    """Give a request, or a part of it, to a team or a person."""
    typed: Typed = {
        "team_id": team_id or None,
        "responder_id": responder_id or None,
        "part_id": part_id or None,
        "nothing_withheld": nothing_withheld == "yes",
    }

    def act() -> MovedView:
        return assigning.assign_request(tx, request_id, command_from(AssignRequest, typed))

    return acted(tx, request, request_id, act, form="assign" + part_id, typed=typed)


@routes.form("/requests/{request_id}/parts", action=Action.ASSIGN_REQUEST)
def split_form(
    tx: Tx,
    request: Request,
    request_id: str,
    team_id: Text = "",
    responder_id: Text = "",
    ask: Text = "",
    due_on: Text = "",
    nothing_withheld: Text = "",
) -> Response:
    """Add a part to a request."""
    typed: Typed = {
        "team_id": team_id or None,
        "responder_id": responder_id or None,
        "ask": ask,
        "due_on": due_on or None,
        "nothing_withheld": nothing_withheld == "yes",
    }

    def act() -> MovedView:
        return assigning.split_request(tx, request_id, command_from(SplitRequest, typed))

    return acted(tx, request, request_id, act, form="split", typed=typed)


@routes.form("/requests/{request_id}/drop-part", action=Action.ASSIGN_REQUEST)
def drop_form(tx: Tx, request: Request, request_id: str, part_id: Text = "") -> Response:
    """Take a part out that was not answered."""

    def act() -> MovedView:
        return assigning.drop_part(tx, request_id, command_from(DropPart, {"part_id": part_id}))

    return acted(tx, request, request_id, act, form="drop")


@routes.form("/requests/{request_id}/merge", action=Action.MERGE_REQUEST)
def merge_form(tx: Tx, request: Request, request_id: str, into: Text = "") -> Response:
    """Let a request be answered together with another one."""
    typed: Typed = {"into": into}

    def act() -> MovedView:
        return merging.merge_request(tx, request_id, command_from(MergeRequest, typed))

    return acted(tx, request, request_id, act, form="merge", typed=typed)


@routes.form("/requests/{request_id}/separate", action=Action.MERGE_REQUEST)
def separate_form(tx: Tx, request: Request, request_id: str) -> Response:
    """Let a request go its own way again."""
    return acted(tx, request, request_id, lambda: merging.separate_request(tx, request_id))


@routes.form("/requests/{request_id}/hand-over", action=Action.HAND_OVER_PART)
def hand_over_form(
    tx: Tx, request: Request, request_id: str, part_id: Text = "", responder_id: Text = ""
) -> Response:
    """Give a part to oneself or to a colleague."""
    typed: Typed = {"part_id": part_id, "responder_id": responder_id or None}

    def act() -> MovedView:
        return assigning.hand_over_part(tx, request_id, command_from(HandOver, typed))

    return acted(tx, request, request_id, act, form="hand_over" + part_id, typed=typed)


@routes.form("/requests/{request_id}/notes", action=Action.NOTE_REQUEST)
def note_form(
    tx: Tx, request: Request, request_id: str, note: Text = "", nothing_withheld: Text = ""
) -> Response:
    """Write an internal note."""
    typed: Typed = {"note": note, "nothing_withheld": nothing_withheld == "yes"}

    def act() -> MovedView:
        return triage.note_request(tx, request_id, command_from(NoteRequest, typed))

    return acted(tx, request, request_id, act, form="note", typed=typed)


@routes.form("/requests/{request_id}/answer", action=Action.DRAFT_ANSWER)
def answer_form(
    tx: Tx,
    request: Request,
    request_id: str,
    answer: Text = "",
    part_id: Text = "",
    then: Text = "keep",
) -> Response:
    """Save the answer, and hand it to the release check, or go on to its attachments."""
    typed: Typed = {"answer": answer, "part_id": part_id or None}
    to = f"/requests/{request_id}/attachments?part_id={part_id}" if then == "attach" else ""

    def act() -> MovedView:
        saved = answering.draft_answer(tx, request_id, command_from(DraftAnswer, typed))
        if then != "check":
            return saved
        return answering.check_answer(tx, request_id, CheckAnswer(part_id=part_id or None))

    return acted(tx, request, request_id, act, form="answer" + part_id, typed=typed, to=to)


@routes.form("/requests/{request_id}/check", action=Action.CHECK_ANSWER)
def check_form(tx: Tx, request: Request, request_id: str, part_id: Text = "") -> Response:
    """Hand the answer to the release check."""

    def act() -> MovedView:
        command = command_from(CheckAnswer, {"part_id": part_id or None})
        return answering.check_answer(tx, request_id, command)

    return acted(tx, request, request_id, act, form="answer" + part_id)


@routes.form("/requests/{request_id}/record", action=Action.RECORD_ANSWER)
def record_form(
    tx: Tx,
    request: Request,
    request_id: str,
    answer: Text = "",
    source: Text = "",
    said_on: Text = "",
    said_by: Text = "",
    part_id: Text = "",
) -> Response:
    """Record an answer that arrived elsewhere."""
    typed: Typed = {
        "answer": answer,
        "source": source,
        "said_on": said_on,
        "said_by": said_by or None,
        "part_id": part_id or None,
    }

    def act() -> MovedView:
        return recording.record_answer(tx, request_id, command_from(RecordAnswer, typed))

    return acted(tx, request, request_id, act, form="record", typed=typed)


@routes.form("/requests/{request_id}/point", action=Action.POINT_TO_RELEASED)
def point_form(
    tx: Tx,
    request: Request,
    request_id: str,
    answers: Text = "",
    pages: Text = "",
    part_id: Text = "",
) -> Response:
    """Answer with what the asker has already."""
    typed: Typed = {
        "answers": [answers] if answers else [],
        "pages_typed": pages,
        "part_id": part_id or None,
    }

    def act() -> MovedView:
        values = {"answers": typed["answers"], "part_id": typed["part_id"]}
        command = command_from(PointToReleased, values | {"pages": page_numbers(pages)})
        return recording.point_to_released(tx, request_id, command)

    return acted(tx, request, request_id, act, form="point", typed=typed)


@routes.form("/requests/{request_id}/send-back", action=Action.SEND_BACK_ANSWER)
def send_back_form(
    tx: Tx,
    request: Request,
    request_id: str,
    note: Text = "",
    nothing_withheld: Text = "",
    part_id: Text = "",
) -> Response:
    """Send the answer back to its responder."""
    typed: Typed = {
        "note": note,
        "nothing_withheld": nothing_withheld == "yes",
        "part_id": part_id or None,
    }

    def act() -> MovedView:
        return answering.send_back_answer(tx, request_id, command_from(SendBackAnswer, typed))

    return acted(tx, request, request_id, act, form="send_back" + part_id, typed=typed)


@routes.form("/requests/{request_id}/release", action=Action.RELEASE_ANSWER)
def release_form(
    tx: Tx,
    request: Request,
    request_id: str,
    determination: Text = "",
    category: Text = "",
    reason: Text = "",
    nothing_withheld: Text = "",
    no_substitute: Text = "",
    hits_confirmed: Text = "",
    part_id: Text = "",
) -> Response:
    """Release the answer with its outcome."""
    typed: Typed = {
        "part_id": part_id or None,
        "no_substitute": no_substitute == "yes",
        "hits_confirmed": hits_confirmed == "yes",
        "determination": determination,
        "category": category or None,
        "reason": reason,
        "nothing_withheld": nothing_withheld == "yes",
    }

    def act() -> MovedView:
        return answering.release_answer(tx, request_id, command_from(ReleaseAnswer, typed))

    return acted(tx, request, request_id, act, form="release" + part_id, typed=typed)


@routes.form("/requests/{request_id}/appeal-decision", action=Action.DECIDE_APPEAL)
def appeal_decision_form(
    tx: Tx,
    request: Request,
    request_id: str,
    decision: Text = "",
    appeal_words: Text = "",
    nothing_withheld: Text = "",
) -> Response:
    """Say what became of the second look."""
    typed: Typed = {
        "decision": decision,
        "appeal_words": appeal_words,
        "nothing_withheld": nothing_withheld == "yes",
    }

    def act() -> MovedView:
        return appealing.decide_appeal(tx, request_id, command_from(DecideAppeal, typed))

    return acted(tx, request, request_id, act, form="appeal", typed=typed)
