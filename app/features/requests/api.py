"""JSON API of information requests: the same commands, services and views as the pages.

What a reader gets depends on who they are: an asker, the publisher's overseers, or the responder,
who learns neither organisation nor number.
"""

from typing import Annotated

from fastapi import Query, Response

from app.domain.actions import Action
from app.features.requests import (
    answering,
    appealing,
    assigning,
    drafts,
    importing,
    keeping,
    merging,
    recording,
    service,
    several,
    triage,
)
from app.features.requests.commands import (
    AppealAnswer,
    AskClarification,
    AssignRequest,
    CheckAnswer,
    DecideAppeal,
    DraftAnswer,
    DraftRequest,
    DropPart,
    EditDraft,
    GiveClarification,
    HandOver,
    ImportRequests,
    KeepRequest,
    ListFilter,
    ListQuery,
    MarkReady,
    MergeRequest,
    NoteRequest,
    PointToReleased,
    RecordAnswer,
    ReferRequest,
    ReleaseAnswer,
    ReturnAnswer,
    RewordRequest,
    SendBackAnswer,
    SetClock,
    SplitRequest,
    TriageSeveral,
)
from app.features.requests.exporting import HEADS, cells
from app.features.requests.rows import (
    Board,
    ImportedView,
    ImportFields,
    ImportPreview,
    RequestList,
    SeveralView,
)
from app.features.requests.schemas import (
    AskerView,
    MovedView,
    PublisherView,
    RequestView,
    ResponderView,
)
from app.web.routing import Routes, Tx
from app.web.spreadsheets import csv_of

routes = Routes(prefix="/api/v1", tags=["requests"])


@routes.read("/requests", action=Action.LIST_REQUESTS, response_model=RequestList)
def list_requests(tx: Tx, wanted: Annotated[ListQuery, Query()]) -> RequestList:
    """List the requests that the caller may read, and search them; the filters come with it."""
    return service.list_requests(tx, wanted)


@routes.read("/requests.csv", action=Action.EXPORT_REQUESTS)
def export_requests(tx: Tx, wanted: Annotated[ListFilter, Query()]) -> Response:
    """Give the list as CSV, all of what the filter lets through."""
    seen, rows = service.export_requests(tx, wanted)
    return csv_of(HEADS[seen], map(cells, rows), name="requests")


@routes.read("/requests/board", action=Action.READ_COCKPIT, response_model=Board)
def read_board(tx: Tx, wanted: Annotated[ListFilter, Query()]) -> Board:
    """Give the queue by where its requests are; the publisher's overseers only."""
    return service.read_board(tx, wanted)


@routes.act("/requests/bulk", action=Action.TRIAGE_SEVERAL, response_model=SeveralView)
def act_on_several(tx: Tx, command: TriageSeveral) -> SeveralView:
    """Take, assign, or set priority or due date of up to 100 requests, each by itself."""
    return several.act_on_several(tx, command)


@routes.act("/requests", action=Action.DRAFT_REQUEST, response_model=MovedView, status_code=201)
def draft_request(tx: Tx, command: DraftRequest) -> MovedView:
    """Draft a request; it stays the organisation's own until it is submitted."""
    return service.draft_request(tx, command)


@routes.read("/requests/import", action=Action.DRAFT_REQUEST, response_model=ImportFields)
def import_fields(tx: Tx, review: str = "") -> ImportFields:
    """Say what a list that is imported may hold, and in which words."""
    return importing.import_fields(tx, review)


@routes.act("/requests/import/preview", action=Action.DRAFT_REQUEST, response_model=ImportPreview)
def preview_import(tx: Tx, command: ImportRequests) -> ImportPreview:
    """Say what a list (CSV) would make, with what is wrong by row and column; nothing is kept."""
    return importing.preview_import(tx, command)


@routes.act(
    "/requests/import",
    action=Action.DRAFT_REQUEST,
    response_model=ImportedView,
    status_code=201,
)
def import_requests(tx: Tx, command: ImportRequests) -> ImportedView:
    """Make drafts of the good rows of a list (CSV) in one act; the others are left out."""
    return importing.import_requests(tx, command)


@routes.read(
    "/requests/{request_id}",
    action=Action.READ_REQUEST,
    response_model=AskerView | PublisherView | ResponderView,
)
def read_request(tx: Tx, request_id: str) -> RequestView:
    """Give a request as the caller may see it (`seen_as`)."""
    return service.read_request(tx, request_id)


