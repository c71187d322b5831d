"""Sending what waits in the outbox, one mail a transaction, and recording what became of each."""

from collections.abc import Iterator
from contextlib import contextmanager

import structlog
from sqlalchemy import select

from app.access.decide import require
from app.domain.actions import Action
from app.domain.events import Event
from app.domain.mails import TOO_OLD, next_try
from app.domain.targets import INSTALLATION
from app.features.notices.letters import Written, write_letter
from app.features.notices.making import NOTICES
from app.jobs.mail import Letter, Outcome, Postbox, UnusableMailServer, server_of
from app.kernel.clock import now
from app.models.notices import Mail
from app.transaction import Installation, Transaction, begin

MOST = 500
"""So many mails a run at most: other jobs wait meanwhile, and the next minute brings a next run."""

_log = structlog.get_logger(__name__)


def send_mails(installation: Installation, **_planned: int) -> None:
    """Send what is due now. Without a mail server everything stays where it is.

    Killed between the sending and its record, a mail is sent again, under the same message id.
    The queue says when it meant a run by the clock; a run after an event has no such moment.
    """
    with _postbox(installation) as postbox:
        if postbox is None:
            return
        for _ in range(MOST):
            outcome = _send_next(installation, postbox)
            if outcome is None or outcome.stop:
                return


@contextmanager
def _postbox(installation: Installation) -> Iterator[Postbox | None]:
    settings = installation.settings
    url = settings.smtp_url.get_secret_value()
    if not url:
        yield None
        return
    try:
        server = server_of(url)
    except UnusableMailServer as fault:
        _log.warning("mail.unusable_address", reason=str(fault))
        yield None
        return
    with Postbox(server, settings.mail_sender) as postbox:
        yield postbox


def _send_next(installation: Installation, postbox: Postbox) -> Outcome | None:
    """Send one mail and record it; None when none is due."""
    with begin(installation, NOTICES) as tx:
        mail = tx.session.scalars(
            select(Mail)
            .where(Mail.state.in_(("waiting", "failed")), Mail.next_try_at <= now())
            .order_by(Mail.next_try_at, Mail.id)
            .limit(1)
            .with_for_update(skip_locked=True)
        ).one_or_none()
        if mail is None:
            return None
        require(tx, Action.SEND_MAILS, INSTALLATION)
        written = write_letter(tx, mail)
        outcome = Outcome()
        if mail.created_at < now() - TOO_OLD:
            outcome = Outcome("too_old", final=True)
        elif written is not None:
            outcome = postbox.send(_letter(written, mail))
        _record(tx, mail, written, outcome)
        tx.commit()
        return outcome


def _letter(written: Written, mail: Mail) -> Letter:
    return Letter(
        address=written.address,
        subject=written.subject,
        text=written.text,
        page=written.page,
        message_id=mail.message_id,
        preferences=written.preferences,
    )


def _record(tx: Transaction, mail: Mail, written: Written | None, outcome: Outcome) -> None:
    if outcome.code:
        name = _failed(mail, outcome)
    elif written is None:
        name, mail.state = "MailDropped", "dropped"
    else:
        name, mail.state, mail.sent_at = "MailSent", "sent", now()
        mail.attempts, mail.last_error = mail.attempts + 1, None
    tx.session.flush()
    tx.emit(
        Event(
            name=name,
            licence=Action.SEND_MAILS,
            target=INSTALLATION,
            organisations=written.organisations if written else frozenset(),
            facts={
                "mail": mail.id,
                "kind": mail.kind,
                "attempt": mail.attempts,
                "code": outcome.code or None,
            },
            personal={"recipient": mail.person_id},
        )
    )


def _failed(mail: Mail, outcome: Outcome) -> str:
    mail.attempts += 1
    mail.last_error = outcome.code
    again = None if outcome.final else next_try(mail.attempts, now())
    if again is None:
        mail.state = "dead"
        return "MailGivenUp"
    mail.state, mail.next_try_at = "failed", again
    return "MailFailed"
