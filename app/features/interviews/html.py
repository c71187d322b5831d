"""The page of an interview and its forms."""

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import Form, Request, Response
from fastapi.responses import HTMLResponse

from app.domain.actions import Action
from app.domain.interviews import MINUTES, MOST_SLOTS, REASONS
from app.features.interviews import invitation, service
from app.features.interviews import notes as noting
from app.features.interviews.api import calendar_file
from app.features.interviews.schemas import (
    CancelInterview,
    ChooseTime,
    DraftNotes,
    InterviewView,
    MoveInterview,
    ProposeTimes,
    SignNotes,
    TakeNotes,
)
from app.kernel.errors import Invalid
from app.transaction import Transaction
from app.web.forms import Command, command_from
from app.web.pages import see_other, show
from app.web.routing import Routes, Tx

routes = Routes()
Text = Annotated[str, Form()]
Chosen = Annotated[list[str] | None, Form()]
_OF = "/requests/{request_id}/interview"


@routes.page(_OF, action=Action.READ_REQUEST)
def interview_page(tx: Tx, request: Request, request_id: str) -> HTMLResponse:
    """Show the interview of a request."""
    return _page(tx, request, request_id)


@routes.page(f"{_OF}.ics", action=Action.READ_REQUEST)
def invitation_file(tx: Tx, request_id: str) -> Response:
    """Hand the invitation out as a calendar file."""
    return calendar_file(invitation.take_invitation(tx, request_id))


@routes.form(f"{_OF}/times", action=Action.ARRANGE_INTERVIEW)
def propose_form(
    tx: Tx,
    request: Request,
    request_id: str,
    starts: Chosen = None,
    minutes: Text = "",
    place: Text = "",
    where: Text = "",
    nothing_withheld: Text = "",
) -> Response:
    """Propose times, or answer with others."""
    typed = _times(starts, minutes, place, where, nothing_withheld)
    return _acted(tx, request, request_id, service.propose_times, ProposeTimes, typed, form="times")


@routes.form(f"{_OF}/move", action=Action.ARRANGE_INTERVIEW)
def move_form(
    tx: Tx,
    request: Request,
    request_id: str,
    reason: Text = "",
    starts: Chosen = None,
    minutes: Text = "",
    place: Text = "",
    where: Text = "",
    nothing_withheld: Text = "",
) -> Response:
    """Move the interview to times that are proposed anew."""
    typed = _times(starts, minutes, place, where, nothing_withheld) | {"reason": reason}
    return _acted(
        tx, request, request_id, service.move_interview, MoveInterview, typed, form="move"
    )


@routes.form(f"{_OF}/choice", action=Action.ARRANGE_INTERVIEW)
def choose_form(tx: Tx, request: Request, request_id: str, slot_id: Text = "") -> Response:
    """Agree to one of the proposed times."""
    typed: dict[str, Any] = {"slot_id": slot_id}
    return _acted(tx, request, request_id, service.choose_time, ChooseTime, typed, form="choice")


@routes.form(f"{_OF}/cancel", action=Action.ARRANGE_INTERVIEW)
def cancel_form(tx: Tx, request: Request, request_id: str, reason: Text = "") -> Response:
    """Cancel the interview."""
    typed: dict[str, Any] = {"reason": reason}
    return _acted(
        tx, request, request_id, service.cancel_interview, CancelInterview, typed, form="cancel"
    )


@routes.form(f"{_OF}/notes", action=Action.DRAFT_INTERVIEW_NOTES)
def notes_form(tx: Tx, request: Request, request_id: str, notes: Text = "") -> Response:
    """Write a version of the notes."""
    typed: dict[str, Any] = {"notes": notes}
    return _acted(tx, request, request_id, noting.draft_notes, DraftNotes, typed, form="notes")


@routes.form(f"{_OF}/signature", action=Action.SIGN_INTERVIEW_NOTES)
def sign_form(
    tx: Tx,
    request: Request,
    request_id: str,
    notes_id: Text = "",
    text_digest: Text = "",
    nothing_withheld: Text = "",
) -> Response:
    """Sign a version of the notes."""
    typed: dict[str, Any] = {
        "notes_id": notes_id,
        "text_digest": text_digest,
        "nothing_withheld": nothing_withheld == "yes",
    }
    return _acted(
        tx, request, request_id, noting.sign_notes, SignNotes, typed, form="sign" + notes_id
    )


@routes.form(f"{_OF}/answer", action=Action.DRAFT_ANSWER)
def take_form(tx: Tx, request: Request, request_id: str, part_id: Text = "") -> Response:
    """Make the agreed notes the draft of the answer, and go to it."""
    typed: dict[str, Any] = {"part_id": part_id or None}
    return _acted(
        tx,
        request,
        request_id,
        noting.take_notes,
        TakeNotes,
        typed,
        form="take",
        then=f"/requests/{request_id}",
    )


def _times(
    starts: list[str] | None, minutes: str, place: str, where: str, nothing_withheld: str
) -> dict[str, Any]:
    return {
        "starts": [start for start in starts or [] if start.strip()],  # the others stay empty
        "minutes": minutes or None,
        "place": place,
        "where": where,
        "nothing_withheld": nothing_withheld == "yes",
    }


def _filled(typed: dict[str, Any]) -> dict[str, Any]:
    """Leave out what was not chosen, so that its default holds."""
    return {name: value for name, value in typed.items() if value is not None}


def _acted(
    tx: Transaction,
    request: Request,
    request_id: str,
    act: Callable[[Transaction, str, Command], object],
    model: type[Command],
    typed: dict[str, Any],
    *,
    form: str,
    then: str = "",
) -> Response:
    """Do what a form asks for; when it cannot be taken, show the page with what was typed."""
    try:
        act(tx, request_id, command_from(model, _filled(typed)))
    except Invalid as error:
        tx.rollback()
        return _page(
            tx, request, request_id, form=form, typed=typed, errors=error.fields, status=422
        )
    return see_other(then or f"/requests/{request_id}/interview")


def _page(
    tx: Transaction,
    request: Request,
    request_id: str,
    *,
    form: str = "",
    typed: dict[str, Any] | None = None,
    errors: dict[str, str] | None = None,
    status: int = 200,
) -> HTMLResponse:
    view = service.read_interview(tx, request_id)
    return show(
        tx,
        request,
        "interviews/interview.html",
        status=status,
        view=view,
        failed=form,
        typed=typed or {},
        errors=errors or {},
        zone=tx.actor.time_zone,
        rows=range(1, MOST_SLOTS + 1),
        lengths=[{"value": m, "label": f"{m} minutes"} for m in MINUTES],
        places=[{"value": v, "label": label} for v, label in places_for(view).items()],
        where_words=places_for(view),
        reasons=[{"value": value, "label": label} for value, label in REASONS.items()],
        reason_words=REASONS,
    )


def places_for(view: InterviewView) -> dict[str, str]:
    """Name the places as a reader calls them."""
    asking = view.seen_as == "asker"
    return {
        "video": "Video call",
        "telephone": "Telephone",
        "at_publisher": "At the publisher's office" if asking else "At our office",
        "at_asker": "At our office" if asking else "At the asker's office",
    }
