"""Nothing falls through: what a leaver held goes back, and an ended review leaves nothing open."""

from collections.abc import Iterator

import pytest
from sqlalchemy import text

from app.features.requests.tasks import end_requests, let_go
from tests.world import World
from tests.worlds.reports import SharedVersion
from tests.worlds.requests import Asked, request_in

LEFT = "UPDATE memberships SET state = :state WHERE person_id = :person RETURNING id"
UNTIL = "UPDATE reviews SET ends_at = now() + make_interval(days => :days) WHERE id = :review"


@pytest.fixture
def gone(world: World) -> Iterator[str]:
    """Let the responder have left; gives the membership that ended."""
    with world.owner.begin() as connection:
        person = world.responder.id
        left = connection.execute(text(LEFT), {"state": "ended", "person": person}).scalar_one()
    yield str(left)
    with world.owner.begin() as connection:
        connection.execute(text(LEFT), {"state": "active", "person": person})


def holders(asked: Asked) -> list[str | None]:
    """Give who holds each part."""
    return [part["responder_id"] for part in asked.seen_by(asked.world.coordinator)["parts"]]


def test_what_a_leaver_held_waits_for_somebody(
    world: World, version: SharedVersion, gone: str
) -> None:
    held, checked = request_in_before(world, version)
    let_go(world.worker, membership_id=gone)
    assert holders(held) == [None]
    assert holders(checked) == [world.responder.id]  # answered: who did stays written
    seen = held.seen_by(world.coordinator)
    assert (seen["timeline"][-1]["name"], seen["state"]) == ("ResponderLeft", "assigned")
    unowned = world.coordinator.client.get("/api/v1/requests?show=unowned").text
    assert held.request_id in unowned
    assert checked.request_id not in unowned
    let_go(world.worker, membership_id=gone)  # at least once is not twice
    assert held.entries("request:responder:let-go") == 1
    assert (
        "ResponderLeft"
        not in world.reviewer_a.client.get(f"/api/v1/requests/{held.request_id}").text
    )


def request_in_before(world: World, version: SharedVersion) -> tuple[Asked, Asked]:
    """Give a request that the responder holds, and one they have answered."""
    with world.owner.begin() as connection:
        connection.execute(text(LEFT), {"state": "active", "person": world.responder.id})
    found = request_in(world, "assigned", version), request_in(world, "in_check", version)
    with world.owner.begin() as connection:
        connection.execute(text(LEFT), {"state": "ended", "person": world.responder.id})
    return found


def test_nothing_is_taken_from_somebody_who_is_still_there(
    world: World, version: SharedVersion
) -> None:
    asked = request_in(world, "assigned", version)
    with world.owner.connect() as connection:
        there = connection.execute(
            text("SELECT id FROM memberships WHERE person_id = :p"), {"p": world.responder.id}
        ).scalar_one()
    let_go(world.worker, membership_id=there)
    let_go(world.worker, membership_id="mem_none")
    assert holders(asked) == [world.responder.id]


@pytest.fixture
def over(world: World, version: SharedVersion) -> Iterator[None]:
    """Let the review of organisation A be over after the test has begun."""
    yield
    with world.owner.begin() as connection:
        connection.execute(text(UNTIL), {"days": 30, "review": version.review_a})


def test_the_end_of_a_review_closes_what_is_left(
    world: World, version: SharedVersion, over: None
) -> None:
    steps = ("draft", "submitted", "assigned", "in_check", "released")
    asked = {step: request_in(world, step, version) for step in steps}
    closed = request_in(world, "released", version)
    closed.post(world.lead_a, "accept")
    end_requests(world.worker, timestamp=0)
    assert asked["assigned"].seen_by(world.reviewer_a)["state"] == "in_progress"
    with world.owner.begin() as connection:
        connection.execute(text(UNTIL), {"days": -1, "review": version.review_a})
    end_requests(world.worker, timestamp=0)
    for step in steps[1:]:
        seen = asked[step].seen_by(world.reviewer_a)
        assert (seen["state"], seen["ended_as"]) == ("closed", "closed_unresolved"), step
        assert seen["timeline"][-1]["name"] == "RequestEnded"
        assert asked[step].entries("request:end") == 1
    assert asked["draft"].seen_by(world.reviewer_a)["state"] == "draft"
    assert closed.seen_by(world.reviewer_a)["ended_as"] == "closed"
    end_requests(world.worker, timestamp=0)
    assert asked["assigned"].entries("request:end") == 1
    late = world.reviewer_a.client.post(f"/api/v1/requests/{asked['released'].request_id}/accept")
    assert late.status_code == 403
