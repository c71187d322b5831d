"""The whole form of a mark: what is public of it, and what stays inside and with whom."""

from typing import Any

import pytest
from sqlalchemy import text

from app.features.reports.tasks import build_editions
from tests.features.redactions.test_changing_marks import base, form, place_of, post
from tests.world import Someone, World
from tests.worlds.entries import entries
from tests.worlds.reports import SEC, ImportedVersion, grant_internally

REASON = {
    "categories": ["SEC"],
    "character": "Name of an internal system",
    "justification": "It would help an attacker.",
}
INSIDE = "The gatehouse has no second factor before spring."


@pytest.fixture
def world(imported_world: tuple[World, ImportedVersion]) -> World:
    """Give a version that the approver reads wholly, and the second author without SEC."""
    world, version = imported_world
    grant_internally(world, version, world.approver)
    grant_internally(world, version, world.people["second_author"], "COM")
    grant_internally(world, version, world.internal_reader)
    return world


@pytest.fixture
def made(imported_world: tuple[World, ImportedVersion]) -> ImportedVersion:
    """Give that version."""
    return imported_world[1]


def whole(world: World, made: ImportedVersion, **more: Any) -> dict[str, Any]:
    """Propose a mark with everything that its form has; gives the mark."""
    body = {
        "places": [place_of(world, made, SEC)],
        "substitute": "System A",
        "segregable": True,
        "restricted_justification": INSIDE,
        **REASON,
        **more,
    }
    answer = post(world.author, made, "", **body)
    assert answer.status_code == 201, answer.text
    assert INSIDE not in answer.text
    mark: dict[str, Any] = answer.json()[0]
    return mark


def name_of(world: World, someone: Someone) -> str:
    """Give the name by which people know somebody."""
    with world.owner.connect() as connection:
        statement = text("SELECT name FROM people WHERE id = :i")
        return str(connection.execute(statement, {"i": someone.id}).scalar_one())


def restricted(who: Someone, made: ImportedVersion) -> Any:
    """Read the restricted justification of the one group, as somebody lists it."""
    (group,) = who.client.get(f"/api/v1{base(made)}").json()
    return group["restricted"]


def test_the_form_keeps_everything_and_only_three_things_are_required(
    world: World, made: ImportedVersion
) -> None:
    rect = {"x0": "60", "y0": "60", "x1": "200", "y1": "80"}
    sent = form(
        world.author, made, "", page="1", substitute="System A", segregable="no",
        restricted_justification=INSIDE, **rect, **REASON,
    )  # fmt: skip
    assert sent.status_code == 303
    with world.owner.connect() as connection:
        row = connection.execute(text("SELECT substitute, segregable FROM redactions")).one()
        kept = connection.execute(
            text("SELECT body, side, shared, sensitivity FROM guarded_fields")
        ).one()
    assert (row.substitute, row.segregable) == ("System A", False)
    assert (kept.body, kept.side, kept.shared) == (INSIDE, "publisher", False)
    assert kept.sensitivity == ["SEC"], "the mark's own category counts, though it is the first"
    (entry,) = entries(world, action="redaction:propose", outcome="done")
    assert entry.facts["restricted"] is True
    assert INSIDE not in str(entry.core) + str(entry.content)


def test_who_is_cleared_reads_it_and_the_approver_sees_who_that_is(
    world: World, made: ImportedVersion
) -> None:
    whole(world, made)
    reading = set()
    for name, someone in world.people.items():
        answer = someone.client.get(f"/api/v1{base(made)}")
        if answer.status_code == 200 and INSIDE in answer.text:
            reading.add(name_of(world, someone))
        assert (INSIDE in someone.client.get(base(made)).text) is (INSIDE in answer.text), name
    assert reading == {name_of(world, world.author), name_of(world, world.approver)}
    assert set(restricted(world.approver, made)["readers"]) == reading
    page = world.approver.client.get(base(made)).text
    assert f"May read it: {', '.join(sorted(reading))}. No reviewer ever does." in page
    logged = entries(world, action="redaction:deliberation:read", outcome="allowed")
    assert {entry.actor for entry in logged} == {world.author.id, world.approver.id}
    assert {entry.event for entry in logged} == {"DeliberationRead"}


