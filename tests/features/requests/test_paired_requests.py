"""Each intention about requests, as a form and as JSON: the same rows, entries and jobs."""

from typing import Any

import pytest

from tests.features.findings.situations import cleared
from tests.worlds.doors import Doors, post_form, post_json
from tests.worlds.requests import draft_body, request_in
from tests.worlds.shared import SharedWorld

Rooms = tuple[SharedWorld, SharedWorld]
YES = {"nothing_withheld": "yes"}
SAFE = {"nothing_withheld": True}
SHORT = {"reworded": "In short?"}
WHICH = {"clarification_asked": "Which one?"}
NOTE = {"note": "Ask them."}
SO_FAR = {"answer": "So far."}
SAID = {"answer": "Two.", "source": "call", "said_on": "2026-05-04"}
WHY = {"return_reason": "Too short."}
CLOCK = {"priority": "high", "due_on": "2040-01-02", "extension": "agreed"}
PART = {"determination": "part", "category": "SEC", "reason": "The rest is secret."}


@pytest.fixture(scope="module")
def two_rooms(two_rooms: Rooms) -> Rooms:
    """Let the coordinator and the approver read the version in both."""
    for world in two_rooms:
        cleared(world, world.coordinator, world.approver)
    return two_rooms


def _at(world: SharedWorld, step: str) -> str:
    return f"/requests/{request_in(world, step, world.made).request_id}"


# act, step before it, who, the form's values, the JSON body
@pytest.mark.parametrize(
    ("name", "step", "who", "form", "body"),
    [
        pytest.param(
            *("submit", "draft", "lead_a", {}, {}),
            marks=pytest.mark.paired("/requests/{request_id}/submit"),
        ),
        pytest.param(
            *("withdraw", "assigned", "reviewer_a", {}, {}),
            marks=pytest.mark.paired("/requests/{request_id}/withdraw"),
        ),
        pytest.param(
            *("take", "submitted", "coordinator", {}, {}),
            marks=pytest.mark.paired("/requests/{request_id}/take"),
        ),
        pytest.param(
            *("reworded", "submitted", "coordinator", SHORT, SHORT),
            marks=pytest.mark.paired("/requests/{request_id}/reworded"),
        ),
        pytest.param(
            *("clock", "assigned", "coordinator", CLOCK, CLOCK),
            marks=pytest.mark.paired("/requests/{request_id}/clock"),
        ),
        pytest.param(
            *("ask-clarification", "submitted", "coordinator", {**WHICH, **YES}, {**WHICH, **SAFE}),
            marks=pytest.mark.paired("/requests/{request_id}/ask-clarification"),
        ),
        pytest.param(
            *("notes", "assigned", "approver", NOTE, NOTE),
            marks=pytest.mark.paired("/requests/{request_id}/notes"),
        ),
        pytest.param(
            *("answer", "assigned", "responder", SO_FAR, SO_FAR),
            marks=pytest.mark.paired("/requests/{request_id}/answer"),
        ),
        pytest.param(
            *("send-back", "in_check", "approver", {**NOTE, **YES}, {**NOTE, **SAFE}),
            marks=pytest.mark.paired("/requests/{request_id}/send-back"),
        ),
        pytest.param(
            *("record", "submitted", "coordinator", SAID, SAID),
            marks=pytest.mark.paired("/requests/{request_id}/record"),
        ),
        pytest.param(
            *("point", "submitted", "coordinator", {"pages": "2-3"}, {"pages": [2, 3]}),
            marks=pytest.mark.paired("/requests/{request_id}/point"),
        ),
        pytest.param(
            *("release", "in_check", "coordinator", {**PART, **YES}, {**PART, **SAFE}),
            marks=pytest.mark.paired("/requests/{request_id}/release"),
        ),
        pytest.param(
            *("accept", "released", "lead_a", {}, {}),
            marks=pytest.mark.paired("/requests/{request_id}/accept"),
        ),
        pytest.param(
            *("return", "released", "reviewer_a", WHY, WHY),
            marks=pytest.mark.paired("/requests/{request_id}/return"),
        ),
    ],
)
def test_acting_on_a_request(
    pair: Doors, name: str, step: str, who: str, form: dict[str, str], body: dict[str, Any]
) -> None:
    path = pair.ids(lambda w: _at(w, step))
    events = pair.assert_alike(
        lambda w: post_form(w.people[who], f"{path(w)}/{name}", **form),
        lambda w: post_json(w.people[who], f"{path(w)}/{name}", **body),
    )
    assert events


