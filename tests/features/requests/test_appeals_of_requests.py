"""A second look at a refusal: asked for once, decided by somebody who had no hand in it."""

from typing import Any

import pytest

from tests.world import World
from tests.worlds.reports import SharedVersion
from tests.worlds.requests import Asked, request_in

REFUSED = {
    "determination": "withheld",
    "category": "SEC",
    "reason": "It would help an attack.",
    "nothing_withheld": True,
}
WHY = {"appeal_reason": "The date alone would do."}
STANDS = {"decision": "upheld", "appeal_words": "It stands.", "nothing_withheld": True}
ANEW = {"decision": "reopened", "appeal_words": "You are right.", "nothing_withheld": True}


def refused(world: World, version: SharedVersion) -> Asked:
    """Have an answer refused by the approver."""
    asked = request_in(world, "in_check", version)
    asked.post(world.approver, "release", **REFUSED)
    return asked


def test_a_refusal_is_looked_at_again_and_stands(world: World, version: SharedVersion) -> None:
    asked = refused(world, version)
    assert "appeal" in asked.seen_by(world.reviewer_a)["acts"]
    asked.post(world.reviewer_a, "appeal", **WHY)
    seen = asked.seen_by(world.reviewer_a)
    assert (seen["state"], seen["acts"]) == ("under_appeal", ["keep", "withdraw"])
    assert "The date alone would do." in asked.page_for(world.coordinator)
    asked.post(world.coordinator, "appeal-decision", **STANDS)
    seen = asked.seen_by(world.reviewer_a)
    assert seen["state"] == "released"
    assert (seen["timeline"][-1]["decision"], seen["timeline"][-1]["by"]) == (
        "upheld",
        "The publisher",
    )
    assert "It stands." in asked.page_for(world.lead_a)
    assert "appeal" not in seen["acts"]  # once
    again = world.reviewer_a.client.post(f"/api/v1/requests/{asked.request_id}/appeal", json=WHY)
    assert again.status_code == 409
    asked.post(world.lead_a, "accept")
    assert asked.entries("request:appeal:decide") == 1


def test_a_refusal_that_does_not_stand_is_answered_anew(
    world: World, version: SharedVersion
) -> None:
    asked = refused(world, version)
    asked.post(world.lead_a, "appeal", **WHY)
    asked.post(world.coordinator, "appeal-decision", **ANEW)
    seen = asked.seen_by(world.coordinator)
    assert (seen["state"], seen["parts"][0]["state"]) == ("in_triage", "returned")
    assert seen["clock"]["due_on"] is not None
    asked.post(world.coordinator, "assignment", responder_id=world.responder.id)
    assert "You are right." in asked.page_for(world.responder)
    asked.post(world.responder, "answer", answer="In May.")
    asked.post(world.responder, "check")
    asked.post(world.approver, "release", determination="full", nothing_withheld=True)
    seen = asked.seen_by(world.reviewer_a)
    assert seen["timeline"][-1]["texts"][0]["body"] == "In May."
    assert "appeal" not in seen["acts"]  # what is provided in full was not refused


def test_whoever_drafted_or_released_it_does_not_decide(
    world: World, version: SharedVersion
) -> None:
    asked = request_in(world, "assigned", version)
    asked.post(world.coordinator, "answer", answer="Mine first.")
    asked.post(world.responder, "answer", answer="Ours now.")
    asked.post(world.responder, "check")
    asked.post(world.approver, "release", **REFUSED)
    asked.post(world.reviewer_a, "appeal", **WHY)
    path = f"/api/v1/requests/{asked.request_id}/appeal-decision"
    for someone in (world.approver, world.coordinator, world.responder):
        assert someone.client.post(path, json=STANDS).status_code == 403
    assert "neither drafted nor released" in asked.page_for(world.approver)
    assert asked.entries("request:appeal:decide", "denied") == 3
    assert asked.seen_by(world.reviewer_a)["state"] == "under_appeal"


def test_nothing_is_appealed_that_was_given_in_full(world: World, version: SharedVersion) -> None:
    asked = request_in(world, "released", version)
    path = f"/api/v1/requests/{asked.request_id}/appeal"
    full = world.reviewer_a.client.post(path, json=WHY)
    assert full.status_code == 409
    assert "Return the answer" in full.text
    foreign = world.reviewer_b.client.post(path, json=WHY)
    missing = world.reviewer_b.client.post("/api/v1/requests/req_none/appeal", json=WHY)
    assert (foreign.status_code, foreign.content) == (missing.status_code, missing.content)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({**STANDS, "nothing_withheld": False}, "nothing_withheld"),
        ({**STANDS, "appeal_words": " "}, "appeal_words"),
        ({**STANDS, "decision": "perhaps"}, "decision"),
    ],
)
def test_a_decision_needs_its_words_and_its_statement(
    world: World, version: SharedVersion, body: dict[str, Any], field: str
) -> None:
    asked = refused(world, version)
    asked.post(world.reviewer_a, "appeal", **WHY)
    path = f"/api/v1/requests/{asked.request_id}/appeal-decision"
    answer = world.coordinator.client.post(path, json=body)
    assert answer.status_code == 422
    assert field in answer.text
    form = {k: ("yes" if v is True else "" if v is False else str(v)) for k, v in body.items()}
    page = asked.form(world.coordinator, "appeal-decision", 422, **form)
    assert body["appeal_words"].strip() in page
    assert asked.seen_by(world.reviewer_a)["state"] == "under_appeal"
