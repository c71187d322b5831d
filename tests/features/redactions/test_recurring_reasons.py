"""Reasons that recur: a list to choose from, a warning, and several groups reworded together."""

from typing import Any

import pytest
from sqlalchemy import text

from app.features.reports.tasks import build_editions
from tests.features.redactions.test_changing_marks import base, form, place_of, post
from tests.features.redactions.test_changing_marks import proposed as proposal
from tests.world import Someone, World
from tests.worlds.entries import entries, jobs
from tests.worlds.reports import SEC, ImportedVersion, grant_internally

REASON = {
    "categories": ["SEC"],
    "character": "Name of an internal system",
    "justification": "It would help an attacker.",
}
RECT = {"x0": "60", "y0": "60", "x1": "200", "y1": "80"}


@pytest.fixture
def world(imported_world: tuple[World, ImportedVersion]) -> World:
    """Give a version that the approver reads wholly."""
    world, version = imported_world
    grant_internally(world, version, world.approver)
    return world


@pytest.fixture
def made(imported_world: tuple[World, ImportedVersion]) -> ImportedVersion:
    """Give that version."""
    return imported_world[1]


def template(who: Someone) -> Any:
    """Put a reason on the list as somebody; gives the answer."""
    return who.client.post("/api/v1/justifications", json=REASON)


def group_of(world: World, made: ImportedVersion, group: str) -> dict[str, Any]:
    """Give a group as the author lists it."""
    found = world.author.client.get(f"/api/v1{base(made)}").json()
    one: dict[str, Any] = next(one for one in found if one["id"] == group)
    return one


def test_approvers_and_coordinators_look_after_the_list_and_authors_choose_from_it(
    world: World, made: ImportedVersion
) -> None:
    assert template(world.author).status_code == 403
    one = template(world.approver).json()["id"]
    page = world.author.client.get("/justifications")
    assert "It would help an attacker." in page.text
    assert "Take off the list" not in page.text
    for who, status in (("auditor", 404), ("reviewer_a", 404), ("responder", 404)):
        assert world.people[who].client.get("/justifications").status_code == status
    retire = f"/api/v1/justifications/{one}/retire"
    assert world.author.client.post(retire).status_code == 403
    assert world.coordinator.client.post(retire).json() == []
    assert world.coordinator.client.post(retire).status_code == 409
    logged = entries(world, action="redaction:template:manage")
    assert [(e.outcome, e.actor) for e in logged] == [
        ("denied", world.author.id), ("done", world.approver.id),
        ("denied", world.author.id), ("done", world.coordinator.id),
    ]  # fmt: skip


def test_a_wrong_reason_is_refused_beside_its_field(world: World) -> None:
    wish = {**REASON, "categories": ["XXX"]}
    answer = world.approver.client.post("/api/v1/justifications", json=wish)
    assert answer.status_code == 422
    assert "Choose from the list." in answer.json()["fields"]["categories"]


def test_a_template_fills_the_form_without_proposing_anything(
    world: World, made: ImportedVersion
) -> None:
    one = template(world.approver).json()["id"]
    page = world.author.client.get(f"{base(made)}/pages/1").text
    assert "SEC · Name of an internal system" in page
    filled = form(world.author, made, "", page="1", use="yes", template=one, **RECT)
    assert filled.status_code == 200
    assert "It would help an attacker." in filled.text
    assert 'value="SEC" checked' in filled.text
    assert 'value="60"' in filled.text, "what was drawn stays"
    assert world.author.client.get(f"/api/v1{base(made)}").json() == []
    gone = form(world.author, made, "", page="1", use="yes", template="tpl_gone", **RECT)
    assert gone.status_code == 200


def test_a_template_word_for_word_and_one_reason_for_many_marks_are_warned_of(
    world: World, made: ImportedVersion
) -> None:
    template(world.approver)
    one = proposal(world, made)["group_id"]
    assert "word for word" in group_of(world, made, one)["boilerplate"]
    assert "word for word" in world.approver.client.get(base(made)).text
    other = proposal(world, made, justification="It names the monitor's host.")["group_id"]
    assert group_of(world, made, other)["boilerplate"] is None
    places = [{"page": 1, "rects": [[60, 60 + 20 * at, 200, 75 + 20 * at]]} for at in range(11)]
    many = post(
        world.author, made, "", places=places, **{**REASON, "justification": "A system."}
    ).json()[0]["group_id"]
    assert "on 11 marks" in group_of(world, made, many)["boilerplate"]


