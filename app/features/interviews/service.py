"""The time of an interview: proposed, chosen, moved and cancelled, by either side.

Its notes are in notes.py, its invitation in invitation.py.
"""

from datetime import UTC, datetime, timedelta

from app.access.decide import require
from app.access.deposit import deposit_field, share_field
from app.access.linter import withheld_in
from app.domain.actions import Action
from app.domain.events import Fact
from app.domain.interviews import (
    IllegalStep,
    Side,
    Standing,
    Step,
    after,
    in_zone,
    sequence_after,
)
from app.domain.targets import Target
from app.features.interviews import queries
from app.features.interviews.reading import interview_view
from app.features.interviews.schemas import (
    CancelInterview,
    ChooseTime,
    InterviewMade,
    InterviewView,
    MoveInterview,
    ProposeTimes,
)
from app.features.requests.clocks import pause_for_choice, resume_after_choice
from app.features.requests.moving import gone, locked, target_of, tell
from app.features.requests.queries import get_request
from app.features.requests.triage import NOTHING_WITHHELD
from app.kernel.actor import Role
from app.kernel.actor import Side as ActorSide
from app.kernel.clock import now
from app.kernel.errors import Invalid
from app.kernel.ids import new_id
from app.kernel.zones import zone
from app.models.interviews import Interview, InterviewSlot
from app.models.requests import Request
from app.transaction import Transaction

FURTHEST = timedelta(days=400)
PASSED = "This time has passed. Choose a time to come."
UNSTATED = {
    Side.PUBLISHER: "Confirm that the link or address holds nothing withheld from the asker.",
    Side.ASKER: "Confirm that the link or address says nothing of the report.",
}


def read_interview(tx: Transaction, request_id: str) -> InterviewView:
    """Give the interview of a request as the acting person may see it."""
    require(tx, Action.READ_REQUEST, Target("request", request_id))
    row = get_request(tx, request_id)
    tell(tx, row, "InterviewRead", Action.READ_REQUEST, step=False)
    return interview_view(tx, row)


def propose_times(tx: Transaction, request_id: str, command: ProposeTimes) -> InterviewMade:
    """Propose times; the asker answers the publisher's with times of their own in the same way."""
    row = _begun(tx, request_id)
    by = queries.side_of(tx)
    name = "InterviewProposed" if by is Side.PUBLISHER else "InterviewCountered"
    return _propose(tx, row, command, Step.PROPOSE, name)


def move_interview(tx: Transaction, request_id: str, command: MoveInterview) -> InterviewMade:
    """Take the agreed time back before it has come, and propose others."""
    row = _begun(tx, request_id)
    return _propose(tx, row, command, Step.MOVE, "InterviewMoved", reason=command.reason)


def choose_time(tx: Transaction, request_id: str, command: ChooseTime) -> InterviewMade:
    """Agree to one of the times that the other side proposed.

    Raises:
        Invalid: no such time, or it has passed.
    """
    row = _begun(tx, request_id)
    interview = _found(tx, row)
    chosen = [s for s in queries.list_slots(tx, interview) if s.id == command.slot_id]
    _step(tx, interview, Step.CHOOSE)
    if not chosen:
        raise Invalid(fields={"slot_id": "Choose one of the proposed times."})
    slot = chosen[0]
    if slot.starts_at <= now():
        raise Invalid(fields={"slot_id": PASSED})
    interview.starts_at, interview.minutes = slot.starts_at, slot.minutes
    interview.place, interview.agreed_round = slot.place, slot.round
    interview.reason = None
    tx.session.flush()
    facts: dict[str, Fact] = {
        "starts_at": slot.starts_at.astimezone(UTC).isoformat(),
        "minutes": slot.minutes,
        "place": slot.place,
        "sequence": interview.sequence,
    }
    return _told(tx, row, interview, "InterviewAgreed", facts)


def cancel_interview(tx: Transaction, request_id: str, command: CancelInterview) -> InterviewMade:
    """Cancel an interview before it began, or what was proposed."""
    row = _begun(tx, request_id)
    interview = _found(tx, row)
    _step(tx, interview, Step.CANCEL)
    interview.reason = command.reason
    tx.session.flush()
    facts: dict[str, Fact] = {"reason": command.reason, "sequence": interview.sequence}
    return _told(tx, row, interview, "InterviewCancelled", facts)


def _begun(tx: Transaction, request_id: str) -> Request:
    require(tx, Action.ARRANGE_INTERVIEW, Target("request", request_id))
    return locked(tx, request_id)


def _found(tx: Transaction, row: Request) -> Interview:
    interview = queries.find_interview(tx, row.id)
    if interview is None:
        raise gone()
    return interview