@routes.act("/requests/{request_id}/draft", action=Action.DRAFT_REQUEST, response_model=MovedView)
def edit_draft(tx: Tx, request_id: str, command: EditDraft) -> MovedView:
    """Write a draft anew."""
    return service.edit_draft(tx, request_id, command)


@routes.act("/requests/{request_id}/submit", action=Action.SUBMIT_REQUEST, response_model=MovedView)
def submit_request(tx: Tx, request_id: str) -> MovedView:
    """Submit a draft: it gets its number, and the clock starts."""
    return service.submit_request(tx, request_id)


@routes.act("/requests/{request_id}/people", action=Action.KEEP_REQUEST, response_model=MovedView)
def keep_request(tx: Tx, request_id: str, command: KeepRequest) -> MovedView:
    """Say who of the caller's organisation sees a request besides its drafter and the leads."""
    return keeping.keep_request(tx, request_id, command)


@routes.act("/requests/{request_id}/ready", action=Action.DRAFT_REQUEST, response_model=MovedView)
def mark_ready(tx: Tx, request_id: str, command: MarkReady) -> MovedView:
    """Mark a draft ready for the lead, who submits in this review, or take that back."""
    return drafts.mark_ready(tx, request_id, command)


@routes.act(
    "/requests/{request_id}/answered", action=Action.REFER_REQUEST, response_model=MovedView
)
def refer_request(tx: Tx, request_id: str, command: ReferRequest) -> MovedView:
    """Close a draft, because an earlier answer of the caller's organisation answers it."""
    return drafts.refer_request(tx, request_id, command)


@routes.act(
    "/requests/{request_id}/clarification",
    action=Action.CLARIFY_REQUEST,
    response_model=MovedView,
)
def give_clarification(tx: Tx, request_id: str, command: GiveClarification) -> MovedView:
    """Answer what the publisher asked back."""
    return service.give_clarification(tx, request_id, command)


@routes.act("/requests/{request_id}/accept", action=Action.ACCEPT_ANSWER, response_model=MovedView)
def accept_answer(tx: Tx, request_id: str) -> MovedView:
    """Accept the answer, which closes the request."""
    return service.accept_answer(tx, request_id)


@routes.act("/requests/{request_id}/return", action=Action.RETURN_ANSWER, response_model=MovedView)
def return_answer(tx: Tx, request_id: str, command: ReturnAnswer) -> MovedView:
    """Return the answer with a reason."""
    return service.return_answer(tx, request_id, command)


@routes.act(
    "/requests/{request_id}/withdraw", action=Action.WITHDRAW_REQUEST, response_model=MovedView
)
def withdraw_request(tx: Tx, request_id: str) -> MovedView:
    """Withdraw a request that is not answered yet."""
    return service.withdraw_request(tx, request_id)


@routes.act("/requests/{request_id}/take", action=Action.TRIAGE_REQUEST, response_model=MovedView)
def take_request(tx: Tx, request_id: str) -> MovedView:
    """Take a request into triage."""
    return triage.take_request(tx, request_id)


@routes.act(
    "/requests/{request_id}/reworded", action=Action.TRIAGE_REQUEST, response_model=MovedView
)
def reword_request(tx: Tx, request_id: str, command: RewordRequest) -> MovedView:
    """Word a request for the expert."""
    return triage.reword_request(tx, request_id, command)


@routes.act("/requests/{request_id}/clock", action=Action.ASSIGN_REQUEST, response_model=MovedView)
def set_clock(tx: Tx, request_id: str, command: SetClock) -> MovedView:
    """Set priority and due date."""
    return triage.set_clock(tx, request_id, command)


@routes.act(
    "/requests/{request_id}/ask-clarification",
    action=Action.ASK_CLARIFICATION,
    response_model=MovedView,
)
def ask_clarification(tx: Tx, request_id: str, command: AskClarification) -> MovedView:
    """Ask the asker back; the clock pauses."""
    return triage.ask_clarification(tx, request_id, command)


@routes.act(
    "/requests/{request_id}/assignment", action=Action.ASSIGN_REQUEST, response_model=MovedView
)
def assign_request(tx: Tx, request_id: str, command: AssignRequest) -> MovedView:
    """Give a request, or a part of it, to a team or a person of the publisher."""
    return assigning.assign_request(tx, request_id, command)


