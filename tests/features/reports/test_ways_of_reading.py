"""Size, links to a passage, places of a search, small pictures: of one's own edition only."""

from urllib.parse import quote

import numpy as np
import pytest
import pyvips

from tests.world import Someone
from tests.worlds.entries import entries
from tests.worlds.reports import SEC
from tests.worlds.shared import SharedWorld

SYSTEMS = "All traffic passes"


@pytest.fixture(scope="module")
def room(shared_room: SharedWorld) -> SharedWorld:
    """Give one world to the whole module."""
    return shared_room


def _page(world: SharedWorld, someone: Someone, query: str = "", page: int = 2) -> str:
    answer = someone.client.get(f"/versions/{world.made.version_id}/pages/{page}{query}")
    assert answer.status_code == 200, answer.text
    return str(answer.text)


def test_how_one_looks_goes_along_with_every_link(room: SharedWorld) -> None:
    page = _page(room, room.reviewer_a, "?zoom=150&view=continuous")
    base = f"/versions/{room.made.version_id}/pages"
    assert 'data-zoom="150"' in page
    assert f'data-continuous="{room.made.pages}"' in page
    for number in (1, 3, 4):
        assert f'href="{base}/{number}?zoom=150&amp;view=continuous"' in page
    typed = room.reviewer_a.client.get(f"{base}?page=3&zoom=150&view=continuous")
    assert typed.headers["location"] == f"{base}/3?zoom=150&view=continuous"


@pytest.mark.parametrize("query", ["?zoom=7000", "?zoom=%22%3E", "?view=sideways", "?at=x"])
def test_a_look_that_does_not_exist_is_as_none(room: SharedWorld, query: str) -> None:
    page = _page(room, room.reviewer_a, query)
    assert 'data-zoom=""' in page
    assert "data-continuous" not in page
    assert 'class="found"' not in page


def test_a_link_to_a_passage_quotes_what_the_one_who_follows_it_may_read(
    room: SharedWorld,
) -> None:
    version = room.made.version_id
    found = room.reviewer_a.client.get(f"/api/v1/versions/{version}/search", params={"q": SEC})
    hit = next(h for h in found.json()["hits"] if h["page"] == 2)
    at = quote(";".join(",".join(map(str, rect)) for rect in hit["rects"]))
    own, other = (_page(room, who, f"?at={at}") for who in (room.reviewer_a, room.reviewer_b))
    assert 'id="place"' in own
    assert f"<p>{SEC}</p>" in own
    assert 'id="place"' in other
    assert "<p>█</p>" in other
    assert SEC not in other
    said = [
        who.client.get(f"/api/v1/versions/{version}/pages/2?at={at}").json()["linked"]
        for who in (room.reviewer_a, room.reviewer_b)
    ]
    assert said == [SEC, "█"]


def test_the_places_of_a_search_are_marked_on_the_page(room: SharedWorld) -> None:
    own, other = (_page(room, who, f"?q={SEC}") for who in (room.reviewer_a, room.reviewer_b))
    assert "One place for" in own
    assert own.count('<rect class="hit"') == 1
    assert "Zero places for" in other or "No places for" in other
    assert '<rect class="hit"' not in other


def test_the_next_place_is_on_another_page_and_goes_round(room: SharedWorld) -> None:
    base = f"/versions/{room.made.version_id}"
    client, seen = room.reviewer_a.client, []
    for step in ("after=2", "after=4", "before=4", "before=2"):
        sent = client.get(f"{base}/search?q={SEC}&{step}&zoom=100")
        assert sent.status_code == 303
        assert sent.headers["location"].endswith("#place")
        seen.append(sent.headers["location"].partition("?")[0])
    assert seen == [f"{base}/pages/{n}" for n in (4, 2, 2, 4)]
    none = room.reviewer_b.client.get(f"{base}/search?q={SEC}&after=2")
    assert none.status_code == 200
    assert SEC in none.text  # the phrase that was typed, and no place of it
    assert "data-row-link" not in none.text


def _pixels(world: SharedWorld, someone: Someone, page: int = 2) -> np.ndarray:
    path = f"/versions/{world.made.version_id}/pages/{page}/thumbnail"
    answer, called = someone.client.get(path), someone.client.get(f"/api/v1{path}")
    assert answer.status_code == called.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    image = pyvips.Image.new_from_buffer(answer.content, "")
    assert image.width == 240
    return np.frombuffer(image.write_to_memory(), dtype=np.uint8)


def test_a_small_picture_is_watermarked_and_recorded_as_a_reading(room: SharedWorld) -> None:
    one, other = _pixels(room, room.reviewer_a), _pixels(room, room.lead_a)
    assert (one != other).mean() > 0.005, "the names burned in differ"
    reads = [e for e in entries(room, action="report:page:read") if e.outcome == "allowed"]
    last = reads[-1]
    assert (last.content["part"], last.content["page"]) == ("thumbnail", 2)
    assert last.actor == room.organisations["ORGA"]


def test_a_small_picture_of_what_one_may_not_read_is_refused(room: SharedWorld) -> None:
    path = f"/versions/{room.made.version_id}/pages/2/thumbnail"
    before = len(entries(room, action="report:page:read", outcome="denied"))
    assert room.stress_tester.client.get(path).status_code == 404
    assert room.stress_tester.client.get(f"/api/v1{path}").status_code == 404
    denied = entries(room, action="report:page:read", outcome="denied")[before:]
    assert [e.actor for e in denied] == [room.organisations["TEAM"]] * 2
    past_the_end = f"/versions/{room.made.version_id}/pages/99/thumbnail"
    assert room.reviewer_a.client.get(past_the_end).status_code == 404


def test_a_black_box_stays_black_in_the_small_picture(room: SharedWorld) -> None:
    cleared, withheld = _pixels(room, room.reviewer_a), _pixels(room, room.reviewer_b)
    assert (withheld < 40).sum() > (cleared < 40).sum() + 50
