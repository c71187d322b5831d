"""The walk of a request, from a draft to the accepted answer, and its side paths."""

from datetime import date

from sqlalchemy import text

from tests.world import World
from tests.worlds.reports import SharedVersion
from tests.worlds.requests import ANSWER, QUESTION, REWORDED, Asked, draft, request_in


def _row(asked: Asked) -> dict[str, object]:
    with asked.world.owner.connect() as connection:
        row = connection.execute(
            text("SELECT * FROM requests WHERE id = :id"), {"id": asked.request_id}
        )
        return dict(row.mappings().one())


def test_a_request_is_asked_answered_checked_released_and_accepted(
    world: World, version: SharedVersion
) -> None:
    asked = request_in(world, "released", version)
    view = asked.seen_by(world.reviewer_a)
    assert view["state"] == "released"
    released = next(s for s in view["timeline"] if s["name"] == "AnswerReleased")
    assert released["by"] == "The publisher"
    assert released["texts"][0]["body"] == ANSWER
    receipt = world.lead_a.client.get(f"/api/v1/receipts/{released['receipt_id']}").json()
    assert receipt["items"][0]["item"] == f"Answer to {view['number']}"
    assert receipt["items"][0]["withholds"] == ["LEG"]
    assert asked.post(world.lead_a, "accept")["state"] == "closed"
    assert asked.seen_by(world.reviewer_a)["ended_as"] == "closed"
    assert asked.entries("request:answer:accept") == 1
    names = [step["name"] for step in asked.seen_by(world.coordinator)["timeline"]]
    assert names == [
        *("RequestSubmitted", "RequestTaken", "RequestReworded", "RequestAssigned"),
        *("AnswerDrafted", "AnswerSentToCheck", "AnswerReleased", "AnswerAccepted"),
    ]


def test_numbers_count_for_each_organisation_alone(world: World, version: SharedVersion) -> None:
    first, second = request_in(world, "submitted", version), request_in(world, "submitted", version)
    numbers = [asked.seen_by(world.reviewer_a)["number"] for asked in (first, second)]
    assert [number[:8] for number in numbers] == ["RQ-ORGA-", "RQ-ORGA-"]
    assert int(numbers[1][8:]) == int(numbers[0][8:]) + 1
    other = world.lead_b.client.post(
        "/api/v1/requests",
        json={
            "review_id": version.review_b,
            "question": "What does it cost?",
            "expected_form": "table",
            "basis": {"kind": "report"},
        },
    ).json()["id"]
    assert world.lead_b.client.get(f"/api/v1/requests/{other}").json()["number"] is None
    with world.owner.connect() as connection:
        counted = "SELECT count(*) FROM requests WHERE number LIKE 'RQ-ORGB-%'"
        before = connection.execute(text(counted)).scalar_one()
    world.lead_b.client.post(f"/api/v1/requests/{other}/submit")
    assert world.lead_b.client.get(f"/api/v1/requests/{other}").json()["number"] == (
        f"RQ-ORGB-{before + 1:04d}"
    )


def test_the_passage_is_quoted_from_the_edition_of_whoever_looks(
    world: World, version: SharedVersion
) -> None:
    asked = draft(
        world,
        version,
        basis={"kind": "passage", "page": 2, "words": [1, 10]},
    )
    asked.post(world.reviewer_a, "submit")
    own = asked.seen_by(world.reviewer_a)["basis"]
    assert own["quote_state"] == "shown"
    assert "gatehouse" in own["quote"]  # lifted for A
    responder = world.responder
    asked.post(world.coordinator, "assignment", responder_id=responder.id)
    unread = asked.seen_by(responder)
    assert unread["basis"]["quote_state"] == "not_cleared"
    assert unread["basis"]["quote"] is None
    assert unread["ask"] == {"field": "question", "body": None, "masked": True, "missing": []}
    page = asked.page_for(responder)
    assert "You are not cleared for this passage." in page
    assert "gatehouse" not in page


def test_the_coordinators_statement_opens_the_wording_to_the_responder(
    world: World, version: SharedVersion
) -> None:
    asked = request_in(world, "submitted", version)
    asked.post(world.coordinator, "reworded", reworded=REWORDED)
    asked.post(world.coordinator, "assignment", responder_id=world.responder.id)
    assert asked.seen_by(world.responder)["ask"]["masked"] is True
    asked.post(
        world.coordinator, "assignment", responder_id=world.responder.id, nothing_withheld=True
    )
    seen = asked.seen_by(world.responder)
    assert (seen["ask"]["body"], seen["reworded"]) == (REWORDED, True)
    assert asked.seen_by(world.coordinator)["question"]["body"] == QUESTION
    assert asked.seen_by(world.reviewer_a)["question"]["body"] == QUESTION


def test_a_clarification_pauses_the_clock_and_comes_back_to_triage(
    world: World, version: SharedVersion
) -> None:
    asked = request_in(world, "assigned", version)
    refused = world.coordinator.client.post(
        f"/api/v1/requests/{asked.request_id}/ask-clarification",
        json={"clarification_asked": "Which night?"},
    )
    assert refused.status_code == 422
    assert "nothing_withheld" in refused.json()["fields"]
    asked.post(
        world.coordinator,
        "ask-clarification",
        clarification_asked="Which night?",
        nothing_withheld=True,
    )
    view = asked.seen_by(world.reviewer_a)
    assert (view["state"], view["clock"]["paused"]) == ("needs_your_reply", True)
    assert view["timeline"][-1]["texts"][0]["body"] == "Which night?"
    due = _row(asked)["due_on"]
    with world.owner.begin() as connection:  # the asker takes a while
        connection.execute(
            text("UPDATE requests SET state_since = now() - interval '14 days' WHERE id = :id"),
            {"id": asked.request_id},
        )
    asked.post(world.reviewer_a, "clarification", clarification="Every night.")
    after = _row(asked)
    assert after["state"] == "in_triage"
    assert isinstance(due, date)
    assert (after["due_on"] - due).days == 14  # type: ignore[operator]  # a date of the row
    assert asked.seen_by(world.coordinator)["timeline"][-1]["texts"][0]["body"] == "Every night."


