"""Claims of a version carried on to the next: together where identical, else one by one."""

from typing import Any

import httpx
from sqlalchemy import text

from tests.world import Someone, World
from tests.worlds.doors import post_json
from tests.worlds.entries import entries
from tests.worlds.two_versions import STANDINGS, TwoTexts

Both = tuple[World, TwoTexts]
CARRY = "report:claims:carry"


def matching(who: Someone, made: TwoTexts) -> dict[str, Any]:
    """Read what waits, as somebody."""
    answer = who.client.get(f"/api/v1{made.matching}")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def standings(view: dict[str, Any]) -> dict[str, str]:
    """Give how each claim that waits stands, by its code."""
    return {
        claim["code"]: claim["standing"]
        for part in ("identical", "others", "closed")
        for claim in view[part]
    }


def one(view: dict[str, Any], code: str) -> dict[str, Any]:
    """Give a claim that waits by its code."""
    found: dict[str, Any] = next(
        claim for part in ("identical", "others") for claim in view[part] if claim["code"] == code
    )
    return found


def act(who: Someone, made: TwoTexts, what: str = "", **body: Any) -> httpx.Response:
    """Do one of the acts through the API."""
    return post_json(who, f"{made.matching}{what}", **body)


def carry_identical(who: Someone, made: TwoTexts) -> httpx.Response:
    """Carry everything identical on."""
    claims = [claim["id"] for claim in matching(who, made)["identical"]]
    return act(who, made, earlier=made.first.version_id, claims=claims)


def claims_of(world: World, version_id: str) -> dict[str, dict[str, Any]]:
    """Read the register's rows of a version by their codes."""
    statement = text("SELECT * FROM claims WHERE version_id = :v AND ended_at IS NULL")
    with world.owner.connect() as connection:
        rows = connection.execute(statement, {"v": version_id})
        return {row.code: dict(row._mapping) for row in rows}


def test_each_claim_is_told_by_what_became_of_its_words(two_texts: Both) -> None:
    world, made = two_texts
    view = matching(world.author, made)
    assert (view["state"], view["waiting"], view["earlier_number"]) == ("ready", 6, 1)
    assert standings(view) == STANDINGS
    changed = one(view, "3.1")
    assert "council" in changed["places"][0]["text"]
    assert 0.8 < changed["likeness"] < 1
    read = [e for e in entries(world, outcome="allowed") if e.event == "VersionsCompared"]
    assert {e.object for e in read} == {made.first.version_id, made.second.version_id}
    compared = [e for e in entries(world) if e.event == "EditionsCompared"]
    assert {e.actor for e in compared} == {"system:match"}
    assert [e.facts for e in compared] == [{"with": made.first.version_id}] * len(compared)
    assert "council" not in str([e.core for e in (*read, *compared)]), "the log has no words"


def test_what_is_identical_is_confirmed_as_one_recorded_batch(two_texts: Both) -> None:
    world, made = two_texts
    old = claims_of(world, made.first.version_id)
    answer = carry_identical(world.author, made)
    assert answer.status_code == 201, answer.text
    new = claims_of(world, made.second.version_id)
    assert set(new) == {"1.1", "2.1", "4.1"}
    for code, row in new.items():
        for kept in ("lineage_id", "ordinal", "load_bearing"):
            assert row[kept] == old[code][kept], (code, kept)
    with world.owner.connect() as connection:
        owners = connection.execute(
            text("SELECT claim_id, person_id FROM ownerships WHERE version_id = :v"),
            {"v": made.second.version_id},
        ).all()
    assert {(row.claim_id, row.person_id) for row in owners} == {
        (row["id"], world.author.id) for row in new.values()
    }
    events = entries(world, action=CARRY, outcome="done")
    assert [e.event for e in events] == [*["ClaimCarried"] * 3, "ClaimsCarried"]
    assert (events[-1].facts["claims"], events[-1].facts["from_number"]) == (3, 1)
    view = matching(world.author, made)
    assert (view["waiting"], len(view["settled"])) == (3, 3)
    assert all(row["together"] for row in view["settled"])


def test_only_identical_claims_go_in_the_batch(two_texts: Both) -> None:
    world, made = two_texts
    view = matching(world.author, made)
    wanted = [one(view, "1.1")["id"], one(view, "3.1")["id"]]
    answer = act(world.author, made, earlier=made.first.version_id, claims=wanted)
    assert answer.status_code == 409
    assert claims_of(world, made.second.version_id) == {}, "nothing at all was carried on"


def test_others_are_carried_one_by_one_to_a_place_that_was_looked_at(two_texts: Both) -> None:
    world, made = two_texts
    claim = one(matching(world.author, made), "3.1")
    place = claim["places"][0]
    answer = act(
        world.author, made, "/claim", claim=claim["id"], page=place["page"], rects=place["rects"]
    )
    assert answer.status_code == 201, answer.text
    row = claims_of(world, made.second.version_id)["3.1"]
    assert row["page"] == place["page"]
    (event,) = entries(world, action=CARRY, outcome="done")
    assert (event.event, event.facts["standing"]) == ("ClaimCarried", "changed")


