"""Answers that are there already: they arrived elsewhere, or the asker has them (the fast lane)."""

from typing import Any

import pytest

from tests.world import Someone, World
from tests.worlds.reports import SharedVersion
from tests.worlds.requests import Asked, request_in

SAID = {"answer": "Two people, always.", "source": "meeting", "said_on": "2026-05-04"}


def _post(world: World, someone: Someone, asked: Asked, act: str, **body: Any) -> Any:
    return someone.client.post(f"/api/v1/requests/{asked.request_id}/{act}", json=body)


def test_an_answer_from_a_meeting_is_recorded_by_the_coordinator_and_released_by_another(
    world: World, version: SharedVersion
) -> None:
    asked = request_in(world, "submitted", version)
    asked.post(world.coordinator, "record", **SAID, said_by=world.responder.id)
    seen = asked.seen_by(world.coordinator)
    assert seen["state"] == "disclosure_check"
    begun = next(step for step in seen["timeline"] if step["name"] == "AnswerDrafted")
    assert (begun["source"], begun["said_on"], begun["said_by"]) == (
        "meeting",
        "2026-05-04",
        "NAMED RESPONDER",
    )
    assert "from a meeting of NAMED RESPONDER" in asked.page_for(world.coordinator)
    full = {"determination": "full", "nothing_withheld": True}
    assert _post(world, world.coordinator, asked, "release", **full).status_code == 403
    asked.post(world.approver, "release", **full)
    page = asked.page_for(world.reviewer_a)
    assert "Two people, always." in page
    assert "meeting" not in page  # where it arrived is inside business
    assert "NAMED" not in page.replace("NAMED REVIEWER_A", "").replace("NAMED LEAD_A", "")
    assert asked.entries("request:answer:record") == 2  # drafted, and handed to the check


def test_who_said_it_does_not_release_it(world: World, version: SharedVersion) -> None:
    asked = request_in(world, "submitted", version)
    asked.post(world.coordinator, "record", **SAID, said_by=world.approver.id)
    full = {"determination": "full", "nothing_withheld": True}
    assert _post(world, world.approver, asked, "release", **full).status_code == 403


def test_what_is_recorded_needs_a_day_that_has_come_and_a_person_of_ours(
    world: World, version: SharedVersion
) -> None:
    asked = request_in(world, "submitted", version)
    later = _post(world, world.coordinator, asked, "record", **SAID | {"said_on": "2999-01-01"})
    assert set(later.json()["fields"]) == {"said_on"}
    other = _post(world, world.coordinator, asked, "record", **SAID, said_by=world.reviewer_b.id)
    assert set(other.json()["fields"]) == {"responder_id"}
    for who in (world.approver, world.responder):
        refused = _post(world, who, asked, "record", **SAID)
        assert refused.status_code in (403, 404)
    assert asked.seen_by(world.coordinator)["state"] == "submitted"


def test_a_part_somebody_holds_is_answered_so_as_well(world: World, version: SharedVersion) -> None:
    asked = request_in(world, "assigned", version)
    asked.post(world.coordinator, "record", **SAID)
    seen = asked.seen_by(world.responder)
    assert seen["state"] == "disclosure_check"
    assert "meeting" not in str(seen["timeline"])
    again = _post(world, world.coordinator, asked, "record", **SAID)
    assert again.status_code == 409


def test_what_the_asker_has_goes_out_at_once(world: World, version: SharedVersion) -> None:
    earlier = request_in(world, "released", version)
    number = earlier.seen_by(world.reviewer_a)["number"]
    asked = request_in(world, "submitted", version)
    assert f"{number}, explanation" in asked.page_for(world.coordinator)
    asked.form(world.coordinator, "point", answers=earlier.request_id, pages="2-3, 1")
    seen = asked.seen_by(world.reviewer_a)
    step = seen["timeline"][-1]
    assert (seen["state"], step["determination"], step["by_reference"]) == (
        "released",
        "full",
        True,
    )
    said = [pointer["label"] for pointer in step["pointers"]]
    assert said == [f"The answer to {number}", "Page 1", "Page 2", "Page 3"]
    assert number not in step["texts"][0]["body"]  # a colleague it is kept from reads this, too
    page = asked.page_for(world.reviewer_a)
    assert f'<a href="/requests/{earlier.request_id}">The answer to {number}</a>' in page
    assert step["receipt_id"]
    asked.post(world.reviewer_a, "accept")
    assert asked.entries("request:answer:point") >= 2


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({}, "answers"),
        ({"pages": "one"}, "pages"),
        ({"pages": "9"}, "pages"),
        ({"pages": "1-900"}, "pages"),
        ({"answers": "req_none"}, "answers"),
    ],
)
def test_nothing_goes_out_that_the_asker_does_not_have(
    world: World, version: SharedVersion, values: dict[str, str], field: str
) -> None:
    asked = request_in(world, "submitted", version)
    page = asked.form(world.coordinator, "point", 422, **values)
    assert f'id="point-{field}-error"' in page or "wrong" in page
    assert asked.seen_by(world.reviewer_a)["state"] == "submitted"


def test_an_answer_of_another_organisation_or_a_refusal_is_not_pointed_to(
    world: World, version: SharedVersion
) -> None:
    unanswered = request_in(world, "in_check", version)
    refused = request_in(world, "in_check", version)
    refused.post(
        world.approver,
        "release",
        determination="withheld",
        category="SEC",
        reason="It would help.",
        no_substitute=True,
        nothing_withheld=True,
    )
    asked = request_in(world, "submitted", version)
    foreign = world.reviewer_b.client.post(
        "/api/v1/requests",
        json={
            "review_id": version.review_b,
            "question": "And ours?",
            "expected_form": "short_text",
            "basis": {"kind": "report"},
        },
    ).json()["id"]
    for other in (unanswered.request_id, refused.request_id, foreign, asked.request_id):
        response = _post(world, world.coordinator, asked, "point", answers=[other])
        assert response.status_code == 422, other


def test_only_a_coordinator_points(world: World, version: SharedVersion) -> None:
    asked = request_in(world, "assigned", version)
    for who in (world.approver, world.responder, world.author):
        assert _post(world, who, asked, "point", pages=[1]).status_code == 403
    assert _post(world, world.reviewer_b, asked, "point", pages=[1]).status_code == 404


def test_what_is_answered_together_is_neither_recorded_nor_pointed_to_by_itself(
    world: World, version: SharedVersion
) -> None:
    main, following = (request_in(world, "submitted", version) for _ in range(2))
    following.post(world.coordinator, "merge", into=main.request_id)
    assert _post(world, world.coordinator, main, "point", pages=[1]).status_code == 409
    for act, body in (("point", {"pages": [1]}), ("record", SAID)):
        assert _post(world, world.coordinator, following, act, **body).status_code == 409
    following.post(world.coordinator, "separate")
    main.post(world.coordinator, "point", pages=[1])
