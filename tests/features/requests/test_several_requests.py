"""One act on several requests: each by itself, nothing lost, what stayed as it was is said."""

from typing import Any

import pytest

from tests.world import Someone, World
from tests.worlds.doors import post_form
from tests.worlds.entries import entries
from tests.worlds.reports import SharedVersion
from tests.worlds.requests import Asked, request_in


def act(someone: Someone, status: int = 200, **body: Any) -> Any:
    """Act on several by JSON."""
    answer = someone.client.post("/api/v1/requests/bulk", json=body)
    assert answer.status_code == status, answer.text
    return answer.json()


def _submitted(world: World, version: SharedVersion, count: int) -> list[Asked]:
    return [request_in(world, "submitted", version) for _ in range(count)]


def test_each_is_assigned_and_recorded_by_itself_and_the_rest_is_said(
    world: World, version: SharedVersion
) -> None:
    first, gone, last = _submitted(world, version, 3)
    gone.post(world.lead_a, "withdraw")
    ids = [first.request_id, gone.request_id, "req_nothing", last.request_id, first.request_id]
    told = act(
        world.coordinator, act="assign", requests=ids, responder_id=world.responder.id,
        nothing_withheld=True,
    )  # fmt: skip
    assert told["done"] == 2
    assert [(one["id"], one["done"], one["said"]) for one in told["outcomes"]] == [
        (first.request_id, True, None),
        (gone.request_id, False, "was withdrawn"),
        ("req_nothing", False, "is not there for you"),
        (last.request_id, True, None),
    ]
    for asked in (first, last):
        seen = asked.seen_by(world.coordinator)
        assert (seen["state"], seen["parts"][0]["responder_id"]) == (
            "assigned",
            world.responder.id,
        )
        assert asked.entries("request:assign") >= 1
        assert asked.entries("request:triage") == 1, "taken into triage on the way"
    assert gone.entries("request:assign") == 0
    assert gone.seen_by(world.lead_a)["ended_as"] == "withdrawn"


def test_a_refused_one_takes_back_all_of_its_own_and_none_of_the_others(
    world: World, version: SharedVersion
) -> None:
    """Of a split request the act does not say which part: what it began is undone."""
    plain, split = _submitted(world, version, 2)
    for ask in ("One?", "Two?"):
        split.post(world.coordinator, "parts", ask=ask, responder_id=world.responder.id)
    before = split.seen_by(world.coordinator)["parts"], split.entries("request:assign")
    told = act(
        world.coordinator, act="assign", responder_id=world.author.id,
        requests=[split.request_id, plain.request_id],
    )  # fmt: skip
    assert [one["done"] for one in told["outcomes"]] == [False, True]
    assert told["outcomes"][0]["said"] == "say which part of the request you mean"
    assert (split.seen_by(world.coordinator)["parts"], split.entries("request:assign")) == before


def test_priority_and_due_date_are_set_for_what_runs(world: World, version: SharedVersion) -> None:
    asked, released = request_in(world, "assigned", version), request_in(world, "released", version)
    ids = [asked.request_id, released.request_id]
    told = act(world.coordinator, act="priority", requests=ids, priority="urgent")
    assert [one["said"] for one in told["outcomes"]] == [None, "is answered"]
    assert asked.seen_by(world.coordinator)["priority"] == "urgent"
    assert released.seen_by(world.coordinator)["priority"] == "normal"
    later = {"due_on": "2040-01-02", "extension": "agreed"}
    told = act(world.coordinator, act="due", requests=ids, **later)
    assert told["done"] == 1
    assert asked.seen_by(world.reviewer_a)["clock"]["due_on"] == "2040-01-02"
    assert asked.seen_by(world.coordinator)["priority"] == "urgent", "the priority stays"


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"act": "assign"}, "team_id"),
        ({"act": "priority"}, "priority"),
        ({"act": "due"}, "due_on"),
        ({"act": "due", "due_on": "2040-01-02"}, "extension"),
        ({"act": "due", "due_on": "2001-01-02"}, "due_on"),
        ({"act": "assign", "responder_id": "per_nobody"}, "responder_id"),
    ],
)
def test_what_is_wrong_for_all_is_said_once_and_changes_nothing(
    world: World, version: SharedVersion, body: dict[str, str], field: str
) -> None:
    asked = request_in(world, "submitted", version)
    told = act(world.coordinator, 422, requests=[asked.request_id], **body)
    assert set(told["fields"]) == {field}
    assert asked.seen_by(world.coordinator)["state"] == "submitted"
    assert asked.entries("request:triage") == 0


