"""A list of requests that somebody has: looked at row by row, and made drafts of in one act."""

import csv
import io
from typing import Any

import pytest

from app.features.requests.lists import MOST_ROWS
from app.web import csrf
from tests.spreadsheets import workbook
from tests.world import Someone
from tests.worlds.doors import Doors, post_form, post_json
from tests.worlds.entries import entries
from tests.worlds.shared import SharedWorld

HEAD = ("No.", "Question", "Type", "Why", "Form", "Needed by", "Page", "Instead", "Remark")
GOOD = ("17", "Who is paged? CANARY-LISTED", "Data", "For our position.", "Figures or a table",
        "2026-12-01", "2", "A range.", "internal")  # fmt: skip
BAD = ("18", "", "Poem", "", "song", "soon", "999", "", "")
MIDDLE = ("", "=SUM(A1) and why?", "", "", "", "24.12.2026", "", "", "")


def _csv(*rows: tuple[str, ...], separator: str = ",") -> str:
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=separator).writerows(rows)
    return out.getvalue()


LIST = _csv(HEAD, GOOD, BAD, MIDDLE)


def _preview(world: SharedWorld, sheet: str, **changes: Any) -> Any:
    body = {"review_id": world.made.review_a, "sheet": sheet, **changes}
    return post_json(world.reviewer_a, "/requests/import/preview", **body)


def _upload(someone: Someone, world: SharedWorld, content: bytes, name: str) -> Any:
    return someone.client.post(
        "/requests/import/preview",
        data={
            "csrf_token": csrf.token_for(someone.csrf_secret),
            "review_id": world.made.review_a,
        },
        files={"file": (name, content, "application/octet-stream")},
    )


def test_columns_are_guessed_and_each_row_is_checked(shared: SharedWorld) -> None:
    for separator in ",;\t":
        found = _preview(shared, _csv(HEAD, GOOD, BAD, MIDDLE, separator=separator)).json()
        assert [column["column"] for column in found["columns"]] == [
            *("reference", "question", "type", "purpose", "expected_form", "wanted_by", "page"),
            *("substitutes", ""),
        ]
        assert (found["headed"], found["good"], found["faulty"]) == (True, 2, 1)
    good, bad, middle = found["rows"]
    assert [row["number"] for row in found["rows"]] == [2, 3, 4]
    assert good["faults"] == {} == middle["faults"]
    assert set(bad["faults"]) == {"question", "type", "expected_form", "wanted_by", "page"}
    assert bad["faults"]["page"] == "Give one page of the report, 1 to 4."
    assert bad["faults"]["type"].startswith("Use one of: Explanation, Document")
    assert shared.rows("SELECT count(*) FROM requests") == [(0,)]


def test_good_rows_become_drafts_in_one_act(shared: SharedWorld) -> None:
    body = {"review_id": shared.made.review_a, "sheet": LIST}
    made = post_json(shared.reviewer_a, "/requests/import", **body)
    assert made.status_code == 201, made.text
    first, second = made.json()["requests"]
    assert made.json()["left_out"] == 1
    request = shared.lead_a.client.get(f"/api/v1/requests/{first}").json()
    assert request["question"]["body"] == GOOD[1]
    assert (request["type"], request["expected_form"]) == ("data", "table")
    assert (request["wanted_by"], request["basis"]["label"]) == ("2026-12-01", "Page 2")
    assert (request["reference"]["body"], request["substitutes"]["body"]) == ("17", "A range.")
    other = shared.lead_a.client.get(f"/api/v1/requests/{second}").json()
    assert other["question"]["body"] == "=SUM(A1) and why?"
    assert (other["wanted_by"], other["basis"]["kind"]) == ("2026-12-24", "report")
    drafts = shared.lead_a.client.get("/drafts?imported=2&kept=1").text
    for words in ("Two drafts were made of the list.", "One row was left out.", "CANARY-LISTED"):
        assert words in drafts
    (entry,) = [e for e in entries(shared, action="request:draft") if e.event == "RequestsImported"]
    assert (entry.facts["requests"], entry.facts["left_out"]) == ([first, second], 1)
    assert "CANARY" not in str(entry.core)


def test_columns_can_be_said(shared: SharedWorld) -> None:
    bare = _csv(("3", "Why is this so? It says nothing."), ("1", "And this?"))
    found = _preview(shared, bare).json()
    assert (found["headed"], [c["column"] for c in found["columns"]]) == (False, ["", "question"])
    said = _preview(shared, bare, columns=["page", "question"], headed=True).json()
    assert [row["cells"] for row in said["rows"]] == [{"page": "1", "question": "And this?"}]
    twice = _preview(shared, bare, columns=["question", "question"], headed=False).json()
    assert [c["column"] for c in twice["columns"]] == ["question", ""]
    none = _preview(shared, bare, columns=["page", ""], headed=False)
    assert none.json()["fields"] == {"columns": "Say which column is the question."}


@pytest.mark.parametrize(
    ("sheet", "said"),
    [
        ("", "Choose a file with a list, or paste one."),
        ("Question\n", "There is no row beneath the names of the columns."),
        ('"abc', "This cannot be read as a table. Save it as CSV (UTF-8)."),
        (_csv(*[("Why?",)] * (MOST_ROWS + 1)), "It has 501 rows; at most 500 are taken at once."),
        (_csv(("x",) * 61), "It has more than 60 columns."),
    ],
)
def test_what_is_no_list_is_said(shared: SharedWorld, sheet: str, said: str) -> None:
    assert _preview(shared, sheet).json()["fields"] == {"sheet": said}
    typed = {"review_id": shared.made.review_a, "sheet": sheet}
    page = post_form(shared.reviewer_a, "/requests/import/preview", **typed)
    assert page.status_code == 422
    assert said in page.text


