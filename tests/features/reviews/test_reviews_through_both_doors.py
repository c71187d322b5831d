"""Each intention about reviews, grants, terms and receipts, as a form and as JSON: the same."""

from tests.features.reviews.situations import DAYS, MOMENTS, TERMS, receipt_of, waiting_grant
from tests.worlds.doors import Doors, post_form, post_json
from tests.worlds.shared import SharedWorld


def test_opening_a_review(doors: Doors) -> None:
    def values(world: SharedWorld) -> dict[str, str]:
        return {
            "version_id": world.made.version_id,
            "organisation_id": world.organisations["TEAM"],
            "type": "internal",
            "scope": "All of it",
            **TERMS,
        }

    events = doors.assert_alike(
        lambda w: post_form(w.coordinator, "/reviews", **values(w), **DAYS),
        lambda w: post_json(w.coordinator, "/reviews", **values(w), **MOMENTS),
    )
    assert events == ["ReviewOpened"]


def test_granting_an_edition(doors: Doors) -> None:
    grant = {"preset": "limited", "purpose": "Second look", "handling": "view"}
    events = doors.assert_alike(
        lambda w: post_form(w.coordinator, f"/reviews/{w.made.review_a}/grants", **grant, **DAYS),
        lambda w: post_json(
            w.coordinator, f"/reviews/{w.made.review_a}/grants", **grant, **MOMENTS
        ),
    )
    assert events == ["GrantIssued"]


def test_granting_an_edition_with_differences(doors: Doors) -> None:
    grant = {"preset": "reviewer", "purpose": "Less of it", "handling": "download"}
    exact = {"differences": "exact", "lifted": ["COM", "PII"]}
    doors.assert_alike(
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
    assert doors.html.rows("SELECT state, lifted FROM grants WHERE purpose = 'Less of it'") == [
        ("in_force", ["COM", "PII"])
    ]


def test_granting_inside_the_publisher(doors: Doors) -> None:
    def people(world: SharedWorld) -> list[str]:
        return [world.internal_reader.id, world.second_author.id]

    def path(world: SharedWorld) -> str:
        return f"/versions/{world.made.version_id}/readers"

    grant = {"preset": "reviewer", "purpose": "Everybody should read it"}
    events = doors.assert_alike(
        lambda w: post_form(w.coordinator, path(w), person_ids=people(w), **grant, **DAYS),
        lambda w: post_json(w.coordinator, path(w), person_ids=people(w), **grant, **MOMENTS),
    )
    assert events == ["GrantIssued"]


def test_approving_a_grant(doors: Doors) -> None:
    html, api = waiting_grant(doors.html), waiting_grant(doors.json)
    events = doors.assert_alike(
        lambda w: post_form(w.approver, f"/grants/{html}/approve", back="/reviews/x"),
        lambda w: post_json(w.approver, f"/grants/{api}/approve"),
    )
    assert events == ["GrantApproved"]


def test_refusing_a_grant(doors: Doors) -> None:
    html, api = waiting_grant(doors.html), waiting_grant(doors.json)
    events = doors.assert_alike(
        lambda w: post_form(w.approver, f"/grants/{html}/refuse", back="/reviews/x"),
        lambda w: post_json(w.approver, f"/grants/{api}/refuse"),
    )
    assert events == ["GrantRefused"]


def test_revoking_a_grant(doors: Doors) -> None:
    reason = {"reason": "The window ended early."}
    events = doors.assert_alike(
        lambda w: post_form(w.coordinator, f"/grants/{w.made.grant_a}/revoke", **reason),
        lambda w: post_json(w.coordinator, f"/grants/{w.made.grant_a}/revoke", **reason),
    )
    assert events == ["GrantRevoked"]


def test_changing_and_accepting_terms(doors: Doors) -> None:
    def path(world: SharedWorld) -> str:
        return f"/reviews/{world.made.review_a}/terms"

    def digest(world: SharedWorld) -> str:
        return str(world.reviewer_a.client.get(f"/api/v1{path(world)}").json()["digest"])

    changed = doors.assert_alike(
        lambda w: post_form(w.coordinator, f"{path(w)}/change", **TERMS),
        lambda w: post_json(w.coordinator, f"{path(w)}/change", **TERMS),
    )
    accepted = doors.assert_alike(
        lambda w: post_form(w.reviewer_a, path(w), digest=digest(w)),
        lambda w: post_json(w.reviewer_a, path(w), digest=digest(w)),
    )
    assert (changed, accepted) == (["TermsChanged"], ["TermsAccepted"])


def test_acknowledging_a_receipt(doors: Doors) -> None:
    events = doors.assert_alike(
        lambda w: post_form(w.reviewer_a, f"/receipts/{receipt_of(w, w.made.grant_a)}/acknowledge"),
        lambda w: post_json(w.reviewer_a, f"/receipts/{receipt_of(w, w.made.grant_a)}/acknowledge"),
    )
    assert events == ["ReceiptAcknowledged"]


def test_a_form_that_cannot_be_taken_shows_again_what_was_typed(shared: SharedWorld) -> None:
    path = f"/reviews/{shared.made.review_a}/grants"
    typed = {"preset": "limited", "purpose": "", "starts_on": "soon", "ends_on": DAYS["ends_on"]}
    refused = post_form(shared.coordinator, path, **typed)
    assert refused.status_code == 422
    assert "Give the first day." in refused.text
    assert f'value="{DAYS["ends_on"]}"' in refused.text
    backwards = {"starts_on": DAYS["ends_on"], "ends_on": DAYS["starts_on"]}
    refused = post_form(shared.coordinator, path, preset="limited", purpose="Look", **backwards)
    assert refused.status_code == 422
    assert "The end lies after the beginning." in refused.text
    assert 'href="#ends_on"' in refused.text
    assert 'value="Look"' in refused.text
    opened = post_form(
        shared.coordinator, "/reviews", version_id=shared.made.version_id, **TERMS, **DAYS
    )
    assert opened.status_code == 422
    assert "Keep it to yourself, please." in opened.text
    assert "Choose one of these." in opened.text
