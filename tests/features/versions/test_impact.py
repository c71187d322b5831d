"""What a version touches of what stands on the one before: to each their own, and no word of it."""

from typing import Any

from sqlalchemy import text

from tests.world import Someone, World
from tests.worlds.doors import post_form, post_json
from tests.worlds.entries import entries
from tests.worlds.reports import settle
from tests.worlds.two_versions import GUARDED, NAMED, SEALED, TwoTexts

Both = tuple[World, TwoTexts]
REASON = "The sum was approved by somebody else. CANARYREASON"


def impact(who: Someone, made: TwoTexts) -> dict[str, Any]:
    """Read the map as somebody."""
    answer = who.client.get(f"/api/v1/versions/{made.second.version_id}/impact")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def decide(who: Someone, made: TwoTexts, *, material: bool = True) -> Any:
    """Say whether the change is material."""
    return post_json(
        who, f"/versions/{made.second.version_id}/impact/material",
        earlier=made.first.version_id, material=material, reason=REASON,
    )  # fmt: skip


def test_the_map_names_what_stands_on_changed_text_by_organisation(published: Both) -> None:
    world, made = published
    view = impact(world.coordinator, made)
    assert view["state"] == "ready"
    numbers = {row["number"]: row["organisation"] for row in view["touched"]}
    assert numbers == {
        "FC-ORGA-0001": "ORGA organisation", "FC-ORGB-0001": "ORGB organisation"
    }  # fmt: skip
    assert {row["how"] for row in view["touched"]} == {"lines"}
    claims = {claim["code"]: (claim["standing"], claim["counts"]) for claim in view["claims"]}
    assert claims["3.1"] == ("changed", {"finding": 2})
    assert claims["1.3"] == ("gone", {})
    assert "1.1" not in claims
    assert (view["total"], view["untouched"]) == (2, 2)
    assert view["sections"]["gone"] == 1
    (read,) = [e for e in entries(world) if e.event == "ImpactRead"]
    assert (read.outcome, read.object) == ("allowed", made.second.version_id)


def test_an_organisation_finds_its_own_and_nothing_of_another(published: Both) -> None:
    world, made = published
    view = impact(world.reviewer_b, made)
    assert [row["number"] for row in view["touched"]] == ["FC-ORGB-0001"]
    assert (view["organisations"], view["reviews"], view["material"]) == ([], [], None)
    for path in (
        f"/versions/{made.second.version_id}/impact",
        f"/api/v1/versions/{made.second.version_id}/impact",
        f"/versions/{made.second.version_id}/impact/export",
    ):
        said = world.reviewer_b.client.get(path).text
        assert "FC-ORGB-0001" in said, path
        assert not any(foreign in said for foreign in ("ORGA", "CANARY", "reviewer_a")), path
        assert not any(w in said for w in (*SEALED, GUARDED, NAMED[0], NAMED[1])), path


def test_a_claim_that_changed_under_a_mark_alone_is_not_in_an_outsiders_map(
    published: Both,
) -> None:
    world, made = published
    # 1.2 changed where LEG withholds: in the map of who reads it, and in no other.
    assert "1.2" in {claim["code"] for claim in impact(world.coordinator, made)["claims"]}
    for outsider in (world.reviewer_a, world.reviewer_b):
        touched = {claim["id"] for claim in impact(outsider, made)["claims"]}
        assert made.claims["1.2"] not in touched
        assert made.claims["3.1"] in touched, "the positive control"


def test_the_reports_owner_reads_aliases(published: Both) -> None:
    world, made = published
    said = world.author.client.get(f"/versions/{made.second.version_id}/impact").text
    assert "ORGA" not in said
    assert "ORGB" not in said
    view = impact(world.author, made)
    assert {row["organisation"] for row in view["touched"]} == {None}
    assert {row["organisation_id"] for row in view["touched"]} == {None}
    assert view["may_decide"]


def test_neither_order_nor_review_tells_an_author_whose_it_is(published: Both) -> None:
    world, made = published
    with world.owner.begin() as connection:
        # The aliases stand in the other order than the numbers.
        connection.execute(text("UPDATE findings SET alias = 'FC-b' WHERE number LIKE '%-ORGA-%'"))
        connection.execute(text("UPDATE findings SET alias = 'FC-a' WHERE number LIKE '%-ORGB-%'"))
    view = impact(world.author, made)
    assert [row["number"] for row in view["touched"]] == ["FC-a", "FC-b"]
    assert (view["reviews"], view["reviews_told"]) == ([], 2)
    path = f"/versions/{made.second.version_id}/impact"
    for said in (world.author.client.get(path).text, str(view)):
        assert made.review_a not in said
        assert made.review_b not in said
    assert "Two open reviews" in world.author.client.get(path).text
    whole = impact(world.coordinator, made)
    assert {row["id"] for row in whole["reviews"]} == {made.review_a, made.review_b}
    assert {e.event for e in entries(world) if e.object == made.second.version_id} >= {"ImpactRead"}


