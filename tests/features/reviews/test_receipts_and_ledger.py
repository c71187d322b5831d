"""Receipts come once each edition is ready; the ledger says what was shared where."""

import csv
import io
import json
import threading

from sqlalchemy import text

from app.features.reviews.tasks import issue_receipts
from app.transaction import begin
from tests.features.reviews.situations import MOMENTS, receipt_of
from tests.worlds.doors import post_json
from tests.worlds.entries import entries
from tests.worlds.reports import grant_internally, settle
from tests.worlds.requests import request_in
from tests.worlds.shared import SharedWorld


def test_a_receipt_is_issued_once_the_edition_is_ready(shared: SharedWorld) -> None:
    path = f"/reviews/{shared.made.review_a}/grants"
    grant = {"preset": "reviewer", "lifted": ["SEC"], "purpose": "Another edition"}
    made = post_json(shared.coordinator, path, **grant, **MOMENTS)
    grant_id = made.json()["id"]
    issue_receipts(shared.worker, version_id=shared.made.version_id)
    assert shared.rows("SELECT id FROM receipts WHERE grant_id = :g", g=grant_id) == []
    settle(shared)
    rows = shared.rows(
        "SELECT items, acknowledged_at FROM receipts WHERE grant_id = :g", g=grant_id
    )
    (items, acknowledged) = rows[0]
    assert len(rows) == 1
    assert acknowledged is None
    (item,) = items
    assert item["withholds"] == ["COM", "LEG", "PII"]
    digest = shared.rows(
        "SELECT document_digest FROM editions WHERE key = :k", k=item["edition_key"]
    )
    assert digest == [(item["digest"],)]
    entry = [e for e in entries(shared) if e.event == "ReceiptIssued"][-1]
    assert (entry.actor, entry.facts["grant"]) == ("system:build", grant_id)


def test_running_the_job_again_issues_nothing_more(shared: SharedWorld) -> None:
    before = shared.rows("SELECT count(*) FROM receipts"), len(entries(shared))
    for _ in range(2):
        issue_receipts(shared.worker, version_id=shared.made.version_id)
    assert (shared.rows("SELECT count(*) FROM receipts"), len(entries(shared))) == before


def test_two_runs_at_once_issue_each_receipt_once(shared: SharedWorld) -> None:
    shared.change("DELETE FROM receipts")
    faults: list[BaseException] = []

    def run() -> None:
        try:
            issue_receipts(shared.worker, version_id=shared.made.version_id)
        except BaseException as fault:
            faults.append(fault)

    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    grants = shared.rows("SELECT grant_id FROM receipts ORDER BY grant_id")
    assert grants == sorted([(shared.made.grant_a,), (shared.made.grant_b,)])


def test_a_waiting_or_revoked_grant_gets_no_receipt(shared: SharedWorld) -> None:
    shared.change("DELETE FROM receipts")
    shared.change("UPDATE grants SET state = 'requested' WHERE id = :g", g=shared.made.grant_a)
    shared.change("UPDATE grants SET state = 'revoked' WHERE id = :g", g=shared.made.grant_b)
    issue_receipts(shared.worker, version_id=shared.made.version_id)
    assert shared.rows("SELECT id FROM receipts") == []


def test_a_receipt_of_a_grant_to_come_says_from_when_it_can_be_read(shared: SharedWorld) -> None:
    shared.change("DELETE FROM receipts")
    later = "UPDATE grants SET starts_at = now() + interval '3 days' WHERE id = :g"
    shared.change(later, g=shared.made.grant_a)
    issue_receipts(shared.worker, version_id=shared.made.version_id)
    held = {row[0]: row[1] for row in shared.rows("SELECT grant_id, items FROM receipts")}
    assert "from" in held[shared.made.grant_a][0]
    assert "from" not in held[shared.made.grant_b][0]
    path = f"/receipts/{receipt_of(shared, shared.made.grant_a)}"
    assert "Readable from" in shared.reviewer_a.client.get(path).text
    path = f"/receipts/{receipt_of(shared, shared.made.grant_b)}"
    assert "Readable from" not in shared.reviewer_b.client.get(path).text


def test_an_edition_put_aside_is_shown_with_what_to_do(shared: SharedWorld) -> None:
    shared.change("DELETE FROM receipts")
    found = json.dumps({"findings": [{"check": "places", "page": 3, "what": "SECRET WORDS"}]})
    shared.change(
        "UPDATE editions SET state = 'quarantined', check_result = CAST(:f AS jsonb)"
        " WHERE cardinality(withheld_redactions) > 0",
        f=found,
    )
    report = shared.rows("SELECT report_id FROM versions WHERE id = :v", v=shared.made.version_id)
    pages = (
        f"/reviews/{shared.made.review_a}",
        "/shared-items",
        f"/reports/{report[0][0]}/versions/{shared.made.version_id}",
    )
    for path in pages:
        said = shared.coordinator.client.get(path).text
        assert "Put aside" in said, path
        assert "on page 3" in said, path
        assert "SECRET WORDS" not in said, path
    assert "Put aside" not in shared.reviewer_a.client.get(pages[0]).text
    assert shared.rows("SELECT id FROM receipts") == []


