"""Notes of an interview: drafted by either side, signed by both, taken as the draft of an answer.

Each wording is a version of its own. Its own side signs first, which sends it across; the other
side signs the same text, named by its digest. Whoever writes anew makes the first signature fall.
"""

import hashlib
from collections.abc import Iterable

from app.access.decide import require
from app.access.deposit import deposit_field, share_field
from app.access.facts import forget
from app.domain.actions import Action
from app.domain.categories import CODES
from app.domain.events import Fact
from app.domain.interviews import IllegalSignature, NotesState, Side, rewritten, signed
from app.domain.targets import Target
from app.features.interviews import queries
from app.features.interviews.reading import is_begun, readable_notes, signers
from app.features.interviews.schemas import (
    DraftNotes,
    InterviewMade,
    NotesMade,
    SignNotes,
    TakeNotes,
)
from app.features.requests.answering import draft_answer
from app.features.requests.commands import DraftAnswer
from app.features.requests.moving import gone, locked, target_of, tell
from app.features.requests.triage import NOTHING_WITHHELD, UNSTATED
from app.kernel.clock import now
from app.kernel.errors import Conflict, Forbidden, Invalid
from app.kernel.ids import new_id
from app.models.interviews import Interview, InterviewNotes
from app.models.requests import Request
from app.transaction import Transaction

NOT_BEGUN = "The interview has not begun, so there is nothing to note yet."
SETTLED = "Both sides signed the notes; what was agreed is not changed any more."
CHANGED = "These notes were changed since you read them, so nothing was signed."


def draft_notes(tx: Transaction, request_id: str, command: DraftNotes) -> NotesMade:
    """Write a version of the notes; a signature under an earlier one falls.

    Raises:
        Conflict: the interview has not begun, or both sides signed its notes.
    """
    require(tx, Action.DRAFT_INTERVIEW_NOTES, Target("request", request_id))
    row = locked(tx, request_id)
    interview = _held(tx, row)
    before, by = queries.list_notes(tx, interview), queries.side_of(tx)
    waited = [one for one in before if one.side == by.value and one.state == "draft"]
    _supersede(tx, row, before, licence=Action.DRAFT_INTERVIEW_NOTES)
    made = InterviewNotes(
        id=new_id("interview_notes"),
        interview_id=interview.id,
        request_id=row.id,
        organisation_id=row.organisation_id,
        side=by.value,
        number=queries.next_number(tx, interview, by),
        state=NotesState.DRAFT.value,
        digest=digest_of(command.notes),
        drafted_by=tx.actor.id,
        drafted_at=now(),
    )
    tx.session.add(made)
    tx.session.flush()
    forget(tx, target_of(row))
    deposit_field(
        tx,
        target_of(row),
        field=_field(made),
        body=command.notes,
        version_id=row.version_id,
        organisation_id=row.organisation_id,
        shared=False,
    )
    inside = by is Side.PUBLISHER
    facts = _facts(made) | {"to_sign": inside and not waited}
    # What the asker drafts is the asker's own: no step of it is kept where the publisher looks.
    tell(tx, row, "NotesDrafted", Action.DRAFT_INTERVIEW_NOTES, step=inside, facts=facts)
    return NotesMade(id=made.id, state=made.state, digest=made.digest)


