"""Each intention about reviews, grants, terms and receipts, as a form and as JSON: the same."""

import pytest

from tests.features.reviews.situations import DAYS, MOMENTS, TERMS, receipt_of, waiting_grant
from tests.worlds.doors import Doors, post_form, post_json
from tests.worlds.shared import SharedWorld


@pytest.mark.paired("/reviews")
def test_opening_a_review(pair: Doors) -> None:
    def values(world: SharedWorld) -> dict[str, str]:
        return {
            "version_id": world.made.version_id,
            "organisation_id": world.organisations["TEAM"],
            "type": "internal",
            "scope": "All of it",
            **TERMS,
        }

    events = pair.assert_alike(
        lambda w: post_form(w.coordinator, "/reviews", **values(w), **DAYS),
        lambda w: post_json(w.coordinator, "/reviews", **values(w), **MOMENTS),
    )
    assert events == ["ReviewOpened"]


@pytest.mark.paired("/reviews/{review_id}/grants")
def test_granting_an_edition(pair: Doors) -> None:
    grant = {"preset": "limited", "purpose": "Second look", "handling": "view"}
    events = pair.assert_alike(
        lambda w: post_form(w.coordinator, f"/reviews/{w.made.review_a}/grants", **grant, **DAYS),
        lambda w: post_json(
            w.coordinator, f"/reviews/{w.made.review_a}/grants", **grant, **MOMENTS
        ),
    )
    assert events == ["GrantIssued"]


@pytest.mark.paired("/reviews/{review_id}/grants")
def test_granting_an_edition_with_differences(pair: Doors) -> None:
    grant = {"preset": "reviewer", "purpose": "Less of it", "handling": "download"}
    exact = {"differences": "exact", "lifted": ["COM", "PII"]}
    pair.assert_alike(
        lambda w: post_form(
            w.coordinator, f"/reviews/{w.made.review_a}/grants", **grant, **exact, **DAYS
        ),
        lambda w: post_json(
            w.coordinator,
            f"/reviews/{w.made.review_a}/grants",
            lifted=["PII", "COM"],
            **grant,
            **MOMENTS,
        ),
    )
    assert pair.html.rows("SELECT state, lifted FROM grants WHERE purpose = 'Less of it'") == [
        ("in_force", ["COM", "PII"])
    ]


@pytest.mark.paired("/versions/{version_id}/readers")
def test_granting_inside_the_publisher(pair: Doors) -> None:
    def people(world: SharedWorld) -> list[str]:
        return [world.internal_reader.id, world.second_author.id]

    def path(world: SharedWorld) -> str:
        return f"/versions/{world.made.version_id}/readers"

    grant = {"preset": "reviewer", "purpose": "Everybody should read it"}
    events = pair.assert_alike(
        lambda w: post_form(w.coordinator, path(w), person_ids=people(w), **grant, **DAYS),
        lambda w: post_json(w.coordinator, path(w), person_ids=people(w), **grant, **MOMENTS),
    )
    assert events == ["GrantIssued"]


@pytest.mark.paired("/grants/{grant_id}/approve")
def test_approving_a_grant(pair: Doors) -> None:
    path = pair.ids(lambda w: f"/grants/{waiting_grant(w)}")
    events = pair.assert_alike(
        lambda w: post_form(w.approver, f"{path(w)}/approve", back="/reviews/x"),
        lambda w: post_json(w.approver, f"{path(w)}/approve"),
    )
    assert events == ["GrantApproved"]


@pytest.mark.paired("/grants/{grant_id}/refuse")
def test_refusing_a_grant(pair: Doors) -> None:
    path = pair.ids(lambda w: f"/grants/{waiting_grant(w)}")
    events = pair.assert_alike(
        lambda w: post_form(w.approver, f"{path(w)}/refuse", back="/reviews/x"),
        lambda w: post_json(w.approver, f"{path(w)}/refuse"),
    )
    assert events == ["GrantRefused"]


@pytest.mark.paired("/grants/{grant_id}/revoke")
def test_revoking_a_grant(pair: Doors) -> None:
    reason = {"reason": "The window ended early."}
    events = pair.assert_alike(
        lambda w: post_form(w.coordinator, f"/grants/{w.made.grant_b}/revoke", **reason),
        lambda w: post_json(w.coordinator, f"/grants/{w.made.grant_b}/revoke", **reason),
    )
    assert events == ["GrantRevoked"]


@pytest.mark.paired("/reviews/{review_id}/terms", "/reviews/{review_id}/terms/change")
def test_changing_and_accepting_terms(pair: Doors) -> None:
    def path(world: SharedWorld) -> str:
        return f"/reviews/{world.made.review_a}/terms"

    def digest(world: SharedWorld) -> str:
        return str(world.reviewer_a.client.get(f"/api/v1{path(world)}").json()["digest"])

    changed = pair.assert_alike(
        lambda w: post_form(w.coordinator, f"{path(w)}/change", **TERMS),
        lambda w: post_json(w.coordinator, f"{path(w)}/change", **TERMS),
    )
    accepted = pair.assert_alike(
        lambda w: post_form(w.reviewer_a, path(w), digest=digest(w)),
        lambda w: post_json(w.reviewer_a, path(w), digest=digest(w)),
    )
    assert (changed, accepted) == (["TermsChanged"], ["TermsAccepted"])


@pytest.mark.paired("/receipts/{receipt_id}/acknowledge")
def test_acknowledging_a_receipt(pair: Doors) -> None:
    events = pair.assert_alike(
        lambda w: post_form(w.reviewer_a, f"/receipts/{receipt_of(w, w.made.grant_a)}/acknowledge"),
        lambda w: post_json(w.reviewer_a, f"/receipts/{receipt_of(w, w.made.grant_a)}/acknowledge"),
    )
    assert events == ["ReceiptAcknowledged"]