def test_the_versions_page_says_what_each_edition_withholds_and_from_whom(
    shared: SharedWorld,
) -> None:
    path = f"/versions/{shared.made.version_id}"
    report = shared.rows("SELECT report_id FROM versions WHERE id = :v", v=shared.made.version_id)
    answer = shared.coordinator.client.get(f"/api/v1{path}/desk")
    assert answer.status_code == 200, answer.text
    told = {row["audience"][0]: row["withheld"] for row in answer.json()["editions"]}
    assert told["ORGA organisation"] == ["LEG"]
    assert told["ORGB organisation"] == ["LEG", "PII", "SEC"]
    page = shared.coordinator.client.get(f"/reports/{report[0][0]}{path}").text
    assert "ORGB organisation" in page


def test_the_states_of_editions_are_the_publishers_alone(shared: SharedWorld) -> None:
    states = text("SELECT state FROM vitrine_edition_states(:v)")
    for person, count in ((shared.auditor, True), (shared.reviewer_a, False)):
        with begin(shared.web, person.actor) as tx:
            rows = tx.session.execute(states, {"v": shared.made.version_id}).all()
        assert bool(rows) is count


def test_acknowledging_keeps_the_first_person_and_moment(shared: SharedWorld) -> None:
    receipt = receipt_of(shared, shared.made.grant_a)
    first = post_json(shared.reviewer_a, f"/receipts/{receipt}/acknowledge").json()
    second = post_json(shared.lead_a, f"/receipts/{receipt}/acknowledge").json()
    assert first == second
    assert first["acknowledged_by"] == "Reviewer A"
    said = [e.facts["again"] for e in entries(shared, action="receipt:acknowledge")]
    assert said == [False, True]


def test_the_ledger_lists_organisation_item_edition_and_digest(shared: SharedWorld) -> None:
    rows = shared.auditor.client.get("/api/v1/shared-items").json()
    assert {row["organisation_name"]: row["withholds"] for row in rows} == {
        "ORGA organisation": ["LEG"],
        "ORGB organisation": ["LEG", "PII", "SEC"],
    }
    assert len({row["edition_key"] for row in rows}) == len({row["digest"] for row in rows}) == 2
    assert {row["state"] for row in rows} == {"in force"}
    page = shared.coordinator.client.get("/shared-items").text
    assert "Two shared items" in page
    assert all(row["digest"][:12] in page for row in rows)
    org = shared.organisations["ORGA"]
    narrowed = shared.coordinator.client.get(f"/shared-items?organisation={org}").text
    assert "One shared item with ORGA organisation" in narrowed
    post_json(shared.coordinator, f"/grants/{shared.made.grant_a}/revoke", reason="Over.")
    after = shared.auditor.client.get(f"/api/v1/shared-items?organisation={org}").json()
    assert [row["state"] for row in after] == ["revoked"]


def test_the_ledger_as_csv_runs_nothing_in_a_spreadsheet(shared: SharedWorld) -> None:
    formula = '=HYPERLINK("http://x","y")'
    shared.change("UPDATE organisations SET name = :n WHERE code = 'ORGA'", n=formula)
    shared.change("UPDATE organisations SET name = :n WHERE code = 'ORGB'", n='a "quoted", name')
    answer = shared.coordinator.client.get("/shared-items.csv")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["content-disposition"] == 'attachment; filename="shared-items.csv"'
    head, *rows = csv.reader(io.StringIO(answer.text))
    assert head[:4] == ["organisation", "item", "edition", "sha256"]
    assert {row[0] for row in rows} == {f"'{formula}", 'a "quoted", name'}
    acknowledged = head.index("acknowledged at")
    assert {row[acknowledged] for row in rows} == {""}
    assert entries(shared, action="ledger:read", outcome="denied") == []
    assert shared.responder.client.get("/shared-items.csv").status_code == 404
    assert entries(shared, action="ledger:read", outcome="denied")[-1].actor == shared.responder.id


def test_an_author_is_not_told_by_the_ledger_who_asked(shared: SharedWorld) -> None:
    for someone in (shared.coordinator, shared.approver):
        grant_internally(shared, shared.made, someone)
    asked = request_in(shared, "released", shared.made)
    number = str(asked.seen_by(shared.lead_a)["number"])
    paths = ("/shared-items", "/shared-items.csv", "/api/v1/shared-items")
    paths += (f"/shared-items?organisation={shared.organisations['ORGA']}",)
    for path in paths:
        assert f"Answer to {number}" in shared.coordinator.client.get(path).text, path
        told = shared.author.client.get(path)
        assert told.status_code == 200, path
        assert "ORGA organisation" in told.text, "the editions that were shared are told"
        for word in ("Answer to", number, asked.request_id):
            assert word not in told.text, (path, word)
    rows = shared.author.client.get("/api/v1/shared-items").json()
    assert {row["state"] for row in rows} == {"in force"}
    assert entries(shared, action="ledger:read", outcome="denied") == []
