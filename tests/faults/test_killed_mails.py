"""A worker killed around the sending of a mail: sent at least once, always as the same message."""

import subprocess
import sys
import time
from collections.abc import Callable

from sqlalchemy import text

from app.features.notices.sending import send_mails
from tests.features.notices.situations import asked_in
from tests.features.notices.test_mails import writing_to
from tests.features.reports.test_importing import environment
from tests.mailbox import Mailbox, mail_server
from tests.worlds.shared import SharedWorld

SENDER = """
from app.installation import open_for_worker
from app.kernel.config import Settings
from app.features.notices.sending import send_mails
send_mails(open_for_worker(Settings()))
"""


def _kill_a_sender(world: SharedWorld, mailbox: Mailbox, reached: Callable[[], bool]) -> None:
    """Run a process that sends, and kill it the moment that something is so."""
    known = {**environment(world.worker.settings), "VITRINE_SMTP_URL": mailbox.url}
    child = subprocess.Popen([sys.executable, "-c", SENDER], env=known)
    deadline = time.monotonic() + 120
    while not reached():
        assert child.poll() is None, "it ended by itself"
        assert time.monotonic() < deadline
        time.sleep(0.02)
    child.kill()
    child.wait()


def test_killed_between_sending_and_its_record_the_same_message_comes_again(
    shared: SharedWorld,
) -> None:
    asked_in(shared, "assigned")
    with mail_server() as mailbox:
        with shared.owner.begin() as connection:
            connection.execute(text("LOCK TABLE audit_entry IN EXCLUSIVE MODE"))
            _kill_a_sender(shared, mailbox, lambda: len(mailbox.raw) == 1)
        assert shared.rows("SELECT state, attempts FROM mails") == [("waiting", 0)]
        send_mails(writing_to(shared, mailbox.url))
        first, second = mailbox.messages
    assert first["Message-ID"] == second["Message-ID"]
    assert shared.rows("SELECT state, attempts FROM mails") == [("sent", 1)]
    assert [event for event, *_ in shared.entries(action="mail:send")] == ["MailSent"]


def test_killed_before_the_mail_is_taken_it_is_sent_once(shared: SharedWorld) -> None:
    asked_in(shared, "assigned")
    with mail_server() as mailbox:
        mailbox.holds.set()
        _kill_a_sender(shared, mailbox, mailbox.reached.is_set)
        mailbox.holds.clear()
        assert (mailbox.raw, shared.rows("SELECT state FROM mails")) == ([], [("waiting",)])
        send_mails(writing_to(shared, mailbox.url))
        assert len(mailbox.raw) == 1
    assert shared.rows("SELECT state, attempts FROM mails") == [("sent", 1)]
