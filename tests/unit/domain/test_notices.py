"""Who is told what, and when by mail: the tables hold together, and nothing but words of ours."""

from datetime import UTC, date, datetime, timedelta

import pytest

from app.domain import mails
from app.domain.actions import Action
from app.domain.calendar import Calendar
from app.domain.events import Event
from app.domain.notices import IN_TEAM, KINDS, READING, RULES, UNROUTED, path_of, rule_for, said
from app.domain.reactions import SENDING, TELLING, reactions
from app.domain.sentences import sentence_of
from app.domain.targets import INSTALLATION, Target

DAY = date(2026, 11, 26)  # a Thursday


def test_every_rule_tells_a_known_kind_of_a_known_event() -> None:
    assert {rule.kind for rule in (*RULES.values(), UNROUTED, IN_TEAM)} <= set(KINDS)
    reminders = {*mails.REMINDERS.values(), *mails.FINDING_REMINDERS.values()}
    assert set(KINDS) == {rule.kind for rule in (*RULES.values(), UNROUTED, IN_TEAM)} | reminders
    for event in RULES:
        said_of_it = sentence_of(event, action="", outcome="done", facts={})
        assert said_of_it[:1].isupper()
    assert all(rule.to for rule in RULES.values())


def test_what_people_may_be_told_of_can_be_read() -> None:
    assert all(action.target == kind for kind, action in READING.items())
    assert {rule.may.target for rule in RULES.values()} <= set(READING)


def test_a_rule_can_ask_for_a_fact() -> None:
    assert rule_for("FindingFiled", {"class": "H"}) is not None
    assert rule_for("FindingFiled", {"class": "B"}) is None
    assert rule_for("ReceiptIssued", {"grant": "grt_1"}) is not None
    assert rule_for("ReceiptIssued", {"digest": "d"}) is None
    assert rule_for("FindingRouted", {"to": None}) is UNROUTED
    assert rule_for("FindingRouted", {"to": "per_1"}) is RULES["FindingRouted"]
    assert rule_for("PageRead", {}) is None


def test_a_notice_says_only_what_is_in_the_vocabulary() -> None:
    facts = {
        "number": "RQ-ORGA-0001", "type": "explanation", "form": "short_text",
        "due_on": "2026-11-26", "title": "CANARY", "question": "CANARY",
    }  # fmt: skip
    assert said(facts) == ("RQ-ORGA-0001", "Explanation", "One or two paragraphs")
    assert said({"type": "CANARY", "form": "CANARY"}) == ()


def test_a_notice_leads_to_its_thing() -> None:
    assert path_of("request_assigned", "request", "req_1") == "/requests/req_1"
    assert path_of("notes_to_sign", "request", "req_1") == "/requests/req_1/interview"
    assert path_of("terms_changed", "review", "rev_1") == "/reviews/rev_1/terms"


def test_an_event_is_told_in_the_same_commit_with_ids_alone() -> None:
    event = Event(
        name="RequestAssigned", licence=Action.ASSIGN_REQUEST, target=Target("request", "req_1"),
        facts={"responder": "per_1"}, content={"words": "CANARY"},
    )  # fmt: skip
    (telling,) = reactions(event)
    assert (telling.job, telling.occurs) == (TELLING, True)
    assert dict(telling.arguments) == {
        "event": "RequestAssigned", "kind": "request", "subject": "req_1", "named": "per_1",
    }  # fmt: skip


@pytest.mark.parametrize(("made", "jobs"), [(0, []), (2, [SENDING])])
def test_mails_are_sent_once_there_are_some(made: int, jobs: list[str]) -> None:
    event = Event(
        name="NoticesMade", licence=Action.TELL_PEOPLE, target=INSTALLATION, facts={"mails": made}
    )
    assert [reaction.job for reaction in reactions(event)] == jobs


@pytest.mark.parametrize(
    ("today", "kind"),
    [
        (date(2026, 11, 23), "due_in_3"),
        (date(2026, 11, 24), None),
        (date(2026, 11, 25), "due_in_1"),
        (DAY, "due_today"),
        (date(2026, 11, 27), "late_for_backup"),
        (date(2026, 11, 28), None),  # a Saturday
        (date(2026, 12, 1), "overdue"),
        (date(2026, 12, 2), None),
    ],
)
def test_a_reminder_comes_three_and_one_day_before_on_the_day_and_three_after(
    today: date, kind: str | None
) -> None:
    assert mails.reminder(DAY, today, Calendar()) == kind


def test_a_holiday_is_no_day_for_reminders_and_none_is_counted() -> None:
    thanksgiving = Calendar("US")
    assert mails.reminder(date(2026, 11, 27), DAY, thanksgiving) is None
    assert mails.reminder(date(2026, 11, 27), date(2026, 11, 25), thanksgiving) == "due_in_1"


def test_a_mail_is_tried_again_ever_later_and_then_no_more() -> None:
    at = datetime(2026, 11, 26, 12, tzinfo=UTC)
    waits = [mails.next_try(attempts, at) for attempts in range(1, 7)]
    assert waits == [at + timedelta(minutes=m) for m in (1, 5, 30, 120, 720)] + [None]


def test_the_choice_decides_what_goes_at_once() -> None:
    assert mails.goes_at_once("digest", at_once=True)
    assert not mails.goes_at_once("digest", at_once=False)
    assert mails.goes_at_once("immediate", at_once=False)
    assert not mails.goes_at_once("inbox", at_once=True)
    assert next(iter(mails.MODES)) == mails.DEFAULT
