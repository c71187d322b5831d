"""The mail of the day: what is new, and what is due, once a person and day."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import exists, select, update

from app.access.decide import may_somebody, require
from app.access.memberships import publishers_people
from app.domain.actions import Action
from app.domain.calendar import Calendar
from app.domain.events import Event
from app.domain.mails import DIGEST_AT, ESCALATES, reminder
from app.domain.requests import RUNNING
from app.domain.targets import INSTALLATION, Target
from app.features.notices.finding_reminders import remind_of_findings
from app.features.notices.making import NOTICES, make_mail, make_notice
from app.features.notices.recipients import Told, backups_of, facts_for, holders
from app.kernel.actor import Actor, Role
from app.kernel.clock import now
from app.models.notices import Mail, Notice
from app.models.requests import Request
from app.models.reviews import Review
from app.transaction import Installation, Transaction, begin


def make_digests(installation: Installation, *, timestamp: int) -> None:
    """Make the digests of the latest seven o'clock for whoever has none of it yet.

    Args:
        installation: of the worker.
        timestamp: when the queue meant this run; the day is told by now.
    """
    moment = now().astimezone(UTC)
    since = datetime.combine(moment.date(), DIGEST_AT, UTC)
    if moment < since:
        since -= timedelta(days=1)
    day = since.date()
    with begin(installation, NOTICES) as tx:
        require(tx, Action.SEND_MAILS, INSTALLATION)
        # A reminder that comes a day late would name the wrong day.
        reminders = 0
        if day == moment.date():
            reminders = _remind(tx, day, since) + remind_of_findings(tx, day, since)
        mails = _collect(tx, day, since)
        if not reminders and not mails:
            return
        tx.emit(
            Event(
                name="DigestsMade",
                licence=Action.SEND_MAILS,
                target=INSTALLATION,
                facts={
                    "day": day.isoformat(),
                    "mails": mails,
                    "reminders": reminders,
                    "planned": timestamp,
                },
            )
        )
        tx.commit()


def _remind(tx: Transaction, day: date, at: datetime) -> int:
    """Make a notice of each request that is due or overdue today, for whoever has it in hand."""
    made = 0
    rows = tx.session.execute(
        select(Request, Review.calendar)
        .join(Review, Review.id == Request.review_id)
        .where(Request.state.in_(sorted(RUNNING)), Request.due_on.is_not(None))
        .order_by(Request.id)
    ).all()
    for row, calendar in rows:
        kind = reminder(row.due_on, day, Calendar(calendar)) if row.due_on else None
        if kind is None:
            continue
        subject = Target("request", row.id)
        once = f"due:{row.id}:{row.due_on}:{kind}"
        fresh = 0
        for actor in _in_charge(tx, row, kind, day):
            told = Told(actor, subject, facts_for(tx, subject, actor))
            fresh += make_notice(
                tx, told, kind=kind, at_once=False, occurrence=once, reminds=True, at=at
            ).notices
        if fresh and kind in ESCALATES:
            _tell_escalation(tx, row, ESCALATES[kind])
        made += fresh
    return made


def _tell_escalation(tx: Transaction, row: Request, to: str) -> None:
    tx.emit(
        Event(
            name="RequestEscalated",
            licence=Action.SEND_MAILS,
            target=INSTALLATION,
            subject=Target("request", row.id),
            facts={"to": to},
            stage=row.state,
        )
    )


def _in_charge(tx: Transaction, row: Request, kind: str, day: date) -> Iterator[Actor]:
    """Give who has a request in hand, and who stands in for whoever is away; the coordinators what
    is overdue or nobody's; the backups alone what is a day late.
    """
    held = holders(tx, row.id, "assigned", "in_progress", "in_check")
    if kind == "late_for_backup":
        held = backups_of(tx, row.id, day=None)
    else:
        held |= backups_of(tx, row.id, day=day)
    subject = Target("request", row.id)
    for actor in publishers_people(tx):
        nobody = not held and kind != "late_for_backup"
        coordinates = actor.has(Role.COORDINATOR) and (nobody or kind == "overdue")
        if (actor.id in held or coordinates) and may_somebody(
            tx, actor, Action.READ_REQUEST, subject
        ):
            yield actor


def _collect(tx: Transaction, day: date, since: datetime) -> int:
    """Put what is new until this morning into one mail for each person."""
    waiting = (Notice.in_digest, Notice.mail_id.is_(None), Notice.read_at.is_(None))
    had = exists().where(Mail.person_id == Notice.person_id, Mail.day == day)
    people = tx.session.scalars(
        select(Notice.person_id)
        .where(*waiting, Notice.created_at <= since, ~had)
        .distinct()
        .order_by(Notice.person_id)
    ).all()
    for person in people:
        mail = make_mail(tx, person, day=day)
        tx.session.execute(
            update(Notice)
            .where(*waiting, Notice.person_id == person, Notice.created_at <= since)
            .values(mail_id=mail.id)
            .execution_options(synchronize_session=False)
        )
    return len(people)
