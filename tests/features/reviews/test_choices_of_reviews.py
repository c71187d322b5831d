"""What the forms of reviews offer, a program gets too; who may not use the form gets nothing."""

import pytest

from tests.worlds.shared import SharedWorld


@pytest.fixture(scope="module")
def room(shared_room: SharedWorld) -> SharedWorld:
    """Give one world to the whole module, which only reads."""
    return shared_room


def test_a_program_gets_what_the_form_of_a_new_review_offers(room: SharedWorld) -> None:
    page = room.coordinator.client.get("/reviews/new").text
    said = room.coordinator.client.get("/api/v1/reviews/new").json()
    assert said["version_id"] == room.made.version_id
    names = {choice["name"] for choice in said["versions"]}
    assert names == {"Sabotage risk report, version 1 (published)"}
    assert {choice["kind"] for choice in said["organisations"]} == {
        "nonprofit", "government", "internal",
    }  # fmt: skip
    for choice in (*said["versions"], *said["organisations"]):
        assert f'value="{choice["id"]}"' in page


def test_a_program_gets_who_inside_may_read_a_version(room: SharedWorld) -> None:
    path = f"/versions/{room.made.version_id}/readers"
    said = room.coordinator.client.get(f"/api/v1{path}").json()
    assert [grant["review_id"] for grant in said["grants"]] == [None]
    assert room.internal_reader.id in {choice["id"] for choice in said["people"]}
    page = room.coordinator.client.get(path).text
    assert all(f'value="{choice["id"]}"' in page for choice in said["people"])


def test_a_program_gets_a_page_to_mark_and_its_marks(room: SharedWorld) -> None:
    path = f"/api/v1/versions/{room.made.version_id}/redactions/pages/2"
    said = room.author.client.get(path).json()
    assert (said["page"], said["pages"], round(said["width_pt"])) == (2, 4, 420)
    assert {mark["page"] for mark in said["marks"]} == {2}
    assert {tuple(mark["categories"]) for mark in said["marks"]} == {("SEC",), ("PII",)}
    assert room.author.client.get(path.replace("pages/2", "pages/99")).status_code == 404


@pytest.mark.parametrize("who", ["reviewer_a", "lead_b", "responder", "administrator"])
@pytest.mark.parametrize("path", ["/reviews/new", "/versions/{}/readers"])
def test_who_may_not_use_the_form_is_offered_nothing(
    room: SharedWorld, who: str, path: str
) -> None:
    path = path.format(room.made.version_id)
    seen = len(room.entries(outcome="denied"))
    answer = room.people[who].client.get(f"/api/v1{path}")
    assert answer.status_code in (403, 404)
    assert "versions" not in answer.json()
    ((_, _, actor, _),) = room.entries(outcome="denied")[seen:]
    assert actor == room.people[who].id
