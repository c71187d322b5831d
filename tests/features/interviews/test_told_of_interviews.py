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
