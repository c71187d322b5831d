"""What a review goes by: who sets it, what it acts on, and what it leaves as it was promised."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest

from app.domain.clocks import rules_of
from app.domain.requests import due_date
from tests.features.reviews.situations import DAYS, MISSING, MOMENTS, TERMS
from tests.worlds.doors import Doors, post_form, post_json
from tests.worlds.entries import entries, refusals
from tests.worlds.requests import draft_body
from tests.worlds.shared import SharedWorld

LONG = {"calendar": "GB-ENG", "clock_profile": "long", "submitted_by": "lead"}
TYPED = {"country": "GB", "part": "england", "clock_profile": "long", "submitted_by": "lead"}


def _settings(world: SharedWorld) -> str:
    return f"/reviews/{world.made.review_a}/settings"


@pytest.mark.paired("/reviews/{review_id}/settings")
def test_saying_what_a_review_goes_by(pair: Doors) -> None:
    events = pair.assert_alike(
        lambda w: post_form(w.coordinator, _settings(w), **TYPED, triage="3", standard="5"),
        lambda w: post_json(
            w.coordinator, _settings(w), **LONG, clock_days={"triage": 3, "standard": 5}
        ),
    )
    assert events == ["ReviewSettingsChanged"]
    row = pair.html.rows(
        "SELECT calendar, clock_profile, clock_days, submitted_by FROM reviews WHERE id = :r",
        r=pair.html.made.review_a,
    )
    assert row == [("GB-ENG", "long", {"triage": 3}, "lead")]


@pytest.mark.paired("/reviews")
def test_opening_a_review_with_rules(pair: Doors) -> None:
    def values(world: SharedWorld) -> dict[str, str]:
        return {
            "version_id": world.made.version_id,
            "organisation_id": world.organisations["TEAM"],
            "type": "internal",
            **TERMS,
        }

    pair.assert_alike(
        lambda w: post_form(w.coordinator, "/reviews", **values(w), **DAYS, **TYPED),
        lambda w: post_json(w.coordinator, "/reviews", **values(w), **MOMENTS, **LONG),
    )
    page = pair.html.coordinator.client.get("/reviews/new").text
    assert '<option value="GB" selected>United Kingdom</option>' in page


def test_only_a_coordinator_sets_clocks(shared: SharedWorld) -> None:
    path = _settings(shared)
    for someone in (shared.author, shared.approver, shared.auditor, shared.lead_a):
        assert post_json(someone, path, **LONG).status_code == 403
        assert someone.client.get(path).status_code == 403
        assert path not in someone.client.get(f"/reviews/{shared.made.review_a}").text
    foreign = post_json(shared.lead_b, path, **LONG)
    missing = post_json(shared.lead_b, f"/reviews/{MISSING}/settings", **LONG)
    assert (foreign.status_code, foreign.content) == (404, missing.content)
    assert shared.rows("SELECT DISTINCT calendar, submitted_by FROM reviews") == [("none", "any")]
    denied = {e.actor for e in entries(shared, action="review:settings:change", outcome="denied")}
    assert {shared.author.id, shared.lead_a.id, shared.lead_b.id} <= denied
    assert post_json(shared.coordinator, path, **LONG).status_code == 200
    (done,) = entries(shared, action="review:settings:change", outcome="done")
    assert done.core["facts"]["facts"]["calendar"] == "GB-ENG"
    assert post_json(shared.coordinator, path, **LONG).status_code == 200
    assert len(entries(shared, action="review:settings:change", outcome="done")) == 1


def test_promised_dates_stay_and_later_requests_go_by_the_new_rules(shared: SharedWorld) -> None:
    promised, later = _drafted(shared), _drafted(shared)
    assert post_json(shared.lead_a, f"/requests/{promised}/submit").status_code == 200
    before = _due(shared, promised)
    settings = post_json(shared.coordinator, _settings(shared), **LONG).json()
    assert (settings["calendar_label"], settings["days"]["standard"]) == ("United Kingdom, ENG", 5)
    assert post_json(shared.lead_a, f"/requests/{later}/submit").status_code == 200
    (today,) = shared.rows("SELECT (now() AT TIME ZONE 'UTC')::date")[0]
    assert isinstance(today, date)
    assert (
        _due(shared, promised)
        == before
        == due_date(today, "explanation", rules_of("none", "short"))
    )
    assert _due(shared, later) == due_date(today, "explanation", rules_of("GB-ENG", "long"))
    page = shared.coordinator.client.get(_settings(shared)).text
    assert "A date that was given stays as it is" in page
    detail = shared.reviewer_a.client.get(f"/reviews/{shared.made.review_a}").text
    for words in ("5 business days", "United Kingdom, ENG", "The lead"):
        assert words in detail


def test_where_the_lead_submits_a_reviewer_only_drafts(shared: SharedWorld) -> None:
    post_json(shared.coordinator, _settings(shared), **LONG)
    request = _drafted(shared)
    assert post_json(shared.reviewer_a, f"/requests/{request}/submit").status_code == 403
    assert refusals(shared, "request:submit")
    for path in (f"/requests/{request}", f"/requests/new?review={shared.made.review_a}"):
        page = shared.reviewer_a.client.get(path).text
        assert "In this review your lead submits" in page
        assert "Submit the request" not in page
        assert "Submit the request" in shared.lead_a.client.get(path).text
    listed = shared.lead_a.client.get("/api/v1/requests?show=draft").json()["rows"]
    assert request in {row["id"] for row in listed}
    assert post_json(shared.lead_a, f"/requests/{request}/submit").status_code == 200
    assert entries(shared, action="request:submit", outcome="done")


def test_the_same_sent_twice_at_once_is_recorded_once(shared: SharedWorld) -> None:
    with ThreadPoolExecutor(2) as both:
        sent = [
            both.submit(post_json, shared.coordinator, _settings(shared), **LONG) for _ in range(2)
        ]
        statuses = {each.result(timeout=60).status_code for each in sent}
    assert 200 in statuses <= {200, 409}
    assert len(entries(shared, action="review:settings:change", outcome="done")) == 1


def test_what_cannot_be_taken_is_said_beside_its_field(shared: SharedWorld) -> None:
    refused = post_form(shared.coordinator, _settings(shared), **{**TYPED, "part": "Paris"})
    assert refused.status_code == 422
    assert "known are ENG, NIR, SCT, WLS" in refused.text
    assert 'value="Paris"' in refused.text
    refused = post_form(shared.coordinator, _settings(shared), **TYPED, triage="soon", appeal="0")
    assert refused.status_code == 422
    assert refused.text.count("give a number of days from 1 to 90") == 4
    unknown = post_json(shared.coordinator, _settings(shared), **{**LONG, "calendar": "XX"})
    assert unknown.json()["fields"]["calendar"] == "There is no country with this code."
    shared.change("UPDATE reviews SET state = 'ended'")
    assert post_json(shared.coordinator, _settings(shared), **LONG).status_code == 409


def _drafted(world: SharedWorld) -> str:
    made = post_json(world.reviewer_a, "/requests", **draft_body(world.made))
    assert made.status_code == 201, made.text
    return str(made.json()["id"])


def _due(world: SharedWorld, request_id: str) -> object:
    return world.rows("SELECT due_on FROM requests WHERE id = :r", r=request_id)[0][0]
