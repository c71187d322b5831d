"""The outbox as an administrator sees it: states and codes, never what a mail says."""

from sqlalchemy import func, select, update

from app.access.decide import require
from app.domain.actions import Action
from app.domain.events import Event
from app.domain.mails import CODES, STATES
from app.domain.targets import INSTALLATION
from app.features.notices.schemas import MailList, MailState, MailView, RetryMail
from app.kernel.clock import now
from app.kernel.errors import Conflict, NotFound
from app.models.notices import Mail
from app.models.people import Person
from app.transaction import Decision, Transaction

PAGE_SIZE = 50


def list_mails(tx: Transaction, *, state: MailState, page: int) -> MailList:
    """List the mails of a state, or all, latest first."""
    require(tx, Action.READ_MAILS, INSTALLATION)
    by_state = tx.session.execute(select(Mail.state, func.count(Mail.id)).group_by(Mail.state))
    counts = {name: int(count) for name, count in by_state}
    wanted = [Mail.state == state] if state else []
    rows = tx.session.execute(
        select(Mail, Person.name)
        .join(Person, Person.id == Mail.person_id)
        .where(*wanted)
        .order_by(Mail.created_at.desc(), Mail.id)
        .limit(PAGE_SIZE)
        .offset((page - 1) * PAGE_SIZE)
    ).all()
    total = counts.get(state, 0) if state else sum(counts.values())
    return MailList(
        configured=bool(tx.installation.settings.smtp_url.get_secret_value()),
        state=state,
        rows=tuple(mail_view(mail, name) for mail, name in rows),
        counts={name: counts.get(name, 0) for name in STATES},
        total=total,
        page=page,
        pages=max(1, -(-total // PAGE_SIZE)),
    )


def retry_mail(tx: Transaction, command: RetryMail) -> None:
    """Have a mail that was given up tried again, from the beginning.

    Raises:
        NotFound: there is no such mail.
        Conflict: it was not given up.
    """
    require(tx, Action.RETRY_MAIL, INSTALLATION)
    mail = tx.session.get(Mail, command.mail_id)
    if mail is None:
        tx.decisions.append(
            Decision(action=Action.RETRY_MAIL, target=INSTALLATION, allowed=False, policies=())
        )
        raise NotFound
    moved = tx.session.scalars(
        update(Mail)
        .where(Mail.id == mail.id, Mail.state == "dead")
        .values(state="waiting", attempts=0, next_try_at=now())
        .returning(Mail.id)
        .execution_options(synchronize_session=False)
    ).all()
    if not moved:
        raise Conflict("This mail was not given up, so nothing was changed.")
    tx.emit(
        Event(
            name="MailRetried",
            licence=Action.RETRY_MAIL,
            target=INSTALLATION,
            facts={"mail": mail.id, "code": mail.last_error},
        )
    )


def mail_view(mail: Mail, person: str | None = None) -> MailView:
    """Give a mail's fate in words."""
    pending = mail.state in ("waiting", "failed")
    return MailView(
        id=mail.id,
        kind=mail.kind,
        state=mail.state,
        says=STATES[mail.state],
        why=CODES.get(mail.last_error or ""),
        person=person,
        attempts=mail.attempts,
        created_at=mail.created_at,
        sent_at=mail.sent_at,
        next_try_at=mail.next_try_at if pending else None,
    )