def test_without_both_versions_the_publishers_people_see_no_map(published: Both) -> None:
    world, made = published
    view = impact(world.approver, made)
    assert (view["state"], view["claims"], view["touched"]) == ("closed", [], [])
    for someone in (world.second_author, world.responder, world.internal_reader, world.lead_a):
        answer = someone.client.get(f"/api/v1/versions/{made.second.version_id}/impact")
        expected = 200 if someone is world.lead_a else 404
        assert answer.status_code == expected, someone.name
    assert len(entries(world, action="report:impact:read", outcome="denied")) == 3


def test_a_material_change_is_told_to_each_review_by_itself(published: Both) -> None:
    world, made = published
    answer = decide(world.coordinator, made)
    assert answer.status_code == 201, answer.text
    assert answer.json()["told"] == 2
    settle(world)
    (decided,) = [e for e in entries(world) if e.event == "MaterialChangeDecided"]
    assert (decided.outcome, decided.facts["material"], decided.facts["reviews"]) == (
        "done", True, 2,
    )  # fmt: skip
    assert "CANARYREASON" not in str([e.core for e in entries(world)])
    told = [e for e in entries(world) if e.event == "MaterialChangeTold"]
    assert {e.object for e in told} == {made.review_a, made.review_b}
    for lead, own, foreign in (
        (world.lead_a, made.review_a, made.review_b),
        (world.lead_b, made.review_b, made.review_a),
    ):
        notices = lead.client.get("/notices").text
        assert "changes the report materially" in notices
        assert own in notices
        assert foreign not in notices
        assert "CANARYREASON" not in notices
    assert "changes the report materially" not in world.reviewer_a.client.get("/notices").text
    view = impact(world.coordinator, made)
    assert (view["material"]["material"], view["material"]["told"]) == (True, 2)
    assert "CANARYREASON" in view["material"]["reason"]
    assert decide(world.coordinator, made).status_code == 409


def test_who_may_not_read_the_new_version_is_not_told_of_it(published: Both) -> None:
    world, made = published
    with world.owner.begin() as connection:
        connection.execute(
            text(
                "UPDATE grants SET state = 'revoked' WHERE version_id = :v AND organisation_id=:o"
            ),
            {"v": made.second.version_id, "o": world.lead_b.actor.organisation_id},
        )
    assert impact(world.coordinator, made)["reviews_told"] == 1
    assert decide(world.coordinator, made).json()["told"] == 1
    settle(world)
    told = [e for e in entries(world) if e.event == "MaterialChangeTold"]
    assert [e.object for e in told] == [made.review_a]
    assert "changes the report materially" in world.lead_a.client.get("/notices").text
    for path in ("/notices", f"/reviews/{made.review_b}", f"/api/v1/reviews/{made.review_b}"):
        said = world.lead_b.client.get(path)
        assert said.status_code == 200, path
        assert "materially" not in said.text, path
        assert made.second.version_id not in said.text, path


def test_that_a_change_is_not_material_is_recorded_and_told_to_nobody(published: Both) -> None:
    world, made = published
    assert decide(world.author, made, material=False).json()["told"] == 0
    settle(world)
    assert "materially" not in world.lead_a.client.get("/notices").text
    assert impact(world.coordinator, made)["material"]["material"] is False
    assert decide(world.author, made).json()["told"] == 2, "a second look may find otherwise"


def test_who_neither_coordinates_nor_owns_the_report_decides_nothing(published: Both) -> None:
    world, made = published
    for someone in (world.approver, world.second_author, world.auditor, world.lead_a):
        assert decide(someone, made).status_code in (403, 404), someone.name
    denied = entries(world, action="report:material-change:decide", outcome="denied")
    assert len(denied) == 4
    with world.owner.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM material_changes")).scalar() == 0


def test_a_decision_without_a_reason_keeps_what_was_chosen(published: Both) -> None:
    world, made = published
    answer = post_form(
        world.coordinator, f"/versions/{made.second.version_id}/impact/material",
        earlier=made.first.version_id, material="yes", reason="",
    )  # fmt: skip
    assert answer.status_code == 422
    assert "This is needed." in answer.text
    assert 'value="yes" checked' in answer.text
