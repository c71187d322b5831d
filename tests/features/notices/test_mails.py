"""Mail over a real server: what it says, what becomes of it, and that nothing is lost."""

import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from pydantic import SecretStr

from app.domain.mails import CODES, WAITS
from app.features.notices.digests import make_digests
from app.features.notices.sending import send_mails
from app.jobs.mail import SECONDS, Letter, Outcome, Postbox, UnusableMailServer, server_of
from app.transaction import Installation
from tests.features.notices.situations import asked_in, kinds, notices
from tests.mailbox import Mailbox, closed_port, mail_server, rude_server
from tests.worlds.doors import post_json
from tests.worlds.reports import settle
from tests.worlds.requests import ANSWER, NOTE, PURPOSE, QUESTION
from tests.worlds.shared import SharedWorld

MORNING = datetime(2031, 3, 4, 7, 30, tzinfo=UTC)  # a Tuesday, long after everything in the world


def writing_to(world: SharedWorld, url: str) -> Installation:
    """Give the worker's installation with a mail server."""
    settings = world.worker.settings.model_copy(update={"smtp_url": SecretStr(url)})
    return replace(world.worker, settings=settings)


def states(world: SharedWorld) -> list[str]:
    """List the states of the mails, oldest first."""
    return [
        str(state) for (state,) in world.rows("SELECT state FROM mails ORDER BY created_at, id")
    ]


def mail_entries(world: SharedWorld) -> list[str]:
    """List what the log says of mails."""
    return [event for event, *_ in world.entries(action="mail:send")]


def test_what_others_wait_for_is_mailed_at_once_in_fixed_words(shared: SharedWorld) -> None:
    asked = asked_in(shared, "assigned")
    with mail_server() as mailbox:
        send_mails(writing_to(shared, mailbox.url))
    (message,) = mailbox.messages
    assert mailbox.to == ["responder@example.test"]
    assert message["Subject"] == "A request was assigned to you"
    assert (message["Auto-Submitted"], message["List-Unsubscribe"]) == (
        "auto-generated", "<https://vitrine.test/notices/preferences>",
    )  # fmt: skip
    assert [part.get_content_type() for part in message.iter_parts()] == ["text/plain", "text/html"]
    said = mailbox.said()
    ((number, alias),) = shared.rows("SELECT number, alias FROM requests")
    assert said.count(f"https://vitrine.test/requests/{asked.request_id}") == 2
    assert said.count(str(alias)) == 2
    for secret in (number, "ORGA", QUESTION, PURPOSE, ANSWER, NOTE, "Lead A", "Coordinator"):
        assert str(secret) not in said
    assert "src=" not in said
    assert (states(shared), mail_entries(shared)) == (["sent"], ["MailSent"])


def test_nothing_is_sent_twice_and_nothing_without_a_server(shared: SharedWorld) -> None:
    asked_in(shared, "assigned")
    send_mails(shared.worker)
    assert (states(shared), mail_entries(shared)) == (["waiting"], [])
    with mail_server() as mailbox:
        for _ in range(3):
            send_mails(writing_to(shared, mailbox.url))
    assert len(mailbox.raw) == 1


def test_who_may_no_longer_read_it_gets_no_mail(shared: SharedWorld) -> None:
    asked_in(shared, "assigned")
    shared.change("UPDATE memberships SET state = 'ended' WHERE person_id = :p",
                  p=shared.responder.id)  # fmt: skip
    with mail_server() as mailbox:
        send_mails(writing_to(shared, mailbox.url))
    assert mailbox.raw == []
    assert (states(shared), mail_entries(shared)) == (["dropped"], ["MailDropped"])


def test_what_was_read_meanwhile_is_not_mailed(shared: SharedWorld) -> None:
    asked = asked_in(shared, "assigned")
    asked.seen_by(shared.responder)
    with mail_server() as mailbox:
        send_mails(writing_to(shared, mailbox.url))
    assert (mailbox.raw, states(shared)) == ([], ["dropped"])


