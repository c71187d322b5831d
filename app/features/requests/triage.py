"""Requests as a coordinator handles them: take, reword, set the clock, ask back, note.

Who answers is settled in assigning.py.
"""

from collections.abc import Collection
from datetime import date

from sqlalchemy import select

from app.access.decide import require
from app.access.deposit import deposit_field, share_field
from app.access.narrowing import granted_codes, narrow_field
from app.domain.actions import Action
from app.domain.events import Fact
from app.domain.requests import Move, State
from app.domain.targets import Target
from app.features.requests import parts, queries
from app.features.requests.clocks import resume_after_choice
from app.features.requests.commands import AskClarification, NoteRequest, RewordRequest, SetClock
from app.features.requests.moving import follows, locked, move, moved, target_of, tell
from app.features.requests.schemas import MovedView
from app.kernel.clock import now
from app.kernel.errors import Invalid
from app.kernel.ids import new_id
from app.models.requests import Assignment, InternalNote, Request
from app.models.teams import TeamMember
from app.transaction import Transaction

NOTHING_WITHHELD = "nothing withheld from the organisation"
UNSTATED = "Confirm that it holds nothing withheld from the organisation that asks."


def take_request(tx: Transaction, request_id: str) -> MovedView:
    """Take a submitted request into triage."""
    require(tx, Action.TRIAGE_REQUEST, Target("request", request_id))
    row = locked(tx, request_id)
    _take(tx, row)
    return moved(tx, row)


def reword_request(tx: Transaction, request_id: str, command: RewordRequest) -> MovedView:
    """Word a request for the expert; the asker's words stay as they are, beside it."""
    require(tx, Action.TRIAGE_REQUEST, Target("request", request_id))
    row = locked(tx, request_id)
    take_if_waiting(tx, row)
    deposit_internal(tx, row, "reworded", command.reworded)
    tell(tx, row, "RequestReworded", Action.TRIAGE_REQUEST)
    return moved(tx, row)


def set_clock(tx: Transaction, request_id: str, command: SetClock) -> MovedView:
    """Set priority and due date; the asker sees a moved date, and why it moved to a later day."""
    require(tx, Action.ASSIGN_REQUEST, Target("request", request_id))
    row = locked(tx, request_id)
    tell(
        tx,
        row,
        "PrioritySet",
        Action.ASSIGN_REQUEST,
        step=False,
        facts={"from": row.priority, "to": command.priority},
    )
    row.priority = command.priority
    if command.due_on is not None and command.due_on != row.due_on:
        _move_due_date(tx, row, command.due_on, command.extension)
    return moved(tx, row)


def ask_clarification(tx: Transaction, request_id: str, command: AskClarification) -> MovedView:
    """Ask the asker back; the clock stands still until they reply."""
    target = Target("request", request_id)
    require(tx, Action.ASK_CLARIFICATION, target)
    row = locked(tx, request_id)
    if not command.nothing_withheld:
        raise Invalid(fields={"nothing_withheld": UNSTATED})
    if parts.following_part(tx, row.id) is not None:
        raise follows()
    take_if_waiting(tx, row)
    move(tx, row, Move.ASK_CLARIFICATION)
    number = queries.count_stages(tx, row.id, "ClarificationAsked") + 1
    field = f"clarification_asked.{number}"
    deposit_field(
        tx,
        target,
        field=field,
        body=command.clarification_asked,
        version_id=row.version_id,
        organisation_id=row.organisation_id,
        shared=False,
    )
    share_field(tx, target, field=field, narrowed_to=())
    facts: dict[str, Fact] = {"round": number, "stated": NOTHING_WITHHELD}
    tell(tx, row, "ClarificationAsked", Action.ASK_CLARIFICATION, shared=True, facts=facts)
    return moved(tx, row)


def note_request(tx: Transaction, request_id: str, command: NoteRequest) -> MovedView:
    """Write an internal note; it never leaves the publisher."""
    require(tx, Action.NOTE_REQUEST, Target("request", request_id))
    row = queries.get_request(tx, request_id)
    keep_note(tx, row, command, Action.NOTE_REQUEST)
    return moved(tx, row)


def keep_note(tx: Transaction, row: Request, command: NoteRequest, licence: Action) -> None:
    """Keep an internal note under an act that was decided; it can be stated to hold no secret."""
    note = InternalNote(
        id=new_id("note"), request_id=row.id, written_by=tx.actor.id, written_at=now()
    )
    tx.session.add(note)
    tx.session.flush()
    deposit_internal(tx, row, f"note.{note.id}", command.note)
    if command.nothing_withheld:
        people = [one for part in parts.list_parts(tx, row.id) for one in readers(tx, part.row)]
        narrow_for(tx, row, f"note.{note.id}", people, licence)
    tell(tx, row, "RequestNoted", licence, step=False, facts={"note": note.id})


def _take(tx: Transaction, row: Request) -> None:
    move(tx, row, Move.TAKE)
    tell(tx, row, "RequestTaken", Action.TRIAGE_REQUEST)


def take_if_waiting(tx: Transaction, row: Request) -> None:
    """Take a request into triage that nobody took yet: every act of a coordinator begins so."""
    if row.state == State.SUBMITTED.value:
        require(tx, Action.TRIAGE_REQUEST, target_of(row))
        _take(tx, row)


def _move_due_date(tx: Transaction, row: Request, day: date, reason: str | None) -> None:
    resume_after_choice(tx, row, licence=Action.ASSIGN_REQUEST)  # who gives a day lets it run
    before = row.due_on
    if day < queries.today():
        raise Invalid(fields={"due_on": "Give a day that has not passed."})
    if before is not None and day > before and reason is None:
        raise Invalid(fields={"extension": "Say why it is later; the asker reads this."})
    row.due_on = day
    tell(
        tx,
        row,
        "DueDateMoved",
        Action.ASSIGN_REQUEST,
        shared=True,
        facts={
            "from": before.isoformat() if before else None,
            "to": day.isoformat(),
            "reason": reason,
        },
    )


def deposit_internal(tx: Transaction, row: Request, field: str, body: str) -> None:
    """Keep a text of the publisher's own, which no asker ever reads."""
    deposit_field(
        tx,
        target_of(row),
        field=field,
        body=body,
        version_id=row.version_id,
        organisation_id=None,
        shared=False,
    )


def narrow_for(
    tx: Transaction, row: Request, field: str, people: Collection[str], licence: Action
) -> None:
    """Record that a text holds nothing withheld from any of the people who are to read it."""
    if not people:
        return
    organisation = tx.actor.organisation_id or ""
    codes = frozenset.intersection(
        *(
            granted_codes(tx, row.version_id, organisation_id=organisation, person_id=one)
            for one in people
        )
    )
    still = narrow_field(tx, target_of(row), field=field, narrowed_to=codes)
    facts: dict[str, Fact] = {"field": field, "for": sorted(people), "still_needed": list(still)}
    tell(tx, row, "TextNarrowed", licence, step=False, facts=facts)


def readers(tx: Transaction, part: Assignment) -> list[str]:
    """Name who is to read a part: who holds it, and everybody of its team."""
    people = set() if part.responder_id is None else {part.responder_id}
    if part.team_id is not None:
        people |= set(
            tx.session.scalars(
                select(TeamMember.person_id).where(TeamMember.team_id == part.team_id)
            )
        )
    return sorted(people)