def test_a_text_that_is_too_long_is_named(shared: SharedWorld) -> None:
    found = _preview(shared, _csv(("Question", "Ref"), ("w" * 20_001, "r" * 121))).json()
    assert found["rows"][0]["faults"] == {
        "question": "Shorten it to 20,000 characters.",
        "reference": "Shorten it to 120 characters.",
    }
    nothing = {"review_id": shared.made.review_a, "sheet": _csv(("Question",), ("w" * 20_001,))}
    refused = post_json(shared.reviewer_a, "/requests/import", **nothing)
    assert refused.json()["fields"] == {"sheet": "No row of this list can become a draft as it is."}


@pytest.mark.parametrize(
    ("day", "good"),
    [("2026-12-01", True), ("2026-12-01 00:00:00", True), ("1.12.2026", True),
     ("1 December 2026", True), ("December 1, 2026", True), ("01/12/2026", False),
     ("31.2.2026", False), ("tomorrow", False)],
)  # fmt: skip
def test_a_day_is_read_where_it_can_mean_only_one(
    shared: SharedWorld, day: str, good: bool
) -> None:
    (row,) = _preview(shared, _csv(("Question", "Due"), ("Why?", day))).json()["rows"]
    assert (row["faults"] == {}) is good


def test_a_spreadsheet_is_taken_apart_behind_the_wall(shared: SharedWorld) -> None:
    book = workbook(
        {
            "Cover": [["Our list"]],
            "Asked": [["Question", "Page"], ["Who is paged? CANARY-SHEET", 2], ["And then?", 3.0]],
            "Hidden": [["Question"], ["CANARY-HIDDEN"]],
        },
        hidden=["Hidden"],
    )
    page = _upload(shared.reviewer_a, shared, book, "list.xlsx")
    assert page.status_code == 200, page.text[:2000]
    assert "CANARY-SHEET" in page.text
    assert "CANARY-HIDDEN" not in page.text
    assert "Two rows can become drafts" in page.text
    broken = _upload(shared.reviewer_a, shared, b"PK\x03\x04 nothing", "list.xlsx")
    assert broken.status_code == 422
    large = _upload(shared.reviewer_a, shared, b"w" * 1_000_001, "list.csv")
    assert "This file is larger than 1 MB." in large.text
    odd = _upload(shared.reviewer_a, shared, b"\xff\xfe\xfa", "list.csv")
    assert "no text in UTF-8" in odd.text
    plain = _upload(shared.reviewer_a, shared, b"\xef\xbb\xbf" + LIST.encode(), "list.csv")
    assert "CANARY-LISTED" in plain.text


def test_faulty_rows_can_be_had_as_a_file_that_reads_back(shared: SharedWorld) -> None:
    sheet = _csv(("Question", "Type"), ("=1+1", "Poem"), ("'=quoted", "Poem"))
    typed = {"review_id": shared.made.review_a, "sheet": sheet, "then": "faulty"}
    found = post_form(shared.reviewer_a, "/requests/import/preview", **typed)
    assert found.headers["content-disposition"] == 'attachment; filename="to-mend.csv"'
    head, first, _ = csv.reader(io.StringIO(found.text))
    assert head == ["Question", "Kind of request", "what is wrong"]
    assert first[0] == "'=1+1", "no spreadsheet runs it"
    assert first[2].startswith("Kind of request: Use one of")
    again = _preview(shared, found.text.replace("Poem", "Data")).json()
    assert [row["cells"]["question"] for row in again["rows"]] == ["=1+1", "=quoted"]
    assert again["faulty"] == 0


def test_nobody_imports_for_another_organisation(shared: SharedWorld) -> None:
    body = {"review_id": shared.made.review_a, "sheet": LIST}
    for stranger in (shared.lead_b, shared.coordinator, shared.auditor):
        for path in ("/requests/import", "/requests/import/preview"):
            assert post_json(stranger, path, **body).status_code in (403, 404)
    assert shared.rows("SELECT count(*) FROM requests") == [(0,)]
    assert len(entries(shared, action="request:draft", outcome="denied")) == 6
    assert shared.coordinator.client.get("/requests/import").status_code in (403, 404)
    page = shared.reviewer_a.client.get("/requests/import").text
    assert "Paste" in page or "paste" in page
    fields = shared.reviewer_a.client.get("/api/v1/requests/import").json()
    assert fields["review_id"] == shared.made.review_a
    assert fields["columns"]["question"] == "Question"


@pytest.mark.paired("/requests/import")
def test_both_doors_import_alike(pair: Doors) -> None:
    events = pair.assert_alike(
        lambda w: post_form(
            w.reviewer_a, "/requests/import", review_id=w.made.review_a, sheet=LIST
        ),
        lambda w: post_json(
            w.reviewer_a, "/requests/import", review_id=w.made.review_a, sheet=LIST
        ),
    )
    assert set(events) == {"RequestDrafted", "RequestsImported"}


@pytest.mark.paired("/requests/import/preview")
def test_both_doors_look_alike(pair: Doors) -> None:
    body = {"sheet": LIST}
    pair.assert_alike(
        lambda w: post_form(
            w.reviewer_a, "/requests/import/preview", review_id=w.made.review_a, **body
        ),
        lambda w: post_json(
            w.reviewer_a, "/requests/import/preview", review_id=w.made.review_a, **body
        ),
        shows=200,
        changes=False,
    )
