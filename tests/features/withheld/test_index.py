"""The index of what is removed: one's own edition only, recorded like the reading of an outline."""

import csv
import io

import pytest

from tests.features.withheld.situations import (
    read,
    redaction_of,
    room,
    second_version,
)
from tests.worlds.entries import entries
from tests.worlds.reports import COM, LEG, PII, SEC, grant_internally
from tests.worlds.shared import SharedWorld


def test_each_organisation_reads_the_index_of_its_own_edition(shared_room: SharedWorld) -> None:
    world = shared_room
    of_a, of_b = read(world, world.reviewer_a), read(world, world.reviewer_b)
    assert of_a["edition"]["key"] != of_b["edition"]["key"]
    withheld = {
        name: {code for row in view["rows"] if row["withheld"] for code in row["categories"]}
        for name, view in (("a", of_a), ("b", of_b))
    }
    assert withheld == {"a": {"LEG"}, "b": {"LEG", "SEC", "PII"}}
    lifted = {code for row in of_b["rows"] if not row["withheld"] for code in row["categories"]}
    assert lifted == {"COM"}
    first = of_b["rows"][0]
    assert (first["page"], first["section"], first["size"]) == (1, "Purpose", "a few words")
    assert first["justification"] == "It must not be known."


@pytest.mark.parametrize("place", ["", ".csv", "/figures", "/statement", "/statement.md"])
def test_no_form_of_it_holds_a_withheld_word_or_another_organisation(
    shared_room: SharedWorld, place: str
) -> None:
    world = shared_room
    for base in ("", "/api/v1"):
        said = world.reviewer_b.client.get(base + room(world, place))
        assert said.status_code == 200, said.text
        for word in (LEG, SEC, PII, *PII.split(), "ORGA", "reviewer edition"):
            assert word not in said.text


def test_reading_it_is_recorded_and_names_no_reader_to_the_publisher(shared: SharedWorld) -> None:
    shared.reviewer_b.client.get(room(shared))
    shared.reviewer_b.client.get(room(shared, ".csv"))
    read_by_b = [e for e in entries(shared, action="report:version:read")
                 if e.event == "RedactionIndexRead"]  # fmt: skip
    assert [e.outcome for e in read_by_b] == ["allowed", "allowed"]
    assert {e.actor for e in read_by_b} == {shared.organisations["ORGB"]}
    assert [e.content["form"] for e in read_by_b] == ["page", "csv"]
    assert all(shared.reviewer_b.id not in str(e.core) for e in read_by_b)


@pytest.mark.parametrize("who", ["internal_reader", "auditor", "administrator"])
def test_who_holds_no_grant_is_refused_as_if_there_were_nothing(
    shared: SharedWorld, who: str
) -> None:
    someone = shared.people[who]
    refused = [someone.client.get(room(shared, p)).status_code for p in ("", ".csv", "/statement")]
    assert refused == [404, 404, 404]
    denied = entries(shared, action="report:version:read", outcome="denied")
    assert [e.actor for e in denied] == [someone.id] * 3


def test_an_ended_grant_closes_it_at_once(shared: SharedWorld) -> None:
    assert shared.reviewer_a.client.get(room(shared)).status_code == 200
    shared.change("UPDATE grants SET state = 'revoked' WHERE id = :g", g=shared.made.grant_a)
    assert shared.reviewer_a.client.get(room(shared)).status_code == 404
    assert entries(shared, action="report:version:read", outcome="denied")


def test_until_the_edition_is_ready_nothing_of_it_is_said(shared: SharedWorld) -> None:
    shared.change("UPDATE editions SET state = 'building'")
    for place in ("", "/figures", "/statement"):
        answer = shared.reviewer_a.client.get(room(shared, place))
        assert answer.status_code == 503
        assert "Something of category" not in answer.text
    assert shared.reviewer_a.client.get(room(shared, ".csv")).status_code == 503


def test_marks_that_are_not_in_force_are_told_to_no_reviewer(shared: SharedWorld) -> None:
    shared.change(
        "UPDATE redactions SET state = 'lifted', character = 'GONE' WHERE id = :r",
        r=redaction_of(shared, "PII"),
    )
    grant_internally(shared, shared.made, shared.approver)
    for someone in (shared.reviewer_b, shared.approver):
        answer = someone.client.get(room(shared))
        assert "GONE" not in answer.text


def test_filters_order_and_pages_stand_in_the_address(shared_room: SharedWorld) -> None:
    world = shared_room
    by_code = read(world, world.reviewer_b, category="SEC")
    assert {row["categories"][0] for row in by_code["rows"]} == {"SEC"}
    assert by_code["all"] > by_code["chosen"] == len(by_code["rows"])
    assert [row["page"] for row in read(world, world.reviewer_b, sort="-page")["rows"]] == [
        4,
        3,
        2,
        2,
        1,
    ]
    assert {r["section"] for r in read(world, world.reviewer_b, section="Costs")["rows"]} == {
        "Costs"
    }
    assert {r["withheld"] for r in read(world, world.reviewer_b, state="lifted")["rows"]} == {False}
    beyond = read(world, world.reviewer_b, page=99)
    assert (beyond["page"], beyond["pages"]) == (1, 1)
    strange = world.reviewer_b.client.get(room(world), params={"page": "x", "on_page": "-1"})
    assert strange.status_code == 200
    empty = world.reviewer_b.client.get(room(world), params={"category": "NAT"})
    assert "Nothing that is removed is like this." in empty.text


def test_the_file_is_safe_in_a_spreadsheet_and_its_name_tells_nothing(shared: SharedWorld) -> None:
    shared.change("UPDATE redactions SET character = '=HYPERLINK(1)', justification = '@x, \"y\"'")
    answer = shared.reviewer_b.client.get(room(shared, ".csv"))
    head, *rows = list(csv.reader(io.StringIO(answer.text)))
    assert answer.headers["content-disposition"] == 'attachment; filename="what-is-removed.csv"'
    assert head[:3] == ["page", "section", "categories"]
    assert len(rows) == 5
    assert {(row[3], row[5]) for row in rows} == {("'=HYPERLINK(1)", '\'@x, "y"')}
    assert {row[6] for row in rows} == {"withheld", "lifted for you"}


def test_what_changed_since_the_version_before_is_told_from_both_indexes(
    shared: SharedWorld,
) -> None:
    assert read(shared, shared.reviewer_a)["changes"] is None
    made = second_version(shared)
    answer = shared.reviewer_a.client.get(f"/api/v1/versions/{made.version_id}/withheld")
    view = answer.json()
    assert view["since"] == 1
    ((before, after),) = view["changes"]["changed"]
    assert (before["categories"], after["categories"]) == (["LEG"], ["NAT"])
    assert [r["character"] for r in view["changes"]["added"]] == ["Something of category IP"]
    assert {r["categories"][0] for r in view["changes"]["gone"]} == {"SEC", "PII", "COM"}
    page = shared.reviewer_a.client.get(f"/versions/{made.version_id}/withheld").text
    assert "Since version 1" in page
    assert COM not in page


def test_a_version_that_one_may_not_read_is_not_compared(shared: SharedWorld) -> None:
    made = second_version(shared)
    shared.change("UPDATE grants SET state = 'revoked' WHERE id = :g", g=shared.made.grant_a)
    view = shared.reviewer_a.client.get(f"/api/v1/versions/{made.version_id}/withheld").json()
    assert (view["since"], view["changes"]) == (None, None)
