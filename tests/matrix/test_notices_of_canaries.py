"""No notice and no mail holds a canary that its reader may not see."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from pydantic import SecretStr
from sqlalchemy import text

from app.features.notices.sending import send_mails
from tests.mailbox import Mailbox, mail_server
from tests.matrix.canary_world import CanaryWorld
from tests.matrix.table import canaries as all_canaries

PAGES = ("/notices", "/notices?show=unread", "/notices/preferences")


def test_no_inbox_holds_what_its_reader_may_not_see(canaries: CanaryWorld) -> None:
    table, leaks, told = all_canaries(canaries), [], set()
    for who, someone in canaries.people.items():
        for path in (*PAGES, *(f"/api/v1{page}" for page in PAGES)):
            answer = someone.client.get(path)
            assert answer.status_code == 200, (who, path)
            said = f"{dict(answer.headers)} {answer.text}"
            leaks += [(who, path, c.name) for c in table if who not in c.allowed and c.is_in(said)]
        if someone.client.get("/api/v1/notices").json()["total"]:
            told.add(who)
    assert leaks == []
    assert told >= {"coordinator", "approver", "responder", "author", "lead_a", "lead_b"}


@pytest.fixture(scope="module")
def mailed(canaries: CanaryWorld) -> Iterator[Mailbox]:
    """Send everything that anybody was ever told by mail, as if they all wanted that."""
    with canaries.owner.begin() as connection:
        connection.execute(text("UPDATE notices SET read_at = NULL, mail_id = NULL"))
        connection.execute(text("DELETE FROM mails"))
        connection.execute(
            text(
                "INSERT INTO mails (id, person_id, message_id, kind, state, attempts, next_try_at,"
                " created_at) SELECT 'mai_' || id, person_id, '<' || id || '@t>', 'immediate',"
                " 'waiting', 0, now(), now() FROM notices"
            )
        )
        connection.execute(text("UPDATE notices SET mail_id = 'mai_' || id"))
    with mail_server() as mailbox:
        settings = canaries.worker.settings.model_copy(update={"smtp_url": SecretStr(mailbox.url)})
        send_mails(replace(canaries.worker, settings=settings))
        yield mailbox


def test_no_mail_holds_what_its_reader_may_not_see(canaries: CanaryWorld, mailed: Mailbox) -> None:
    table, leaks, readers = all_canaries(canaries), [], set()
    for raw, address in zip(mailed.raw, mailed.to, strict=True):
        who = address.partition("@")[0]
        said = Mailbox(raw=[raw]).said()
        readers.add(who)
        leaks += [(who, c.name) for c in table if who not in c.allowed and c.is_in(said)]
    assert leaks == []
    assert readers >= {"coordinator", "approver", "responder", "author", "lead_a", "lead_b"}


def test_the_search_would_find_what_a_mail_holds(canaries: CanaryWorld, mailed: Mailbox) -> None:
    """The positive control: the responder's mails, read as if the other organisation's lead did."""
    table = [c for c in all_canaries(canaries) if "lead_b" not in c.allowed]
    said = Mailbox(
        raw=[r for r, to in zip(mailed.raw, mailed.to, strict=True) if to.startswith("responder")]
    ).said()
    assert [c.name for c in table if c.is_in(said)]
