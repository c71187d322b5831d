"""Two organisations open the same page and get different words and pixels of it."""

import html
import io
import re
from typing import Any

import pytest
from PIL import Image
from sqlalchemy import text

from app.access.release import release, select_words
from app.domain.targets import PageRef, PassageRef
from app.kernel.errors import Invalid
from app.transaction import begin
from tests.world import World
from tests.worlds.entries import entries
from tests.worlds.reports import (
    COM,
    LEG,
    PII,
    PUBLIC,
    SEC,
    ImportedVersion,
    SharedVersion,
    grant_internally,
    settle,
)

Room = tuple[World, SharedVersion]

READABLE = {  # what each reader's edition shows of what somebody redacted
    "reviewer_a": (SEC, PII, COM),
    "reviewer_b": (COM,),
    "author": (LEG, SEC, PII, COM),
}
SECRETS = (LEG, SEC, PII, COM)


def words_of(answer: dict[str, Any]) -> str:
    """Join the words of a page as the API gives them."""
    return " ".join(word["text"] for word in answer["words"])


def pixels(world: World, who: str, version_id: str, page: int) -> Image.Image:
    """Decode the page image that somebody gets."""
    path = f"/versions/{version_id}/pages/{page}/image"
    answer = world.people[who].client.get(path)
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    return Image.open(io.BytesIO(answer.content)).convert("L")


def test_each_distinct_audience_has_its_own_checked_edition(reading_room: Room) -> None:
    world, _ = reading_room
    statement = text("SELECT state, lifted, check_result FROM editions")
    with world.owner.connect() as connection:
        rows = connection.execute(statement).all()
    assert {(row.state, tuple(row.lifted)) for row in rows} == {
        ("ready", ()),  # before anything was marked: the author's working edition
        ("ready", ("COM", "PII", "SEC")),
        ("ready", ("COM",)),
    }
    assert all(row.check_result["passed"] for row in rows)
    assert {row.check_result["secrets"] > 0 for row in rows if row.lifted} == {True}


@pytest.mark.parametrize("who", READABLE)
def test_a_reader_finds_the_words_of_their_edition_and_no_other(
    reading_room: Room, who: str
) -> None:
    world, made = reading_room
    client = world.people[who].client
    seen = ""
    for page in range(1, made.pages + 1):
        path = f"/versions/{made.version_id}/pages/{page}"
        as_json = client.get(f"/api/v1{path}")
        as_html = client.get(path)
        assert (as_json.status_code, as_html.status_code) == (200, 200)
        seen += words_of(as_json.json()) + " "
        for secret in set(SECRETS) - set(READABLE[who]):
            for word in secret.split():
                assert word not in as_json.text
                assert word not in as_html.text
    for word in READABLE[who]:
        assert word in seen
    assert PUBLIC in seen


def test_the_same_page_has_other_pixels_for_another_organisation(reading_room: Room) -> None:
    world, made = reading_room
    answer = world.reviewer_b.client.get(f"/api/v1/versions/{made.version_id}/pages/2").json()
    (box, *_) = answer["boxes"]
    area = (box["x"], box["y"], box["x"] + box["w"], box["y"] + box["h"])
    black = pixels(world, "reviewer_b", made.version_id, 2).crop(area)
    shown = pixels(world, "reviewer_a", made.version_id, 2).crop(area)
    assert black.getextrema() == (0, 0)
    assert shown.getextrema()[1] > 200


def test_a_dense_screen_gets_a_finer_picture_once_somebody_asked(reading_room: Room) -> None:
    world, made = reading_room
    path = f"/versions/{made.version_id}/pages/2/image"
    ask = f"{path}?fine=1"
    assert ask in world.reviewer_b.client.get(f"/versions/{made.version_id}/pages/2").text
    plain = _size(world, "reviewer_b", path)
    assert _size(world, "reviewer_b", ask) == plain
    settle(world)
    wide, high = _size(world, "reviewer_b", f"/api/v1{path}?fine=true")
    assert abs(wide - 2 * plain[0]) <= 1 and abs(high - 2 * plain[1]) <= 1
    assert _size(world, "reviewer_b", path) == plain
    # The pages after it as well; the same places are black, and only for whom they are withheld.
    assert _size(world, "reviewer_b", ask.replace("/2/", "/3/"))[0] > plain[0]
    answer = world.reviewer_b.client.get(f"/api/v1/versions/{made.version_id}/pages/2").json()
    for box in answer["boxes"]:
        assert _picture(world, "reviewer_b", ask).crop(_finer(box)).getextrema() == (0, 0)
    assert _size(world, "reviewer_a", ask) == plain
    settle(world)
    area = _finer(answer["boxes"][0])
    assert _picture(world, "reviewer_a", ask).crop(area).getextrema()[1] > 200
    drawn = [e for e in entries(world) if e.event == "FinePagesDrawn"]
    assert len(drawn) == 2
    assert world.stress_tester.client.get(ask).status_code == 404
    settle(world)
    assert len([e for e in entries(world) if e.event == "FinePagesDrawn"]) == 2


