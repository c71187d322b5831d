"""Who is told of what, and that nobody else is: each rule with somebody told and somebody not."""

import json

import pytest

from app.domain.notices import KINDS
from app.features.notices.tasks import tell
from tests.features.findings.situations import filed, owned_by
from tests.features.notices.situations import MISSING, asked_in, kinds, notices, told
from tests.worlds.doors import post_json
from tests.worlds.reports import settle
from tests.worlds.shared import SharedWorld

ASKERS = {"lead_a", "reviewer_a"}


def test_each_step_of_a_request_is_told_to_whose_move_it_is(shared: SharedWorld) -> None:
    asked = asked_in(shared, "in_check")
    assert told(shared, "request_submitted") == {"coordinator"}
    assert told(shared, "request_assigned") == {"responder"}
    assert told(shared, "answer_to_check") == {"coordinator", "approver"}
    asked.post(shared.approver, "release", determination="full", nothing_withheld=True)
    settle(shared)
    assert told(shared, "answer_released") == ASKERS
    asked.post(shared.reviewer_a, "return", return_reason="Not all of it.")
    settle(shared)
    assert told(shared, "answer_returned") == {"coordinator", "responder"}
    of_requests = "SELECT person_id FROM notices WHERE subject_kind = 'request'"
    everybody = {str(person) for (person,) in shared.rows(of_requests)}
    assert everybody.isdisjoint({shared.lead_b.id, shared.auditor.id, shared.administrator.id})


def test_a_team_is_told_of_what_nobody_of_it_holds(shared: SharedWorld) -> None:
    asked = asked_in(shared, "submitted")
    team = {"name": "Paging", "members": [shared.responder.id], "backups": [shared.author.id]}
    made = post_json(shared.coordinator, "/teams", **team).json()["id"]
    asked.post(shared.coordinator, "assignment", team_id=made)
    settle(shared)
    assert told(shared, "request_in_team") == {"responder"}
    days = {"starts_on": "2020-01-01", "ends_on": "2990-01-01"}
    assert post_json(shared.responder, "/absences", **days).status_code == 201
    asked.post(shared.coordinator, "assignment", team_id=made)
    settle(shared)
    assert told(shared, "request_in_team") == {"responder", "author"}
    part = asked.seen_by(shared.coordinator)["parts"][0]["id"]
    asked.post(shared.coordinator, "hand-over", part_id=part, responder_id=shared.responder.id)
    settle(shared)
    assert told(shared, "request_assigned") == {"responder"}


def test_a_refusal_under_appeal_waits_for_who_had_no_hand_in_it(shared: SharedWorld) -> None:
    asked = asked_in(shared, "in_check")
    refused = {
        "determination": "withheld",
        "category": "SEC",
        "reason": "It would help.",
        "no_substitute": True,
    }
    asked.post(shared.approver, "release", **refused, nothing_withheld=True)
    asked.post(shared.reviewer_a, "appeal", appeal_reason="Part of it would not.")
    settle(shared)
    assert told(shared, "appeal_waits") == {"coordinator"}
    stands = {"decision": "upheld", "appeal_words": "It stands.", "nothing_withheld": True}
    asked.post(shared.coordinator, "appeal-decision", **stands)
    settle(shared)
    assert told(shared, "appeal_decided") == ASKERS


def test_who_acted_is_not_told_of_it(shared: SharedWorld) -> None:
    asked = asked_in(shared, "submitted")
    asked.post(
        shared.coordinator, "ask-clarification",
        clarification_asked="Which night?", nothing_withheld=True,
    )  # fmt: skip
    settle(shared)
    assert told(shared, "clarification_asked") == ASKERS
    asked.post(shared.reviewer_a, "clarification", clarification="The last one.")
    settle(shared)
    assert told(shared, "clarification_given") == {"coordinator"}


def test_a_drafter_is_not_asked_to_release(shared: SharedWorld) -> None:
    asked = asked_in(shared, "assigned")
    asked.post(shared.coordinator, "answer", answer="Two people.")
    asked.post(shared.coordinator, "check")
    settle(shared)
    assert told(shared, "answer_to_check") == {"approver"}


def test_the_expert_reads_an_alias_and_the_asker_their_number(shared: SharedWorld) -> None:
    asked = asked_in(shared, "released")
    ((number, alias),) = shared.rows(
        "SELECT number, alias FROM requests WHERE id = :r", r=asked.request_id
    )
    for someone, word in ((shared.responder, alias), (shared.lead_a, number)):
        rows = [r for r in notices(someone)["rows"] if asked.request_id in r["href"]]
        assert {row["facts"][0] for row in rows} == {word}
    everything = json.dumps(notices(shared.responder))
    assert str(number) not in everything
    assert "ORGA" not in everything


def test_a_finding_is_told_to_its_author_and_without_one_to_the_coordinator(
    shared: SharedWorld,
) -> None:
    filed(shared)
    settle(shared)
    assert told(shared, "finding_filed") == {"coordinator"}
    owned_by(shared, shared.author)
    filed(shared)
    settle(shared)
    assert told(shared, "finding_routed") == {"author"}
    (row,) = [r for r in notices(shared.author)["rows"] if r["kind"] == "finding_routed"]
    ((alias,),) = shared.rows("SELECT alias FROM findings WHERE author_id IS NOT NULL")
    assert row["facts"] == [alias]


def test_a_slip_is_told_at_once_and_only_to_those_who_may_see_it(shared: SharedWorld) -> None:
    owned_by(shared, shared.author)
    filed(shared, finding_class="H")
    settle(shared)
    assert told(shared, "finding_alert") == {"coordinator", "approver"}
    assert "finding_routed" not in kinds(shared.author)


