"""Question packs: kept, changed, put away, handed out; private to the organisation."""

import csv
import io

import pytest

from app.features.packs.sheets import read_sheet
from app.web import csrf
from tests.features.packs.situations import MISSING, QUESTIONS, kept, offered, read
from tests.worlds.doors import post_form, post_json
from tests.worlds.entries import entries
from tests.worlds.shared import SharedWorld

CANARY = "CANARY-PACK"


def test_a_pack_is_seen_by_its_organisation_and_by_nobody_else(shared: SharedWorld) -> None:
    pack = kept(shared)
    assert [row["id"] for row in read(shared.lead_a, "/packs")["rows"]] == [pack]
    assert CANARY in shared.lead_a.client.get(f"/packs/{pack}").text
    for stranger in (shared.lead_b, shared.coordinator, shared.approver, shared.auditor):
        assert read(stranger, "/packs")["rows"] == []
        assert CANARY not in stranger.client.get("/packs").text
        for path in (f"/packs/{pack}", f"/packs/{pack}/export"):
            refused, missing = (
                stranger.client.get(f"/api/v1{p}") for p in (path, path.replace(pack, MISSING))
            )
            assert (refused.status_code, missing.status_code) == (404, 404)
            assert refused.json()["title"] == missing.json()["title"]
    denied = entries(shared, action="pack:read", outcome="denied")
    assert {entry.object for entry in denied} == {pack, MISSING}
    assert len(entries(shared, action="pack:keep", outcome="done")) == 1
    assert CANARY not in str(entries(shared)), "the log holds no words of it"


def test_who_asks_nothing_has_no_packs(shared: SharedWorld) -> None:
    assert post_json(shared.responder, "/packs", title="x").status_code == 403
    assert shared.responder.client.get("/packs").status_code == 404
    assert entries(shared, action="pack:keep", outcome="denied")
    assert entries(shared, action="pack:list", outcome="denied")


def test_the_form_changes_a_pack_and_an_empty_row_falls_away(shared: SharedWorld) -> None:
    pack = kept(shared)
    columns = {
        "topic": ["New", ""], "question": ["What is new?", " "], "type": ["document", "data"],
        "form": ["file", "table"], "purpose": ["", ""], "instead": ["", ""],
        "priority": ["normal", "high"],
    }  # fmt: skip
    done = post_form(shared.lead_a, f"/packs/{pack}", title="Other", about="All", **columns)
    assert done.status_code == 303, done.text
    found = read(shared.reviewer_a, f"/packs/{pack}")
    assert (found["title"], found["about"]) == ("Other", "All")
    assert [(q["topic"], q["type"]) for q in found["questions"]] == [("New", "document")]
    wrong = post_form(shared.lead_a, f"/packs/{pack}", title="", about="Typed", **columns)
    assert wrong.status_code == 422
    assert "Typed" in wrong.text
    assert "What is new?" in wrong.text
    assert post_form(shared.lead_b, f"/packs/{pack}", title="Theirs").status_code == 404
    assert read(shared.reviewer_a, f"/packs/{pack}")["title"] == "Other"


def test_a_pack_put_away_is_listed_no_more_and_changed_no_more(shared: SharedWorld) -> None:
    pack = kept(shared)
    assert post_form(shared.lead_b, f"/packs/{pack}/retire").status_code == 404
    assert post_form(shared.lead_a, f"/packs/{pack}/retire").status_code == 303
    assert read(shared.lead_a, "/packs")["rows"] == []
    assert post_json(shared.lead_a, f"/packs/{pack}", title="x").status_code == 409
    review = {"review_id": shared.made.review_a}
    assert post_json(shared.lead_a, f"/packs/{pack}/apply", **review).status_code == 409
    assert "put away" in shared.lead_a.client.get(f"/packs/{pack}").text
    events = [entry.event for entry in entries(shared, action="pack:change", outcome="done")]
    assert events == ["PackRetired"]


def test_the_pack_that_comes_along_is_kept_in_one_click(shared: SharedWorld) -> None:
    done = post_form(shared.reviewer_a, "/packs", starter="if_this_happened")
    assert done.status_code == 303
    found = read(shared.reviewer_a, done.headers["location"])
    assert found["title"] == "If this happened"
    assert len(found["questions"]) == 6
    assert all("{pathway}" in question["question"] for question in found["questions"])


