"""Scoped reads of interviews: rows, and who else is asked for at the same time. No guarded text."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, func, or_, select

from app.domain.interviews import Side, overlap
from app.features.requests import parts
from app.kernel.actor import Side as ActorSide
from app.models.interviews import Interview, InterviewNotes, InterviewSlot
from app.models.requests import Assignment, Request
from app.transaction import Transaction

_LONGEST = timedelta(hours=8)
Time = tuple[datetime, int]  # start, minutes


def side_of(tx: Transaction) -> Side:
    """Say for which side the acting person acts."""
    return Side.ASKER if tx.actor.side is ActorSide.REVIEWER else Side.PUBLISHER


def find_interview(tx: Transaction, request_id: str) -> Interview | None:
    """Find the interview of a request; None while no time was proposed."""
    return tx.session.scalars(
        select(Interview).where(Interview.request_id == request_id)
    ).one_or_none()


def list_slots(tx: Transaction, interview: Interview) -> Sequence[InterviewSlot]:
    """List the times of the latest proposals."""
    return tx.session.scalars(
        select(InterviewSlot)
        .where(InterviewSlot.interview_id == interview.id, InterviewSlot.round == interview.round)
        .order_by(InterviewSlot.starts_at, InterviewSlot.number)
    ).all()


def side_of_round(tx: Transaction, interview: Interview, number: int) -> Side | None:
    """Say which side made the proposals of a round."""
    found = tx.session.scalars(
        select(InterviewSlot.side)
        .where(InterviewSlot.interview_id == interview.id, InterviewSlot.round == number)
        .limit(1)
    ).one_or_none()
    return None if found is None else Side(found)


def list_notes(tx: Transaction, interview: Interview) -> list[InterviewNotes]:
    """List the versions of the notes that this side may see, newest first."""
    return list(
        tx.session.scalars(
            select(InterviewNotes)
            .where(InterviewNotes.interview_id == interview.id)
            .order_by(InterviewNotes.drafted_at.desc(), InterviewNotes.id.desc())
        )
    )


def next_number(tx: Transaction, interview: Interview, side: Side) -> int:
    """Give the number of a side's next version; each side counts its own alone."""
    last = select(func.max(InterviewNotes.number)).where(
        InterviewNotes.interview_id == interview.id, InterviewNotes.side == side.value
    )
    return (tx.session.scalars(last).one() or 0) + 1


def agreed_notes(tx: Transaction, interview: Interview) -> InterviewNotes | None:
    """Find the version that both sides signed."""
    return tx.session.scalars(
        select(InterviewNotes).where(
            InterviewNotes.interview_id == interview.id, InterviewNotes.state == "agreed"
        )
    ).one_or_none()


def own_people(tx: Transaction, row: Request) -> set[str]:
    """Name who of the reader's side is asked for: themselves, and who holds parts of the request.

    For an asker nobody but themselves: they do not see who answers.
    """
    held = {part.row.responder_id for part in parts.list_parts(tx, row.id)}
    return {tx.actor.id} | {person for person in held if person}


def busy(tx: Transaction, row: Request, people: Collection[str], times: Sequence[Time]) -> set[int]:
    """Say which of some times meet another agreed interview of these people, by their index."""
    if not times:
        return set()
    held = select(Assignment.request_id).where(
        Assignment.responder_id.in_(people), Assignment.state != "dropped"
    )
    theirs: ColumnElement[bool] = Interview.asker_person.in_(people)
    if side_of(tx) is Side.PUBLISHER:
        theirs = or_(Interview.publisher_person.in_(people), Interview.request_id.in_(held))
    rows = tx.session.execute(
        select(Interview.starts_at, Interview.minutes).where(
            Interview.standing == "agreed",
            Interview.request_id != row.id,
            Interview.starts_at > min(start for start, _ in times) - _LONGEST,
            Interview.starts_at < max(start for start, _ in times) + _LONGEST,
            theirs,
        )
    ).all()
    return {
        index
        for index, (start, minutes) in enumerate(times)
        if any(
            other is not None and long is not None and overlap(start, minutes, other, long)
            for other, long in rows
        )
    }