@pytest.mark.parametrize(
    ("trouble", "code", "state"),
    [
        ("recipient 550 no such user", "recipient_refused", "dead"),
        ("recipient 451 greylisted", "deferred", "failed"),
        ("message 554 no", "message_refused", "dead"),
        ("message 452 full", "deferred", "failed"),
    ],
)
def test_a_refusal_is_kept_as_a_code(
    shared: SharedWorld, trouble: str, code: str, state: str
) -> None:
    asked_in(shared, "assigned")
    what, _, answer = trouble.partition(" ")
    with mail_server() as mailbox:
        setattr(mailbox, {"recipient": "recipient", "message": "answer"}[what], answer)
        send_mails(writing_to(shared, mailbox.url))
    assert shared.rows("SELECT state, last_error, attempts FROM mails") == [(state, code, 1)]
    assert mail_entries(shared) == ["MailGivenUp" if state == "dead" else "MailFailed"]
    assert code in CODES


@pytest.mark.parametrize("trouble", ["absent", "drops", "late"])
def test_a_server_in_trouble_ends_the_run_in_time_and_the_mail_waits(
    shared: SharedWorld, trouble: str
) -> None:
    asked_in(shared, "in_check")
    start = time.monotonic()
    if trouble == "absent":
        send_mails(writing_to(shared, closed_port()))
    else:
        with rude_server(greets_after=None if trouble == "drops" else 60) as url:
            send_mails(writing_to(shared, url))
    assert time.monotonic() - start < SECONDS + 10
    assert sorted(states(shared)) == ["dropped", "failed", "waiting"], "who answered has noticed"


def test_a_failed_mail_is_tried_again_later_and_given_up_in_the_end(shared: SharedWorld) -> None:
    asked_in(shared, "assigned")
    writing, start = writing_to(shared, closed_port()), datetime.now(tz=UTC)
    with time_machine.travel(start, tick=False) as clock:
        for tries, wait in enumerate(WAITS, start=1):
            send_mails(writing)
            send_mails(writing)  # before its time: not tried
            assert shared.rows("SELECT state, attempts FROM mails") == [("failed", tries)]
            clock.shift(wait + timedelta(seconds=1))
        send_mails(writing)
    assert shared.rows("SELECT state, attempts FROM mails") == [("dead", len(WAITS) + 1)]
    assert mail_entries(shared) == ["MailFailed"] * len(WAITS) + ["MailGivenUp"]


def test_an_administrator_sees_what_was_given_up_and_has_it_tried_again(
    shared: SharedWorld,
) -> None:
    asked_in(shared, "assigned")
    shared.change("UPDATE mails SET state = 'dead', last_error = 'recipient_refused', attempts = 1")
    page = shared.administrator.client.get("/mails?state=dead").text
    assert CODES["recipient_refused"] in page
    assert "Responder" in page
    (mail,) = shared.administrator.client.get("/api/v1/mails").json()["rows"]
    for who in (shared.coordinator, shared.lead_a):
        assert who.client.get("/api/v1/mails").status_code == 404
        assert post_json(who, "/mails/retry", mail_id=mail["id"]).status_code in (403, 404)
    assert post_json(shared.administrator, "/mails/retry", mail_id=mail["id"]).status_code == 200
    again = post_json(shared.administrator, "/mails/retry", mail_id=mail["id"])
    assert (again.status_code, states(shared)) == (409, ["waiting"])
    missing = post_json(shared.administrator, "/mails/retry", mail_id="mai_none")
    assert missing.status_code == 404
    outcomes = [outcome for _, outcome, *_ in shared.entries(action="mail:retry")]
    assert sorted(outcomes) == ["denied", "denied", "denied", "done"]


def test_a_choice_decides_what_comes_by_mail(shared: SharedWorld) -> None:
    for who, mode in ((shared.responder, "inbox"), (shared.lead_a, "immediate")):
        answer = post_json(who, "/notices/preferences", mode=mode)
        assert answer.json()["mode"] == mode
    asked_in(shared, "released")
    with mail_server() as mailbox:
        send_mails(writing_to(shared, mailbox.url))
    assert "responder@example.test" not in mailbox.to
    assert mailbox.to.count("lead_a@example.test") == 1
    assert "reviewer_a@example.test" not in mailbox.to, "an answer waits for the mail of the day"
    assert "request_assigned" in kinds(shared.responder)
    entries = [
        (event, outcome) for event, outcome, *_ in shared.entries(action="notice:preferences:set")
    ]
    assert entries == [("PreferencesSet", "done")] * 2
    assert post_json(shared.lead_a, "/notices/preferences", mode="often").status_code == 422


