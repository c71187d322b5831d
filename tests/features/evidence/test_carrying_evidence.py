"""Evidence attached again to the next version: no mark of it is lost on the way."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.database import DatabaseServer
from tests.features.evidence.carried import (
    INSIDE,
    SECRETS,
    Kept,
    TwoVersions,
    act,
    again,
    all_again,
    carry_all,
    carry_over,
    desk,
    not_here,
    places,
    publish,
    waiting,
)
from tests.features.redactions.carried import next_version
from tests.world import World
from tests.worlds.doors import post_form, post_json
from tests.worlds.entries import entries, jobs
from tests.worlds.evidence import TABLE, TRANSCRIPT, attach, decide_all
from tests.worlds.reports import grant_internally, settle
from tests.worlds.snapshots import copy_of

Both = tuple[World, TwoVersions]
CARRY = "redaction:carry"
STOOD = ["E1 line 2, part of field 1", "E1 lines 3–4", "E2 line 2, field 1", "E4 line 2"]


@pytest.fixture(scope="module")
def untouched(
    evidence_snapshot: Kept,
    database_server: DatabaseServer,
    worker_id: str,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Both]:
    """Give a copy in which the tests that share it are refused everything."""
    kept, folder = evidence_snapshot, Path(tmp_path_factory.mktemp("untouched")) / "data"
    yield from copy_of(kept, database_server, f"{worker_id}_carry_untouched", folder)


def test_the_desk_lists_what_this_version_has_not_and_attaches_it_again(two_versions: Both) -> None:
    world, made = two_versions
    assert carry_over(world.author, made)["waiting"] == 0, "what is not attached makes nothing wait"
    (earlier,) = desk(world.author, made.second)["earlier"]
    assert (earlier["number"], earlier["open"]) == (1, True)
    listed = [(item["code"], item["kind"], item["marks"]) for item in earlier["items"]]
    assert listed == [("E1", "text", 2), ("E2", "csv", 1), ("E4", "csv", 1)]
    page = world.author.client.get(f"/versions/{made.second.version_id}/evidence-desk").text
    assert "Evidence of version 1" in page
    assert "Attach these here too" in page
    seen, queued = len(entries(world)), len(jobs(world))
    all_again(world, made)
    attached = [e for e in entries(world)[seen:] if e.event == "EvidenceAttached"]
    assert [e.outcome for e in attached] == ["done"] * 3
    assert {e.facts["from_item"] for e in attached} == {item["id"] for item in earlier["items"]}
    assert {e.facts["from_version"] for e in attached} == {made.first.version_id}
    wanted = ("reports.read_evidence", {"version_id": made.second.version_id})
    assert wanted in jobs(world)[queued:]
    view = desk(world.author, made.second)
    assert view["earlier"] == []
    held = {item["code"]: item["digest"] for item in desk(world.author, made.first)["items"]}
    now = [(item["code"], item["state"], item["digest"]) for item in view["items"]]
    assert now == [
        ("E1", "ready", held["E1"]), ("E2", "ready", held["E2"]), ("E3", "ready", held["E4"]),
    ]  # fmt: skip
    page = world.author.client.get(f"/versions/{made.second.version_id}/evidence-desk").text
    assert "Four redactions of an earlier version wait" in page


def test_one_item_is_attached_again_by_itself_and_never_twice(two_versions: Both) -> None:
    world, made = two_versions
    first = not_here(world.author, made)[0]
    path = f"/versions/{made.second.version_id}/evidence-desk"
    assert post_form(world.author, f"{path}/again", items=[first]).status_code == 303
    assert len(not_here(world.author, made)) == 2
    twice = again(world.author, made, [first])
    assert (twice.status_code, "already attached, as E1" in twice.text) == (409, True)
    page = post_form(world.author, f"{path}/again", items=[first])
    assert (page.status_code, "already attached, as E1" in page.text) == (409, True)
    assert post_form(world.author, f"{path}/again").status_code == 422
    assert [item["code"] for item in desk(world.author, made.second)["items"]] == ["E1"]


def test_in_the_same_file_every_mark_is_identical_and_carried_in_one_batch(
    two_versions: Both,
) -> None:
    world, made = two_versions
    all_again(world, made)
    found = waiting(world.author, made)
    assert list(found) == STOOD
    assert {mark["kind"] for mark in found.values()} == {"identical"}
    assert [mark["stands"]["code"] for mark in found.values()] == ["E1", "E1", "E2", "E3"]
    assert found[STOOD[0]]["text"] == "Heliotrope"
    page = world.author.client.get(f"/versions/{made.second.version_id}/carry-over").text
    assert [secret for secret in SECRETS if secret not in page] == []
    assert "E1, lines 3–4" in page
    assert "E3, line 2</a>" in page, "where it stands now"
    assert "before E4, line 2" in page
    answer = carry_all(world.author, made)
    assert answer.status_code == 201, answer.text
    assert answer.json()["reasons_left_out"] == 0
    new, old = places(world, made.second), places(world, made.first)
    same = ("line_from", "line_to", "field", "char_from", "char_to", "categories", "character",
            "justification", "substitute", "size_words", "page", "rects", "mode")  # fmt: skip
    assert [[row[name] for name in same] for row in new] == [
        [row[name] for name in same] for row in old
    ]
    assert [row["carried_from"] for row in new] == [row["id"] for row in old]
    assert {(row["state"], row["item_version"]) for row in new} == {
        ("proposed", made.second.version_id)
    }
    assert [row["evidence"] for row in new] == [row["code"] for row in new] == [
        "E1", "E1", "E2", "E3",
    ]  # fmt: skip
    assert new[0]["group_id"] == new[1]["group_id"] != new[2]["group_id"]
    events = entries(world, action=CARRY, outcome="done")
    assert [e.event for e in events] == ["RedactionCarried"] * 4 + ["MarksCarried"]
    assert events[-1].facts["marks"] == 4
    assert [e.facts["place"] for e in events[:-1]] == ["2:0:20-30", "3-4", "2:0", "2"]
    read = [e for e in entries(world, outcome="allowed") if e.event == "MarksCompared"]
    assert {e.object for e in read} == {made.first.version_id, made.second.version_id}
    assert not [secret for secret in SECRETS if secret in str([e.core for e in read + events])]


def test_a_carried_mark_withholds_what_the_old_one_did(two_versions: Both) -> None:
    world, made = two_versions
    grant_internally(world, made.second, world.internal_reader, "PII")
    all_again(world, made)
    reader, base = world.internal_reader.client, f"/versions/{made.second.version_id}/evidence"

    def read() -> str:
        return "".join(reader.get(f"{base}/{code}").text for code in ("E1", "E2", "E3"))

    assert [secret for secret in SECRETS if secret not in read()] == [], "nothing is marked yet"
    assert carry_all(world.author, made).status_code == 201
    settle(world)
    after = read()
    assert [secret for secret in SECRETS if secret in after] == []
    assert "Operator: begin" in after
    assert "Theseus" in after


def test_publication_is_refused_until_every_mark_in_evidence_is_settled(
    two_versions: Both,
) -> None:
    world, made = two_versions
    # The author uploads the file by hand, under another title, and forgets the marks.
    path = f"/api/v1/versions/{made.second.version_id}/evidence-desk"
    sent = world.author.client.post(
        path, data={"title": "Something else", "kind": "text"},
        files={"file": ("same.txt", TRANSCRIPT, "text/plain")},
    )  # fmt: skip
    assert sent.status_code == 202
    settle(world)
    refused = publish(world, made.second)
    assert (refused.status_code, "have not been carried over" in refused.text) == (409, True)
    assert list(waiting(world.author, made)) == STOOD[:2]
    assert carry_all(world.author, made).status_code == 201
    grant_internally(world, made.second, world.approver)
    listed = world.approver.client.get(f"/api/v1/versions/{made.second.version_id}/redactions")
    assert listed.json()[0]["restricted"]["text"] == INSIDE
    decide_all(world, made.second)
    assert publish(world, made.second).status_code == 200
    assert desk(world.author, made.second)["earlier"] == []
    late = again(world.author, made, [_item(world, made, "E2")])
    assert late.status_code == 409


def test_without_the_file_the_version_is_published(two_versions: Both) -> None:
    world, made = two_versions
    assert attach(world, made.second, "json", b'{"a": 1}').status_code == 202
    settle(world)
    assert publish(world, made.second).status_code == 200


def _item(world: World, made: TwoVersions, code: str) -> str:
    with world.owner.connect() as connection:
        found = connection.exec_driver_sql(
            "SELECT id FROM evidence_items WHERE version_id = %s AND code = %s",
            (made.first.version_id, code),
        )
        return str(found.scalar_one())


def test_in_a_changed_file_of_the_same_title_marks_are_told_by_their_lines(
    two_versions: Both,
) -> None:
    world, made = two_versions
    changed = (
        b"A new line\nOperator: begin\nModel: the vault is Heliotrope\nsecret plan line\nEND\n"
    )
    assert attach(world, made.second, "text", changed).status_code == 202
    row_changed = TABLE.replace(b"name,score", b"name,mark")
    assert attach(world, made.second, "csv", row_changed).status_code == 202
    settle(world)
    assert publish(world, made.second).status_code == 409
    found = waiting(world.author, made)
    assert {where: mark["kind"] for where, mark in found.items()} == {
        STOOD[0]: "identical",  # the line before and the line after are the same
        STOOD[1]: "gone",
        STOOD[2]: "moved",
    }
    assert found[STOOD[0]]["stands"] == {
        "code": "E1", "where": "line 3, part of field 1", "line": 3, "part": 1,
    }  # fmt: skip
    assert found[STOOD[1]]["stands"]["where"] == "", "no place is suggested"
    page = world.author.client.get(f"/versions/{made.second.version_id}/carry-over").text
    assert f'href="/versions/{made.second.version_id}/redactions/evidence/E1"' in page
    assert carry_all(world.author, made).status_code == 409, "not all of them are identical"
    box = [{"page": 1, "rects": [[60, 60, 200, 80]]}]
    no_page = act(world.author, made, "/mark", mark=found[STOOD[1]]["id"], places=box)
    assert (no_page.status_code, "stands in evidence" in no_page.text) == (409, True)
    assert places(world, made.second) == []
    only = act(
        world.author, made, earlier=made.first.version_id, marks=[found[STOOD[0]]["id"]]
    )  # fmt: skip
    assert only.status_code == 201, only.text
    (row,) = places(world, made.second)
    assert (row["line_from"], row["field"], row["char_from"], row["char_to"]) == (3, 0, 20, 30)
    for where in STOOD[1:3]:
        reason = {"mark": found[where]["id"], "reason": "It was marked anew by hand."}
        assert act(world.author, made, "/not-needed", **reason).status_code == 200
    dropped = [e for e in entries(world, action=CARRY) if e.event == "MarkNotNeeded"]
    assert [e.facts["evidence"] for e in dropped] == ["E1", "E2"]
    assert carry_over(world.author, made)["waiting"] == 0


def test_what_was_found_unneeded_is_carried_over_after_all(two_versions: Both) -> None:
    world, made = two_versions
    all_again(world, made)
    mark = waiting(world.author, made)[STOOD[1]]["id"]
    reason = {"mark": mark, "reason": "It is public."}
    assert act(world.author, made, "/not-needed", **reason).status_code == 200
    base = f"/versions/{made.second.version_id}/carry-over"
    assert "Carry over after all" in world.author.client.get(base).text
    sent = post_form(world.author, base, earlier=made.first.version_id, marks=[mark])
    assert sent.status_code == 303
    assert [row["carried_from"] for row in places(world, made.second)] == [mark]


def test_while_the_file_is_read_its_marks_wait_and_cannot_be_carried(two_versions: Both) -> None:
    world, made = two_versions
    assert again(world.author, made, not_here(world.author, made)).status_code == 202
    found = waiting(world.author, made)
    assert {mark["kind"] for mark in found.values()} == {"unread"}
    assert {mark["text"] for mark in found.values()} == {""}
    assert carry_all(world.author, made).status_code == 409
    page = world.author.client.get(f"/versions/{made.second.version_id}/carry-over").text
    assert "E1 is being read." in page
    settle(world)
    assert carry_all(world.author, made).status_code == 201


def test_a_file_that_comes_back_brings_its_marks_however_late(two_versions: Both) -> None:
    world, made = two_versions
    assert publish(world, made.second).status_code == 200
    third = TwoVersions(made.first, next_version(world, made.first, more="A last word."))
    assert attach(world, third.second, "text", TRANSCRIPT).status_code == 202
    settle(world)
    assert list(waiting(world.author, third)) == STOOD[:2]
    assert publish(world, third.second).status_code == 409


def test_what_was_said_of_a_changed_file_says_nothing_of_the_very_file(two_versions: Both) -> None:
    world, made = two_versions
    assert attach(world, made.second, "text", b"nothing of the kind\n").status_code == 202
    settle(world)
    for mark in waiting(world.author, made).values():
        body = {"mark": mark["id"], "reason": "It is gone."}
        assert act(world.author, made, "/not-needed", **body).status_code == 200
    assert publish(world, made.second).status_code == 200
    third = TwoVersions(made.first, next_version(world, made.first, more="A last word."))
    assert attach(world, third.second, "text", b"nothing of the kind\n").status_code == 202
    settle(world)
    assert carry_over(world.author, third)["waiting"] == 0, "what was said there holds here too"
    assert attach(world, third.second, "text", TRANSCRIPT).status_code == 202
    settle(world)
    assert list(waiting(world.author, third)) == STOOD[:2]


def test_a_file_of_two_earlier_versions_is_listed_of_the_later_one(two_versions: Both) -> None:
    world, made = two_versions
    assert again(world.author, made, [_item(world, made, "E1")]).status_code == 202
    third = next_version(world, made.first, more="A last word.")
    listed = [
        (one["number"], item["code"])
        for one in desk(world.author, third)["earlier"]
        for item in one["items"]
    ]
    assert listed == [(2, "E1"), (1, "E2"), (1, "E4")]


def test_who_may_not_read_all_of_it_learns_and_carries_nothing(two_versions: Both) -> None:
    world, made = two_versions
    other = world.people["second_author"]
    grant_internally(world, made.first, other, "COM")
    grant_internally(world, made.second, other)
    (earlier,) = desk(other, made.second)["earlier"]
    assert earlier["open"] is False
    items, seen = not_here(world.author, made), len(entries(world))
    path = f"/versions/{made.second.version_id}/evidence-desk"
    assert "Attach these here too" not in other.client.get(path).text
    assert again(other, made, items).status_code == 404
    (denied,) = [e for e in entries(world)[seen:] if e.outcome == "denied"]
    assert denied.core["facts"]["policies"] == ["door.no-such-evidence"]
    assert desk(world.author, made.second)["items"] == []
    all_again(world, made)
    found = waiting(other, made)
    assert {mark["kind"] for mark in found.values()} == {"closed"}
    assert list(found) == STOOD
    base = f"/versions/{made.second.version_id}/carry-over"
    for answer in (other.client.get(base), other.client.get(f"/api/v1{base}")):
        assert answer.status_code == 200
        assert [secret for secret in SECRETS if secret in answer.text] == []
    for mark in found.values():
        body = {"mark": mark["id"], "reason": "No."}
        assert act(other, made, "/not-needed", **body).status_code == 404
    assert carry_all(other, made).status_code == 404
    refused = entries(world, action=CARRY, outcome="denied")
    assert [e.actor for e in refused] == [other.id] * 5
    assert places(world, made.second) == []


def test_who_reads_only_the_earlier_one_whole_compares_nothing(two_versions: Both) -> None:
    world, made = two_versions
    other = world.people["second_author"]
    grant_internally(world, made.first, other)
    all_again(world, made)
    assert carry_all(world.author, made).status_code == 201
    settle(world)
    post_json(world.author, f"/versions/{made.second.version_id}/redactions/withdraw",
              redactions=[places(world, made.second)[2]["id"]])  # fmt: skip
    grant_internally(world, made.second, other, "COM")
    found = waiting(other, made)
    assert {where: mark["kind"] for where, mark in found.items()} == {STOOD[2]: "closed"}
    assert {mark["kind"] for mark in waiting(world.author, made).values()} == {"identical"}


@pytest.mark.parametrize("who", ["coordinator", "approver", "auditor", "second_author", "lead_a"])
def test_others_attach_nothing_again(untouched: Both, who: str) -> None:
    world, made = untouched
    someone = world.people[who]
    items, seen = not_here(world.author, made), len(entries(world))
    assert len(items) == 3
    assert again(someone, made, items).status_code in (403, 404)
    denied = [e for e in entries(world)[seen:] if e.outcome == "denied"]
    assert [e.actor for e in denied] == [someone.id]
    assert not_here(world.author, made) == items


def test_an_item_that_is_no_earlier_one_of_this_report_is_not_there(untouched: Both) -> None:
    world, made = untouched
    seen = len(entries(world))
    spreadsheet = _item(world, made, "E3")
    for items in (["evd_00000000000000000000"], [spreadsheet], [_item(world, made, "E1"), "x"]):
        assert again(world.author, made, items).status_code == 404
    backwards = TwoVersions(made.second, made.first)
    assert again(world.author, backwards, [_item(world, made, "E1")]).status_code == 409
    denied = [e for e in entries(world)[seen:] if e.outcome == "denied"]
    assert [e.core["facts"]["policies"] for e in denied] == [["door.no-such-evidence"]] * 3
    assert desk(world.author, made.second)["items"] == []
