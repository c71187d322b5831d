"""Each intention about interviews, as a form and as JSON: the same rows, entries and jobs."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine

from tests.features.findings.situations import cleared
from tests.worlds.doors import Doors, post_form, post_json
from tests.worlds.interviews import NOTES, Interviewed, interview_in, soon
from tests.worlds.shared import SharedWorld

Rooms = tuple[SharedWorld, SharedWorld]
SOON = soon()
TIMES = {"minutes": 60, "place": "video", "where": "https://call.example.test/1"}


@pytest.fixture(scope="module")
def two_rooms(two_rooms: Rooms) -> Rooms:
    """Let the coordinator and the approver read the version in both."""
    for world in two_rooms:
        cleared(world, world.coordinator, world.approver)
    return two_rooms


def _made(pair: Doors, standing: str) -> Callable[[SharedWorld], Interviewed]:
    kept = {id(w): interview_in(w, standing, w.made) for w in (pair.html, pair.json)}
    return lambda world: kept[id(world)]


def _later() -> time_machine.travel:
    return time_machine.travel(soon(0.6) + timedelta(minutes=1), tick=True)


@pytest.mark.paired("/requests/{request_id}/interview/times")
def test_proposing_times(pair: Doors) -> None:
    made = _made(pair, "proposed")
    start = soon(30)
    typed = {**TIMES, "starts": [start.strftime("%Y-%m-%dT%H:%M"), ""], "nothing_withheld": "yes"}
    body = {**TIMES, "starts": [start.isoformat()], "nothing_withheld": True}
    events = pair.assert_alike(
        lambda w: post_form(w.reviewer_a, f"{made(w).path}/times", **typed),
        lambda w: post_json(w.reviewer_a, f"{made(w).path}/times", **body),
    )
    assert "InterviewCountered" in events


@pytest.mark.paired("/requests/{request_id}/interview/choice")
def test_choosing_a_time(pair: Doors) -> None:
    made = _made(pair, "proposed")

    def slot(world: SharedWorld) -> str:
        return str(made(world).seen_by(world.lead_a)["slots"][0]["id"])

    slots = pair.ids(slot)
    events = pair.assert_alike(
        lambda w: post_form(w.lead_a, f"{made(w).path}/choice", slot_id=slots(w)),
        lambda w: post_json(w.lead_a, f"{made(w).path}/choice", slot_id=slots(w)),
    )
    assert "InterviewAgreed" in events


@pytest.mark.paired("/requests/{request_id}/interview/move")
def test_moving_an_interview(pair: Doors) -> None:
    made = _made(pair, "agreed")
    start = soon(40)
    typed = {"starts": start.strftime("%Y-%m-%dT%H:%M"), "reason": "clash", "minutes": 45}
    events = pair.assert_alike(
        lambda w: post_form(w.responder, f"{made(w).path}/move", **typed, place="video"),
        lambda w: post_json(
            w.responder, f"{made(w).path}/move", starts=[start.isoformat()], reason="clash"
        ),
    )
    assert "InterviewMoved" in events


@pytest.mark.paired("/requests/{request_id}/interview/cancel")
def test_cancelling_an_interview(pair: Doors) -> None:
    made = _made(pair, "agreed")
    events = pair.assert_alike(
        lambda w: post_form(w.lead_a, f"{made(w).path}/cancel", reason="person_away"),
        lambda w: post_json(w.lead_a, f"{made(w).path}/cancel", reason="person_away"),
    )
    assert "InterviewCancelled" in events


@pytest.mark.paired("/requests/{request_id}/interview/notes")
def test_writing_notes(pair: Doors) -> None:
    made = _made(pair, "released")
    with _later():
        events = pair.assert_alike(
            lambda w: post_form(w.reviewer_a, f"{made(w).path}/notes", notes=NOTES),
            lambda w: post_json(w.reviewer_a, f"{made(w).path}/notes", notes=NOTES),
        )
    assert {"NotesVoided", "NotesDrafted"} <= set(events)


@pytest.mark.paired("/requests/{request_id}/interview/signature")
def test_signing_notes(pair: Doors) -> None:
    made = _made(pair, "drafted")

    def signed(world: SharedWorld) -> dict[str, str]:
        found = made(world).seen_by(world.approver)["notes"][0]
        return {"notes_id": found["id"], "text_digest": found["digest"]}

    with _later():
        known = {id(w): signed(w) for w in (pair.html, pair.json)}
        path = "interview/signature"
        events = pair.assert_alike(
            lambda w: post_form(
                w.approver,
                f"/requests/{made(w).asked.request_id}/{path}",
                **known[id(w)],
                nothing_withheld="yes",
            ),
            lambda w: post_json(
                w.approver,
                f"/requests/{made(w).asked.request_id}/{path}",
                **known[id(w)],
                nothing_withheld=True,
            ),
        )
    assert "NotesReleased" in events


@pytest.mark.paired("/requests/{request_id}/interview/answer")
def test_taking_the_notes_as_the_answer(pair: Doors) -> None:
    made = _made(pair, "signed")
    with _later():
        events = pair.assert_alike(
            lambda w: post_form(w.responder, f"{made(w).path}/answer"),
            lambda w: post_json(w.responder, f"{made(w).path}/answer"),
        )
    assert {"AnswerDrafted", "NotesTaken"} <= set(events)
