"""Forms of the publisher's people: triage, assignment, notes, answers and the release check."""

from typing import Annotated

from fastapi import Form, Request, Response

from app.domain.actions import Action
from app.features.requests import answering, triage
from app.features.requests.schemas import (
    AskClarification,
    AssignRequest,
    DraftAnswer,
    MovedView,
    NoteRequest,
    ReleaseAnswer,
    RewordRequest,
    SendBackAnswer,
    SetClock,
)
from app.features.requests.showing import Typed, acted, command_from
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
    responder_id: Text = "",
    nothing_withheld: Text = "",
) -> Response:
    """Give a request to a person of the publisher."""
    typed: Typed = {"responder_id": responder_id, "nothing_withheld": nothing_withheld == "yes"}

    def act() -> MovedView:
        return triage.assign_request(tx, request_id, command_from(AssignRequest, typed))

    return acted(tx, request, request_id, act, form="assign", typed=typed)


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
    tx: Tx, request: Request, request_id: str, answer: Text = "", then: Text = "keep"
) -> Response:
    """Save the answer, and hand it to the release check when asked to."""
    typed: Typed = {"answer": answer}

    def act() -> MovedView:
        saved = answering.draft_answer(tx, request_id, command_from(DraftAnswer, typed))
        return answering.check_answer(tx, request_id) if then == "check" else saved

    return acted(tx, request, request_id, act, form="answer", typed=typed)


@routes.form("/requests/{request_id}/check", action=Action.CHECK_ANSWER)
def check_form(tx: Tx, request: Request, request_id: str) -> Response:
    """Hand the answer to the release check."""
    return acted(tx, request, request_id, lambda: answering.check_answer(tx, request_id))


@routes.form("/requests/{request_id}/send-back", action=Action.SEND_BACK_ANSWER)
def send_back_form(
    tx: Tx, request: Request, request_id: str, note: Text = "", nothing_withheld: Text = ""
) -> Response:
    """Send the answer back to its responder."""
    typed: Typed = {"note": note, "nothing_withheld": nothing_withheld == "yes"}

    def act() -> MovedView:
        return answering.send_back_answer(tx, request_id, command_from(SendBackAnswer, typed))

    return acted(tx, request, request_id, act, form="send_back", typed=typed)


@routes.form("/requests/{request_id}/release", action=Action.RELEASE_ANSWER)
def release_form(
    tx: Tx,
    request: Request,
    request_id: str,
    determination: Text = "",
    category: Text = "",
    reason: Text = "",
    nothing_withheld: Text = "",
) -> Response:
    """Release the answer with its outcome."""
    typed: Typed = {
        "determination": determination,
        "category": category or None,
        "reason": reason,
        "nothing_withheld": nothing_withheld == "yes",
    }

    def act() -> MovedView:
        return answering.release_answer(tx, request_id, command_from(ReleaseAnswer, typed))

    return acted(tx, request, request_id, act, form="release", typed=typed)