def _step(tx: Transaction, interview: Interview, step: Step) -> None:
    """Take a step by the table; remembers who took it, and counts the invitation up.

    Raises:
        Conflict: the interview is not where they saw it.
    """
    by, standing = queries.side_of(tx), Standing(interview.standing)
    begun = interview.starts_at is not None and interview.starts_at <= now()
    try:
        reached = after(step, standing, by=by, begun=begun)
    except IllegalStep as refused:
        raise gone() from refused
    interview.sequence = sequence_after(step, interview.sequence, standing)
    interview.standing = reached.value
    interview.changed_at = now()
    if by is Side.PUBLISHER:
        interview.publisher_person = tx.actor.id
    else:
        interview.asker_person = tx.actor.id


def _propose(
    tx: Transaction,
    row: Request,
    command: ProposeTimes,
    step: Step,
    name: str,
    *,
    reason: str | None = None,
) -> InterviewMade:
    by = queries.side_of(tx)
    interview = queries.find_interview(tx, row.id) or _first(row)
    _step(tx, interview, step)
    starts = _times(tx, command)
    if command.where and not command.nothing_withheld:
        raise Invalid(fields={"nothing_withheld": UNSTATED[by]})
    tx.session.add(interview)
    interview.round += 1
    interview.reason = reason
    tx.session.flush()
    tx.session.add_all(
        InterviewSlot(
            id=new_id("interview_slot"),
            interview_id=interview.id,
            organisation_id=row.organisation_id,
            round=interview.round,
            number=number,
            side=by.value,
            starts_at=start,
            minutes=command.minutes,
            place=command.place,
        )
        for number, start in enumerate(starts, start=1)
    )
    _share_where(tx, row, interview, command.where)
    facts: dict[str, Fact] = {
        "proposal": interview.round,
        "starts": [start.isoformat() for start in starts],
        "minutes": command.minutes,
        "place": command.place,
        "reason": reason,
        "stated": NOTHING_WITHHELD if command.where else None,
    }
    return _told(tx, row, interview, name, facts)


def _first(row: Request) -> Interview:
    return Interview(
        id=new_id("interview"),
        request_id=row.id,
        organisation_id=row.organisation_id,
        standing=Standing.NONE.value,
        round=0,
        changed_at=now(),
    )


def _share_where(tx: Transaction, row: Request, interview: Interview, where: str) -> None:
    """Keep the link or address; both sides read it, by the statement that came with it."""
    if not where:
        return
    if tx.actor.side is ActorSide.PUBLISHER:
        _refuse_where(tx, row, where)
    target, field = target_of(row), f"interview_place.{interview.round}"
    deposit_field(
        tx,
        target,
        field=field,
        body=where,
        version_id=row.version_id,
        organisation_id=row.organisation_id,
        shared=False,
    )
    share_field(tx, target, field=field, narrowed_to=())


def _refuse_where(tx: Transaction, row: Request, where: str) -> None:
    """Let only a coordinator give the asker words of their own, as in asking back.

    Raises:
        Invalid: it is not theirs to give, or it says what is withheld from the asker.
    """
    if not tx.actor.has(Role.COORDINATOR):
        said = "A coordinator gives the link or address. Propose the times without it."
        raise Invalid(fields={"where": said})
    found = withheld_in(tx, row.version_id, organisation_id=row.organisation_id, texts=[where]).hits
    if found:
        said = f"This says what is withheld from the asker: “{found[0].words}”."
        raise Invalid(fields={"where": said})


def _times(tx: Transaction, command: ProposeTimes) -> list[datetime]:
    """Read the times as the proposer meant them, in UTC.

    Raises:
        Invalid: one does not exist in their zone, has passed, is far off, or stands there twice.
    """
    here, moment = zone(tx.actor.time_zone), now()
    found: list[datetime] = []
    for number, typed in enumerate(command.starts, start=1):
        start = in_zone(typed.replace(second=0, microsecond=0), here)
        if start is None:
            wrong = f"Time {number} does not exist: the clocks are put forward over it."
        elif start <= moment:
            wrong = f"Time {number} has passed. Give a time to come."
        elif start > moment + FURTHEST:
            wrong = f"Time {number} is more than a year away."
        elif start in found:
            wrong = f"Time {number} stands there twice."
        else:
            found.append(start)
            continue
        raise Invalid(fields={"starts": wrong})
    return sorted(found)


def _told(
    tx: Transaction, row: Request, interview: Interview, name: str, facts: dict[str, Fact]
) -> InterviewMade:
    tell(tx, row, name, Action.ARRANGE_INTERVIEW, shared=True, facts=facts)
    # What waits for the asker to choose a time is not the publisher's to hurry.
    waits = interview.standing == Standing.WAITS_FOR_ASKER
    mind_clock = pause_for_choice if waits else resume_after_choice
    mind_clock(tx, row, licence=Action.ARRANGE_INTERVIEW)
    return InterviewMade(id=row.id, standing=interview.standing)