def test_a_third_return_escalates(world: World, version: SharedVersion) -> None:
    asked = request_in(world, "released", version)
    for number in (1, 2, 3):
        asked.post(world.reviewer_a, "return", return_reason=f"Not yet, {number}.")
        assert asked.seen_by(world.coordinator)["priority"] == (
            "urgent" if number == 3 else "normal"
        )
        asked.post(world.coordinator, "assignment", responder_id=world.responder.id)
        asked.post(world.responder, "answer", answer=f"Again, {number}.")
        asked.post(world.responder, "check")
        asked.post(world.coordinator, "release", determination="full", nothing_withheld=True)
    said = [s for s in asked.seen_by(world.lead_a)["timeline"] if s["name"] == "AnswerReleased"]
    assert [step["texts"][0]["body"] for step in said] == [
        ANSWER,
        *(f"Again, {number}." for number in (1, 2, 3)),
    ]
    asked.post(world.reviewer_a, "accept")
    assert _row(asked)["returns"] == 3


def test_what_is_withheld_stays_inside_and_the_reason_goes_out(
    world: World, version: SharedVersion
) -> None:
    asked = request_in(world, "in_check", version)
    release = f"/api/v1/requests/{asked.request_id}/release"
    bare = world.approver.client.post(
        release, json={"determination": "withheld", "nothing_withheld": True}
    )
    assert bare.status_code == 422
    assert set(bare.json()["fields"]) == {"category", "reason", "no_substitute"}
    asked.post(
        world.approver,
        "release",
        determination="withheld",
        category="SEC",
        reason="It would help an attack.",
        nothing_withheld=True,
        no_substitute=True,
    )
    text_seen = world.reviewer_a.client.get(f"/api/v1/requests/{asked.request_id}").text
    assert "It would help an attack." in text_seen
    assert ANSWER not in text_seen
    step = asked.seen_by(world.reviewer_a)["timeline"][-1]
    assert (step["determination"], step["category"]) == ("withheld", "SEC")


def test_an_answer_sent_back_is_drafted_again(world: World, version: SharedVersion) -> None:
    asked = request_in(world, "in_check", version)
    asked.post(world.approver, "send-back", note="Shorter, please.", nothing_withheld=True)
    seen = asked.seen_by(world.responder)
    assert (seen["state"], seen["parts"][0]["answer"]["state"]) == ("in_progress", "draft")
    assert [note["text"]["body"] for note in seen["notes"]][-1] == "Shorter, please."
    asked.post(world.responder, "answer", answer="Two people.")
    asked.post(world.responder, "check")
    asked.post(world.coordinator, "release", determination="full", nothing_withheld=True)


def test_a_request_is_withdrawn_by_its_asker_only_while_it_is_open(
    world: World, version: SharedVersion
) -> None:
    asked = request_in(world, "assigned", version)
    asked.post(world.reviewer_a, "withdraw")
    assert asked.seen_by(world.reviewer_a)["ended_as"] == "withdrawn"
    again = world.reviewer_a.client.post(f"/api/v1/requests/{asked.request_id}/withdraw")
    assert again.status_code == 409
    late = world.responder.client.post(
        f"/api/v1/requests/{asked.request_id}/answer", json={"answer": "Too late."}
    )
    assert late.status_code == 409


def test_a_due_date_moves_later_only_with_a_reason_that_the_asker_reads(
    world: World, version: SharedVersion
) -> None:
    asked = request_in(world, "submitted", version)
    clock = f"/api/v1/requests/{asked.request_id}/clock"
    body = {"priority": "high", "due_on": "2040-01-02"}
    refused = world.coordinator.client.post(clock, json=body)
    assert refused.status_code == 422
    assert "extension" in refused.json()["fields"]
    asked.post(world.coordinator, "clock", **body, extension="people_away")
    view = asked.seen_by(world.reviewer_a)
    assert view["clock"]["due_on"] == "2040-01-02"
    assert view["beyond_window"] is True
    step = view["timeline"][-1]
    assert (step["name"], step["extension"]) == ("DueDateMoved", "people_away")
    assert "the people who know are away" in asked.page_for(world.reviewer_a)


def test_own_requests_stay_readable_when_the_grant_is_revoked(
    world: World, version: SharedVersion
) -> None:
    asked = request_in(world, "released", version)
    _set_grant(world, version, "revoked")
    try:
        view = asked.seen_by(world.reviewer_a)
        page = asked.page_for(world.reviewer_a)
        again = world.reviewer_a.client.post(
            "/api/v1/requests", json={"review_id": version.review_a}
        )
    finally:
        _set_grant(world, version, "in_force")
    assert view["question"]["body"] == QUESTION
    assert view["timeline"][-1]["texts"][0]["body"] == ANSWER
    assert view["basis"]["quote_state"] == "not_cleared"
    assert "Your access to this passage is closed." in page
    assert again.status_code == 403


def _set_grant(world: World, version: SharedVersion, state: str) -> None:
    with world.owner.begin() as connection:
        connection.execute(
            text("UPDATE grants SET state = :state WHERE id = :id"),
            {"state": state, "id": version.grant_a},
        )
