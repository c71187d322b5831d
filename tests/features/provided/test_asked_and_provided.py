"""The ledger of what was asked and provided: whose it is, what it says, how it leaves."""

import csv
import io
from typing import Any

from tests.world import Someone
from tests.worlds.entries import entries
from tests.worlds.requests import Asked, request_in
from tests.worlds.shared import SharedWorld

PATH = "/asked-and-provided"


def _ledger(someone: Someone, query: str = "") -> Any:
    answer = someone.client.get(f"/api/v1{PATH}{query}")
    assert answer.status_code == 200, answer.text
    return answer.json()


def _withheld(world: SharedWorld, asked: Asked) -> None:
    asked.post(
        world.approver,
        "release",
        determination="withheld",
        category="SEC",
        reason="=It would show CANARY-REASON",
        nothing_withheld=True,
        no_substitute=True,
    )


def test_a_refusal_stands_with_its_code_and_reason(world: SharedWorld) -> None:
    asked = request_in(world, "in_check", world.made)
    _withheld(world, asked)
    for reader in (world.lead_a, world.coordinator, world.auditor):
        found = _ledger(reader)
        (row,) = found["rows"]
        assert (row["outcome"], row["code"], row["rounds"]) == ("withheld", "SEC", 1)
        assert "CANARY-REASON" in row["reason"]
        assert found["outcomes"] == [{"name": "withheld", "count": 1}]
        assert found["codes"] == [{"name": "SEC", "count": 1}]
        page = reader.client.get(PATH).text
        assert "Withheld" in page
        assert "CANARY-REASON" in page
    assert _ledger(world.lead_a)["rows"][0]["organisation"] == ""
    assert _ledger(world.coordinator)["rows"][0]["organisation"] != ""


def test_an_organisation_reads_its_own_and_who_answers_none(world: SharedWorld) -> None:
    asked = request_in(world, "in_check", world.made)
    _withheld(world, asked)
    for query in ("", f"?organisation={world.organisations['ORGA']}"):
        assert _ledger(world.lead_b, query)["rows"] == []
        assert _ledger(world.lead_b, query)["outcomes"] == []
        page = world.lead_b.client.get(f"{PATH}{query}").text
        assert "CANARY" not in page
        assert asked.request_id not in page
    for other in (world.responder, world.author, world.administrator):
        for path in (PATH, f"/api/v1{PATH}", f"{PATH}/export", f"/api/v1{PATH}/export"):
            assert other.client.get(path).status_code == 404
    denied = entries(world, action="request:ledger:read", outcome="denied")
    assert len(denied) == 12
    read = entries(world, action="request:ledger:read", outcome="allowed")
    assert {entry.event for entry in read} == {"ProvidedRead"}


def test_a_draft_is_in_nobodys_ledger(world: SharedWorld) -> None:
    request_in(world, "draft", world.made)
    for reader in (world.lead_a, world.coordinator):
        found = _ledger(reader)
        assert (found["rows"], found["total"]) == ([], 0)


def test_rounds_and_what_the_asker_said_are_told(world: SharedWorld) -> None:
    first = request_in(world, "released", world.made)
    first.post(world.reviewer_a, "return", return_reason="Not what was asked.")
    second = request_in(world, "released", world.made)
    second.post(world.reviewer_a, "accept")
    request_in(world, "submitted", world.made)
    rows = {row["request_id"]: row for row in _ledger(world.coordinator)["rows"]}
    assert (rows[first.request_id]["verdict"], rows[second.request_id]["verdict"]) == (
        "returned",
        "accepted",
    )
    found = _ledger(world.lead_a, "?outcome=full")
    assert (found["total"], len(found["rows"])) == (2, 2)
    assert {c["name"]: c["count"] for c in found["outcomes"]} == {"full": 2, "open": 1}
    assert _ledger(world.lead_a, "?outcome=open")["rows"][0]["outcome"] is None
    assert _ledger(world.lead_a, "?code=SEC")["rows"] == []
    assert _ledger(world.lead_a, "?outcome=nonsense")["rows"] == []


def test_what_is_late_says_by_how_much(world: SharedWorld) -> None:
    asked = request_in(world, "submitted", world.made)
    with world.owner.begin() as connection:
        connection.exec_driver_sql("UPDATE requests SET due_on = current_date - 3")
    (row,) = _ledger(world.lead_a)["rows"]
    assert row["late_by"] in (2, 3, 4)  # the day may turn between the two
    assert "days late" in world.lead_a.client.get(PATH).text
    asked.post(world.lead_a, "withdraw")
    (row,) = _ledger(world.lead_a)["rows"]
    assert (row["outcome"], row["late_by"]) == ("withdrawn", 0)


def test_the_csv_has_every_row_and_runs_nowhere(world: SharedWorld) -> None:
    asked = request_in(world, "in_check", world.made)
    _withheld(world, asked)
    answer = world.lead_a.client.get(f"{PATH}/export?outcome=withheld")
    head, row = csv.reader(io.StringIO(answer.text, newline=""))
    cells = dict(zip(head, row, strict=True))
    assert cells["outcome"] == "Withheld"
    assert cells["code"] == "SEC"
    assert cells["reason"].startswith("'=It would show")
    whole = world.lead_a.client.get(f"/api/v1{PATH}/export").json()
    assert [r["number"] for r in whole] == [cells["number"]]


def test_a_reason_that_a_reader_is_not_cleared_for_is_masked(world: SharedWorld) -> None:
    asked = request_in(world, "in_check", world.made)
    _withheld(world, asked)
    with world.owner.begin() as connection:
        connection.exec_driver_sql(
            "UPDATE guarded_fields SET sensitivity = '{LEG}' WHERE field = 'reason.1'"
        )
    (row,) = _ledger(world.auditor)["rows"]
    assert (row["reason"], row["reason_masked"]) == (None, True)
    assert "CANARY-REASON" not in world.auditor.client.get(PATH).text
    assert "CANARY-REASON" not in world.auditor.client.get(f"{PATH}/export").text
