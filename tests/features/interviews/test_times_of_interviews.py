"""The time of an interview: proposed, answered with others, chosen, moved, cancelled."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text

from tests.world import Someone, World
from tests.worlds.interviews import NOTES, WHERE, Interviewed, interview_in, soon
from tests.worlds.reports import SharedVersion
from tests.worlds.requests import request_in

FULL = {"minutes": 30, "place": "telephone"}


def fresh(world: World, version: SharedVersion, step: str = "assigned") -> Interviewed:
    """Give a request of which no time is proposed yet."""
    return Interviewed(request_in(world, step, version), soon())


def test_the_publisher_proposes_and_the_asker_chooses(world: World, version: SharedVersion) -> None:
    made = fresh(world, version)
    assert made.seen_by(world.coordinator)["acts"] == ["propose"]
    assert made.seen_by(world.reviewer_a)["acts"] == []
    first = soon(24)
    made.propose(world.coordinator, soon(48), first, **FULL)
    for someone, acts in (
        (world.reviewer_a, ["propose", "choose", "cancel"]),
        (world.responder, ["propose", "cancel"]),
    ):
        assert made.seen_by(someone)["acts"] == acts
    seen = made.seen_by(world.lead_a)
    assert [slot["place"] for slot in seen["slots"]] == ["telephone"] * 2
    assert seen["where"]["body"] == WHERE
    made.choose(world.lead_a)
    for someone in (world.reviewer_a, world.coordinator, world.responder):
        seen = made.seen_by(someone)
        assert (seen["standing"], seen["minutes"], seen["sequence"]) == ("agreed", 30, 0)
        assert datetime.fromisoformat(seen["starts_at"]) == first
        assert "Add to your calendar" in made.page_for(someone)
    assert made.asked.entries("request:interview:arrange") == 2


def test_none_of_these_is_answered_with_other_times(world: World, version: SharedVersion) -> None:
    made = interview_in(world, "proposed", version)
    theirs = soon(72)
    made.propose(world.reviewer_a, theirs)
    assert made.seen_by(world.coordinator)["standing"] == "waits_for_publisher"
    assert "choose" not in made.seen_by(world.lead_a)["acts"]
    made.choose(world.responder)
    assert made.seen_by(world.lead_a)["starts_at"].startswith(theirs.isoformat()[:16])
    steps = [step["name"] for step in made.asked.seen_by(world.lead_a)["timeline"]]
    assert steps[-3:] == ["InterviewProposed", "InterviewCountered", "InterviewAgreed"]


def test_nobody_chooses_among_their_own_times(world: World, version: SharedVersion) -> None:
    made = interview_in(world, "proposed", version)
    slot = made.seen_by(world.coordinator)["slots"][0]["id"]
    made.post(world.coordinator, "choice", status=409, slot_id=slot)
    made.post(world.responder, "choice", status=409, slot_id=slot)
    other = interview_in(world, "proposed", version).seen_by(world.lead_a)["slots"][0]["id"]
    refused = made.post(world.lead_a, "choice", status=422, slot_id=other)
    assert "slot_id" in refused["fields"]
    assert made.seen_by(world.lead_a)["standing"] == "waits_for_asker"


@pytest.mark.parametrize("who", ["reviewer_a", "responder"])
def test_either_side_moves_it_until_it_began(
    world: World, version: SharedVersion, who: str
) -> None:
    made = interview_in(world, "agreed", version)
    new = soon(1)
    body = {"starts": [new.isoformat()], "reason": "clash"}
    made.post(world.people[who], "move", **body)
    seen = made.seen_by(world.coordinator)
    assert (seen["starts_at"], seen["reason"], seen["sequence"]) == (None, "clash", 1)
    chooser = world.coordinator if who == "reviewer_a" else world.lead_a
    made.choose(chooser)
    assert made.seen_by(world.lead_a)["sequence"] == 2
    made.starts_at = new
    with made.later():
        made.post(world.people[who], "move", status=409, **body)
        made.post(world.people[who], "cancel", status=409, reason="technical")


@pytest.mark.parametrize("who", ["lead_a", "coordinator"])
def test_either_side_cancels_with_a_reason(world: World, version: SharedVersion, who: str) -> None:
    made = interview_in(world, "agreed", version)
    made.post(world.people[who], "cancel", reason="person_away")
    for someone in (world.reviewer_a, world.responder):
        assert "Somebody who is needed is away".lower() in made.page_for(someone)
    made.post(world.people[who], "cancel", status=409, reason="person_away")
    made.post(world.reviewer_a, "times", status=409, starts=[soon(30).isoformat()])
    made.propose(world.coordinator, soon(30))  # the publisher may begin anew


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"starts": []}, "starts"),
        ({"starts": ["2020-01-01T10:00"]}, "starts"),
        ({"starts": ["9999-12-31T23:59:59-14:00"]}, "starts"),
        ({"starts": ["0001-01-01T00:00:00+14:00"]}, "starts"),
        ({"starts": [soon(800 * 24).isoformat()]}, "starts"),
        ({"starts": [soon().isoformat()] * 2}, "starts"),
        ({"starts": [soon(n).isoformat() for n in range(1, 9)]}, "starts"),
        ({"minutes": 0}, "minutes"),
        ({"place": "in the park"}, "place"),
        ({"nothing_withheld": False}, "nothing_withheld"),
    ],
)
def test_what_cannot_be_proposed(
    world: World, version: SharedVersion, change: dict[str, Any], field: str
) -> None:
    made = fresh(world, version)
    good = {"starts": [soon().isoformat()], "where": WHERE, "nothing_withheld": True}
    refused = made.post(world.coordinator, "times", status=422, **{**good, **change})
    assert field in refused["fields"] or field in str(refused)
    assert made.seen_by(world.lead_a)["standing"] == "none"


def test_who_answers_gives_the_asker_no_words_of_their_own(
    world: World, version: SharedVersion
) -> None:
    made = fresh(world, version)
    body = {"starts": [soon(24).isoformat()], "where": "KEPTINSIDE-PLACE", "nothing_withheld": True}
    refused = made.post(world.responder, "times", status=422, **body)
    assert refused["fields"] == {
        "where": "A coordinator gives the link or address. Propose the times without it."
    }
    assert made.seen_by(world.lead_a)["standing"] == "none"
    made.post(world.responder, "times", starts=[soon(24).isoformat()])
    assert made.seen_by(world.lead_a)["where"] is None
    made.choose(world.lead_a)
    made.post(world.responder, "move", status=422, reason="clash", **body)
    page = made.asked.form(
        world.responder, "interview/move", 422, starts=soon(24).isoformat()[:16], minutes="45",
        place="video", where="KEPTINSIDE-PLACE", nothing_withheld="yes", reason="clash",
    )  # fmt: skip
    assert "A coordinator gives the link or address" in page
    assert "KEPTINSIDE-PLACE" in page
    for someone in (world.reviewer_a, world.lead_a):
        assert "KEPTINSIDE" not in made.page_for(someone)
        assert "KEPTINSIDE" not in someone.client.get(f"{made.path}.ics").text
    assert made.asked.entries("request:interview:arrange") == 2


def test_a_link_that_says_what_is_withheld_from_the_asker_is_not_given(
    world: World, version: SharedVersion
) -> None:
    made = fresh(world, version)
    body = {"starts": [soon(24).isoformat()], "nothing_withheld": True}
    refused = made.post(world.coordinator, "times", status=422, where="Room Halcyon", **body)
    assert "says what is withheld from the asker: “Halcyon”" in refused["fields"]["where"]
    assert made.seen_by(world.lead_a)["standing"] == "none"
    made.post(world.coordinator, "times", where="Room Kingfisher", **body)
    assert made.seen_by(world.lead_a)["where"]["body"] == "Room Kingfisher"
    # What the asker says is their own.
    made.post(world.reviewer_a, "times", where="Room Halcyon", **body)
    assert made.seen_by(world.coordinator)["where"]["body"] == "Room Halcyon"


def test_a_refused_form_keeps_what_was_typed(world: World, version: SharedVersion) -> None:
    made = fresh(world, version)
    typed = {"starts": "2020-01-01T10:00", "minutes": "90", "place": "at_asker", "where": "CANARY"}
    page = made.asked.form(world.coordinator, "interview/times", 422, **typed)
    assert "Time 1 has passed" in page
    for kept in ("2020-01-01T10:00", 'value="90" selected', 'value="at_asker" selected', "CANARY"):
        assert kept in page


def test_a_time_that_has_passed_is_not_chosen(world: World, version: SharedVersion) -> None:
    made = interview_in(world, "proposed", version)
    with made.later():
        slot = made.seen_by(world.lead_a)["slots"][0]
        assert slot["passed"]
        made.post(world.lead_a, "choice", status=422, slot_id=slot["id"])
        made.propose(world.reviewer_a, soon(48))


def _live_in(world: World, someone: Someone, zone: str) -> None:
    with world.owner.begin() as connection:
        statement = text("UPDATE people SET time_zone = :zone WHERE id = :id")
        connection.execute(statement, {"zone": zone, "id": someone.id})


def test_a_time_is_the_proposers_own_and_shown_in_the_readers(
    world: World, version: SharedVersion
) -> None:
    made = fresh(world, version)
    _live_in(world, world.coordinator, "Europe/Berlin")
    _live_in(world, world.lead_a, "America/New_York")
    try:
        summer = datetime(soon().year + 1, 7, 1, 15, 0)  # noqa: DTZ001 # as typed in a form
        made.post(world.coordinator, "times", starts=[summer.isoformat()])
        assert "15:00 to 15:45 CEST" in made.page_for(world.coordinator)
        assert "09:00 to 09:45 EDT" in made.page_for(world.lead_a)
        assert "13:00 to 13:45 UTC" in made.page_for(world.reviewer_a)
        assert "Europe/Berlin" not in made.page_for(world.lead_a)
    finally:
        for someone in (world.coordinator, world.lead_a):
            _live_in(world, someone, "UTC")


def test_another_interview_at_the_same_time_is_warned_of(
    world: World, version: SharedVersion
) -> None:
    taken = interview_in(world, "agreed", version, hours=200)
    made = fresh(world, version)
    half_later = taken.starts_at + timedelta(minutes=30)
    made.propose(world.coordinator, half_later, half_later + timedelta(hours=3))
    for who in (world.coordinator, world.responder, world.reviewer_a):
        assert [slot["clash"] for slot in made.seen_by(who)["slots"]] == [True, False]
    assert "another interview then" in made.page_for(world.reviewer_a)
    # the lead was not asked for the other one, and learns of nobody's calendar
    assert [slot["clash"] for slot in made.seen_by(world.lead_a)["slots"]] == [False, False]
    made.choose(world.reviewer_a)  # warned, not refused
    assert made.seen_by(world.reviewer_a)["clash"]


def test_who_may_not_arrange_it_is_refused_and_recorded(
    world: World, version: SharedVersion
) -> None:
    made = interview_in(world, "proposed", version)
    body = {"starts": [soon().isoformat()]}
    for someone in (world.approver, world.auditor):
        made.post(someone, "times", status=403, **body)
    assert made.asked.entries("request:interview:arrange", "denied") == 2
    for path in ("interview", "interview.ics"):
        url = f"/api/v1/requests/{made.asked.request_id}/{path}"
        foreign = world.lead_b.client.get(url)
        missing = world.lead_b.client.get(f"/api/v1/requests/req_none/{path}")
        assert (foreign.status_code, foreign.content) == (404, missing.content)
    draft = fresh(world, version, "draft")
    draft.post(world.lead_a, "times", status=403, **body)
    draft.post(world.coordinator, "times", status=404, **body)


def test_an_interview_ends_with_its_request_unless_it_had_begun(
    world: World, version: SharedVersion
) -> None:
    made = interview_in(world, "agreed", version)
    made.asked.post(world.lead_a, "withdraw")
    for someone in (world.lead_a, world.coordinator):
        seen = made.seen_by(someone)
        assert (seen["standing"], seen["sequence"], seen["acts"]) == ("cancelled", 1, [])
        assert "STATUS:CANCELLED" in someone.client.get(f"{made.path}.ics").text
    assert made.asked.seen_by(world.lead_a)["interview"] == "cancelled"
    held = interview_in(world, "signed", version)
    with held.later(5):
        held.asked.post(world.lead_a, "withdraw")
        seen = held.seen_by(world.lead_a)
        assert (seen["standing"], seen["acts"]) == ("agreed", ["invitation"])
        assert NOTES in held.page_for(world.lead_a)
