"""Who may not: beside each allowed act a refused one, both in the log."""

import pytest

from tests.features.reviews.situations import (
    MISSING,
    MOMENTS,
    TERMS,
    receipt_of,
    waiting_grant,
)
from tests.worlds.doors import post_form, post_json
from tests.worlds.entries import entries
from tests.worlds.shared import SharedWorld


@pytest.mark.parametrize("accept", ["text/html", "application/json"])
def test_another_organisations_review_looks_like_none(shared: SharedWorld, accept: str) -> None:
    stranger, headers = shared.reviewer_b.client, {"Accept": accept}
    foreign = {
        "/reviews/{}": (shared.made.review_a, MISSING),
        "/api/v1/reviews/{}": (shared.made.review_a, MISSING),
        "/reviews/{}/terms": (shared.made.review_a, MISSING),
        "/receipts/{}": (receipt_of(shared, shared.made.grant_a), "rct_00000000000000000000"),
        "/api/v1/receipts/{}": (
            receipt_of(shared, shared.made.grant_a),
            "rct_00000000000000000000",
        ),
    }
    for path, (theirs, missing) in foreign.items():
        there = stranger.get(path.format(theirs), headers=headers)
        nowhere = stranger.get(path.format(missing), headers=headers)
        assert there.status_code == nowhere.status_code == 404
        assert there.content == nowhere.content, path
        assert dict(there.headers) == dict(nowhere.headers), path
    for path, action in (("", "review:read"), ("/terms", "review:read")):
        own = shared.reviewer_a.client.get(f"/reviews/{shared.made.review_a}{path}")
        assert own.status_code == 200
        assert action in {e.action for e in entries(shared, outcome="denied")}


def test_lists_and_ledger_show_an_organisation_only_its_own(shared: SharedWorld) -> None:
    listed = shared.reviewer_b.client.get("/api/v1/reviews").json()
    assert [row["id"] for row in listed] == [shared.made.review_b]
    assert "ORGA" not in shared.reviewer_b.client.get("/reviews").text
    assert shared.reviewer_b.client.get("/shared-items").status_code == 404
    assert shared.reviewer_b.client.get("/shared-items.csv").status_code == 404
    assert [e.action for e in entries(shared, outcome="denied")][-2:] == ["ledger:read"] * 2


def test_only_a_coordinator_opens_reviews_and_grants(shared: SharedWorld) -> None:
    review = {
        "version_id": shared.made.version_id, "organisation_id": shared.organisations["TEAM"],
        "type": "internal", **TERMS, **MOMENTS,
    }  # fmt: skip
    grant = {"preset": "public", "purpose": "Look", **MOMENTS}
    for someone in (shared.author, shared.approver, shared.auditor):
        assert post_json(someone, "/reviews", **review).status_code == 403
        path = f"/reviews/{shared.made.review_a}/grants"
        assert post_json(someone, path, **grant).status_code == 403
    for someone in (shared.lead_a, shared.reviewer_a):
        path = f"/reviews/{shared.made.review_a}/grants"
        assert post_json(someone, path, **grant).status_code == 403
    denied = [(e.action, e.actor) for e in entries(shared, outcome="denied")]
    assert denied.count(("review:open", shared.author.id)) == 1
    assert ("grant:propose", shared.lead_a.id) in denied
    assert shared.rows("SELECT count(*) FROM reviews") == [(2,)]
    assert post_json(shared.coordinator, "/reviews", **review).status_code == 201
    assert entries(shared, action="review:open")[-1].outcome == "done"


def test_a_publisher_is_no_reviewer_and_an_import_must_be_complete(shared: SharedWorld) -> None:
    review = {
        "version_id": shared.made.version_id, "organisation_id": shared.organisations["PUB"],
        "type": "internal", **TERMS, **MOMENTS,
    }  # fmt: skip
    refused = post_json(shared.coordinator, "/reviews", **review)
    assert refused.status_code == 422
    assert refused.json()["fields"]["organisation_id"] == "Choose an organisation that reviews."
    shared.change("UPDATE versions SET state = 'importing'")
    review["organisation_id"] = shared.organisations["TEAM"]
    refused = post_json(shared.coordinator, "/reviews", **review)
    assert "import is complete" in refused.json()["fields"]["version_id"]


