"""Who is told of an interview: fixed words, a number or an alias, and a link to its page."""

from typing import Any

from tests.world import Someone, World
from tests.worlds.interviews import interview_in
from tests.worlds.reports import SharedVersion, settle


def told(someone: Someone, request_id: str) -> list[str]:
    """List what somebody was told of an interview, oldest first; each leads to its page."""
    found: list[dict[str, Any]] = someone.client.get("/api/v1/notices").json()["rows"]
    mine = [one for one in found if one["href"] == f"/requests/{request_id}/interview"]
    for one in mine:
        assert "CANARY" not in str(one)
    return [one["kind"] for one in reversed(mine)]


def test_each_side_is_told_when_it_is_its_turn(world: World, version: SharedVersion) -> None:
    made = interview_in(world, "signed", version)
    settle(world)
    of = made.asked.request_id
    assert set(told(world.lead_a, of)) == {
        "interview_proposed",
        "interview_agreed",
        "notes_to_sign",
        "notes_signed",
    }
    assert set(told(world.responder, of)) == {"interview_agreed", "notes_signed"}
    # who wrote the notes does not sign them: the coordinator, who did not, is asked to
    assert "notes_to_sign" in told(world.coordinator, of)
    assert "interview_proposed" not in told(world.coordinator, of)
    for stranger in (world.lead_b, world.author, world.auditor):
        assert told(stranger, of) == []


def test_the_publisher_is_told_of_the_askers_times_and_of_a_cancellation(
    world: World, version: SharedVersion
) -> None:
    made = interview_in(world, "proposed", version)
    made.propose(world.reviewer_a)
    made.choose(world.responder)
    made.post(world.lead_a, "cancel", reason="clash")
    settle(world)
    of = made.asked.request_id
    assert told(world.responder, of) == ["interview_proposed", "interview_cancelled"]
    assert "interview_agreed" in told(world.coordinator, of)
    assert "interview_cancelled" in told(world.reviewer_a, of)


def at_home(someone: Someone, request_id: str) -> list[str]:
    """List what one's home says of an interview."""
    parts = someone.client.get("/api/v1/home").json()["parts"]
    lines = [line for part in parts if part["title"] == "Interviews" for line in part["lines"]]
    return [line["text"] for line in lines if request_id in line["href"]]


def test_the_home_page_lists_what_waits_and_what_is_next(
    world: World, version: SharedVersion
) -> None:
    made = interview_in(world, "proposed", version, hours=0.1)  # the next one of all
    of = made.asked.request_id
    number = made.asked.seen_by(world.lead_a)["number"]
    alias = made.asked.seen_by(world.responder)["alias"]
    assert at_home(world.lead_a, of) == [f"Choose a time for the interview {number}"]
    assert at_home(world.coordinator, of) == []
    made.choose(world.lead_a)
    assert at_home(world.responder, of) == [f"Interview {alias}"]
    assert at_home(world.coordinator, of) == [f"Interview {number}"]
    for stranger in (world.author, world.auditor, world.lead_b, world.stress_tester):
        assert at_home(stranger, of) == []
    with made.later():
        made.post(world.responder, "notes", notes="We spoke.")
        assert at_home(world.approver, of) == [f"Sign the notes of the interview {number}"]
        assert at_home(world.responder, of) == at_home(world.reviewer_a, of) == []
        made.sign(world.approver)
        assert at_home(world.approver, of) == []
        assert at_home(world.reviewer_a, of) == [f"Sign the notes of the interview {number}"]
        made.sign(world.reviewer_a)
        assert at_home(world.reviewer_a, of) == []
