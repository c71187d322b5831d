"""Builds the view of an interview for whoever reads it: every text comes by release.

A responder learns nothing of who asks: what the asker wrote is read by those who coordinate, and
the asker reads no name of the publisher's people. The caller has required READ_REQUEST.
"""

from app.access.decide import may_all
from app.domain.actions import Action
from app.domain.interviews import (
    IllegalSignature,
    NotesState,
    Side,
    Standing,
    Step,
    admits,
    in_effect,
    signed,
)
from app.domain.parts import PartMove, part_admits
from app.domain.requests import ENDED, Move, State
from app.domain.requests import admits as request_admits
from app.features.interviews import queries
from app.features.interviews.schemas import (
    InterviewView,
    NotesView,
    PartOption,
    SignatureView,
    SlotView,
)
from app.features.requests import parts
from app.features.requests.moving import target_of
from app.features.requests.queries import (
    SeenAs,
    organisation_names,
    person_names,
    seen_as,
)
from app.features.requests.schemas import TextView
from app.features.requests.texts import text
from app.kernel.clock import now
from app.models.interviews import Interview, InterviewNotes
from app.models.requests import Request
from app.transaction import Transaction

_WAITS = {
    Standing.WAITS_FOR_ASKER: Side.ASKER,
    Standing.WAITS_FOR_PUBLISHER: Side.PUBLISHER,
}
MOST_VERSIONS = 30
_AGREED_ONCE = frozenset({Standing.AGREED, Standing.CANCELLED})


def interview_view(tx: Transaction, row: Request) -> InterviewView:
    """Give the interview of a request as the acting person may see it."""
    seen, side = seen_as(tx), queries.side_of(tx)
    interview = queries.find_interview(tx, row.id)
    standing = standing_of(row, interview)
    waits = _WAITS.get(standing)
    begun = is_begun(row, interview)
    where, held_back = _where(tx, row, interview, seen)
    agreed = interview if interview is not None and standing in _AGREED_ONCE else None
    notes = () if interview is None else _notes(tx, row, interview, seen)
    acts = _acts(tx, row, standing, notes, begun=begun)
    return InterviewView(
        seen_as=seen,
        request_id=row.id,
        called=(row.alias if seen == "responder" else row.number) or "",
        other=_other(tx, row, seen),
        standing=standing.value,
        proposed_by_us=waits is not None and waits is not side,
        slots=_slots(tx, row, interview) if waits is not None else (),
        starts_at=agreed.starts_at if agreed else None,
        minutes=agreed.minutes if agreed else None,
        place=agreed.place if agreed else None,
        where=where,
        where_held_back=held_back,
        clash=standing is Standing.AGREED and not begun and _clashes(tx, row, interview),
        begun=begun,
        reason=_reason(row, interview),
        sequence=sequence_of(row, interview),
        notes=notes,
        parts=_parts_to_answer(tx, row, seen) if "take_notes" in acts else (),
        acts=acts,
    )


def standing_of(row: Request, interview: Interview | None) -> Standing:
    """Say where an interview stands; with its request it ends, unless it had begun."""
    if interview is None:
        return Standing.NONE
    ended_at = row.state_since if State(row.state) in ENDED else None
    return in_effect(Standing(interview.standing), starts_at=interview.starts_at, ended_at=ended_at)


def sequence_of(row: Request, interview: Interview | None) -> int | None:
    """Give the number of the invitation; the end of the request counts as one change more."""
    if interview is None or interview.sequence is None:
        return None
    return interview.sequence + int(standing_of(row, interview).value != interview.standing)


def is_begun(row: Request, interview: Interview | None) -> bool:
    """Say whether the agreed time has come."""
    return (
        interview is not None
        and standing_of(row, interview) is Standing.AGREED
        and interview.starts_at is not None
        and interview.starts_at <= now()
    )


def _reason(row: Request, interview: Interview | None) -> str | None:
    if interview is None:
        return None
    ended = standing_of(row, interview).value != interview.standing
    return "no_longer_needed" if ended else interview.reason


def readable_notes(tx: Transaction, row: Request, notes: InterviewNotes) -> TextView | None:
    """Give the text of a version; None where the asker's words stay out of a responder's sight."""
    seen = seen_as(tx)
    if seen == "responder" and notes.side == Side.ASKER.value:
        return None
    return text(tx, row, f"interview_notes.{notes.id}", seen=seen)


def _other(tx: Transaction, row: Request, seen: SeenAs) -> str:
    if seen == "asker":
        return "The publisher"
    if seen == "responder":
        return "The asker"
    return organisation_names(tx, {row.organisation_id}).get(row.organisation_id, "The asker")


def _slots(tx: Transaction, row: Request, interview: Interview | None) -> tuple[SlotView, ...]:
    if interview is None:
        return ()
    slots = queries.list_slots(tx, interview)
    busy = queries.busy(
        tx, row, queries.own_people(tx, row), [(slot.starts_at, slot.minutes) for slot in slots]
    )
    moment = now()
    return tuple(
        SlotView(
            id=slot.id,
            starts_at=slot.starts_at,
            minutes=slot.minutes,
            place=slot.place,
            passed=slot.starts_at <= moment,
            clash=index in busy,
        )
        for index, slot in enumerate(slots)
    )