def test_lifting_what_law_protects_waits_for_another_person(shared: SharedWorld) -> None:
    for grant in (
        {"preset": "unredacted"},
        {"preset": "reviewer", "lifted": ["LEG"]},
        {"preset": "limited", "lifted": ["COM", "SEC"]},
    ):
        path = f"/reviews/{shared.made.review_a}/grants"
        made = post_json(shared.coordinator, path, purpose="More", **grant, **MOMENTS)
        grant_id = made.json()["id"]
        state = shared.rows("SELECT state FROM grants WHERE id = :id", id=grant_id)
        assert state == [("requested",)], grant
        own = post_json(shared.coordinator, f"/grants/{grant_id}/approve")
        assert own.status_code == 403
    assert entries(shared, action="grant:approve", outcome="denied")[-1].actor == (
        shared.coordinator.id
    )
    assert post_json(shared.approver, f"/grants/{grant_id}/approve").status_code == 200
    assert entries(shared, action="grant:approve")[-1].outcome == "done"
    again = post_json(shared.approver, f"/grants/{grant_id}/refuse")
    assert (again.status_code, again.json()["detail"]) == (
        409,
        "Somebody has decided this grant already.",
    )
    assert shared.rows("SELECT state FROM grants WHERE id = :id", id=grant_id) == [("in_force",)]


def test_an_approver_who_proposed_a_grant_cannot_approve_it(shared: SharedWorld) -> None:
    shared.change(
        "UPDATE memberships SET roles = ARRAY['approver', 'coordinator'] WHERE person_id = :p",
        p=shared.approver.id,
    )
    path = f"/reviews/{shared.made.review_a}/grants"
    made = post_json(shared.approver, path, preset="unredacted", purpose="All", **MOMENTS)
    own = post_json(shared.approver, f"/grants/{made.json()['id']}/approve")
    assert own.status_code == 403
    denied = entries(shared, action="grant:approve", outcome="denied")[-1]
    assert denied.core["facts"]["policies"] == ["base.four-eyes-grant"]


def test_a_waiting_or_refused_grant_lifts_nothing(shared: SharedWorld) -> None:
    waiting = waiting_grant(shared)
    before = shared.words(shared.reviewer_a, 1)
    assert "HALCYON," not in " ".join(before)
    path = f"/reviews/{shared.made.review_a}"
    for decided in (False, True):
        if decided:
            post_json(shared.approver, f"/grants/{waiting}/refuse")
        seen = shared.reviewer_a.client.get(f"/api/v1{path}").json()
        assert [g["id"] for g in seen["grants"]] == [shared.made.grant_a]
        assert waiting not in shared.reviewer_a.client.get(path).text
        assert shared.reviewer_a.client.get(f"/grants/{waiting}").status_code == 404
        assert len(shared.coordinator.client.get(f"/api/v1{path}").json()["grants"]) == 2
    assert shared.words(shared.reviewer_a, 1) == before
    page = post_form(shared.coordinator, f"/grants/{waiting}/revoke", reason="No longer needed")
    assert page.status_code == 409


def test_withdrawing_a_waiting_grant_is_the_publishers_own_business(shared: SharedWorld) -> None:
    waiting = waiting_grant(shared)
    path = f"/grants/{waiting}/revoke"
    assert post_json(shared.coordinator, path, reason="Not needed").status_code == 200
    assert shared.rows("SELECT state FROM grants WHERE id = :g", g=waiting) == [("refused",)]
    assert entries(shared, action="grant:revoke")[-1].event == "GrantWithdrawn"
    record = shared.lead_a.client.get("/api/v1/record").text
    assert waiting not in record
    assert "ithdrew" not in record
    assert shared.reviewer_a.client.get(f"/grants/{waiting}").status_code == 404


def test_a_reviewer_of_another_organisation_accepts_and_acknowledges_nothing(
    shared: SharedWorld,
) -> None:
    digest = shared.reviewer_a.client.get(f"/api/v1/reviews/{shared.made.review_a}/terms")
    body = {"digest": digest.json()["digest"]}
    foreign = post_json(shared.reviewer_b, f"/reviews/{shared.made.review_a}/terms", **body)
    missing = post_json(shared.reviewer_b, f"/reviews/{MISSING}/terms", **body)
    assert (foreign.status_code, foreign.content) == (404, missing.content)
    path = f"/receipts/{receipt_of(shared, shared.made.grant_a)}/acknowledge"
    assert post_json(shared.reviewer_b, path).status_code == 404
    for someone in (shared.coordinator, shared.author):
        assert post_json(someone, path).status_code == 403
    denied = {e.action for e in entries(shared, outcome="denied")}
    assert {"undertaking:accept", "receipt:acknowledge"} <= denied
    assert shared.rows("SELECT acknowledged_at FROM receipts") == [(None,), (None,)]
