"""The explorer of the log: filters, pages, plain sentences, and reading as counts only."""

from datetime import timedelta
from typing import Any

from app.kernel.clock import now
from tests.features.auditing.situations import sign
from tests.worlds.doors import post_json
from tests.worlds.entries import entries
from tests.worlds.shared import SharedWorld

PHRASE = "xylophone"


def _log(world: SharedWorld, **filters: str) -> list[dict[str, Any]]:
    answer = world.auditor.client.get("/api/v1/log", params=filters)
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["entries"]
    return found


def test_the_log_is_filtered_by_time_person_organisation_action_object_and_outcome(
    shared: SharedWorld,
) -> None:
    made = shared.made
    post_json(shared.coordinator, f"/grants/{made.grant_a}/revoke", reason="Over.")
    assert post_json(shared.author, f"/grants/{made.grant_b}/revoke", reason="x").status_code == 403
    shared.lead_a.client.get(f"/reviews/{made.review_b}")

    assert {e["actor"] for e in _log(shared, person="coord")} == {"Coordinator"}
    assert {e["actor"] for e in _log(shared, person=shared.author.id)} == {"Author"}
    (revoked,) = _log(shared, action="grant:revoke", outcome="done")
    assert revoked["sentence"] == "Revoked a grant"
    assert revoked["policies"] == ["reviews.revoke-grant"]
    assert {e["object"] for e in _log(shared, object=made.grant_b)} == {made.grant_b}
    refused = _log(shared, outcome="denied")
    assert {e["sentence"] for e in refused} == {
        "Was not allowed to revoke a grant",
        "Was not allowed to see a review",
    }
    org = shared.organisations["ORGA"]
    concerning = {e["sentence"] for e in _log(shared, organisation=org)}
    assert {"Revoked a grant", "Was not allowed to see a review"} <= concerning
    assert "Created a report" not in concerning
    today = now().date()
    assert _log(shared, since=str(today - timedelta(days=1)), until=str(today))
    assert _log(shared, until=str(today - timedelta(days=1))) == []
    assert _log(shared, since=str(today + timedelta(days=1))) == []
    moment = revoked["at"]
    assert _log(shared, since=moment)[-1]["id"] == revoked["id"]
    assert _log(shared, person="nobody by this name") == []
    assert _log(shared, since="not a day") != []


def test_the_log_is_paged_by_key_without_gaps_or_repeats(shared: SharedWorld) -> None:
    for _ in range(60):
        shared.responder.client.get("/shared-items")
    seen: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        page = shared.auditor.client.get("/api/v1/log", params={"before": cursor}).json()
        seen += [entry["id"] for entry in page["entries"]]
        cursor = page["more"]
    assert seen == sorted(seen, reverse=True)
    assert len(seen) == len(set(seen)) == len(entries(shared))
    first = shared.auditor.client.get("/log?outcome=denied").text
    assert "Older" in first
    assert f"outcome=denied&amp;before={seen[49]}" in first
    older = shared.auditor.client.get(f"/log?outcome=denied&before={seen[49]}").text
    assert "Older" not in older
    assert shared.auditor.client.get("/log?before=nonsense").status_code == 200


def test_what_reviewers_read_and_search_is_counted_and_never_told(shared: SharedWorld) -> None:
    version = f"/api/v1/versions/{shared.made.version_id}"
    for path in ("", "/pages/3", "/pages/3/image"):
        assert shared.reviewer_a.client.get(f"{version}{path}").status_code == 200
    shared.reviewer_a.client.get(f"{version}/search", params={"q": PHRASE})
    shared.reviewer_a.client.get(f"{version}/pages/9000")
    sign(shared)
    client = shared.auditor.client
    reader = shared.reviewer_a
    told = [
        client.get(path, params=params)
        for path in ("/log", "/api/v1/log")
        for params in (
            {},
            {"organisation": shared.organisations["ORGA"]},
            {"action": "report:page"},
            {"action": "report:version:search"},
            {"object": shared.made.version_id},
        )
    ]
    for answer in told:
        assert answer.status_code == 200
        assert PHRASE not in answer.text
        assert reader.id not in answer.text
        assert "Reviewer A" not in answer.text
    for name in ("Reviewer A", reader.id):
        assert _log(shared, person=name) == []
        assert "No entry matches." in client.get("/log", params={"person": name}).text
    rows = [entry for answer in told if "json" in answer.headers["content-type"]
            for entry in answer.json()["entries"]]  # fmt: skip
    assert rows
    reading = ("report:page:read", "report:version:read", "report:version:search")
    assert [
        r for r in rows if r["action"] in reading and r["organisation"] != "PUB organisation"
    ] == []
    counts = client.get("/api/v1/log/reading").json()
    (count,) = [c for c in counts if c["organisation"] == "ORGA organisation"]
    assert count["searches"] == 1
    assert count["reads"] >= 3
    page = client.get("/log").text
    assert "Reading and searching by reviewers" in page
    assert "As counts only" in page