@routes.act("/requests/{request_id}/parts", action=Action.ASSIGN_REQUEST, response_model=MovedView)
def split_request(tx: Tx, request_id: str, command: SplitRequest) -> MovedView:
    """Add a part to a request, with a wording of its own."""
    return assigning.split_request(tx, request_id, command)


@routes.act(
    "/requests/{request_id}/drop-part", action=Action.ASSIGN_REQUEST, response_model=MovedView
)
def drop_part(tx: Tx, request_id: str, command: DropPart) -> MovedView:
    """Take a part out that was not answered."""
    return assigning.drop_part(tx, request_id, command)


@routes.act("/requests/{request_id}/merge", action=Action.MERGE_REQUEST, response_model=MovedView)
def merge_request(tx: Tx, request_id: str, command: MergeRequest) -> MovedView:
    """Let a request be answered together with another one of the same version."""
    return merging.merge_request(tx, request_id, command)


@routes.act(
    "/requests/{request_id}/separate", action=Action.MERGE_REQUEST, response_model=MovedView
)
def separate_request(tx: Tx, request_id: str) -> MovedView:
    """Let a request go its own way again, while nothing was handed over to it."""
    return merging.separate_request(tx, request_id)


@routes.act(
    "/requests/{request_id}/hand-over", action=Action.HAND_OVER_PART, response_model=MovedView
)
def hand_over_part(tx: Tx, request_id: str, command: HandOver) -> MovedView:
    """Give a part that the caller or their team holds to a person of the publisher."""
    return assigning.hand_over_part(tx, request_id, command)


@routes.act("/requests/{request_id}/notes", action=Action.NOTE_REQUEST, response_model=MovedView)
def note_request(tx: Tx, request_id: str, command: NoteRequest) -> MovedView:
    """Write an internal note."""
    return triage.note_request(tx, request_id, command)


@routes.act("/requests/{request_id}/answer", action=Action.DRAFT_ANSWER, response_model=MovedView)
def draft_answer(tx: Tx, request_id: str, command: DraftAnswer) -> MovedView:
    """Save the answer as far as it is written."""
    return answering.draft_answer(tx, request_id, command)


@routes.act("/requests/{request_id}/check", action=Action.CHECK_ANSWER, response_model=MovedView)
def check_answer(tx: Tx, request_id: str, command: CheckAnswer) -> MovedView:
    """Hand the answer to the release check."""
    return answering.check_answer(tx, request_id, command)


@routes.act("/requests/{request_id}/record", action=Action.RECORD_ANSWER, response_model=MovedView)
def record_answer(tx: Tx, request_id: str, command: RecordAnswer) -> MovedView:
    """Record an answer that arrived elsewhere, and hand it to the release check."""
    return recording.record_answer(tx, request_id, command)


@routes.act(
    "/requests/{request_id}/point", action=Action.POINT_TO_RELEASED, response_model=MovedView
)
def point_to_released(tx: Tx, request_id: str, command: PointToReleased) -> MovedView:
    """Answer with what the asker has already; it goes out at once."""
    return recording.point_to_released(tx, request_id, command)


@routes.act(
    "/requests/{request_id}/send-back",
    action=Action.SEND_BACK_ANSWER,
    response_model=MovedView,
)
def send_back_answer(tx: Tx, request_id: str, command: SendBackAnswer) -> MovedView:
    """Send the answer back to its responder with an internal note."""
    return answering.send_back_answer(tx, request_id, command)


@routes.act(
    "/requests/{request_id}/release", action=Action.RELEASE_ANSWER, response_model=MovedView
)
def release_answer(tx: Tx, request_id: str, command: ReleaseAnswer) -> MovedView:
    """Release the answer with its outcome."""
    return answering.release_answer(tx, request_id, command)


@routes.act("/requests/{request_id}/appeal", action=Action.APPEAL_ANSWER, response_model=MovedView)
def appeal_answer(tx: Tx, request_id: str, command: AppealAnswer) -> MovedView:
    """Ask for a second look at a refusal."""
    return appealing.appeal_answer(tx, request_id, command)


@routes.act(
    "/requests/{request_id}/appeal-decision", action=Action.DECIDE_APPEAL, response_model=MovedView
)
def decide_appeal(tx: Tx, request_id: str, command: DecideAppeal) -> MovedView:
    """Let a refusal stand, or have the request answered anew."""
    return appealing.decide_appeal(tx, request_id, command)