def test_one_mail_a_day_holds_what_is_new_and_only_then(shared: SharedWorld) -> None:
    asked_in(shared, "released")
    with mail_server() as mailbox, time_machine.travel(MORNING, tick=False) as clock:
        writing = writing_to(shared, mailbox.url)
        shared.change("UPDATE mails SET state = 'sent'")  # what went out at once
        for _ in range(2):
            make_digests(writing, timestamp=0)
            send_mails(writing)
        assert mailbox.to.count("lead_a@example.test") == 1
        before = len(mailbox.raw)
        clock.shift(timedelta(days=1))
        make_digests(writing, timestamp=0)
        send_mails(writing)
        assert len(mailbox.raw) == before, "nothing new, no mail"
    digest = next(m for m in mailbox.messages if m["To"] == "lead_a@example.test")
    said = digest.get_body(("plain",)).get_content()  # type: ignore[union-attr]  # it has one
    assert "Your request was answered" in said
    assert digest["Subject"] == f"{notices(shared.lead_a)['unread']} notices wait for you"


def test_what_is_new_after_seven_waits_for_the_next_morning(shared: SharedWorld) -> None:
    asked_in(shared, "released")
    digests = "SELECT count(*) FROM mails WHERE kind = 'digest' AND person_id = :p"
    with time_machine.travel(MORNING, tick=False) as clock:
        make_digests(shared.worker, timestamp=0)
        shared.change(
            "UPDATE notices SET mail_id = NULL, created_at = :at WHERE person_id = :p",
            p=shared.lead_a.id, at=MORNING,
        )  # fmt: skip
        for hours, made in ((0, 1), (12, 1), (11, 1), (1, 2)):
            clock.shift(timedelta(hours=hours))
            make_digests(shared.worker, timestamp=0)
            assert shared.rows(digests, p=shared.lead_a.id) == [(made,)]


@pytest.mark.parametrize(
    ("due", "kind", "who"),
    [
        ("2031-03-07", "due_in_3", {"responder"}),
        ("2031-03-05", "due_in_1", {"responder"}),
        ("2031-03-04", "due_today", {"responder"}),
        ("2031-02-27", "overdue", {"responder", "coordinator"}),
        ("2031-03-06", None, set()),
    ],
)
def test_what_is_due_is_reminded_of_in_the_mail_of_the_day(
    shared: SharedWorld, due: str, kind: str | None, who: set[str]
) -> None:
    asked_in(shared, "assigned")
    shared.change("UPDATE requests SET due_on = CAST(:d AS date)", d=due)
    shared.change("UPDATE mails SET state = 'sent'")
    with mail_server() as mailbox, time_machine.travel(MORNING, tick=False):
        for _ in range(2):
            make_digests(writing_to(shared, mailbox.url), timestamp=0)
        send_mails(writing_to(shared, mailbox.url))
    reminded = "SELECT person_id FROM notices WHERE occurrence LIKE 'due:%'"
    known = {someone.id: name for name, someone in shared.people.items()}
    assert {known[str(person)] for (person,) in shared.rows(reminded)} == who
    if kind:
        assert {
            row[0] for row in shared.rows("SELECT kind FROM notices WHERE occurrence LIKE 'due:%'")
        } == {kind}
        assert {f"{name}@example.test" for name in who} <= set(mailbox.to)


@pytest.mark.parametrize(
    ("due", "away", "who", "further"),
    [
        ("2031-03-03", False, {"approver"}, [("backups",)]),  # one business day late
        ("2031-03-04", False, {"responder"}, []),
        ("2031-03-04", True, {"responder", "approver"}, []),  # who stands in reads it as well
        ("2031-02-27", False, {"responder", "coordinator"}, [("coordinators",)]),
    ],
)
def test_what_is_late_goes_to_the_backup_and_then_to_the_coordinators(
    shared: SharedWorld, due: str, away: bool, who: set[str], further: list[tuple[str]]
) -> None:
    team = {
        "name": "Weights",
        "members": [shared.responder.id],
        "backups": [shared.approver.id],
    }
    assert post_json(shared.coordinator, "/teams", **team).status_code == 201
    if away:
        days = {"starts_on": "2031-03-03", "ends_on": "2031-03-06"}
        body = {"person_id": shared.responder.id, **days}
        assert post_json(shared.coordinator, "/absences", **body).status_code in (200, 201)
    asked_in(shared, "assigned")
    shared.change("UPDATE requests SET due_on = CAST(:d AS date)", d=due)
    with time_machine.travel(MORNING, tick=False):
        for _ in range(2):
            make_digests(shared.worker, timestamp=0)
    reminded = "SELECT person_id FROM notices WHERE occurrence LIKE 'due:%'"
    known = {someone.id: name for name, someone in shared.people.items()}
    assert {known[str(person)] for (person,) in shared.rows(reminded)} == who
    escalated = "SELECT facts ->> 'to' FROM stages WHERE name = 'RequestEscalated'"
    assert shared.rows(escalated) == further