def sign_notes(tx: Transaction, request_id: str, command: SignNotes) -> NotesMade:
    """Sign a version for one's side: the first signature sends it across, the second agrees.

    Raises:
        Conflict: it was changed meanwhile, or does not wait for this side.
        Invalid: the publisher's statement is missing.
        Forbidden: the text is not open to the one who signs.
    """
    require(tx, Action.SIGN_INTERVIEW_NOTES, Target("request", request_id))
    row = locked(tx, request_id)
    interview = _held(tx, row)
    versions, by = queries.list_notes(tx, interview), queries.side_of(tx)
    notes = next((one for one in versions if one.id == command.notes_id), None)
    if notes is None or notes.digest != command.text_digest:
        raise Conflict(CHANGED, remedy="Open the page again and read them as they are now.")
    state = _signed(notes, by)
    if by is Side.PUBLISHER and not command.nothing_withheld:
        raise Invalid(fields={"nothing_withheld": UNSTATED})
    _refuse_unread(tx, row, notes)
    if state is NotesState.OFFERED:
        _supersede(tx, row, [one for one in versions if one is not notes],
                   licence=Action.SIGN_INTERVIEW_NOTES)  # fmt: skip
        # The publisher states that nothing withheld is in it; the asker's text stays as sensitive
        # as what its writer could read.
        narrowed = () if by is Side.PUBLISHER else CODES
        share_field(tx, target_of(row), field=_field(notes), narrowed_to=narrowed)
    notes.state = state.value
    if by is Side.PUBLISHER:
        notes.signed_publisher_by, notes.signed_publisher_at = tx.actor.id, now()
    else:
        notes.signed_asker_by, notes.signed_asker_at = tx.actor.id, now()
    tx.session.flush()
    first = "NotesReleased" if by is Side.PUBLISHER else "NotesOffered"
    name = "NotesAgreed" if state is NotesState.AGREED else first
    facts = _facts(notes) | {"signed_by": by.value, "digest": notes.digest}
    facts["stated"] = NOTHING_WITHHELD if by is Side.PUBLISHER else None
    tell(tx, row, name, Action.SIGN_INTERVIEW_NOTES, shared=True, facts=facts)
    return NotesMade(id=notes.id, state=notes.state, digest=notes.digest)


def take_notes(tx: Transaction, request_id: str, command: TakeNotes) -> InterviewMade:
    """Make the agreed notes the draft of the answer; it is checked and released like any other.

    Raises:
        Conflict: nothing is agreed, or the request does not wait for an answer.
        Forbidden: the text is not open to the one who takes it.
    """
    require(tx, Action.DRAFT_ANSWER, Target("request", request_id))
    row = locked(tx, request_id)
    interview = queries.find_interview(tx, row.id)
    notes = None if interview is None else queries.agreed_notes(tx, interview)
    if interview is None or notes is None:
        raise Conflict("The notes are not agreed yet, so they cannot be the answer.")
    body = _refuse_unread(tx, row, notes)
    draft_answer(tx, request_id, DraftAnswer(answer=body, part_id=command.part_id))
    facts = _facts(notes) | {"digest": notes.digest}
    tell(tx, row, "NotesTaken", Action.DRAFT_ANSWER, step=False, facts=facts)
    return InterviewMade(id=row.id, standing=interview.standing)


def digest_of(body: str) -> str:
    """Give the digest (SHA-256) by which a text is signed."""
    return hashlib.sha256(body.encode()).hexdigest()


def _held(tx: Transaction, row: Request) -> Interview:
    interview = queries.find_interview(tx, row.id)
    if interview is None or not is_begun(row, interview):
        raise Conflict(NOT_BEGUN, remedy="Come back once its time has come.")
    return interview


def _signed(notes: InterviewNotes, by: Side) -> NotesState:
    try:
        return signed(
            NotesState(notes.state),
            written_by=Side(notes.side),
            signed_by=signers(notes),
            by=by,
        )
    except IllegalSignature as refused:
        raise gone() from refused


def _supersede(
    tx: Transaction, row: Request, versions: Iterable[InterviewNotes], *, licence: Action
) -> None:
    """Let earlier versions of one's own side go, and what one side had signed fall."""
    by = queries.side_of(tx)
    for one in versions:
        own_draft = one.side == by.value and one.state == NotesState.DRAFT.value
        if not own_draft and one.state not in (NotesState.OFFERED, NotesState.AGREED):
            continue
        try:
            one.state = rewritten(NotesState(one.state)).value
        except IllegalSignature as refused:
            raise Conflict(SETTLED) from refused
        if one.state == NotesState.VOIDED.value:
            one.voided_at = now()
            facts = _facts(one) | {"digest": one.digest, "voided_by": by.value}
            tell(tx, row, "NotesVoided", licence, shared=True, facts=facts)
    tx.session.flush()


def _refuse_unread(tx: Transaction, row: Request, notes: InterviewNotes) -> str:
    written = readable_notes(tx, row, notes)
    if written is None or written.masked or written.body is None:
        raise Forbidden(
            "You are not cleared for the text of these notes.",
            remedy="Ask somebody with a wider grant.",
        )
    if digest_of(written.body) != notes.digest:
        raise Conflict(CHANGED)
    return written.body


def _field(notes: InterviewNotes) -> str:
    return f"interview_notes.{notes.id}"


def _facts(notes: InterviewNotes) -> dict[str, Fact]:
    return {"notes": notes.id, "version": notes.number, "written_by": notes.side}