def test_a_revoked_grant_is_told_to_that_organisations_people_alone(shared: SharedWorld) -> None:
    answer = post_json(shared.coordinator, f"/grants/{shared.made.grant_a}/revoke", reason="Over.")
    assert answer.status_code == 200, answer.text
    settle(shared)
    assert told(shared, "grant_revoked") == ASKERS
    (row,) = [r for r in notices(shared.reviewer_a)["rows"] if r["kind"] == "grant_revoked"]
    assert (row["facts"], row["href"]) == ([], f"/reviews/{shared.made.review_a}")


def test_told_twice_it_is_one_notice_and_one_entry(shared: SharedWorld) -> None:
    asked = asked_in(shared, "submitted")
    ((arguments,),) = shared.rows(
        "SELECT args FROM procrastinate_jobs WHERE task_name = 'notices.tell'"
        " AND args ->> 'event' = 'RequestSubmitted'"
    )
    before = len(notices(shared.coordinator)["rows"]), len(_tellings(shared))
    tell(shared.worker, **arguments)  # type: ignore[arg-type]  # as the queue hands it over
    assert (len(notices(shared.coordinator)["rows"]), len(_tellings(shared))) == before
    assert arguments["subject"] == asked.request_id  # type: ignore[index]  # a JSON object


def _tellings(world: SharedWorld) -> list[tuple[str, str, str, str]]:
    return [entry for entry in world.entries(action="notice:tell") if entry[0] == "NoticesMade"]


def test_telling_is_recorded_without_a_word_of_whom(shared: SharedWorld) -> None:
    asked_in(shared, "submitted")
    assert {(event, outcome, actor) for event, outcome, actor, _ in _tellings(shared)} == {
        ("NoticesMade", "done", "system:notices")
    }
    cores = shared.rows(
        "SELECT convert_from(core, 'UTF8') FROM audit_entry WHERE action = 'notice:tell'"
    )
    assert not any(shared.coordinator.id in str(core) for (core,) in cores)
    seen = shared.reviewer_a.client.get("/api/v1/record").text
    assert "notice:tell" not in seen


def test_an_inbox_shows_ones_own_and_nobody_elses(shared: SharedWorld) -> None:
    asked_in(shared, "released")
    assert "answer_released" in kinds(shared.lead_a)
    assert "answer_released" not in kinds(shared.lead_b)
    ids = {row["id"] for row in notices(shared.lead_a)["rows"]}
    assert ids.isdisjoint({row["id"] for row in notices(shared.reviewer_a)["rows"]})
    assert shared.anonymous().get("/api/v1/notices").status_code == 401


def test_filters_stand_in_the_address(shared: SharedWorld) -> None:
    asked_in(shared, "released")
    assert set(kinds(shared.lead_a, about="access")) <= {
        "grant_given", "receipt_issued", "review_opened", "version_published",
    }  # fmt: skip
    assert set(kinds(shared.lead_a, about="requests")) == {"answer_released"}
    page = shared.lead_a.client.get("/notices?show=unread&about=requests")
    assert page.status_code == 200
    assert KINDS["answer_released"] in page.text
    assert KINDS["grant_given"] not in page.text


def test_reading_the_thing_marks_what_was_told_of_it_as_read(shared: SharedWorld) -> None:
    asked = asked_in(shared, "released")
    before = notices(shared.lead_a)["unread"]
    assert asked.seen_by(shared.lead_a)["number"]
    after = notices(shared.lead_a)
    assert after["unread"] == before - 1
    assert "answer_released" not in kinds(shared.lead_a, show="unread")
    assert "answer_released" in kinds(shared.reviewer_a, show="unread"), "each has their own"


def test_one_is_marked_as_read_then_all(shared: SharedWorld) -> None:
    asked_in(shared, "released")
    first = notices(shared.lead_a)["rows"][0]["id"]
    unread = notices(shared.lead_a)["unread"]
    done = post_json(shared.lead_a, "/notices/read", notice_id=first).json()
    assert done == {"marked": 1, "unread": unread - 1}
    again = post_json(shared.lead_a, "/notices/read", notice_id=first).json()
    assert again == {"marked": 0, "unread": unread - 1}
    assert post_json(shared.lead_a, "/notices/read").json()["unread"] == 0
    assert shared.lead_a.client.get("/api/v1/notices/count").json() == {"unread": 0}
    entries = shared.entries(action="notice:read")
    assert [(event, outcome) for event, outcome, _, _ in entries] == [
        ("NoticesRead", "allowed")
    ] * 2
    assert {actor for _, _, actor, _ in entries} == {shared.organisations["ORGA"]}, "not by name"


@pytest.mark.parametrize("whose", ["another's", "nobody's"])
def test_what_is_not_ones_own_cannot_be_marked_and_the_try_is_recorded(
    shared: SharedWorld, whose: str
) -> None:
    asked_in(shared, "released")
    theirs = notices(shared.reviewer_a)["rows"][0]["id"] if whose == "another's" else MISSING
    answer = post_json(shared.lead_b, "/notices/read", notice_id=theirs)
    assert answer.status_code == 404
    assert notices(shared.reviewer_a)["unread"] == len(notices(shared.reviewer_a)["rows"])
    assert [e[1] for e in shared.entries(action="notice:read")] == ["denied"]


def test_the_number_beside_the_word_is_on_every_page(shared: SharedWorld) -> None:
    asked_in(shared, "released")
    unread = notices(shared.lead_a)["unread"]
    assert unread
    for path in ("/requests", "/notices"):
        page = shared.lead_a.client.get(path).text
        assert (
            f'data-live-count="/api/v1/notices/count">Notices <span class="count">{unread}<' in page
        )