@pytest.mark.paired("/requests/{request_id}/assignment")
def test_assigning_a_request(pair: Doors) -> None:
    path = pair.ids(lambda w: f"{_at(w, 'submitted')}/assignment")
    events = pair.assert_alike(
        lambda w: post_form(w.coordinator, path(w), responder_id=w.responder.id, **YES),
        lambda w: post_json(w.coordinator, path(w), responder_id=w.responder.id, **SAFE),
    )
    assert "RequestAssigned" in events


ASK = {"ask": "How fast?"}


@pytest.mark.paired("/requests/{request_id}/parts")
def test_splitting_a_request(pair: Doors) -> None:
    path = pair.ids(lambda w: f"{_at(w, 'submitted')}/parts")
    events = pair.assert_alike(
        lambda w: post_form(w.coordinator, path(w), responder_id=w.responder.id, **ASK, **YES),
        lambda w: post_json(w.coordinator, path(w), responder_id=w.responder.id, **ASK, **SAFE),
    )
    assert "RequestAssigned" in events


def _part(world: SharedWorld) -> tuple[str, str]:
    path = _at(world, "assigned")
    request_id = path.rpartition("/")[2]
    found = world.rows("SELECT id FROM assignments WHERE request_id = :r", r=request_id)
    return path, str(found[0][0])


@pytest.mark.paired("/requests/{request_id}/drop-part")
def test_taking_a_part_out(pair: Doors) -> None:
    path = pair.ids(lambda w: " ".join(_part(w)).replace(" ", "/drop-part "))
    events = pair.assert_alike(
        lambda w: post_form(w.coordinator, path(w).split()[0], part_id=path(w).split()[1]),
        lambda w: post_json(w.coordinator, path(w).split()[0], part_id=path(w).split()[1]),
    )
    assert "PartDropped" in events


@pytest.mark.paired("/requests/{request_id}/hand-over")
def test_handing_a_part_over(pair: Doors) -> None:
    path = pair.ids(lambda w: " ".join(_part(w)).replace(" ", "/hand-over "))

    def handed(world: SharedWorld) -> dict[str, str]:
        return {"part_id": path(world).split()[1], "responder_id": world.author.id}

    events = pair.assert_alike(
        lambda w: post_form(w.responder, path(w).split()[0], **handed(w)),
        lambda w: post_json(w.responder, path(w).split()[0], **handed(w)),
    )
    assert "PartHandedOver" in events


def _asked_back(world: SharedWorld) -> str:
    path = _at(world, "submitted")
    asked = {"clarification_asked": "Which?", **SAFE}
    assert post_json(world.coordinator, f"{path}/ask-clarification", **asked).status_code == 200
    return f"{path}/clarification"


@pytest.mark.paired("/requests/{request_id}/clarification")
def test_answering_what_was_asked_back(pair: Doors) -> None:
    path = pair.ids(_asked_back)
    events = pair.assert_alike(
        lambda w: post_form(w.reviewer_a, path(w), clarification="All."),
        lambda w: post_json(w.reviewer_a, path(w), clarification="All."),
    )
    assert events


def _written(world: SharedWorld) -> str:
    path = _at(world, "assigned")
    assert post_json(world.responder, f"{path}/answer", answer="All of it.").status_code == 200
    return path


@pytest.mark.paired("/requests/{request_id}/check")
def test_sending_an_answer_to_the_release_check(pair: Doors) -> None:
    path = pair.ids(_written)
    events = pair.assert_alike(
        lambda w: post_form(w.responder, f"{path(w)}/check"),
        lambda w: post_json(w.responder, f"{path(w)}/check"),
    )
    assert events
    one_form = pair.ids(lambda w: _at(w, "assigned"))
    by_one_form = post_form(
        pair.html.responder, f"{one_form(pair.html)}/answer", answer="All of it.", then="check"
    )
    assert by_one_form.status_code == 303
    number = one_form(pair.html).rpartition("/")[2]
    assert pair.html.rows("SELECT state FROM requests WHERE id = :r", r=number) == [
        ("disclosure_check",)
    ]


