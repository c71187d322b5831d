"""Asking well: what would do instead, follow-ups, drafts for the lead, and what was answered."""

import pytest

from tests.world import World
from tests.worlds.doors import Doors, post_form, post_json
from tests.worlds.entries import entries
from tests.worlds.reports import SharedVersion
from tests.worlds.requests import Asked, draft, draft_body, request_in
from tests.worlds.shared import SharedWorld

INSTEAD = "A range would do. CANARY-INSTEAD"
MINE = "OUR-17 CANARY-REFERENCE"
MISSING = "req_00000000000000000000"


def _assigned(world: World, version: SharedVersion, **changes: object) -> Asked:
    asked = draft(world, version, substitutes=INSTEAD, reference=MINE, **changes)
    asked.post(world.lead_a, "submit")
    to = {"responder_id": world.responder.id, "nothing_withheld": True}
    asked.post(world.coordinator, "assignment", **to)
    return asked


# ---- what would do instead


def test_what_would_do_instead_reaches_the_publisher_and_the_expert(
    world: World, version: SharedVersion
) -> None:
    asked = _assigned(world, version)
    for someone in (world.reviewer_a, world.coordinator, world.responder):
        assert asked.seen_by(someone)["substitutes"]["body"] == INSTEAD
        page = asked.page_for(someone)
        assert "CANARY-INSTEAD" in page
        assert "What would do instead" in page


def test_the_expert_reads_the_coordinators_words_in_its_place(
    world: World, version: SharedVersion
) -> None:
    asked = draft(world, version, substitutes=INSTEAD)
    asked.post(world.lead_a, "submit")
    asked.post(world.coordinator, "reworded", reworded="In short?")
    asked.post(world.coordinator, "assignment", responder_id=world.responder.id)
    assert asked.seen_by(world.responder)["substitutes"] is None
    assert "CANARY-INSTEAD" not in asked.page_for(world.responder)


def test_a_draft_keeps_it_to_its_organisation_and_can_do_without(
    world: World, version: SharedVersion
) -> None:
    asked = draft(world, version, substitutes=INSTEAD)
    path = f"/requests/{asked.request_id}"
    for stranger in (world.coordinator, world.responder, world.lead_b):
        assert stranger.client.get(path).status_code == 404
    asked.post(world.lead_a, "draft", **_without_review(draft_body(version)))
    assert asked.seen_by(world.lead_a)["substitutes"] is None
    asked.post(world.lead_a, "submit")
    assert asked.seen_by(world.coordinator)["substitutes"] is None


def test_ones_own_reference_stays_ones_own(world: World, version: SharedVersion) -> None:
    asked = _assigned(world, version)
    assert asked.seen_by(world.lead_a)["reference"]["body"] == MINE
    assert "OUR-17" in asked.page_for(world.lead_a)
    for someone in (world.coordinator, world.responder, world.approver):
        assert "CANARY-REFERENCE" not in asked.page_for(someone)
        assert "CANARY-REFERENCE" not in str(asked.seen_by(someone))


def _without_review(body: dict[str, object]) -> dict[str, object]:
    return {name: value for name, value in body.items() if name != "review_id"}


# ---- follow-ups


def _following(world: World, version: SharedVersion, earlier: Asked) -> Asked:
    return draft(world, version, basis={"kind": "request", "id": earlier.request_id})


def test_a_follow_up_names_what_it_follows_to_both_sides(
    world: World, version: SharedVersion
) -> None:
    earlier = request_in(world, "released", version)
    number = earlier.seen_by(world.lead_a)["number"]
    assert "follow_up" in earlier.seen_by(world.reviewer_a)["acts"]
    address = f"/requests/new?review={version.review_a}&amp;follows={earlier.request_id}"
    assert address in earlier.page_for(world.reviewer_a)
    form = world.reviewer_a.client.get(address.replace("&amp;", "&")).text
    assert "The earlier request that it follows" in form
    asked = _following(world, version, earlier)
    asked.post(world.lead_a, "submit")
    for someone in (world.reviewer_a, world.coordinator):
        basis = asked.seen_by(someone)["basis"]
        assert (basis["label"], basis["request_id"]) == (f"Follows {number}", earlier.request_id)
        assert f"Follows {number}" in asked.page_for(someone)
        (one,) = earlier.seen_by(someone)["follow_ups"]
        assert one["request_id"] == asked.request_id
        assert one["number"] == asked.seen_by(someone)["number"]
        assert "Followed by" in earlier.page_for(someone)


def test_the_publisher_learns_of_no_follow_up_that_is_a_draft(
    world: World, version: SharedVersion
) -> None:
    earlier = request_in(world, "released", version)
    asked = _following(world, version, earlier)
    (one,) = earlier.seen_by(world.lead_a)["follow_ups"]
    assert (one["number"], one["state"]) == (None, "draft")
    assert earlier.seen_by(world.coordinator)["follow_ups"] == []
    assert asked.request_id not in earlier.page_for(world.coordinator)


def test_the_expert_learns_no_number_and_no_alias_but_of_what_they_held(
    world: World, version: SharedVersion
) -> None:
    held, foreign = request_in(world, "released", version), request_in(world, "submitted", version)
    alias = held.seen_by(world.coordinator)["alias"]
    for earlier, label in ((held, f"Follows {alias}"), (foreign, "Follows an earlier request")):
        asked = _following(world, version, earlier)
        asked.post(world.lead_a, "submit")
        to = {"responder_id": world.responder.id, "nothing_withheld": True}
        asked.post(world.coordinator, "assignment", **to)
        seen = asked.seen_by(world.responder)
        assert seen["basis"]["label"] == label
        number = earlier.seen_by(world.lead_a)["number"]
        for said in (str(seen), asked.page_for(world.responder)):
            assert number not in said
            assert (earlier.request_id in said) is (earlier is held)
    assert "Followed by" not in held.page_for(world.responder)


