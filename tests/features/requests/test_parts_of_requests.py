"""A request in parts: each with a team or a person, answered, checked and released by itself."""

from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from app.domain.parts import PART_MOVES, IllegalPartMove, PartState, part_admits, part_after
from app.domain.requests import State, whole
from tests.world import Someone, World
from tests.worlds.reports import SharedVersion
from tests.worlds.requests import Asked, request_in

SAFE = {"nothing_withheld": True}
FULL = {"determination": "full", "nothing_withheld": True}


def team_of(world: World, name: str, *people: Someone) -> str:
    """Make a team of some people."""
    body = {"name": name, "members": [one.id for one in people]}
    response = world.coordinator.client.post("/api/v1/teams", json=body)
    assert response.status_code == 201, response.text
    return str(response.json()["id"])


def split(world: World, version: SharedVersion) -> tuple[Asked, list[str]]:
    """Give one part of a request to the responder, and another to the second author."""
    asked = request_in(world, "submitted", version)
    for ask, someone in (("Who is paged?", world.responder), ("How fast?", world.second_author)):
        asked.post(world.coordinator, "parts", ask=ask, responder_id=someone.id, **SAFE)
    return asked, [part["id"] for part in asked.seen_by(world.coordinator)["parts"]]


def answered(asked: Asked, someone: Someone, part: str, answer: str) -> None:
    """Answer a part and send it to the release check."""
    asked.post(someone, "answer", answer=answer, part_id=part)
    asked.post(someone, "check", part_id=part)


def test_each_part_is_answered_and_released_by_itself(world: World, version: SharedVersion) -> None:
    asked, (first, second) = split(world, version)
    answered(asked, world.responder, first, "Two people.")
    assert asked.seen_by(world.coordinator)["state"] == "disclosure_check"
    asked.post(world.approver, "release", part_id=first, **FULL)
    seen = asked.seen_by(world.reviewer_a)
    assert (seen["state"], seen["released_so_far"]) == ("in_progress", "1 of 2")
    assert seen["timeline"][-1]["texts"][0]["body"] == "Two people."
    assert "1 of 2 parts are released" in asked.page_for(world.reviewer_a)
    refused = world.reviewer_a.client.post(f"/api/v1/requests/{asked.request_id}/accept")
    assert refused.status_code == 403
    answered(asked, world.second_author, second, "In a minute.")
    asked.post(world.approver, "release", **FULL)  # the only one in check need not be named
    seen = asked.seen_by(world.reviewer_a)
    assert (seen["state"], seen["released_so_far"]) == ("released", None)
    said = [step["texts"][0]["body"] for step in seen["timeline"] if step["released"]]
    assert said == ["Two people.", "In a minute."]
    asked.post(world.lead_a, "accept")
    states = "SELECT state FROM answers WHERE request_id = :id"
    with world.owner.connect() as connection:
        kept = connection.execute(text(states), {"id": asked.request_id}).scalars().all()
    assert kept == ["accepted", "accepted"]


def test_who_answers_a_part_reads_that_part_and_no_other(
    world: World, version: SharedVersion
) -> None:
    asked, (first, second) = split(world, version)
    for someone, own, ask, other in (
        (world.responder, first, "Who is paged?", "How fast?"),
        (world.second_author, second, "How fast?", "Who is paged?"),
    ):
        seen = asked.seen_by(someone)
        assert [(part["id"], part["ask"]["body"]) for part in seen["parts"]] == [(own, ask)]
        page = asked.page_for(someone)
        assert ask in page
        assert other not in page
        assert other not in someone.client.get(f"/api/v1/requests/{asked.request_id}").text


def test_nobody_answers_another_ones_part(world: World, version: SharedVersion) -> None:
    asked, (_, second) = split(world, version)
    refused = world.responder.client.post(
        f"/api/v1/requests/{asked.request_id}/answer", json={"answer": "X", "part_id": second}
    )
    assert refused.status_code == 422
    assert "part_id" in refused.json()["fields"]


def test_who_drafted_one_part_releases_another(world: World, version: SharedVersion) -> None:
    asked, (first, second) = split(world, version)
    answered(asked, world.coordinator, first, "By the coordinator.")
    answered(asked, world.second_author, second, "By an author.")
    own = world.coordinator.client.post(
        f"/api/v1/requests/{asked.request_id}/release", json={"part_id": first, **FULL}
    )
    assert own.status_code == 403
    assert "had a hand" in own.json()["detail"]
    asked.post(world.coordinator, "release", part_id=second, **FULL)
    asked.post(world.approver, "release", part_id=first, **FULL)
    assert asked.seen_by(world.reviewer_a)["state"] == "released"


def test_some_answers_are_returned_and_the_others_stay(
    world: World, version: SharedVersion
) -> None:
    asked, (first, second) = split(world, version)
    for part, someone in ((first, world.responder), (second, world.second_author)):
        answered(asked, someone, part, "So it is.")
        asked.post(world.approver, "release", part_id=part, **FULL)
    rounds = asked.seen_by(world.reviewer_a)["open_rounds"]
    asked.post(world.reviewer_a, "return", return_reason="Say how fast.", rounds=[rounds[1]])
    states = {part["id"]: part["state"] for part in asked.seen_by(world.coordinator)["parts"]}
    assert states == {first: "released", second: "returned"}
    again = {"part_id": second, "responder_id": world.second_author.id, **SAFE}
    asked.post(world.coordinator, "assignment", **again)
    answered(asked, world.second_author, second, "In one minute.")
    asked.post(world.approver, "release", **FULL)
    asked.post(world.reviewer_a, "accept")
    assert asked.seen_by(world.reviewer_a)["ended_as"] == "closed"