def _finer(box: dict[str, int]) -> tuple[int, int, int, int]:
    """Give the inside of a box on the finer picture, where edges are rounded more closely."""
    x, y, w, h = (2 * box[name] for name in "xywh")
    return x + 2, y + 2, x + w - 2, y + h - 2


def _picture(world: World, who: str, path: str) -> Image.Image:
    answer = world.people[who].client.get(path)
    assert answer.status_code == 200
    return Image.open(io.BytesIO(answer.content)).convert("L")


def _size(world: World, who: str, path: str) -> tuple[int, int]:
    return _picture(world, who, path).size


def test_the_watermark_differs_from_viewer_to_viewer(reading_room: Room) -> None:
    world, made = reading_room
    one = pixels(world, "reviewer_a", made.version_id, 3)
    other = pixels(world, "lead_a", made.version_id, 3)
    assert one.size == other.size
    assert one.tobytes() != other.tobytes()


def test_a_redaction_shows_category_character_and_a_coarse_size(reading_room: Room) -> None:
    world, made = reading_room
    path = f"/versions/{made.version_id}/pages/2"
    answer = world.reviewer_b.client.get(f"/api/v1{path}").json()
    chips = {chip["id"]: chip for chip in answer["redactions"]}
    assert {tuple(chip["categories"]) for chip in chips.values()} == {("SEC",), ("PII",)}
    assert {chip["size"] for chip in chips.values()} == {"a few words"}
    assert {i for box in answer["boxes"] for i in box["redactions"]} == set(chips)
    page = world.reviewer_b.client.get(path).text
    assert "Something of category SEC" in page
    assert "Limited edition" in page
    # The one who has them lifted learns nothing of marks that do not concern them.
    assert "Something of category SEC" not in world.reviewer_a.client.get(path).text


def test_a_search_finds_only_what_the_edition_shows(reading_room: Room) -> None:
    world, made = reading_room
    path = f"/api/v1/versions/{made.version_id}/search"
    hits = {
        who: len(world.people[who].client.get(path, params={"q": SEC}).json()["hits"])
        for who in READABLE
    }
    assert hits == {"reviewer_a": 2, "reviewer_b": 0, "author": 2}
    page = world.reviewer_b.client.get(
        f"/versions/{made.version_id}/search", params={"q": "traffic passes"}
    )
    assert page.status_code == 200
    assert SEC not in page.text
    assert "One place for" in page.text


def test_who_holds_no_grant_gets_the_answer_for_a_page_that_does_not_exist(
    reading_room: Room,
) -> None:
    world, made = reading_room
    for who in ("stress_tester", "internal_reader", "coordinator", "administrator"):
        client = world.people[who].client
        for path in ("/pages/1", "/pages/1/image", "", "/search?q=model"):
            real = client.get(f"/versions/{made.version_id}{path}")
            missing = client.get(f"/versions/ver_00000000000000000000{path}")
            assert (real.status_code, real.content) == (404, missing.content)
            as_json = client.get(f"/api/v1/versions/{made.version_id}{path}")
            assert as_json.status_code == 404
    refused = [e for e in entries(world, outcome="denied") if e.object == made.version_id]
    assert {e.action for e in refused} == {
        "report:page:read",
        "report:version:read",
        "report:version:search",
    }
    beyond = world.reviewer_a.client.get(f"/versions/{made.version_id}/pages/99")
    assert (beyond.status_code, beyond.content) == (404, missing.content)


def test_nobody_who_is_not_signed_in_reads(reading_room: Room) -> None:
    world, made = reading_room
    answer = world.anonymous().get(f"/versions/{made.version_id}/pages/1")
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/sign-in")
    as_json = world.anonymous().get(f"/api/v1/versions/{made.version_id}/pages/1")
    assert as_json.status_code == 401
    assert PUBLIC not in answer.text + as_json.text


def test_reading_is_recorded_for_the_organisation_with_the_edition(reading_room: Room) -> None:
    world, made = reading_room
    before = len(entries(world, action="report:page:read", outcome="allowed"))
    page = world.reviewer_a.client.get(f"/api/v1/versions/{made.version_id}/pages/1").json()
    (entry,) = entries(world, action="report:page:read", outcome="allowed")[before:]
    assert entry.actor == world.reviewer_a.organisation_id
    assert world.reviewer_a.id not in str(entry.core)
    assert entry.content["edition"] == page["edition"]["key"]
    assert entry.content["withheld"] == ["LEG"]
    assert LEG not in str(entry.core) + str(entry.content)


