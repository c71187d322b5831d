"""The forms of requests: what they show when they cannot be taken."""

from app.web import csrf
from tests.world import World
from tests.worlds.reports import SharedVersion
from tests.worlds.requests import draft_body, request_in


def test_a_refused_form_shows_again_what_was_typed(world: World, version: SharedVersion) -> None:
    asked = request_in(world, "in_check", version)
    page = asked.form(
        world.approver, "release", status=422, determination="withheld", reason="TYPED WITH CARE"
    )
    assert "TYPED WITH CARE" in page
    assert "Choose a category that fits this outcome." in page
    assert asked.entries("request:answer:release") == 0
    half = draft_body(version, expected_form="")
    typed = {"review_id": half["review_id"], "question": half["question"], "then": "submit"}
    response = world.reviewer_a.client.post(
        "/requests", data={**typed, "csrf_token": csrf.token_for("test-secret")}
    )
    assert response.status_code == 422
    assert half["question"] in response.text
    assert "Say what form of answer would do." in response.text