def test_a_team_holds_a_part_until_somebody_takes_it(world: World, version: SharedVersion) -> None:
    asked = request_in(world, "submitted", version)
    away = f"/api/v1/requests/{asked.request_id}"
    assert world.responder.client.get(away).status_code == 404
    team = team_of(world, "Monitoring", world.responder, world.second_author)
    asked.post(world.coordinator, "assignment", team_id=team, **SAFE)
    seen = asked.seen_by(world.responder)
    part = seen["parts"][0]
    assert (part["team"], part["responder"], part["mine"]) == ("Monitoring", None, False)
    assert "Monitoring, nobody yet" in asked.page_for(world.responder)
    assert asked.request_id in world.second_author.client.get("/api/v1/requests").text
    asked.form(world.responder, "hand-over", part_id=part["id"])
    taken = asked.seen_by(world.second_author)["parts"][0]
    assert (taken["responder"], taken["mine"]) == (asked_name(world, world.responder), False)
    asked.post(
        world.responder, "hand-over", part_id=part["id"], responder_id=world.second_author.id
    )
    assert asked.seen_by(world.second_author)["parts"][0]["mine"] is True
    assert asked.entries("request:part:hand-over") == 2
    stranger = world.author.client.post(f"{away}/hand-over", json={"part_id": part["id"]})
    assert stranger.status_code == 403
    foreign = {"part_id": part["id"], "responder_id": world.reviewer_a.id}
    assert world.responder.client.post(f"{away}/hand-over", json=foreign).status_code == 422


def asked_name(world: World, someone: Someone) -> str:
    """Give the name under which the world knows a person."""
    with world.owner.connect() as connection:
        statement = text("SELECT name FROM people WHERE id = :id")
        return str(connection.execute(statement, {"id": someone.id}).scalar_one())


def test_a_part_is_taken_out_and_the_last_one_leaves_triage(
    world: World, version: SharedVersion
) -> None:
    asked, (first, second) = split(world, version)
    asked.post(world.coordinator, "drop-part", part_id=second)
    assert world.second_author.client.get(f"/requests/{asked.request_id}").status_code == 404
    asked.post(world.coordinator, "drop-part", part_id=first)
    assert asked.seen_by(world.coordinator)["state"] == "in_triage"
    refused = world.responder.client.post(
        f"/api/v1/requests/{asked.request_id}/drop-part", json={"part_id": first}
    )
    assert refused.status_code == 403


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"ask": "What?"}, "responder_id"),
        ({"ask": "What?", "team_id": "tea_none"}, "team_id"),
        ({"ask": "What?", "responder_id": "per_none"}, "responder_id"),
        ({"ask": "What?", "responder_id": "RESPONDER", "due_on": "2040-01-01"}, "due_on"),
        ({"responder_id": "RESPONDER"}, "ask"),
    ],
)
def test_a_part_that_cannot_be_is_refused_with_the_field(
    world: World, version: SharedVersion, body: dict[str, Any], field: str
) -> None:
    asked = request_in(world, "submitted", version)
    given = {k: world.responder.id if v == "RESPONDER" else v for k, v in body.items()}
    refused = world.coordinator.client.post(
        f"/api/v1/requests/{asked.request_id}/parts", json=given
    )
    assert refused.status_code == 422
    assert field in refused.text
    assert asked.seen_by(world.coordinator)["parts"] == []
    typed = {"csrf_token": "", **{k: str(v) for k, v in given.items()}}
    page = asked.form(world.coordinator, "parts", 422, **{k: v for k, v in typed.items() if v})
    assert "What?" in page or field == "ask"


def test_the_asker_learns_no_team_and_no_number_of_parts_before_the_first_release(
    world: World, version: SharedVersion
) -> None:
    asked = request_in(world, "submitted", version)
    team = team_of(world, "CANARYTEAM", world.responder)
    for ask in ("CANARYPARTONE", "CANARYPARTTWO"):
        asked.post(world.coordinator, "parts", ask=ask, team_id=team, **SAFE)
    for someone in (world.reviewer_a, world.lead_a):
        told = (
            asked.page_for(someone)
            + someone.client.get(f"/api/v1/requests/{asked.request_id}").text
            + someone.client.get("/record").text
        )
        assert "CANARY" not in told.replace("CANARY-QUESTION", "").replace("CANARY-PURPOSE", "")
        assert asked.seen_by(someone)["released_so_far"] is None


# ---- the tables


@given(st.lists(st.sampled_from(PartState), max_size=6))
def test_a_request_is_where_its_parts_are(states: list[PartState]) -> None:
    live = [state for state in states if state is not PartState.DROPPED]
    found = whole(states)
    assert (found is State.RELEASED) == (bool(live) and set(live) == {PartState.RELEASED})
    assert (found is State.DISCLOSURE_CHECK) == (PartState.IN_CHECK in live)
    assert (found is State.IN_TRIAGE) == (not live)


@given(st.lists(st.sampled_from(list(PART_MOVES)), max_size=30))
def test_no_sequence_of_moves_leaves_the_table(moves: Sequence[Any]) -> None:
    state = PartState.ASSIGNED
    for move in moves:
        if part_admits(move, state):
            state = part_after(move, state)
            assert state in PartState
        else:
            with pytest.raises(IllegalPartMove):
                part_after(move, state)
    assert not part_admits(moves[0], PartState.DROPPED) if moves else True