def test_an_organisation_may_have_a_link_alone(shared: SharedWorld) -> None:
    path = f"/organisations/{shared.organisations['ORGA']}/mails"
    for stranger in (shared.lead_b, shared.reviewer_a, shared.administrator):
        assert post_json(stranger, path, link_only=True).status_code in (403, 404)
    assert post_json(shared.lead_a, path, link_only=True).json()["link_only"] is True
    assert post_json(shared.lead_a, "/notices/preferences", mode="immediate").status_code == 200
    asked_in(shared, "released")
    with mail_server() as mailbox:
        send_mails(writing_to(shared, mailbox.url))
    ((number, request),) = shared.rows("SELECT number, id FROM requests")
    mine = Mailbox(raw=[raw for raw in mailbox.raw if b"lead_a@" in raw])
    assert "https://vitrine.test/notices" in mine.said()
    assert not [
        word for word in (number, request, "answered", "Explanation") if str(word) in mine.said()
    ]
    outcomes = [o for _, o, *_ in shared.entries(action="organisation:mail:change")]
    assert sorted(outcomes) == ["denied", "denied", "denied", "done"]


LETTER = Letter(
    address="lead@example.test", subject="A notice", text="It is here.", page="<p>It is here.</p>",
    message_id="<mai_1@vitrine.test>", preferences="https://vitrine.test/notices/preferences",
)  # fmt: skip


@pytest.mark.parametrize(
    "hostile",
    [
        {"address": "a@example.test\r\nBcc: b@example.test"},
        {"address": "a@example.test, b@example.test"},
        {"address": "nobody"},
        {"subject": "A\r\nBcc: b@example.test"},
        {"message_id": "<x>\nBcc: b@example.test"},
        {"preferences": "https://x\r\nBcc: b@example.test"},
    ],
)
def test_no_header_can_be_slipped_in(hostile: dict[str, str]) -> None:
    with mail_server() as mailbox, Postbox(server_of(mailbox.url), "us@vitrine.test") as postbox:
        assert postbox.send(replace(LETTER, **hostile)) == Outcome("address", final=True)
        assert mailbox.raw == []
        assert postbox.send(LETTER) == Outcome()
    assert mailbox.to == ["lead@example.test"]


@pytest.mark.parametrize(
    "address",
    ["", "http://mail.test", "smtp://", "smtp://h?starttls=perhaps", "smtp://u:p@h?starttls=no"],
)
def test_an_unusable_server_is_named_before_anything_is_sent(address: str) -> None:
    with pytest.raises(UnusableMailServer):
        server_of(address)


def test_the_address_of_a_server_says_how_to_speak_to_it() -> None:
    server = server_of("smtp://us:p%40ss@mail.test")
    assert (server.port, server.starttls, server.password) == (587, True, "p@ss")
    assert server_of("smtps://mail.test").tls_at_once


def test_a_server_without_tls_is_not_written_to_where_tls_is_asked_for() -> None:
    with mail_server() as mailbox:
        url = mailbox.url.replace("?starttls=no", "")
        with Postbox(server_of(url), "us@vitrine.test") as postbox:
            assert postbox.send(LETTER) == Outcome("tls", stop=True)
    assert mailbox.raw == []


def test_mails_carry_no_canary_of_anybody(shared: SharedWorld) -> None:
    asked_in(shared, "in_check")
    shared.change("INSERT INTO notice_preferences SELECT id, 'immediate', now() FROM people")
    asked = asked_in(shared, "released")
    asked.post(shared.reviewer_a, "return", return_reason="CANARY-RETURN")
    settle(shared)
    with mail_server() as mailbox:
        send_mails(writing_to(shared, mailbox.url))
    assert len(mailbox.raw) > 5
    names = [f"{name}".replace("_", " ").title() for name in shared.people]
    for word in ("CANARY", "organisation", *names):
        assert word not in mailbox.said()