def test_chosen_words_become_a_place_whose_quote_stays_the_same(reading_room: Room) -> None:
    world, made = reading_room
    ref = PageRef(version_id=made.version_id, page=2)
    with begin(world.web, world.reviewer_b.actor) as tx:
        words = [word.text for word in release(tx, ref).words]
        first = words.index("traffic")
        passage = select_words(tx, ref, first, words.index("reaches"))
        assert passage.quote == "traffic passes █ it reaches"
        place = PassageRef(version_id=made.version_id, page=2, rects=passage.rects)
        assert release(tx, place).digest == passage.digest
        with pytest.raises(Invalid):
            select_words(tx, ref, first, len(words))
    with begin(world.web, world.reviewer_a.actor) as tx:
        assert "gatehouse" in release(tx, place).quote


def test_the_number_of_withheld_words_cannot_be_counted(reading_room: Room) -> None:
    world, made = reading_room
    path = f"/api/v1/versions/{made.version_id}/pages/2"
    numbers = [word["i"] for word in world.reviewer_b.client.get(path).json()["words"]]
    assert numbers == list(range(len(numbers)))


def test_the_reports_list_shows_each_side_what_it_may_open(reading_room: Room) -> None:
    world, made = reading_room
    shown = {
        who: [row["id"] for row in world.people[who].client.get("/api/v1/reports").json()]
        for who in ("reviewer_a", "stress_tester", "coordinator", "internal_reader")
    }
    assert shown == {
        "reviewer_a": [made.report_id],
        "stress_tester": [],
        "coordinator": [made.report_id],
        "internal_reader": [],
    }
    page = world.reviewer_a.client.get("/reports").text
    assert f'href="/versions/{made.version_id}"' in page
    assert "No report is open to you yet" in world.stress_tester.client.get("/reports").text


def test_a_passage_can_be_typed_instead_of_chosen(reading_room: Room) -> None:
    world, made = reading_room
    path = f"/versions/{made.version_id}/pages/2/passage"
    client = world.reviewer_a.client
    typed = {"passage": "person who answers", "about": "finding"}
    sent = client.get(path, params=typed)
    as_json = client.get(f"/api/v1{path}", params={"passage": "person who answers"}).json()
    where = f"?version={made.version_id}&page=2&words={as_json['words']}"
    assert (sent.status_code, sent.headers["location"]) == (303, f"/findings/new{where}")
    form = client.get(sent.headers["location"])
    assert "person who answers" in form.text
    request = client.get(path, params={**typed, "about": "request"})
    assert request.headers["location"] == f"/requests/new{where}"
    for passage, sentence in ((SEC, "do not stand"), ("the", "more than once")):
        who = world.reviewer_b if passage == SEC else world.reviewer_a
        again = who.client.get(path, params={"passage": passage, "about": "finding"})
        assert again.status_code == 422
        assert sentence in again.text
    assert world.stress_tester.client.get(path, params=typed).status_code == 404


def test_a_hit_is_pointed_out_on_its_page(reading_room: Room) -> None:
    world, made = reading_room
    path = f"/versions/{made.version_id}"
    page = world.reviewer_a.client.get(f"{path}/search", params={"q": "safety team"}).text
    link = re.search(rf'href="({path}/pages/2\?[^"]*at=[^"]*)"', page)
    assert link is not None
    shown = world.reviewer_a.client.get(html.unescape(link[1])).text
    assert re.search(r'<rect class="found"', shown)
    for nonsense in ("x", "1,2,3", "nan,1,2,3", "1,2,3,4,5", ";;"):
        plain = world.reviewer_a.client.get(f"{path}/pages/2", params={"at": nonsense})
        assert plain.status_code == 200
        assert not re.search(r'<rect class="found"', plain.text)


def test_who_reads_by_a_grant_alone_is_led_to_the_version(
    imported_world: tuple[World, ImportedVersion],
) -> None:
    world, made = imported_world
    grant_internally(world, made, world.internal_reader)
    page = world.internal_reader.client.get("/reports").text
    assert f'href="/versions/{made.version_id}"' in page
    assert f'href="/reports/{made.report_id}"' not in page
    assert world.internal_reader.client.get(f"/reports/{made.report_id}").status_code == 404
    assert f'href="/reports/{made.report_id}"' in world.author.client.get("/reports").text