def _clashes(tx: Transaction, row: Request, interview: Interview | None) -> bool:
    if interview is None or interview.starts_at is None or interview.minutes is None:
        return False
    time = (interview.starts_at, interview.minutes)
    return bool(queries.busy(tx, row, queries.own_people(tx, row), [time]))


def _where(
    tx: Transaction, row: Request, interview: Interview | None, seen: SeenAs
) -> tuple[TextView | None, bool]:
    """Give the link or address of what is proposed or agreed; a responder reads no asker's own."""
    standing = standing_of(row, interview)
    if interview is None or standing is Standing.CANCELLED:
        return None, False
    agreed = standing is Standing.AGREED
    number = interview.agreed_round if agreed else interview.round
    if number is None:
        return None, False
    found = text(tx, row, f"interview_place.{number}", seen=seen)
    if (
        found is not None
        and seen == "responder"
        and queries.side_of_round(tx, interview, number) is Side.ASKER
    ):
        return None, True
    return found, False


def _acts(
    tx: Transaction,
    row: Request,
    standing: Standing,
    notes: tuple[NotesView, ...],
    *,
    begun: bool,
) -> tuple[str, ...]:
    side, target = queries.side_of(tx), target_of(row)
    arrange, draft, answer = may_all(
        tx,
        [
            (Action.ARRANGE_INTERVIEW, target),
            (Action.DRAFT_INTERVIEW_NOTES, target),
            (Action.DRAFT_ANSWER, target),
        ],
    )
    acts = [step.value for step in Step if arrange and admits(step, standing, by=side, begun=begun)]
    settled = [one for one in notes if one.state == NotesState.AGREED.value]
    if begun and draft and not settled:
        acts.append("draft_notes")
    readable = settled and settled[0].text is not None and not settled[0].text.masked
    if readable and answer and request_admits(Move.DRAFT_ANSWER, State(row.state)):
        acts.append("take_notes")
    if standing is Standing.AGREED:
        acts.append("invitation")
    return tuple(acts)


def _parts_to_answer(tx: Transaction, row: Request, seen: SeenAs) -> tuple[PartOption, ...]:
    held = parts.own_parts(tx, row.id) if seen == "responder" else parts.list_parts(tx, row.id)
    return tuple(
        PartOption(id=part.row.id, number=part.row.number)
        for part in held
        if part_admits(PartMove.DRAFT, part.state)
    )


# ---- notes


def _notes(
    tx: Transaction, row: Request, interview: Interview, seen: SeenAs
) -> tuple[NotesView, ...]:
    found = queries.list_notes(tx, interview)
    side = queries.side_of(tx)
    people = {one.drafted_by for one in found}
    people |= {one.signed_publisher_by or "" for one in found}
    people |= {one.signed_asker_by or "" for one in found}
    names = person_names(tx, people)
    other = _other(tx, row, seen)
    (may_sign,) = may_all(tx, [(Action.SIGN_INTERVIEW_NOTES, target_of(row))])
    settled = any(one.state == NotesState.AGREED.value for one in found)
    drafted = any(
        one.drafted_by == tx.actor.id and one.side == Side.PUBLISHER.value for one in found
    )

    def called(of: Side, person: str | None) -> str:
        return names.get(person or "", "Somebody of your own") if of is side else other

    def view(one: InterviewNotes) -> NotesView:
        body = readable_notes(tx, row, one)
        signable = body is not None and not body.masked and not settled
        return NotesView(
            id=one.id,
            number=one.number,
            ours=one.side == side.value,
            state=one.state,
            digest=one.digest,
            text=body,
            drafted_by=called(Side(one.side), one.drafted_by),
            drafted_at=one.drafted_at,
            signatures=tuple(
                SignatureView(by=called(of, person), at=at)
                for of, person, at in (
                    (Side.PUBLISHER, one.signed_publisher_by, one.signed_publisher_at),
                    (Side.ASKER, one.signed_asker_by, one.signed_asker_at),
                )
                if at is not None
            ),
            voided_at=one.voided_at,
            may_sign=signable and may_sign and waits_for(one, side),
            mine=drafted,
        )

    return tuple(view(one) for one in found[:MOST_VERSIONS])


def waits_for(notes: InterviewNotes, side: Side) -> bool:
    """Say whether a version waits for the signature of a side."""
    try:
        signed(
            NotesState(notes.state),
            written_by=Side(notes.side),
            signed_by=signers(notes),
            by=side,
        )
    except IllegalSignature:
        return False
    return True


def signers(notes: InterviewNotes) -> frozenset[Side]:
    """Give the sides that signed a version."""
    given = {Side.PUBLISHER: notes.signed_publisher_at, Side.ASKER: notes.signed_asker_at}
    return frozenset(side for side, at in given.items() if at is not None)
