"""Marks of a version carried over to the next: together where identical, else one by one."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import text

from app.features.reports.tasks import build_editions
from tests.features.redactions.carried import (
    COM,
    INSIDE,
    KINDS,
    LEG,
    MOVED,
    PII,
    SEC,
    TwoVersions,
    act,
    carry_identical,
    carry_over,
    next_version,
    waiting,
)
from tests.world import World
from tests.worlds.doors import post_json
from tests.worlds.entries import entries, jobs
from tests.worlds.reports import grant_internally

Both = tuple[World, TwoVersions]
CARRY = "redaction:carry"


def rows(world: World, made: TwoVersions) -> list[dict[str, object]]:
    """Read the marks of the second version."""
    statement = text("SELECT * FROM redactions WHERE version_id = :v ORDER BY page, id")
    with world.owner.connect() as connection:
        found = connection.execute(statement, {"v": made.second.version_id})
        return [dict(row._mapping) for row in found]


def test_each_mark_is_told_by_what_became_of_its_words(two_versions: Both) -> None:
    world, made = two_versions
    found = waiting(world.author, made)
    assert {key: mark["kind"] for key, mark in found.items()} == {
        f"{LEG}, 1": "changed",
        f"{MOVED} 1": "moved",
        f"{SEC} 2": "identical",
        f"{PII} 2": "identical",
        f"{COM} 3": "gone",
        f"{SEC} 4": "several",
        "A drawing 2": "area",
    }
    assert KINDS[PII] == "identical"
    assert found[f"{LEG}, 1"]["spots"][0]["text"] == "BOREALIS,"
    assert [s["places"][0]["page"] for s in found[f"{SEC} 4"]["spots"]] == [4, 2]
    assert found["A drawing 2"]["spots"][0]["places"][0]["page"] == 2
    view = carry_over(world.author, made)
    assert (view["waiting"], view["carried"], view["not_needed"]) == (7, 0, 0)
    read = [e for e in entries(world, outcome="allowed") if e.event == "MarksCompared"]
    assert {e.object for e in read} == {made.first.version_id, made.second.version_id}
    assert {e.action for e in read} == {"report:version:read"}
    assert SEC not in str([e.core for e in read]), "the log has no words"


def test_what_is_identical_is_confirmed_as_one_recorded_batch(two_versions: Both) -> None:
    world, made = two_versions
    before = len(jobs(world))
    answer = carry_identical(world.author, made)
    assert answer.status_code == 201, answer.text
    assert answer.json()["reasons_left_out"] == 0
    new = {row["character"]: row for row in rows(world, made)}
    assert set(new) == {"Name of a system", "A name"}
    assert all(row["state"] == "proposed" for row in new.values())
    assert all(row["proposed_by"] == world.author.id for row in new.values())
    assert (new["A name"]["mode"], new["Name of a system"]["substitute"]) == ("line", "System A")
    events = entries(world, action=CARRY, outcome="done")
    assert [e.event for e in events] == ["RedactionCarried", "RedactionCarried", "MarksCarried"]
    batch = events[-1]
    assert (batch.facts["marks"], batch.facts["from_number"]) == (2, 1)
    assert batch.facts["from_version"] == made.first.version_id
    assert sorted(batch.facts["redactions"]) == sorted(str(row["id"]) for row in new.values())
    assert [name for name, _ in jobs(world)[before:]] == ["reports.build_editions"]
    view = carry_over(world.author, made)
    assert (view["waiting"], view["carried"]) == (5, 2)


def test_a_carried_mark_withholds_what_the_old_one_did(two_versions: Both) -> None:
    world, made = two_versions
    grant_internally(world, made.second, world.internal_reader, "COM")
    reader = world.internal_reader.client
    path = f"/api/v1/versions/{made.second.version_id}/pages/2"
    assert SEC in reader.get(path).text
    assert carry_identical(world.author, made).status_code == 201
    build_editions(world.worker, version_id=made.second.version_id)
    shown = reader.get(path)
    assert shown.status_code == 200
    assert SEC not in shown.text
    assert "Marchetti" not in shown.text
    assert "traffic" in shown.text


def test_only_identical_marks_go_in_the_batch(two_versions: Both) -> None:
    world, made = two_versions
    found = waiting(world.author, made)
    wanted = [found[f"{SEC} 2"]["id"], found[f"{MOVED} 1"]["id"]]
    answer = act(world.author, made, earlier=made.first.version_id, marks=wanted)
    assert answer.status_code == 409
    assert rows(world, made) == [], "nothing at all was carried over"


def test_others_are_carried_one_by_one_to_a_place_that_was_looked_at(two_versions: Both) -> None:
    world, made = two_versions
    mark = waiting(world.author, made)[f"{LEG}, 1"]
    answer = act(world.author, made, "/mark", mark=mark["id"], places=mark["spots"][0]["places"])
    assert answer.status_code == 201, answer.text
    (row,) = rows(world, made)
    assert (row["carried_from"], row["categories"], row["page"]) == (mark["id"], ["LEG"], 1)
    assert row["size_words"] == 1
    events = [e.event for e in entries(world, action=CARRY, outcome="done")]
    assert events[-1] == "RedactionCarried"
    assert mark["id"] not in str(waiting(world.author, made))


def test_marks_of_one_group_stay_one_group_for_the_approver(two_versions: Both) -> None:
    world, made = two_versions
    grant_internally(world, made.second, world.approver)
    assert carry_identical(world.author, made).status_code == 201
    mark = waiting(world.author, made)[f"{SEC} 4"]
    places = mark["spots"][0]["places"]
    assert act(world.author, made, "/mark", mark=mark["id"], places=places).is_success
    path = f"/versions/{made.second.version_id}/redactions"
    groups = world.approver.client.get(f"/api/v1{path}").json()
    (group,) = [g for g in groups if g["character"] == "Name of a system"]
    assert (len(group["redactions"]), group["undecided"]) == (2, 2)
    assert group["restricted"]["text"] == INSIDE
    decided = {"groups": [group["id"]], "approve": True, "statement": True}
    assert post_json(world.author, f"{path}/decide", **decided).status_code == 403
    assert post_json(world.approver, f"{path}/decide", **decided).status_code == 200


def test_what_is_not_needed_needs_a_reason_and_may_be_carried_over_after_all(
    two_versions: Both,
) -> None:
    world, made = two_versions
    mark = waiting(world.author, made)[f"{MOVED} 1"]
    refused = act(world.author, made, "/not-needed", mark=mark["id"], reason=" ")
    assert refused.status_code == 422
    why = "The outside reviewers are public by now."
    answer = act(world.author, made, "/not-needed", mark=mark["id"], reason=why)
    assert answer.status_code == 200, answer.text
    (dropped,) = answer.json()["earlier"][0]["not_needed"]
    assert dropped["not_needed"]["reason"] == why
    (entry,) = [e for e in entries(world, action=CARRY) if e.event == "MarkNotNeeded"]
    assert (entry.object, entry.facts["from_number"]) == (mark["id"], 1)
    assert why not in str(entry.core) + str(entry.content), "its reason is a guarded text"
    twice = act(world.author, made, "/not-needed", mark=mark["id"], reason=why)
    assert twice.status_code == 409
    places = mark["spots"][0]["places"]
    after_all = act(world.author, made, "/mark", mark=mark["id"], places=places)
    assert after_all.status_code == 201, after_all.text
    view = carry_over(world.author, made)
    assert (view["carried"], view["not_needed"]) == (1, 0)


def test_a_carried_mark_that_is_withdrawn_waits_again(two_versions: Both) -> None:
    world, made = two_versions
    new = [mark["id"] for mark in carry_identical(world.author, made).json()["marks"]]
    path = f"/versions/{made.second.version_id}/redactions"
    assert post_json(world.author, f"{path}/withdraw", redactions=new).status_code == 200
    assert carry_over(world.author, made)["waiting"] == 7
    assert carry_identical(world.author, made).status_code == 201


def test_a_carried_mark_that_is_moved_stays_carried(two_versions: Both) -> None:
    world, made = two_versions
    (mark, _) = carry_identical(world.author, made).json()["marks"]
    path = f"/versions/{made.second.version_id}/redactions"
    body = {"redaction": mark["id"], "revision": 1, "rects": [[60, 60, 200, 80]]}
    assert post_json(world.author, f"{path}/change", **body).status_code == 200
    assert carry_over(world.author, made)["waiting"] == 5


def test_publication_waits_until_every_mark_is_settled(two_versions: Both) -> None:
    world, made = two_versions
    grant_internally(world, made.second, world.approver)
    publish = f"/versions/{made.second.version_id}/publish"
    refused = post_json(world.coordinator, publish)
    assert refused.status_code == 409
    assert "version 1 have not been carried over" in refused.text
    assert carry_identical(world.author, made).status_code == 201
    for mark in waiting(world.author, made).values():
        body = {"mark": mark["id"], "reason": "It is public now."}
        assert act(world.author, made, "/not-needed", **body).status_code == 200
    path = f"/versions/{made.second.version_id}/redactions"
    groups = [g["id"] for g in world.approver.client.get(f"/api/v1{path}").json()]
    decided = {"groups": groups, "approve": True, "statement": True}
    assert post_json(world.approver, f"{path}/decide", **decided).status_code == 200
    assert post_json(world.coordinator, publish).status_code == 200
    assert act(world.author, made, "/not-needed", mark="x", reason="y").status_code == 403


def test_two_who_confirm_at_once_carry_each_mark_once(two_versions: Both) -> None:
    world, made = two_versions
    other = world.people["second_author"]
    for version in (made.first, made.second):
        grant_internally(world, version, other)
    (earlier,) = carry_over(world.author, made)["earlier"]
    body = {
        "earlier": made.first.version_id,
        "marks": [mark["id"] for mark in earlier["identical"]],
    }
    with ThreadPoolExecutor(2) as threads:
        sent = [threads.submit(act, who, made, **body) for who in (world.author, other)]
        answers = [one.result() for one in sent]
    assert sorted(answer.status_code for answer in answers) == [201, 409]
    assert len(rows(world, made)) == 2


def test_nothing_is_shown_of_a_mark_whose_category_is_not_lifted(two_versions: Both) -> None:
    world, made = two_versions
    other = world.people["second_author"]
    grant_internally(world, made.first, other, "COM")
    grant_internally(world, made.second, other)
    answer = other.client.get(f"/api/v1/versions/{made.second.version_id}/carry-over")
    assert answer.status_code == 200, answer.text
    for secret in (LEG, SEC, "Marchetti"):
        assert secret not in answer.text
    page = other.client.get(f"/versions/{made.second.version_id}/carry-over")
    assert not [secret for secret in (LEG, SEC, "Marchetti") if secret in page.text]
    (earlier,) = answer.json()["earlier"]
    assert {mark["kind"] for mark in earlier["closed"]} == {"closed"}
    assert len(earlier["closed"]) == 5
    assert {mark["kind"] for mark in earlier["others"]} == {"gone", "moved"}
    assert earlier["identical"] == [], "something is withheld: nobody knows what stands between"
    closed = earlier["closed"][0]["id"]
    place = {"page": 1, "rects": [[60, 60, 200, 80]]}
    for what, more in (("/mark", {"places": [place]}), ("/not-needed", {"reason": "No."})):
        assert act(other, made, what, mark=closed, **more).status_code == 404
    batch = act(other, made, earlier=made.first.version_id, marks=[closed])
    assert batch.status_code == 404
    refused = entries(world, action=CARRY, outcome="denied")
    assert [e.actor for e in refused] == [other.id] * 3
    assert rows(world, made) == []


def test_who_cannot_read_the_earlier_version_learns_its_number_only(two_versions: Both) -> None:
    world, made = two_versions
    grant_internally(world, made.second, world.people["second_author"])
    view = carry_over(world.people["second_author"], made)
    assert view["earlier"] == [
        {
            "version_id": made.first.version_id, "number": 1, "open": False, "waiting": 7,
            "identical": [], "others": [], "closed": [], "not_needed": [],
        }
    ]  # fmt: skip


@pytest.mark.parametrize("who", ["coordinator", "auditor", "second_author", "lead_a", "reviewer_b"])
def test_others_neither_see_nor_carry_anything(two_versions: Both, who: str) -> None:
    world, made = two_versions
    someone = world.people[who]
    path = f"/versions/{made.second.version_id}/carry-over"
    mark = waiting(world.author, made)[f"{SEC} 2"]["id"]
    body = {"earlier": made.first.version_id, "marks": [mark]}
    for answer in (
        someone.client.get(path),
        someone.client.get(f"/api/v1{path}"),
        act(someone, made, **body),
        act(someone, made, "/not-needed", mark=mark, reason="No."),
    ):
        assert answer.status_code in (403, 404)
        assert SEC not in answer.text
    denied = [e for e in entries(world, action=CARRY, outcome="denied") if e.actor == someone.id]
    assert len(denied) == 4


def test_a_mark_of_another_report_is_not_there(two_versions: Both) -> None:
    world, made = two_versions
    mark = {"mark": "red_00000000000000000000", "reason": "No."}
    assert act(world.author, made, "/not-needed", **mark).status_code == 404
    (entry,) = entries(world, action=CARRY, outcome="denied")
    assert entry.core["facts"]["policies"] == ["door.no-such-mark"]


def test_a_restricted_justification_stays_behind_where_the_carrier_may_not_read_it(
    two_versions: Both,
) -> None:
    world, made = two_versions
    other = world.people["second_author"]
    for version in (made.first, made.second):
        grant_internally(world, version, other)
    with world.owner.begin() as connection:
        connection.execute(
            text("UPDATE guarded_fields SET sensitivity = '{NAT,SEC}' WHERE field = :f"),
            {"f": "restricted_justification"},
        )
        connection.execute(
            text("UPDATE grants SET lifted = array_remove(lifted, 'NAT') WHERE person_ids = :p"),
            {"p": [other.id]},
        )
    answer = carry_identical(other, made)
    assert answer.status_code == 201, answer.text
    assert answer.json()["reasons_left_out"] == 1
    listed = world.author.client.get(f"/api/v1/versions/{made.second.version_id}/redactions")
    assert INSIDE not in listed.text


def test_a_restricted_justification_keeps_what_its_readers_needed(two_versions: Both) -> None:
    world, made = two_versions
    with world.owner.begin() as connection:
        connection.execute(
            text("UPDATE guarded_fields SET sensitivity = '{NAT,SEC}' WHERE field = :f"),
            {"f": "restricted_justification"},
        )
    assert carry_identical(world.author, made).status_code == 201
    statement = text(
        "SELECT sensitivity FROM guarded_fields WHERE field = 'restricted_justification'"
        " AND version_id = :v"
    )
    with world.owner.connect() as connection:
        kept = connection.execute(statement, {"v": made.second.version_id}).scalar_one()
    assert {"NAT", "SEC"} <= set(kept)


def test_a_third_version_takes_what_the_second_carried_and_what_it_left(two_versions: Both) -> None:
    world, made = two_versions
    assert carry_identical(world.author, made).status_code == 201
    third = TwoVersions(made.first, next_version(world, made.first, more="A last word."))
    view = carry_over(world.author, third)
    assert {(one["number"], one["waiting"]) for one in view["earlier"]} == {(2, 2), (1, 5)}