def test_a_file_is_read_and_its_faults_are_named(shared: SharedWorld) -> None:
    sheet = "topic,question,type\nA,=SUM(1),Run on our behalf\nB,,data\nC,x,nonsense\n"
    sent = post_form(shared.reviewer_a, "/packs", title="From a file", sheet=sheet)
    assert sent.status_code == 422
    assert "Row 3, question: This is needed." in sent.text
    assert "Row 4, type: Use one of: Explanation, Document" in sent.text
    assert read(shared.reviewer_a, "/packs")["rows"] == []
    good = sheet.replace("B,,data", "B,y,data").replace("nonsense", "access")
    done = post_form(shared.reviewer_a, "/packs", title="From a file", sheet=good)
    pack = read(shared.reviewer_a, done.headers["location"])
    assert [q["type"] for q in pack["questions"]] == ["run_on_our_behalf", "data", "access"]


@pytest.mark.parametrize("form", ["csv", "yaml"])
def test_what_is_handed_out_reads_back_as_it_was(shared: SharedWorld, form: str) -> None:
    odd = ["=1+1", "'=1+1", "''-x", "-2", "@here", 'plain, with "quotes"\nand a line', "'quoted'"]
    pack = kept(shared, questions=[*QUESTIONS, *({"question": said} for said in odd)])
    answer = shared.lead_a.client.get(f"/packs/{pack}/export", params={"format": form})
    assert answer.headers["content-disposition"].startswith("attachment")
    _, _, items = read_sheet(answer.text)
    assert [item.question for item in items][2:] == odd
    assert [item.model_dump() for item in items] == read(shared.lead_a, f"/packs/{pack}")[
        "questions"
    ]
    if form == "csv":
        cells = [c for row in csv.reader(io.StringIO(answer.text, newline="")) for c in row]
        assert [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))] == []


def test_an_offered_pack_is_read_by_those_with_a_review_only_once_it_is_stated(
    shared: SharedWorld,
) -> None:
    pack = kept(shared, shared.coordinator)
    refused = post_json(shared.coordinator, f"/packs/{pack}/offer")
    assert (refused.status_code, list(refused.json()["fields"])) == (422, ["nothing_withheld"])
    for other in (shared.lead_a, shared.auditor, shared.approver):
        read(other, f"/packs/{pack}", status=404)
    for other in (shared.approver, shared.lead_a):
        answer = post_json(other, f"/packs/{pack}/offer", nothing_withheld=True)
        assert answer.status_code in (403, 404)
    read(shared.lead_a, f"/packs/{pack}", status=404)
    done = post_form(shared.coordinator, f"/packs/{pack}/offer", nothing_withheld="yes")
    assert done.status_code == 303
    for reader in (shared.lead_a, shared.reviewer_b, shared.auditor):
        assert read(reader, f"/packs/{pack}")["offered"] is True
    assert read(shared.lead_a, f"/packs/{pack}")["writer"] == "", "who wrote it stays inside"
    again = post_json(shared.coordinator, f"/packs/{pack}/offer", nothing_withheld=True)
    assert again.status_code == 409
    assert post_json(shared.lead_a, f"/packs/{pack}", title="Ours").status_code == 403
    (entry,) = entries(shared, action="pack:offer", outcome="done")
    assert (entry.event, entry.object) == ("PackOffered", pack)
    assert entries(shared, action="pack:offer", outcome="denied")


def test_to_change_what_is_offered_takes_it_back(shared: SharedWorld) -> None:
    pack = offered(shared)
    done = post_json(shared.coordinator, f"/packs/{pack}", title="Anew CANARY-PACK")
    assert done.json()["offered"] is False
    read(shared.lead_a, f"/packs/{pack}", status=404)
    assert CANARY not in shared.lead_a.client.get("/packs").text


def test_an_organisation_without_an_open_review_is_offered_none(shared: SharedWorld) -> None:
    pack = offered(shared)
    assert [row["id"] for row in read(shared.lead_a, "/packs")["rows"]] == [pack]
    shared.change("UPDATE reviews SET state = 'ended' WHERE id = :id", id=shared.made.review_a)
    assert read(shared.lead_a, "/packs")["rows"] == []
    assert [row["id"] for row in read(shared.lead_b, "/packs")["rows"]] == [pack]


def test_a_file_of_the_wrong_kind_is_refused_with_what_to_do(shared: SharedWorld) -> None:
    token = {"csrf_token": csrf.token_for(shared.reviewer_a.csrf_secret)}
    for content, said in ((b"\xff\xfe\x00x", "UTF-8"), (b"x" * 600_000, "too large")):
        files = {"file": ("questions.csv", content)}
        answer = shared.reviewer_a.client.post("/packs", data=token, files=files)
        assert (answer.status_code, said in answer.text) == (422, True)