def test_who_has_not_lifted_its_category_sees_that_there_is_one_and_no_more(
    world: World, made: ImportedVersion
) -> None:
    whole(world, made)
    assert restricted(world.people["second_author"], made)["text"] is None
    for who in ("coordinator", "auditor"):
        assert restricted(world.people[who], made) is None
    for who in ("reviewer_a", "lead_b", "internal_reader"):
        assert world.people[who].client.get(f"/api/v1{base(made)}").status_code == 404


def test_a_category_added_later_closes_it_to_who_has_not_lifted_that(
    world: World, made: ImportedVersion
) -> None:
    whole(world, made, categories=["COM"], places=[{"page": 3, "rects": [[60, 60, 200, 80]]}])
    assert restricted(world.people["second_author"], made)["text"] == INSIDE
    with world.owner.begin() as connection:
        connection.execute(text("UPDATE redactions SET categories = '{COM,SEC}'"))
    assert restricted(world.people["second_author"], made)["text"] is None
    assert restricted(world.author, made)["text"] == INSIDE, "its writer reads it still"


def test_row_level_security_hides_it_from_every_reviewer(
    world: World, made: ImportedVersion
) -> None:
    whole(world, made)
    count = text("SELECT count(*) FROM guarded_fields WHERE field = 'restricted_justification'")
    seen = {}
    for side, who in (("reviewer", world.reviewer_a), ("publisher", world.approver)):
        with world.web.engine.begin() as connection:
            context = {"side": side, "organisation": who.organisation_id, "person": who.id}
            for key, value in context.items():
                connection.execute(
                    text("SELECT set_config(:k, :v, true)"), {"k": f"vitrine.{key}", "v": value}
                )
            seen[side] = connection.execute(count).scalar_one()
    assert seen == {"reviewer": 0, "publisher": 1}


def test_readers_are_told_the_substitute_on_the_page_and_in_its_text(
    world: World, made: ImportedVersion
) -> None:
    reader = world.internal_reader
    with world.owner.begin() as connection:
        connection.execute(
            text("UPDATE grants SET lifted = '{COM}' WHERE person_ids = ARRAY[:p]"),
            {"p": reader.id},
        )
    whole(world, made)
    build_editions(world.worker, version_id=made.version_id)
    chips = reader.client.get(f"/api/v1/versions/{made.version_id}/pages/2").json()["redactions"]
    assert [chip["substitute"] for chip in chips] == ["System A"]
    page = reader.client.get(f"/versions/{made.version_id}/pages/2").text
    assert "In its stead: System A" in page
    assert SEC not in page


def test_an_embargo_without_its_day_opens_what_is_folded_away(
    world: World, made: ImportedVersion
) -> None:
    rect = {"x0": "60", "y0": "60", "x1": "200", "y1": "80"}
    reason = {**REASON, "categories": ["EMB"], "restricted_justification": INSIDE}
    sent = form(world.author, made, "", page="1", **rect, **reason)
    assert sent.status_code == 422
    assert "An embargo needs the day on which it ends." in sent.text
    assert '<details class="more" data-more-fields open>' in sent.text
    assert INSIDE in sent.text, "what was typed is still there"


def test_the_list_says_which_claims_a_mark_touches(world: World, made: ImportedVersion) -> None:
    claim = {"code": "1.1", "quote": f"passes the {SEC}", "pathway": 1, "load_bearing": True}
    said = world.author.client.post(f"/api/v1/versions/{made.version_id}/claims", json=claim)
    assert said.status_code == 201, said.text
    whole(world, made)
    (group,) = world.approver.client.get(f"/api/v1{base(made)}").json()
    assert group["claims"] == ["1.1"]
    assert "Touches claim 1.1." in world.coordinator.client.get(base(made)).text
