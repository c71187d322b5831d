"""JSON API of interviews: times, the invitation, and notes that both sides sign."""

from fastapi import Response

from app.domain.actions import Action
from app.features.interviews import invitation, notes, service
from app.features.interviews.schemas import (
    CancelInterview,
    ChooseTime,
    DraftNotes,
    InterviewMade,
    InterviewView,
    MoveInterview,
    NotesMade,
    ProposeTimes,
    SignNotes,
    TakeNotes,
)
from app.web.routing import Routes, Tx

routes = Routes(prefix="/api/v1", tags=["requests"])
_OF = "/requests/{request_id}/interview"


def calendar_file(content: bytes) -> Response:
    """Hand a calendar out as a file."""
    return Response(
        content,
        media_type="text/calendar; charset=utf-8; method=PUBLISH",
        headers={"Content-Disposition": f'attachment; filename="{invitation.FILE_NAME}"'},
    )


@routes.read(_OF, action=Action.READ_REQUEST, response_model=InterviewView)
def read_interview(tx: Tx, request_id: str) -> InterviewView:
    """Give the interview of a request as the caller may see it."""
    return service.read_interview(tx, request_id)


@routes.read(f"{_OF}.ics", action=Action.READ_REQUEST)
def take_invitation(tx: Tx, request_id: str) -> Response:
    """Give the invitation as a calendar file (RFC 5545, METHOD:PUBLISH)."""
    return calendar_file(invitation.take_invitation(tx, request_id))


@routes.act(f"{_OF}/times", action=Action.ARRANGE_INTERVIEW, response_model=InterviewMade)
def propose_times(tx: Tx, request_id: str, command: ProposeTimes) -> InterviewMade:
    """Propose times; without an offset a time is the caller's own wall clock."""
    return service.propose_times(tx, request_id, command)


@routes.act(f"{_OF}/choice", action=Action.ARRANGE_INTERVIEW, response_model=InterviewMade)
def choose_time(tx: Tx, request_id: str, command: ChooseTime) -> InterviewMade:
    """Agree to one of the times that the other side proposed."""
    return service.choose_time(tx, request_id, command)


@routes.act(f"{_OF}/move", action=Action.ARRANGE_INTERVIEW, response_model=InterviewMade)
def move_interview(tx: Tx, request_id: str, command: MoveInterview) -> InterviewMade:
    """Take the agreed time back before it has come, and propose others."""
    return service.move_interview(tx, request_id, command)


@routes.act(f"{_OF}/cancel", action=Action.ARRANGE_INTERVIEW, response_model=InterviewMade)
def cancel_interview(tx: Tx, request_id: str, command: CancelInterview) -> InterviewMade:
    """Cancel an interview before it began, or what was proposed."""
    return service.cancel_interview(tx, request_id, command)


@routes.act(f"{_OF}/notes", action=Action.DRAFT_INTERVIEW_NOTES, response_model=NotesMade)
def draft_notes(tx: Tx, request_id: str, command: DraftNotes) -> NotesMade:
    """Write a version of the notes; a signature under an earlier one falls."""
    return notes.draft_notes(tx, request_id, command)


@routes.act(f"{_OF}/signature", action=Action.SIGN_INTERVIEW_NOTES, response_model=NotesMade)
def sign_notes(tx: Tx, request_id: str, command: SignNotes) -> NotesMade:
    """Sign the notes as they were read; the first signature sends them to the other side."""
    return notes.sign_notes(tx, request_id, command)


@routes.act(f"{_OF}/answer", action=Action.DRAFT_ANSWER, response_model=InterviewMade)
def take_notes(tx: Tx, request_id: str, command: TakeNotes) -> InterviewMade:
    """Make the agreed notes the draft of the answer."""
    return notes.take_notes(tx, request_id, command)
