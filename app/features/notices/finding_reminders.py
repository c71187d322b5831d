"""Reminders of findings that are due: to the author; nobody's go to the coordinators."""

from collections.abc import Iterator
from datetime import date, datetime

from sqlalchemy import select

from app.access.decide import may_somebody
from app.access.memberships import publishers_people
from app.domain.actions import Action
from app.domain.calendar import Calendar
from app.domain.findings import WAITING
from app.domain.mails import FINDING_REMINDERS, reminder
from app.domain.targets import Target
from app.features.notices.making import make_notice
from app.features.notices.recipients import Told, facts_for
from app.kernel.actor import Actor, Role
from app.models.findings import Finding
from app.models.reviews import Review
from app.transaction import Transaction


def remind_of_findings(tx: Transaction, day: date, at: datetime) -> int:
    """Make a notice of each finding that is due or overdue today; gives how many are new."""
    rows = tx.session.execute(
        select(Finding, Review.calendar)
        .join(Review, Review.id == Finding.review_id)
        .where(Finding.state.in_(sorted(WAITING)), Finding.due_on.is_not(None))
        .order_by(Finding.id)
    ).all()
    made = 0
    for row, calendar in rows:
        due = reminder(row.due_on, day, Calendar(calendar)) if row.due_on else None
        kind = FINDING_REMINDERS.get(due or "")
        if kind is None:
            continue
        subject = Target("finding", row.id)
        once = f"due:{row.id}:{row.due_on}:{kind}"
        for actor in _in_charge(tx, row, kind):
            told = Told(actor, subject, facts_for(tx, subject, actor))
            made += make_notice(
                tx, told, kind=kind, at_once=False, occurrence=once, reminds=True, at=at
            ).notices
    return made


def _in_charge(tx: Transaction, row: Finding, kind: str) -> Iterator[Actor]:
    """Give the author; the coordinators what is overdue, or lies in their queue."""
    subject = Target("finding", row.id)
    coordinated = row.author_id is None or kind == "finding_overdue"
    for actor in publishers_people(tx):
        concerned = actor.id == row.author_id or (coordinated and actor.has(Role.COORDINATOR))
        if concerned and may_somebody(tx, actor, Action.READ_FINDING, subject):
            yield actor