@pytest.mark.paired("/requests")
def test_drafting_a_request(pair: Doors) -> None:
    body = draft_body(pair.html.made)
    typed = {
        **{key: body[key] for key in ("review_id", "type", "question", "purpose")},
        "expected_form": "short_text",
        "basis": "passage",
        "basis_page": "1",
        "basis_words": "1-5",
    }
    events = pair.assert_alike(
        lambda w: post_form(w.reviewer_a, "/requests", **typed),
        lambda w: post_json(w.reviewer_a, "/requests", **body),
    )
    assert "RequestDrafted" in events


@pytest.mark.paired("/requests/{request_id}/draft")
def test_writing_a_draft_anew(pair: Doors) -> None:
    path = pair.ids(lambda w: f"{_at(w, 'draft')}/draft")
    anew = {"question": "Anew?", "type": "data", "expected_form": "table"}
    events = pair.assert_alike(
        lambda w: post_form(w.lead_a, path(w), basis="keep", **anew),
        lambda w: post_json(w.lead_a, path(w), **anew),
    )
    assert events


REFUSED = {
    "determination": "withheld",
    "category": "SEC",
    "reason": "It would help.",
    "no_substitute": True,
    **SAFE,
}
APPEAL = {"appeal_reason": "The date alone would do."}
STANDS = {"decision": "upheld", "appeal_words": "It stands."}


def _refused(world: SharedWorld) -> str:
    asked = request_in(world, "in_check", world.made)
    asked.post(world.approver, "release", **REFUSED)
    return f"/requests/{asked.request_id}/appeal"


@pytest.mark.paired("/requests/{request_id}/appeal")
def test_asking_for_a_second_look(pair: Doors) -> None:
    path = pair.ids(_refused)
    events = pair.assert_alike(
        lambda w: post_form(w.reviewer_a, path(w), **APPEAL),
        lambda w: post_json(w.reviewer_a, path(w), **APPEAL),
    )
    assert "AnswerAppealed" in events


@pytest.mark.paired("/requests/{request_id}/appeal-decision")
def test_deciding_an_appeal(pair: Doors) -> None:
    def under_appeal(world: SharedWorld) -> str:
        path = _refused(world)
        assert post_json(world.reviewer_a, path, **APPEAL).status_code == 200
        return f"{path}-decision"

    path = pair.ids(under_appeal)
    events = pair.assert_alike(
        lambda w: post_form(w.coordinator, path(w), **STANDS, **YES),
        lambda w: post_json(w.coordinator, path(w), **STANDS, **SAFE),
    )
    assert "AppealDecided" in events


@pytest.mark.parametrize(
    ("values", "event"),
    [
        ({"act": "take"}, "RequestTaken"),
        ({"act": "assign", "team": "", **SAFE}, "RequestAssigned"),
        ({"act": "priority", "priority": "urgent"}, "PrioritySet"),
        ({"act": "due", "due_on": "2040-01-02", "extension": "agreed"}, "DueDateMoved"),
    ],
)
@pytest.mark.paired("/requests/bulk")
def test_acting_on_several(pair: Doors, values: dict[str, Any], event: str) -> None:
    first = pair.ids(lambda w: request_in(w, "submitted", w.made).request_id)
    second = pair.ids(lambda w: request_in(w, "submitted", w.made).request_id)
    typed = {name: value for name, value in values.items() if name not in ("team", *SAFE)}

    def body(world: SharedWorld) -> dict[str, Any]:
        given = {"responder_id": world.responder.id} if "team" in values else {}
        return {**typed, **given, "requests": [first(world), second(world)]}

    form, safe = (YES, SAFE) if SAFE.keys() <= values.keys() else ({}, {})
    events = pair.assert_alike(
        lambda w: post_form(w.coordinator, "/requests/bulk", **body(w), **form),
        lambda w: post_json(w.coordinator, "/requests/bulk", **body(w), **safe),
    )
    assert event in events