def test_nobody_but_a_coordinator_acts_on_several(world: World, version: SharedVersion) -> None:
    asked = request_in(world, "submitted", version)
    denied = len(entries(world, action="request:several:triage", outcome="denied"))
    for someone in (world.lead_a, world.responder, world.approver, world.auditor):
        answer = someone.client.post(
            "/api/v1/requests/bulk", json={"act": "take", "requests": [asked.request_id]}
        )
        assert answer.status_code in (403, 404)
    assert asked.seen_by(world.coordinator)["state"] == "submitted"
    assert len(entries(world, action="request:several:triage", outcome="denied")) == denied + 4
    many = {"act": "take", "requests": [f"req_{n}" for n in range(101)]}
    assert world.coordinator.client.post("/api/v1/requests/bulk", json=many).status_code == 422


def test_the_form_leads_back_to_the_list_and_names_what_was_left(
    world: World, version: SharedVersion
) -> None:
    asked, gone = _submitted(world, version, 2)
    done = post_form(
        world.coordinator, "/requests/bulk", act="take", requests=asked.request_id,
        back="show=untriaged&priority=normal",
    )  # fmt: skip
    assert done.status_code == 303
    assert done.headers["location"] == ("/requests?show=untriaged&priority=normal&did=take&count=1")
    page = world.coordinator.client.get(done.headers["location"]).text
    assert "was taken into triage" in page
    left = post_form(
        world.coordinator, "/requests/bulk", act="take",
        requests=[asked.request_id, gone.request_id], back="https://elsewhere.example/",
    )  # fmt: skip
    assert left.status_code == 200
    assert "is in triage or beyond" in left.text
    assert "elsewhere" not in left.text
    wrong = post_form(world.coordinator, "/requests/bulk", act="assign", requests=gone.request_id)
    assert wrong.status_code == 422
    assert "Choose who answers: a team, or a person." in wrong.text
    nothing = post_form(world.coordinator, "/requests/bulk", act="take")
    assert nothing.status_code == 422
    assert "Choose between one and 100 requests." in nothing.text


def test_where_none_could_be_done_each_is_said_and_the_refusals_are_recorded(
    world: World, version: SharedVersion
) -> None:
    taken, released = (
        request_in(world, "submitted", version),
        request_in(world, "released", version),
    )
    taken.post(world.coordinator, "take")
    ids = [taken.request_id, released.request_id]
    told = act(world.coordinator, act="take", requests=ids)
    assert (told["done"], [one["said"] for one in told["outcomes"]]) == (
        0,
        ["is in triage or beyond", "is answered"],
    )
    assert released.entries("request:triage", "denied") == 1
    assert taken.entries("request:triage") == 1
    page = post_form(world.coordinator, "/requests/bulk", act="take", requests=ids)
    assert page.status_code == 200
    assert "Nothing was changed." in page.text


def test_enter_in_a_field_asks_which_act_is_meant(world: World, version: SharedVersion) -> None:
    asked = request_in(world, "submitted", version)
    page = post_form(world.coordinator, "/requests/bulk", act="", requests=asked.request_id)
    assert page.status_code == 422
    assert "Say what to do with them by one of the buttons." in page.text
    assert asked.seen_by(world.coordinator)["state"] == "submitted"


def test_only_who_may_act_is_offered_boxes(world: World, version: SharedVersion) -> None:
    asked = request_in(world, "submitted", version)
    box = f'value="{asked.request_id}" form="several"'
    query = "/requests?show=untriaged&sort=-age"
    assert box in world.coordinator.client.get(query).text
    for someone in (world.approver, world.auditor, world.lead_a):
        assert 'form="several"' not in someone.client.get(query).text
