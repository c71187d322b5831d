"""Findings taken along: as a table, as XFDF that comes back, as web annotations."""

import json

from tests.features.findings.filing_situations import looked_at
from tests.features.findings.situations import filed, routed
from tests.world import Someone
from tests.worlds.entries import entries
from tests.worlds.reports import LEG
from tests.worlds.shared import SharedWorld

PHRASE = "reads every transcript"


def _export(someone: Someone, kind: str) -> str:
    answer = someone.client.get(f"/findings/export?format={kind}")
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-disposition"].startswith('attachment; filename="findings.')
    return str(answer.text)


def test_what_is_handed_out_comes_back_as_it_was(shared: SharedWorld) -> None:
    filed(shared)
    for kind in ("csv", "xfdf"):
        seen = looked_at(shared, _export(shared.reviewer_a, kind).encode(), name=f"f.{kind}").json()
        (row,) = seen["rows"]
        assert (row["state"], row["quote"]) == ("exact", PHRASE), kind
    assert (row["candidate"]["statement"]) == "FC-ORGA-0001: It reads a sample of them."


def test_web_annotations_say_the_place_in_three_ways(shared: SharedWorld) -> None:
    finding = filed(shared)
    whole = json.loads(_export(shared.reviewer_a, "jsonld"))
    assert whole["@context"] == "http://www.w3.org/ns/anno.jsonld"
    (one,) = whole["first"]["items"]
    assert one["id"] == f"urn:vitrine:{finding}"
    assert [part["type"] for part in one["target"]["selector"]] == [
        "FragmentSelector", "TextQuoteSelector", "TextPositionSelector",
    ]  # fmt: skip
    assert one["target"]["selector"][0]["conformsTo"]
    assert {body["purpose"] for body in one["body"]} == {"assessing", "editing", "classifying"}
    api = shared.reviewer_a.client.get("/api/v1/findings/export").text
    assert json.loads(api) == whole
    done = [e for e in entries(shared) if e.event == "FindingsExported"]
    assert len(done) == 2


def test_a_cell_that_a_spreadsheet_would_run_is_quoted(shared: SharedWorld) -> None:
    filed(shared, statement="=HYPERLINK(1)", correction="@x", evidence="+1")
    table = _export(shared.reviewer_a, "csv")
    for cell in ("'=HYPERLINK(1)", "'@x", "'+1"):
        assert cell in table
    back = looked_at(shared, table.encode()).json()["rows"][0]["candidate"]
    assert (back["statement"], back["correction"]) == ("=HYPERLINK(1)", "@x")


def test_each_takes_along_what_they_may_know(shared: SharedWorld) -> None:
    routed(shared)
    ((alias,),) = shared.rows("SELECT alias FROM findings")
    for kind in ("csv", "xfdf", "jsonld"):
        authors = _export(shared.author, kind)
        assert str(alias) in authors
        assert "ORGA" not in authors
        known = "FC-ORGA-0001" in _export(shared.coordinator, kind)
        assert known is (kind != "xfdf"), "there are no places for who may not read the page"
        for someone in (shared.reviewer_b, shared.second_author):
            theirs = _export(someone, kind)
            assert str(alias) not in theirs
            assert "ORGA" not in theirs
            assert "sample" not in theirs
        assert LEG not in _export(shared.reviewer_a, kind)
    assert shared.anonymous().get("/api/v1/findings/export").status_code == 401


def test_when_access_ends_the_words_of_the_report_fall_away(shared: SharedWorld) -> None:
    filed(shared)
    shared.change("UPDATE grants SET state = 'revoked' WHERE id = :g", g=shared.made.grant_a)
    table = _export(shared.reviewer_a, "csv")
    assert "Not open to you." in table
    assert PHRASE not in table
    assert "It reads a sample of them." in table, "one's own words stay one's own"
    assert "<highlight" not in _export(shared.reviewer_a, "xfdf")


def test_no_separator_within_a_cell_begins_another(shared: SharedWorld) -> None:
    filed(shared, statement="x;=cmd|' /C calc'!A0;y")
    table = _export(shared.reviewer_a, "csv")
    assert "\"x;=cmd|' /C calc'!A0;y\"" in table
    assert all(line.startswith('"') and line.endswith('"') for line in table.splitlines())
    back = looked_at(shared, table.encode()).json()["rows"][0]["candidate"]
    assert back["statement"] == "x;=cmd|' /C calc'!A0;y"