def test_only_an_auditor_reads_the_log(shared: SharedWorld) -> None:
    for name in ("coordinator", "author", "approver", "administrator", "lead_a", "reviewer_a"):
        for path in ("/log", "/api/v1/log", "/api/v1/log/state", "/api/v1/log/reading"):
            assert shared.people[name].client.get(path).status_code == 404, (name, path)
    denied = {(e.action, e.actor) for e in entries(shared, outcome="denied")}
    assert ("audit:log:read", shared.coordinator.id) in denied
    assert shared.auditor.client.get("/log").status_code == 200


def test_the_title_says_whether_the_log_is_signed(shared: SharedWorld) -> None:
    assert "wait for a signature" in shared.auditor.client.get("/log").text
    sign(shared)
    page = shared.auditor.client.get("/log").text
    assert "The log is whole and signed" in page
    assert "vitrine audit verify BUNDLE.zip --key" in page
    state = shared.auditor.client.get("/api/v1/log/state").json()
    assert state["pending"] == 0
    assert state["vkey"] in page.replace("&#39;", "'").replace("&#43;", "+")


def test_a_lead_sees_what_concerns_the_organisation_their_peoples_reading_named(
    shared: SharedWorld,
) -> None:
    version = f"/api/v1/versions/{shared.made.version_id}"
    shared.reviewer_a.client.get(f"{version}/pages/3")
    shared.reviewer_a.client.get(f"{version}/search", params={"q": PHRASE})
    shared.reviewer_b.client.get(f"{version}/pages/2")
    post_json(shared.coordinator, f"/grants/{shared.made.grant_b}/revoke", reason="Over.")
    post_json(shared.coordinator, f"/grants/{shared.made.grant_a}/revoke", reason="Over.")
    rows = shared.lead_a.client.get("/api/v1/record").json()["entries"]
    told = [(row["actor"], row["sentence"]) for row in rows]
    assert ("Reviewer A", "Read page …") in told, "a colleague's draft would look the same"
    mine = shared.reviewer_a.client.get("/api/v1/record")
    assert mine.status_code == 404, "the record is the leads' to read"
    assert ("Reviewer A", f"Searched for “{PHRASE}”") in told
    assert told.count(("The publisher", "Revoked a grant")) == 1
    text = shared.lead_a.client.get("/record").text + str(rows)
    others = ("ORGB", shared.organisations["ORGB"], "Reviewer B", shared.coordinator.id,
              "Coordinator", shared.made.grant_b)  # fmt: skip
    assert [name for name in others if name in text] == []
    by_person = shared.lead_a.client.get("/api/v1/record", params={"person": "reviewer"}).json()
    assert {row["actor"] for row in by_person["entries"]} == {"Reviewer A"}
    nobody = shared.lead_a.client.get("/api/v1/record", params={"person": "Reviewer B"}).json()
    assert nobody["entries"] == []


def test_a_day_after_which_there_is_none_is_no_bound(shared: SharedWorld) -> None:
    everything = shared.auditor.client.get("/api/v1/log").json()["entries"]
    until = shared.auditor.client.get("/api/v1/log", params={"until": "9999-12-31"})
    assert until.status_code == 200
    assert set(map(str, everything)) <= set(map(str, until.json()["entries"]))


def test_only_a_lead_reads_the_record(shared: SharedWorld) -> None:
    for name in ("reviewer_a", "coordinator", "auditor", "author"):
        for path in ("/record", "/api/v1/record", "/record/export.zip"):
            assert shared.people[name].client.get(path).status_code in (403, 404), (name, path)
    refused = [e for e in entries(shared, outcome="denied") if ":record:" in e.action]
    assert len(refused) == 4 * 3, "who has no record is refused in the log like everybody"
    assert shared.lead_a.client.get("/record").status_code == 200
