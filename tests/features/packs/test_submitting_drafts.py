"""Drafts submitted many at once: each ready one is numbered, each other says what it needs."""

import pytest

from tests.features.packs.situations import applied, kept, read
from tests.worlds.doors import Doors, post_form, post_json
from tests.worlds.entries import entries
from tests.worlds.shared import SharedWorld


def _unready(world: SharedWorld) -> str:
    made = post_json(world.reviewer_a, "/requests", review_id=world.made.review_a, question="Why?")
    return str(made.json()["id"])


def test_the_ready_ones_are_submitted_and_the_others_say_what_they_need(
    shared: SharedWorld,
) -> None:
    ready = applied(shared, kept(shared))["requests"]
    unready = _unready(shared)
    found = read(shared.lead_a, "/drafts")
    assert (found["ready"], len(found["rows"])) == (2, 3)
    missing = {row["id"]: row["missing"] for row in found["rows"]}
    assert missing[unready] == ["what it is about", "the form of the answer"]
    page = shared.lead_a.client.get("/drafts").text
    assert "Needs what it is about, the form of the answer" in page
    done = post_json(shared.lead_a, "/drafts/submit", requests=[*ready, unready]).json()
    assert [one["id"] for one in done["submitted"]] == ready
    assert sorted(one["number"] for one in done["submitted"]) == ["RQ-ORGA-0001", "RQ-ORGA-0002"]
    (back,) = done["kept_back"]
    assert back["id"] == unready
    assert "what form of answer would do" in back["said"]
    assert [row["id"] for row in read(shared.lead_a, "/drafts")["rows"]] == [unready]
    assert len(entries(shared, action="request:submit", outcome="done")) == 2


def test_nothing_ready_submits_nothing_and_says_so(shared: SharedWorld) -> None:
    unready = _unready(shared)
    for chosen in ([unready], []):
        sent = post_form(shared.lead_a, "/drafts/submit", requests=chosen)
        assert sent.status_code == 422
    assert post_json(shared.lead_a, "/drafts/submit", requests=[unready]).status_code == 422
    assert entries(shared, action="request:submit", outcome="done") == []


def test_a_draft_of_others_is_not_found_and_nothing_else_is_submitted(shared: SharedWorld) -> None:
    ready = applied(shared, kept(shared))["requests"]
    for stranger in (shared.lead_b, shared.coordinator):
        answer = post_json(stranger, "/drafts/submit", requests=ready)
        assert answer.status_code == 404
        assert ready[0] not in stranger.client.get("/drafts").text
        assert read(stranger, "/drafts")["rows"] == []
    mine = post_json(shared.lead_a, "/drafts/submit", requests=[*ready, "req_00000000000000000000"])
    assert mine.status_code == 404
    assert read(shared.lead_a, "/drafts")["ready"] == 2, "all or nothing where one is not theirs"
    assert entries(shared, action="request:read", outcome="denied")


@pytest.mark.paired("/drafts/submit")
def test_both_doors_submit_alike(pair: Doors) -> None:
    ready = pair.ids(lambda w: applied(w, kept(w))["requests"][0])
    events = pair.assert_alike(
        lambda w: post_form(w.lead_a, "/drafts/submit", requests=[ready(w)]),
        lambda w: post_json(w.lead_a, "/drafts/submit", requests=[ready(w)]),
    )
    assert set(events) == {"RequestSubmitted"}
