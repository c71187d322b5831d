"""Claims are places, quoted as each reader's edition has them; each part has an owner."""

from typing import Any

import pytest
from sqlalchemy import text

from app.web import csrf
from tests.world import World
from tests.worlds.entries import entries
from tests.worlds.reports import SEC, ImportedVersion, marked, review_with_grant

QUOTE = f"All traffic passes the {SEC} before it reaches a model."
Imported = tuple[World, ImportedVersion]


def rows(world: World, statement: str) -> list[Any]:
    """Look into the database as its owner."""
    with world.owner.connect() as connection:
        return list(connection.execute(text(statement)))


def form(world: World, path: str, *, who: str = "author", **fields: str) -> Any:
    """Post a form as somebody."""
    typed = {"csrf_token": csrf.token_for("test-secret"), **fields}
    return world.people[who].client.post(path, data=typed)


def test_page_and_api_mark_claims_alike(imported_world: Imported) -> None:
    world, made = imported_world
    base = f"/versions/{made.version_id}/claims"
    sent = form(
        world, base, code="1.1", quote=QUOTE, pathway="3", load_bearing="yes",
        owner_id=world.second_author.id,
    )  # fmt: skip
    assert sent.status_code == 303
    wish = {"code": "1.2", "quote": QUOTE, "pathway": 3, "load_bearing": True,
            "owner_id": world.second_author.id}  # fmt: skip
    assert world.author.client.post(f"/api/v1{base}", json=wish).status_code == 201
    first, second = rows(world, "SELECT page, rects, load_bearing, pathway_id FROM claims")
    assert first == second
    assert (first.page, first.load_bearing, len(first.rects)) == (2, True, 1)
    assert rows(world, "SELECT ordinal, page FROM pathways") == [(3, 2)]
    owners = rows(world, "SELECT person_id, rank FROM ownerships")
    assert owners == [(world.second_author.id, 0)] * 2
    logged = [e for e in entries(world) if e.event in ("ClaimMarked", "OwnerAssigned")]
    assert [e.event for e in logged] == ["ClaimMarked", "OwnerAssigned"] * 2
    assert QUOTE not in str([e.core for e in logged])
    desk = world.author.client.get(f"/reports/{made.report_id}/versions/{made.version_id}").text
    assert "Claim 1.1" in desk
    assert "Second Author" in desk


@pytest.mark.parametrize(
    ("wish", "field"),
    [
        ({"quote": "words that stand nowhere"}, "quote"),
        ({"quote": "The"}, "quote"),
        ({}, "quote"),
        ({"page": 2, "words": "0-999"}, "words"),
        ({"quote": QUOTE, "owner_id": "per_nobody"}, "person_id"),
    ],
)
def test_a_claim_that_names_no_one_place_is_not_marked(
    imported_world: Imported, wish: dict[str, Any], field: str
) -> None:
    world, made = imported_world
    path = f"/api/v1/versions/{made.version_id}/claims"
    answer = world.author.client.post(path, json={"code": "1.1", **wish})
    assert answer.status_code == 422
    assert field in answer.json()["fields"]
    assert rows(world, "SELECT id FROM claims") == []


def test_a_claim_is_quoted_as_each_edition_has_it(imported_world: Imported) -> None:
    world, made = imported_world
    path = f"/api/v1/versions/{made.version_id}"
    marking = world.author.client.post(f"{path}/claims", json={"code": "1.1", "quote": QUOTE})
    assert marking.status_code == 201
    marked(world, made, SEC, "SEC")
    assert world.coordinator.client.post(f"{path}/publish").status_code == 200
    review_with_grant(world, made, "ORGA", preset="reviewer")
    review_with_grant(world, made, "ORGB", preset="limited")
    quotes = {
        who: world.people[who].client.get(f"{path}/pages/2").json()["claims"][0]["quote"]
        for who in ("reviewer_a", "reviewer_b")
    }
    assert quotes["reviewer_a"] == QUOTE
    assert SEC not in quotes["reviewer_b"]
    assert "█" in quotes["reviewer_b"]
    page = world.reviewer_b.client.get(f"/versions/{made.version_id}/pages/2").text
    assert "claim-clm_" in page
    assert "Claim 1.1" not in page  # no page prints the code
    assert SEC not in page


def test_page_and_api_assign_owners_alike(imported_world: Imported) -> None:
    world, made = imported_world
    (section, *_) = rows(world, "SELECT id FROM sections ORDER BY ordinal")
    path = f"/versions/{made.version_id}/owners"
    sent = form(world, path, who="coordinator", owner=world.author.id, part=section.id)
    assert sent.status_code == 303
    wish = {"person_id": world.second_author.id, "section_id": section.id, "rank": 1}
    answer = world.coordinator.client.post(f"/api/v1{path}", json=wish)
    assert answer.status_code == 200
    whole = {"person_id": world.author.id}
    assert world.coordinator.client.post(f"/api/v1{path}", json=whole).status_code == 200
    assert rows(world, "SELECT person_id, section_id, rank FROM ownerships ORDER BY rank, 2") == [
        (world.author.id, section.id, 0),
        (world.author.id, None, 0),
        (world.second_author.id, section.id, 1),
    ]
    again = {"person_id": world.second_author.id, "section_id": section.id, "rank": 0}
    assert world.coordinator.client.post(f"/api/v1{path}", json=again).status_code == 200
    assert len(rows(world, "SELECT id FROM ownerships")) == 3
    for wrong in (
        {"person_id": world.coordinator.id},
        {"person_id": world.author.id, "section_id": "sec_of_another"},
        {"person_id": world.author.id, "section_id": ""},
    ):
        assert world.coordinator.client.post(f"/api/v1{path}", json=wrong).status_code == 422


def test_who_does_not_work_on_the_report_marks_and_assigns_nothing(
    imported_world: Imported,
) -> None:
    world, made = imported_world
    base = f"/api/v1/versions/{made.version_id}"
    for who in ("responder", "auditor", "reviewer_a", "internal_reader"):
        client = world.people[who].client
        claim = client.post(f"{base}/claims", json={"code": "9", "quote": QUOTE})
        owner = client.post(f"{base}/owners", json={"person_id": world.author.id})
        assert claim.status_code in (403, 404)
        assert owner.status_code in (403, 404)
    assert rows(world, "SELECT id FROM claims") == []
    refused = {e.action for e in entries(world, outcome="denied")}
    assert refused == {"report:claim:mark", "report:owner:assign"}
