"""Making notices, and the mails that carry those which cannot wait for the mail of the day."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.dialects.postgresql import insert

from app.domain.mails import DEFAULT, goes_at_once
from app.features.notices.recipients import Told
from app.kernel.actor import system_actor
from app.kernel.clock import now
from app.kernel.ids import new_id
from app.models.notices import Mail, Notice, NoticePreference
from app.transaction import Transaction

NOTICES = system_actor("notices")


@dataclass(frozen=True)
class Made:
    """What was made for one person: a notice that is new, and a mail of its own."""

    notices: int = 0
    mails: int = 0


def make_notice(
    tx: Transaction,
    told: Told,
    *,
    kind: str,
    at_once: bool,
    occurrence: str,
    reminds: bool = False,
    at: datetime | None = None,
) -> Made:
    """Make one person's notice of an occurrence; made already, nothing is made.

    Args:
        tx: of the worker.
        told: whom, of what, in which facts.
        kind: of `domain.notices.KINDS`.
        at_once: a mail of its own goes out, unless the person wants none.
        occurrence: what makes it the same when it is told again.
        reminds: it belongs into the mail of the day, also for who wants the others at once.
        at: when it counts as made; now.
    """
    mode = _mode(tx, told.actor.id)
    sent_alone = goes_at_once(mode, at_once=at_once) and not reminds
    made = tx.session.scalars(
        insert(Notice)
        .values(
            id=new_id("notice"),
            occurrence=occurrence,
            person_id=told.actor.id,
            organisation_id=told.actor.organisation_id,
            kind=kind,
            subject_kind=told.subject.kind,
            subject_id=told.subject.id,
            facts=told.facts,
            at_once=at_once,
            created_at=at or now(),
            in_digest=mode != "inbox" and not sent_alone,
        )
        .on_conflict_do_nothing()
        .returning(Notice.id)
    ).one_or_none()
    if made is None:
        return Made()
    if not sent_alone:
        return Made(notices=1)
    tx.session.get_one(Notice, made).mail_id = make_mail(tx, told.actor.id).id
    tx.session.flush()
    return Made(notices=1, mails=1)


def make_mail(tx: Transaction, person_id: str, *, day: date | None = None) -> Mail:
    """Put a mail into the outbox, its message id fixed for good; with `day` that day's digest."""
    identity = new_id("mail")
    mail = Mail(
        id=identity,
        person_id=person_id,
        message_id=f"<{identity}@{tx.installation.settings.mail_domain}>",
        kind="immediate" if day is None else "digest",
        day=day,
        state="waiting",
        attempts=0,
        next_try_at=now(),
        created_at=now(),
    )
    tx.session.add(mail)
    tx.session.flush()
    return mail


def _mode(tx: Transaction, person_id: str) -> str:
    preference = tx.session.get(NoticePreference, person_id)
    return preference.mode if preference else DEFAULT