def test_only_a_numbered_request_of_the_same_review_is_followed(
    shared: SharedWorld,
) -> None:
    world, version = shared, shared.made
    unnumbered = draft(world, version)
    theirs = world.reviewer_b.client.post(
        "/api/v1/requests",
        json=draft_body(version, review_id=version.review_b, basis={"kind": "report"}),
    ).json()["id"]
    world.lead_b.client.post(f"/api/v1/requests/{theirs}/submit", json={})
    for wrong in (unnumbered.request_id, theirs, MISSING):
        body = draft_body(version, basis={"kind": "request", "id": wrong})
        refused = world.reviewer_a.client.post("/api/v1/requests", json=body)
        assert refused.status_code == 422
        assert refused.json()["fields"] == {"basis": "There is no such request in this review."}


# ---- ready for the lead


def _led(world: SharedWorld) -> Asked:
    world.change(
        "UPDATE reviews SET submitted_by = 'lead' WHERE id = :review", review=world.made.review_a
    )
    return draft(world, world.made)


def test_a_reviewer_marks_a_draft_ready_and_the_lead_finds_and_submits_it(
    shared: SharedWorld,
) -> None:
    asked, other = _led(shared), draft(shared, shared.made)
    assert "mark ready for the lead" in asked.page_for(shared.reviewer_a)
    asked.post(shared.reviewer_a, "ready")
    asked.post(shared.reviewer_a, "draft", **_without_review(draft_body(shared.made)))
    ready = asked.seen_by(shared.lead_a)["ready"]
    assert ready["by"] == "Reviewer A", "editing keeps it ready"
    for path in ("/requests?show=ready", "/drafts?show=ready"):
        page = shared.lead_a.client.get(path).text
        assert asked.request_id in page
        assert other.request_id not in page
    assert "ready for you to submit" in shared.lead_a.client.get("/").text
    assert "ready for you to submit" not in shared.reviewer_a.client.get("/").text
    done = post_json(shared.lead_a, "/drafts/submit", requests=[asked.request_id])
    assert done.status_code == 200
    events = {entry.event for entry in entries(shared, action="request:draft", outcome="done")}
    assert "DraftMarkedReady" in events


def test_a_draft_is_taken_back(shared: SharedWorld) -> None:
    asked = _led(shared)
    asked.post(shared.reviewer_a, "ready")
    assert "Take it back" in asked.page_for(shared.reviewer_a)
    asked.form(shared.reviewer_a, "ready", ready="no")
    assert asked.seen_by(shared.lead_a)["ready"] is None
    assert asked.request_id not in shared.lead_a.client.get("/drafts?show=ready").text
    events = [entry.event for entry in entries(shared, action="request:draft", outcome="done")]
    assert events.count("DraftTakenBack") == 1


def test_what_is_incomplete_or_anybodys_to_submit_is_not_marked(shared: SharedWorld) -> None:
    free = draft(shared, shared.made)
    refused = post_json(shared.reviewer_a, f"/requests/{free.request_id}/ready")
    assert (refused.status_code, refused.json()["remedy"]) == (409, "Submit it yourself.")
    _led(shared)
    empty = draft(shared, shared.made, question="", expected_form=None)
    refused = post_json(shared.reviewer_a, f"/requests/{empty.request_id}/ready")
    assert set(refused.json()["fields"]) == {"question", "expected_form"}
    twice = draft(shared, shared.made)
    twice.post(shared.reviewer_a, "ready")
    assert post_json(shared.lead_a, f"/requests/{twice.request_id}/ready").status_code == 409
    for stranger in (shared.lead_b, shared.coordinator):
        answer = post_json(stranger, f"/requests/{twice.request_id}/ready", ready=False)
        assert answer.status_code == 404
    assert entries(shared, action="request:read", outcome="denied")


@pytest.mark.paired("/requests/{request_id}/ready")
def test_both_doors_mark_alike(pair: Doors) -> None:
    path = pair.ids(lambda w: f"/requests/{_led(w).request_id}/ready")
    for form, body in (({}, {}), ({"ready": "no"}, {"ready": False})):
        pair.assert_alike(
            lambda w, form=form: post_form(w.reviewer_a, path(w), **form),  # type: ignore[misc]  # bound now
            lambda w, body=body: post_json(w.reviewer_a, path(w), **body),  # type: ignore[misc]  # bound now
        )


@pytest.mark.paired("/drafts/ready")
def test_both_doors_mark_many_alike(pair: Doors) -> None:
    made = pair.ids(lambda w: _led(w).request_id)
    events = pair.assert_alike(
        lambda w: post_form(w.reviewer_a, "/drafts/ready", requests=[made(w)]),
        lambda w: post_json(w.reviewer_a, "/drafts/ready", requests=[made(w)]),
    )
    assert set(events) == {"DraftMarkedReady"}
    page = pair.html.reviewer_a.client.get("/drafts?marked=1&kept=2").text
    assert "One draft was marked ready." in page
    none = post_form(pair.html.reviewer_a, "/drafts/ready", requests=[made(pair.html)])
    assert none.status_code == 422