def test_another_place_is_chosen_by_its_words(two_texts: Both) -> None:
    world, made = two_texts
    claim = one(matching(world.author, made), "1.3")
    refused = act(world.author, made, "/claim", claim=claim["id"], quote="words that are nowhere")
    assert refused.status_code == 422
    assert "quote" in refused.json()["fields"]
    answer = act(world.author, made, "/claim", claim=claim["id"], quote="holds")
    assert answer.status_code == 201, answer.text
    assert claims_of(world, made.second.version_id)["1.3"]["page"] == 1


def test_a_place_without_words_or_off_the_page_is_refused(two_texts: Both) -> None:
    world, made = two_texts
    claim = one(matching(world.author, made), "3.1")
    for page, rects in ((1, [[1, 1, 4, 4]]), (99, [[60, 60, 300, 300]])):
        answer = act(world.author, made, "/claim", claim=claim["id"], page=page, rects=rects)
        assert answer.status_code == 422, (page, answer.text)
    assert claims_of(world, made.second.version_id) == {}


def test_a_claim_that_is_gone_is_settled_and_can_be_taken_back(two_texts: Both) -> None:
    world, made = two_texts
    claim = made.claims["1.3"]
    assert act(world.author, made, "/gone", claim=claim).status_code == 200
    assert act(world.author, made, "/gone", claim=claim).status_code == 409
    assert matching(world.author, made)["waiting"] == 5
    assert act(world.author, made, "/undo", claim=claim).status_code == 200
    assert standings(matching(world.author, made))["1.3"] == "gone"
    events = [e.event for e in entries(world, action=CARRY, outcome="done")]
    assert events == ["ClaimFoundGone", "CarryingUndone"]


def test_what_was_carried_on_is_taken_back_until_the_version_is_published(two_texts: Both) -> None:
    world, made = two_texts
    assert carry_identical(world.author, made).status_code == 201
    claim = made.claims["1.1"]
    assert act(world.author, made, "/undo", claim=claim).status_code == 200
    assert set(claims_of(world, made.second.version_id)) == {"2.1", "4.1"}
    assert standings(matching(world.author, made))["1.1"] == "identical"
    with world.owner.begin() as connection:
        connection.execute(
            text("UPDATE versions SET state = 'published' WHERE id = :v"),
            {"v": made.second.version_id},
        )
    refused = act(world.author, made, "/undo", claim=made.claims["2.1"])
    assert refused.status_code == 409
    assert set(claims_of(world, made.second.version_id)) == {"2.1", "4.1"}


def test_a_claim_marked_by_hand_can_be_said_to_be_the_same(two_texts: Both) -> None:
    world, made = two_texts
    mine = post_json(
        world.author, f"/versions/{made.second.version_id}/claims", code="3.1", quote="the council"
    )
    assert mine.status_code == 201, mine.text
    claim = one(matching(world.author, made), "3.1")
    assert claim["same_as"] == mine.json()["id"]
    place = claim["places"][0]
    taken = act(
        world.author, made, "/claim", claim=claim["id"], page=place["page"], rects=place["rects"]
    )
    assert taken.status_code == 409
    joined = act(world.author, made, "/claim", claim=claim["id"], same_as=mine.json()["id"])
    assert joined.status_code == 201, joined.text
    old = claims_of(world, made.first.version_id)["3.1"]
    assert claims_of(world, made.second.version_id)["3.1"]["lineage_id"] == old["lineage_id"]
    assert act(world.author, made, "/undo", claim=claim["id"]).status_code == 200
    assert claims_of(world, made.second.version_id)["3.1"]["lineage_id"] != old["lineage_id"]


def test_who_reads_only_one_of_the_versions_compares_and_carries_nothing(two_texts: Both) -> None:
    world, made = two_texts
    for someone in (world.coordinator, world.second_author, world.reviewer_a, world.lead_b):
        answer = someone.client.get(f"/api/v1{made.matching}")
        assert answer.status_code in (403, 404), someone.name
        refused = act(someone, made, "/gone", claim=made.claims["1.1"])
        assert refused.status_code in (403, 404), someone.name
    denied = entries(world, action=CARRY, outcome="denied")
    assert len(denied) == 8
    assert claims_of(world, made.second.version_id) == {}
    assert act(world.author, made, "/gone", claim=made.claims["1.1"]).status_code == 200


def test_claims_of_another_report_are_not_there(two_texts: Both) -> None:
    world, made = two_texts
    for claim in ("clm_00000000000000000000", made.second.version_id):
        assert act(world.author, made, "/gone", claim=claim).status_code == 404
        answer = act(world.author, made, earlier=made.first.version_id, claims=[claim])
        assert answer.status_code == 404
