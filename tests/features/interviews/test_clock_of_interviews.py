"""While the asker has a time to choose, the clock of a request for an interview stands still."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text

from app.domain.calendar import Calendar
from tests.world import World
from tests.worlds.interviews import Interviewed, soon
from tests.worlds.reports import SharedVersion
from tests.worlds.requests import REWORDED, Asked, draft

SAFE = {"nothing_withheld": True}


def arranged(world: World, version: SharedVersion, **changes: Any) -> Interviewed:
    """Give an assigned request for an interview, of which no time is proposed yet."""
    asked = draft(
        world, version, **{"type": "interview", "expected_form": "conversation"} | changes
    )
    asked.post(world.lead_a, "submit")
    asked.post(world.coordinator, "reworded", reworded=REWORDED)
    asked.post(world.coordinator, "assignment", responder_id=world.responder.id, **SAFE)
    return Interviewed(asked, soon())


def clock(asked: Asked, who: str = "lead_a") -> tuple[Any, bool]:
    """Give by when a request is due, and whether its clock stands still."""
    seen = asked.seen_by(asked.world.people[who])["clock"]
    return seen["due_on"], seen["paused"]


def _ago(asked: Asked, days: int) -> None:
    """Let all that happened, the stopping of the clock too, have happened some days ago."""
    with asked.world.owner.begin() as connection:
        connection.execute(
            text("UPDATE stages SET at = at - make_interval(days => :d) WHERE subject_id = :r"),
            {"d": days, "r": asked.request_id},
        )


def _later(day: str, days: int) -> str:
    """Give the day that lies as many business days later as the last `days` days had."""
    today, usual = datetime.now(UTC).date(), Calendar()
    stood = usual.between(today - timedelta(days=days), today)
    return usual.add(date.fromisoformat(day), stood).isoformat()


def steps(asked: Asked, who: str = "lead_a") -> list[str]:
    """Name the steps that somebody reads."""
    return [step["name"] for step in asked.seen_by(asked.world.people[who])["timeline"]]


def test_it_stands_still_from_the_proposal_to_the_choice(
    world: World, version: SharedVersion
) -> None:
    made = arranged(world, version)
    due, paused = clock(made.asked)
    assert (paused, due is not None) == (False, True)
    made.propose(world.coordinator)
    for who in ("lead_a", "coordinator", "responder"):
        assert clock(made.asked, who) == (None, True), who
    assert "until you choose a time" in made.asked.page_for(world.lead_a)
    page = made.asked.page_for(world.coordinator)
    assert "until the asker chooses a time for the interview" in page
    assert "The clock was stopped" in page
    _ago(made.asked, 14)
    made.choose(world.reviewer_a)
    assert clock(made.asked) == (_later(str(due), 14), False)
    assert _later(str(due), 14) != due
    assert steps(made.asked)[-4:] == [
        "InterviewProposed", "ClockPaused", "InterviewAgreed", "ClockResumed",
    ]  # fmt: skip
    assert "The clock was started again" in made.asked.page_for(world.lead_a)
    elapsed = made.asked.seen_by(world.coordinator)["elapsed"]
    assert elapsed["waiting_on_asker"] == 10
    assert made.asked.entries("request:interview:arrange") == 4


def test_on_the_same_day_nothing_moves(world: World, version: SharedVersion) -> None:
    made = arranged(world, version)
    due, _ = clock(made.asked)
    made.propose(world.coordinator)
    made.choose(world.lead_a)
    assert clock(made.asked) == (due, False)


def test_other_times_of_the_asker_let_it_run_again_and_others_of_the_publisher_stop_it(
    world: World, version: SharedVersion
) -> None:
    made = arranged(world, version)
    due, _ = clock(made.asked)
    made.propose(world.coordinator)
    made.propose(world.coordinator, soon(2))  # others instead: it stands still already
    assert steps(made.asked).count("ClockPaused") == 1
    made.propose(world.reviewer_a, soon(3))
    assert clock(made.asked) == (due, False)
    made.propose(world.responder, soon(4), where="")
    assert clock(made.asked) == (None, True)
    made.post(world.coordinator, "cancel", reason="person_away")
    assert clock(made.asked) == (due, False)


def test_a_request_that_asks_for_something_else_is_not_put_off(
    world: World, version: SharedVersion
) -> None:
    made = arranged(world, version, type="explanation", expected_form="short_text")
    before = clock(made.asked)
    made.propose(world.coordinator)
    assert clock(made.asked) == before
    assert "ClockPaused" not in steps(made.asked)


def test_an_answer_that_goes_to_its_check_waits_for_nobody_outside(
    world: World, version: SharedVersion
) -> None:
    made = arranged(world, version)
    due, _ = clock(made.asked)
    made.propose(world.coordinator)
    _ago(made.asked, 7)
    made.asked.post(world.responder, "answer", answer="In writing, then.")
    assert clock(made.asked) == (None, True)
    made.asked.post(world.responder, "check")
    assert clock(made.asked) == (_later(str(due), 7), False)
    assert steps(made.asked)[-1] == "ClockResumed", "the asker reads it, though not of the check"
    made.choose(world.reviewer_a)
    assert clock(made.asked) == (_later(str(due), 7), False)


def test_who_gives_another_day_lets_it_run(world: World, version: SharedVersion) -> None:
    made = arranged(world, version)
    due, _ = clock(made.asked)
    made.propose(world.coordinator)
    later = (date.fromisoformat(str(due)) + timedelta(days=30)).isoformat()
    path = f"/api/v1/requests/{made.asked.request_id}/clock"
    refused = world.coordinator.client.post(path, json={"due_on": later, "priority": "normal"})
    assert set(refused.json()["fields"]) == {"extension"}, "no due date is moved without a reason"
    assert clock(made.asked) == (None, True)
    made.asked.post(world.coordinator, "clock", priority="normal", due_on=later, extension="agreed")
    assert clock(made.asked) == (later, False)
    made.choose(world.reviewer_a)
    assert clock(made.asked) == (later, False)


@pytest.mark.parametrize("path", ["", "/board"])
def test_it_is_late_for_nobody_and_listed_with_what_waits(
    world: World, version: SharedVersion, path: str
) -> None:
    made = arranged(world, version)
    with world.owner.begin() as connection:
        connection.execute(
            text("UPDATE requests SET due_on = current_date - 3 WHERE id = :r"),
            {"r": made.asked.request_id},
        )

    def shown(show: str) -> bool:
        found = world.coordinator.client.get(f"/api/v1/requests{path}?show={show}").json()
        columns = found.get("columns") or [{"show": show, "rows": found.get("rows")}]
        rows = next(one["rows"] for one in columns if one["show"] == show)
        return made.asked.request_id in [row["id"] for row in rows]

    late = world.coordinator.client.get("/api/v1/requests?show=overdue").text
    assert made.asked.request_id in late, "the control"
    assert (shown("with_teams"), shown("waiting")) == (True, False)
    made.propose(world.coordinator)
    late = world.coordinator.client.get("/api/v1/requests?show=overdue").text
    assert made.asked.request_id not in late
    assert (shown("with_teams"), shown("waiting")) == (False, True)
    made.asked.post(world.lead_a, "withdraw")
