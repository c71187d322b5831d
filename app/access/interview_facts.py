"""What decisions about interviews need to know beside their requests."""

from collections.abc import Sequence

from sqlalchemy import select

from app.models.interviews import InterviewNotes
from app.transaction import Transaction


def drafters_of_notes(tx: Transaction, request_ids: Sequence[str]) -> dict[str, set[str]]:
    """Give who of the publisher drafted notes of the interviews of requests, by request."""
    drafted: dict[str, set[str]] = {}
    rows = tx.session.execute(
        select(InterviewNotes.request_id, InterviewNotes.drafted_by).where(
            InterviewNotes.request_id.in_(request_ids), InterviewNotes.side == "publisher"
        )
    )
    for request_id, person_id in rows:
        drafted.setdefault(request_id, set()).add(person_id)
    return drafted
