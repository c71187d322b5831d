"""Undoing a share, and marking a version final: step by step, by whom, and what nobody learns."""

from typing import Any

from app.features.findings.tasks import route_finding
from app.features.notices.digests import make_digests
from app.kernel.clock import now
from tests.features.findings.situations import (
    answered,
    cleared,
    filed,
    routed,
    say,
    started_claw_back,
)
from tests.worlds.doors import post_form, post_json
from tests.worlds.entries import entries
from tests.worlds.reports import settle
from tests.worlds.shared import SharedWorld

DONE: dict[str, Any] = {"covers": ["copies", "backups"]}


def _asked(world: SharedWorld, *codes: str) -> str:
    path = started_claw_back(world)
    named = [world.organisations[code] for code in codes]
    made = post_json(world.coordinator, f"{path}/ask", organisations=named)
    assert made.status_code == 200, made.text
    return path


def test_a_slip_offers_the_claw_back_to_coordinator_and_approver_alone(
    shared: SharedWorld,
) -> None:
    finding = filed(shared, finding_class="H", statement="SLIPWORDS")
    route_finding(shared.worker, finding_id=finding)
    path, missing = f"/findings/{finding}/claw-back", "/findings/fnd_00000000000000000000/claw-back"
    for someone in (shared.coordinator, shared.approver):
        assert "Claw back what was shared" in someone.client.get(f"/findings/{finding}").text
        assert someone.client.get(path).status_code == 200
    for someone in (shared.author, shared.auditor, shared.reviewer_a, shared.reviewer_b):
        for address in (path, f"/api/v1{path}"):
            there = someone.client.get(address)
            nowhere = someone.client.get(address.replace(path, missing))
            assert (there.status_code, there.content) == (404, nowhere.content)
        assert post_json(someone, path).status_code in (403, 404)
    assert shared.rows("SELECT count(*) FROM claw_backs") == [(0,)]
    assert entries(shared, action="finding:claw-back", outcome="denied") != []
    other = filed(shared)
    assert shared.coordinator.client.get(f"/findings/{other}/claw-back").status_code == 404


def test_each_organisation_learns_only_that_it_is_to_delete_a_page(shared: SharedWorld) -> None:
    path = _asked(shared, "ORGA", "ORGB")
    (row,) = shared.lead_b.client.get("/api/v1/deletions").json()["rows"]
    assert (row["page"], row["organisation_name"]) == (1, "ORGB organisation")
    finding = path.split("/")[2]
    said = "".join(
        shared.lead_b.client.get(address).text
        for address in ("/deletions", "/api/v1/deletions", "/", "/record", "/api/v1/record")
    )
    number = str(shared.rows("SELECT number FROM findings")[0][0])
    for word in (finding, number, "ORGA", shared.organisations["ORGA"], "sealed project"):
        assert word not in said
    assert "Delete page 1 and certify it" in said
    assert "DeletionAsked" in {e.event for e in entries(shared)}
    settle(shared)
    told = shared.rows("SELECT person_id FROM notices WHERE kind = 'deletion_asked'")
    assert {row[0] for row in told} == {shared.lead_a.id, shared.lead_b.id}


def test_a_lead_certifies_for_the_own_organisation_once(shared: SharedWorld) -> None:
    _asked(shared, "ORGA", "ORGB")
    deletion = shared.lead_b.client.get("/api/v1/deletions").json()["rows"][0]["id"]
    done = {**DONE, "deletion_id": deletion, "deleted_on": str(now().date())}
    for someone in (shared.lead_a, shared.reviewer_b, shared.coordinator):
        refused = post_json(someone, "/deletions/certify", **done)
        assert refused.status_code in (403, 404), someone.name
    late = {**done, "deleted_on": "2990-01-01"}
    refused = post_json(shared.lead_b, "/deletions/certify", **late)
    assert (refused.status_code, list(refused.json()["fields"])) == (422, ["deleted_on"])
    blank = post_form(shared.lead_b, "/deletions/certify", deletion_id=deletion)
    assert blank.status_code == 422
    assert post_json(shared.lead_b, "/deletions/certify", **done).status_code == 200
    assert post_json(shared.lead_b, "/deletions/certify", **done).status_code == 409
    outcomes = [e.outcome for e in entries(shared, action="organisation:deletion:certify")]
    assert outcomes == ["denied", "denied", "done"]
    (certified,) = [e for e in entries(shared) if e.event == "DeletionCertified"]
    assert certified.facts["covers"] == ["copies", "backups"]


