"""Where the time of a request went: both sides read it, the asker without whose hands."""

from datetime import datetime, timedelta

from sqlalchemy import Connection, text

from tests.world import World
from tests.worlds.reports import SharedVersion
from tests.worlds.requests import Asked, draft, request_in


def _older(asked: Asked, days: int) -> None:
    """Let everything that happened to a request have happened earlier."""
    with asked.world.owner.begin() as connection:
        connection.execute(
            text("UPDATE stages SET at = at - make_interval(days => :d) WHERE subject_id = :id"),
            {"d": days, "id": asked.request_id},
        )


def test_both_sides_read_where_the_time_went(world: World, version: SharedVersion) -> None:
    asked = request_in(world, "assigned", version)
    _older(asked, 14)
    asked.post(
        world.coordinator,
        "ask-clarification",
        clarification_asked="Which night?",
        nothing_withheld=True,
    )
    _older(asked, 7)
    seen = asked.seen_by(world.reviewer_a)["elapsed"]
    assert seen == {"days": 15, "with_publisher": 10, "waiting_on_asker": 5, "held": []}
    page = asked.page_for(world.reviewer_a)
    assert "Waiting on you" in page
    assert "NAMED RESPONDER" not in page
    inside = asked.seen_by(world.coordinator)["elapsed"]
    assert {h["name"]: h["days"] for h in inside["held"]} == {
        "Triage": 0,
        "NAMED RESPONDER": 10,
        "The asker": 5,
    }
    assert "With whom it was" in asked.page_for(world.coordinator)
    assert "elapsed" not in asked.seen_by(world.responder)


def test_a_due_date_beyond_the_window_is_said_before_and_at_submission(
    world: World, version: SharedVersion
) -> None:
    asked = draft(world, version)
    with world.owner.begin() as connection:
        ends = connection.execute(
            text("SELECT ends_at FROM reviews WHERE id = :r"), {"r": version.review_a}
        ).scalar_one()
        today = connection.execute(text("SELECT now()")).scalar_one()
        _end(connection, version, today + timedelta(hours=1))
    try:
        promise = asked.seen_by(world.lead_a)["promise"]
        assert promise["beyond_window"] is True
        assert "after the last day of your review" in asked.page_for(world.lead_a)
        new = world.lead_a.client.get(f"/requests/new?review={version.review_a}").text
        assert "after the last day of your review" in new
        answer = asked.post(world.lead_a, "submit")
        assert answer["beyond_window"] is True
        assert answer["due_on"] == promise["due_on"]
        assert "due after the last day of your review" in asked.page_for(world.lead_a)
    finally:
        with world.owner.begin() as connection:
            _end(connection, version, ends)


def test_within_the_window_nothing_is_said(world: World, version: SharedVersion) -> None:
    asked = draft(world, version, type="interview")
    promise = asked.seen_by(world.lead_a)["promise"]
    assert promise["beyond_window"] is False
    assert promise["due_on"] == promise["due_by_type"]["interview"]
    assert "after the last day of your review" not in asked.page_for(world.lead_a)
    assert asked.post(world.lead_a, "submit")["beyond_window"] is False
    assert asked.seen_by(world.lead_a)["promise"] is None


def _end(connection: Connection, version: SharedVersion, moment: datetime) -> None:
    connection.execute(
        text("UPDATE reviews SET ends_at = :e WHERE id = :r"),
        {"e": moment, "r": version.review_a},
    )