def test_groups_of_ones_own_are_reworded_together(world: World, made: ImportedVersion) -> None:
    one, other = proposal(world, made), proposal(world, made, character="Another")
    before = len(jobs(world))
    sent = form(
        world.author, made, "/edit",
        group=[one["group_id"], other["group_id"]], categories=["IP"], justification="A secret.",
    )  # fmt: skip
    assert sent.status_code == 303
    for group, character in ((one, REASON["character"]), (other, "Another")):
        now = group_of(world, made, group["group_id"])
        assert (now["categories"], now["justification"]) == (["IP"], "A secret.")
        assert now["character"] == character, "what was left empty stays"
        assert now["redactions"][0]["id"] == group["id"], "the place is as it was"
        assert now["redactions"][0]["revision"] == 2
    logged = entries(world, action="redaction:change", outcome="done")
    assert [(e.facts["from"], e.facts["to"]) for e in logged] == [(["SEC"], ["IP"])] * 2
    assert [name for name, _ in jobs(world)[before:]] == ["reports.build_editions"]
    stale = post(
        world.author, made, "/change", redaction=one["id"], revision=1, rects=[[1, 1, 90, 90]]
    )
    assert stale.status_code == 409, "who had it open is told"


def test_another_box_is_another_row_and_never_an_edition_painted_before(
    world: World, made: ImportedVersion
) -> None:
    reader = world.internal_reader
    grant_internally(world, made, reader, "COM")
    mark = proposal(world, made, place_of(world, made, SEC), mode="tight")
    build_editions(world.worker, version_id=made.version_id)
    path = f"/api/v1/versions/{made.version_id}/pages/2"
    assert "traffic" in reader.client.get(path).text
    edited = post(world.author, made, "/edit", groups=[mark["group_id"]], mode="line")
    assert edited.status_code == 200
    assert reader.client.get(path).status_code == 503
    build_editions(world.worker, version_id=made.version_id)
    assert "traffic" not in reader.client.get(path).text
    now = group_of(world, made, mark["group_id"])["redactions"][0]
    assert (now["replaces"], now["mode"]) == (mark["id"], "line")


def test_nobody_rewords_what_is_decided_or_somebody_elses(
    world: World, made: ImportedVersion
) -> None:
    mark = proposal(world, made)
    wish = {"groups": [mark["group_id"]], "justification": "Mine."}
    assert post(world.approver, made, "/edit", **wish).status_code == 403
    assert post(world.reviewer_a, made, "/edit", **wish).status_code == 404
    refused = entries(world, action="redaction:change", outcome="denied")
    assert [entry.actor for entry in refused] == [world.approver.id, world.reviewer_a.id]
    decision = {"groups": [mark["group_id"]], "approve": True, "statement": True}
    assert post(world.approver, made, "/decide", **decision).status_code == 200
    assert post(world.author, made, "/edit", **wish).status_code == 409
    with world.owner.connect() as connection:
        said = connection.execute(text("SELECT justification FROM redactions")).scalar_one()
    assert said == REASON["justification"]


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({}, "what is left empty stays"),
        ({"categories": ["EMB"]}, "An embargo needs its last day"),
        ({"categories": ["XXX"]}, "Choose from the list."),
    ],
)
def test_a_rewording_with_something_wrong_changes_nothing(
    world: World, made: ImportedVersion, typed: dict[str, Any], said: str
) -> None:
    group = proposal(world, made)["group_id"]
    sent = form(world.author, made, "/edit", group=group, **typed)
    assert sent.status_code == 422
    assert said in sent.text
    assert entries(world, action="redaction:change", outcome="done") == []
    none = form(world.author, made, "/edit", justification="All of them.")
    assert "Tick the groups that you change together." in none.text