def test_a_claw_back_is_closed_when_nothing_shows_it_and_all_have_certified(
    shared: SharedWorld,
) -> None:
    path = _asked(shared, "ORGA")
    again = post_json(
        shared.coordinator, f"{path}/ask", organisations=[shared.organisations["ORGA"]]
    )
    assert again.status_code == 409
    refused = post_json(shared.coordinator, f"{path}/close")
    assert refused.status_code == 409
    assert "ORGB organisation" in refused.text
    shared_with = (shared.made.grant_a, shared.made.grant_b)
    for grant in shared_with:
        revoked = post_json(shared.coordinator, f"/grants/{grant}/revoke", reason="A slip.")
        assert revoked.status_code == 200
    post_json(shared.coordinator, f"{path}/ask", organisations=[shared.organisations["ORGB"]])
    for lead in (shared.lead_a, shared.lead_b):
        (row,) = lead.client.get("/api/v1/deletions").json()["rows"]
        done = {**DONE, "deletion_id": row["id"], "deleted_on": str(now().date())}
        assert post_json(lead, "/deletions/certify", **done).status_code == 200
    (listed,) = shared.approver.client.get("/api/v1/claw-backs").json()
    assert (listed["asked"], listed["certified"], listed["closed_at"]) == (2, 2, None)
    assert "Close the claw-back" in shared.coordinator.client.get(path).text
    assert post_json(shared.coordinator, f"{path}/close").status_code == 200
    assert post_json(shared.coordinator, f"{path}/close").status_code == 409
    assert shared.author.client.get("/claw-backs").status_code == 404


def test_a_version_is_not_final_while_a_finding_lacks_a_reply(shared: SharedWorld) -> None:
    waiting, replied = filed(shared), answered(shared)
    path = f"/versions/{shared.made.version_id}/final"
    refused = post_json(shared.coordinator, path)
    assert refused.status_code == 422
    assert refused.json()["fields"]["open"].startswith("1 finding lacks a reply.")
    wrong = [{"finding_id": replied, "reason": "more_work"}]
    listed = [{"finding_id": waiting, "reason": "more_work"}]
    assert post_json(shared.coordinator, path, open=wrong).status_code == 422
    assert post_json(shared.coordinator, path, open=[*listed, *wrong]).status_code == 422
    for someone in (shared.second_author, shared.approver, shared.reviewer_a):
        assert post_json(someone, path, open=listed).status_code == 403
    assert shared.rows("SELECT count(final_at) FROM versions") == [(0,)]
    made = post_json(shared.coordinator, path, open=listed)
    assert made.status_code == 200
    assert [point["reason"] for point in made.json()["points"]] == [
        "The answer takes more work than it seemed"
    ]
    assert post_json(shared.coordinator, path, open=listed).status_code == 409
    outcomes = {e.outcome for e in entries(shared, action="report:version:mark-final")}
    assert outcomes == {"denied", "done"}
    view = shared.reviewer_a.client.get(f"/api/v1/findings/{waiting}").json()
    assert view["listed_open"] == "The answer takes more work than it seemed"
    assert "Listed as open in the final version" in view["timeline"][-1]["text"]


def test_a_form_keeps_what_was_ticked_and_a_reason_is_needed(shared: SharedWorld) -> None:
    finding = filed(shared)
    path = f"/versions/{shared.made.version_id}/final"
    page = post_form(shared.coordinator, path, open_points=[finding], reasons=[""])
    assert page.status_code == 422
    assert f'value="{finding}" checked' in page.text
    for someone in (shared.second_author, shared.reviewer_a):
        assert someone.client.get(path).status_code == 404


def test_every_reply_makes_a_version_ready_to_be_final(shared: SharedWorld) -> None:
    answered(shared)
    path = f"/versions/{shared.made.version_id}/final"
    assert "Every finding has a reply" in shared.coordinator.client.get(path).text
    assert post_json(shared.coordinator, path).status_code == 200


def test_a_thread_about_a_slip_is_nobody_elses_inside(shared: SharedWorld) -> None:
    cleared(shared, shared.approver)
    finding = started_claw_back(shared).split("/")[2]
    say(shared, shared.reviewer_a, finding, "SLIPTHREAD")
    thread = say(shared, shared.coordinator, finding, "Among us.", internal=True)
    names = {one["name"] for one in thread["colleagues"]}
    assert names == {"Approver"}
    for someone in (shared.author, shared.auditor, shared.second_author):
        for path in (f"/findings/{finding}", "/findings", "/", "/findings/desk", "/notices"):
            assert "SLIPTHREAD" not in someone.client.get(path).text
    assert "SLIPTHREAD" in shared.approver.client.get(f"/findings/{finding}").text


def test_due_findings_are_reminded_of_and_overdue_ones_go_to_the_coordinator(
    shared: SharedWorld,
) -> None:
    finding = routed(shared)
    shared.change("UPDATE findings SET due_on = :d", d=now().date())
    make_digests(shared.worker, timestamp=0)
    told = shared.rows("SELECT person_id, kind FROM notices WHERE kind LIKE 'finding_due%'")
    weekday = now().weekday() < 5
    assert told == ([(shared.author.id, "finding_due_today")] if weekday else [])
    assert shared.rows("SELECT count(*) FROM findings WHERE id = :f", f=finding) == [(1,)]
