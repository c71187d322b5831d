"""The publisher's record: every mark and every reason, and never anything of it for a reviewer."""

import csv
import io

import pytest

from tests.features.withheld.situations import read, redaction_of, restricted, room
from tests.worlds.entries import entries
from tests.worlds.reports import grant_internally
from tests.worlds.shared import SharedWorld

REASON = "CANARY-RESTRICTED-REASON"
PLACES = ("/record", "/record.csv", "/record/figures")


def test_authors_and_approvers_with_a_grant_and_coordinators_read_the_record(
    shared: SharedWorld,
) -> None:
    restricted(shared, redaction_of(shared, "SEC"), REASON, "SEC")
    grant_internally(shared, shared.made, shared.approver)
    for someone in (shared.author, shared.approver):
        view = read(shared, someone, "/record")
        reasons = {row["restricted"] for row in view["rows"] if row["categories"] == ["SEC"]}
        assert reasons == {REASON}
        row = view["rows"][0]
        assert (row["state"], row["proposed_by"], row["decided_by"]) == (
            "in_force", "Author", "Approver",
        )  # fmt: skip
        assert row["statement"] is True
    assert len(entries(shared, action="redaction:record:read", outcome="allowed")) == 2


def test_a_coordinator_without_a_grant_learns_that_there_is_a_reason_and_not_which(
    shared: SharedWorld,
) -> None:
    restricted(shared, redaction_of(shared, "SEC"), REASON, "SEC")
    view = read(shared, shared.coordinator, "/record", category="SEC")
    assert {(row["restricted"], row["masked"]) for row in view["rows"]} == {(None, True)}
    assert view["sections"] == []
    for place in ("/record", "/record.csv"):
        said = shared.coordinator.client.get(room(shared, place)).text
        assert REASON not in said
        assert "It needs a wider grant" in said or "it needs a wider grant" in said


@pytest.mark.parametrize("who", ["reviewer_a", "lead_a", "lead_b", "stress_tester"])
def test_no_reviewer_gets_any_form_of_it(shared: SharedWorld, who: str) -> None:
    restricted(shared, redaction_of(shared, "COM"), REASON)
    someone = shared.people[who]
    for place in PLACES:
        for base in ("", "/api/v1"):
            answer = someone.client.get(base + room(shared, place))
            assert answer.status_code == 404
            assert REASON not in answer.text
    denied = entries(shared, action="redaction:record:read", outcome="denied")
    assert len(denied) == 6


@pytest.mark.parametrize("place", ["", ".csv", "/figures", "/statement"])
def test_what_reviewers_do_get_holds_no_restricted_reason(shared: SharedWorld, place: str) -> None:
    restricted(shared, redaction_of(shared, "COM"), REASON)
    for base in ("", "/api/v1"):
        answer = shared.reviewer_a.client.get(base + room(shared, place))
        assert answer.status_code == 200
        for kept in (REASON, shared.author.id, "Approver"):
            assert kept not in answer.text


@pytest.mark.parametrize("who", ["auditor", "responder", "internal_reader", "second_author"])
def test_others_of_the_publisher_are_refused(shared: SharedWorld, who: str) -> None:
    if who == "second_author":
        shared.change("UPDATE grants SET state = 'revoked' WHERE review_id IS NULL")
    for place in PLACES:
        assert shared.people[who].client.get(room(shared, place)).status_code == 404
    denied = entries(shared, action="redaction:record:read", outcome="denied")
    assert {e.actor for e in denied} == {shared.people[who].id}


def test_a_reason_about_another_version_is_not_read_with_this_one(shared: SharedWorld) -> None:
    restricted(shared, redaction_of(shared, "COM"), REASON)
    shared.change("UPDATE guarded_fields SET version_id = NULL")
    view = read(shared, shared.author, "/record")
    assert {row["restricted"] for row in view["rows"]} == {None}


def test_the_record_is_filtered_by_state_and_taken_along_as_a_file(shared: SharedWorld) -> None:
    shared.change(
        "UPDATE redactions SET state = 'lifted' WHERE id = :r", r=redaction_of(shared, "PII")
    )
    lifted = read(shared, shared.author, "/record", state="lifted")
    assert [row["categories"] for row in lifted["rows"]] == [["PII"]]
    assert (lifted["all"], lifted["chosen"]) == (5, 1)
    answer = shared.author.client.get(room(shared, "/record.csv"))
    head, *rows = list(csv.reader(io.StringIO(answer.text)))
    assert answer.headers["content-disposition"] == 'attachment; filename="redaction-record.csv"'
    assert sorted(row[head.index("state")] for row in rows) == ["in_force"] * 4 + ["lifted"]


def test_figures_of_the_record_count_words_and_those_of_a_reviewer_do_not(
    shared_room: SharedWorld,
) -> None:
    world = shared_room
    whole = read(world, world.author, "/record/figures")
    assert (whole["all"], whole["words"], whole["pages_touched"]) == (5, 7, 4)
    own = read(world, world.reviewer_b, "/figures")
    assert (own["all"], own["withheld"], own["words"]) == (5, 4, None)
    assert [c["name"] for c in own["sections"]] == ["Purpose", "Systems", "Costs", "Conclusion"]
    page = world.reviewer_b.client.get(room(world, "/figures")).text
    assert "<svg" in page
    assert "style=" not in page
