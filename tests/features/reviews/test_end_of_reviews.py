"""The last day of a review: moved in the open, told to its people, and by nobody else."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.features.reviews.situations import MISSING
from tests.worlds.doors import Doors, post_form, post_json
from tests.worlds.entries import entries
from tests.worlds.shared import SharedWorld

MOVED = "review:settings:change"


def _end(world: SharedWorld) -> str:
    return f"/reviews/{world.made.review_a}/end"


def _day(days: int) -> datetime:
    noon = datetime.now(UTC) + timedelta(days=days)
    return noon.replace(hour=23, minute=59, second=59, microsecond=0)


def _ends(world: SharedWorld) -> object:
    ((at,),) = world.rows("SELECT ends_at FROM reviews WHERE id = :r", r=world.made.review_a)
    return at


@pytest.mark.paired("/reviews/{review_id}/end")
def test_moving_the_last_day(pair: Doors) -> None:
    day = _day(70)
    events = pair.assert_alike(
        lambda w: post_form(
            w.coordinator, _end(w), ends_on=day.date().isoformat(), reason="publisher_was_late"
        ),
        lambda w: post_json(
            w.coordinator, _end(w), ends_at=day.isoformat(), reason="publisher_was_late"
        ),
    )
    assert events == ["ReviewEndMoved"]
    assert _ends(pair.html) == _ends(pair.json) == day


def test_who_reviews_is_told_and_finds_it_in_the_record(shared: SharedWorld) -> None:
    before = _ends(shared)
    moved = post_json(
        shared.coordinator, _end(shared), ends_at=_day(0).isoformat(), reason="done_early"
    )
    assert moved.status_code == 200, moved.text
    (done,) = entries(shared, action=MOVED, outcome="done")
    facts = done.core["facts"]["facts"]
    assert facts["reason"] == "done_early"
    assert (facts["before"], facts["ends_at"]) == (
        before.astimezone(UTC).isoformat(),  # type: ignore[attr-defined]  # a moment
        _day(0).isoformat(),
    )
    record = shared.lead_a.client.get("/record").text
    assert "Moved the last day of a review" in record
    assert "Moved the last day" not in shared.lead_b.client.get("/record").text


def test_nobody_but_a_coordinator_moves_it(shared: SharedWorld) -> None:
    before, wish = _ends(shared), {"ends_at": _day(9).isoformat(), "reason": "done_early"}
    for someone in (shared.author, shared.approver, shared.lead_a):
        assert post_json(someone, _end(shared), **wish).status_code == 403
    foreign = post_json(shared.lead_b, _end(shared), **wish)
    missing = post_json(shared.lead_b, f"/reviews/{MISSING}/end", **wish)
    assert (foreign.status_code, foreign.content) == (404, missing.content)
    denied = {entry.actor for entry in entries(shared, action=MOVED, outcome="denied")}
    assert {shared.author.id, shared.approver.id, shared.lead_a.id, shared.lead_b.id} <= denied
    assert _ends(shared) == before


def test_a_day_that_cannot_be_is_refused_beside_its_field(shared: SharedWorld) -> None:
    before = _ends(shared)
    page = post_form(
        shared.coordinator, _end(shared), ends_on=_day(-1).date().isoformat(), reason=""
    )
    assert page.status_code == 422
    page = post_form(
        shared.coordinator, _end(shared), ends_on=_day(-1).date().isoformat(), reason="done_early"
    )
    assert page.status_code == 422
    assert "To end the review, choose today" in page.text
    page = post_form(shared.coordinator, _end(shared), ends_on="soon", reason="done_early")
    assert "Give the last day." in page.text
    # Elsewhere on earth it is the last day that there is; here it would be the one after it.
    beyond = {"ends_at": "9999-12-31T23:59:59-14:00", "reason": "done_early"}
    refused = post_json(shared.coordinator, _end(shared), **beyond)
    assert (refused.status_code, list(refused.json()["fields"])) == (422, ["ends_at"])
    assert _ends(shared) == before
    assert not entries(shared, action=MOVED, outcome="done")


def test_the_same_day_again_is_recorded_once(shared: SharedWorld) -> None:
    wish = {"ends_at": _day(9).isoformat(), "reason": "agreed_otherwise"}
    for _ in range(2):
        assert post_json(shared.coordinator, _end(shared), **wish).status_code == 200
    assert len(entries(shared, action=MOVED, outcome="done")) == 1
