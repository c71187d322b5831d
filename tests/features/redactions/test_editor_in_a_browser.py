"""The editor in a real Chromium: marks move by pointer and by key, and every act is undone."""

import os
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browsing import faults_of
from tests.features.reports.test_reports_in_a_browser import Site

pytestmark = pytest.mark.browser
HERE = [100.0, 200.0, 200.0, 220.0]


def path_of(site: Site, page: int = 1) -> str:
    """Give the address of a page of the version in preparation."""
    return f"/versions/{site.working.version_id}/redactions/pages/{page}"


def marked(site: Site, page: int = 1) -> str:
    """Propose a mark as the author; gives its id."""
    wish = {
        "places": [{"page": page, "rects": [HERE]}],
        "categories": ["SEC"],
        "character": "Name of a system",
        "justification": "It would help an attacker.",
    }
    answer = site.world.author.client.post(
        f"/api/v1/versions/{site.working.version_id}/redactions", json=wish
    )
    assert answer.status_code == 201, answer.text
    return str(answer.json()[0]["id"])


def places(site: Site) -> list[object]:
    """Read where the undecided marks with this character stand."""
    statement = "SELECT rects FROM redactions WHERE character = :c AND state = 'proposed'"
    return [rects for (rects,) in site.world.rows(statement, c="Name of a system")]


def own_mark(page: Page) -> Locator:
    """Give the one mark that can be moved."""
    return page.locator("[data-mark]")


def test_a_mark_is_dragged_and_put_back_with_one_key(site: Site) -> None:
    marked(site)
    with site.tab("author") as page:
        page.goto(path_of(site))
        sheet, box = page.locator("[data-draw]").bounding_box(), own_mark(page).bounding_box()
        assert sheet
        assert box
        pixels = sheet["width"] / 420
        x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] - 3
        page.mouse.move(x, y)
        page.mouse.down()
        page.mouse.move(x + 50 * pixels, y + 30 * pixels, steps=6)
        page.mouse.up()
        expect(page.get_by_text("Saved at its new place.")).to_be_visible()
        ((moved,),) = [places(site)]
        assert moved[0] == pytest.approx([150, 230, 250, 250], abs=1.5)  # type: ignore[index]  # a list
        expect(own_mark(page)).to_be_focused()
        with page.expect_navigation():  # The address and the words are those of this page already.
            page.keyboard.press("Control+z")
        expect(page.get_by_text("Saved at its new place.")).to_be_visible()
        ((back,),) = [places(site)]
        assert back[0] == pytest.approx(HERE, abs=0.1)  # type: ignore[index]  # a list


def test_a_mark_is_moved_sized_deleted_and_brought_back_by_keys_alone(site: Site) -> None:
    marked(site)
    with site.tab("author") as page:
        page.goto(path_of(site))
        own_mark(page).focus()
        for key in ("ArrowRight", "ArrowRight", "ArrowDown", "Shift+ArrowRight"):
            page.keyboard.press(key)
        expect(page.locator("[data-mark-status]")).to_contain_text("Not saved yet")
        page.keyboard.press("Escape")
        expect(page.locator("[data-mark-status]")).to_contain_text("Put back")
        for key in ("ArrowRight", "ArrowRight", "ArrowDown", "Shift+ArrowRight", "Enter"):
            page.keyboard.press(key)
        expect(page.get_by_text("Saved at its new place.")).to_be_visible()
        ((moved,),) = [places(site)]
        assert moved[0] == pytest.approx([102, 201, 203, 221], abs=0.2)  # type: ignore[index]  # a list
        page.keyboard.press("Delete")
        expect(page.get_by_text("Deleted. It withholds no more.")).to_be_visible()
        assert places(site) == []
        page.keyboard.press("Control+z")
        expect(page.get_by_text("It is back, and waits")).to_be_visible()
        assert len(places(site)) == 1


def test_a_mark_is_sized_by_its_corner_and_saved_on_leaving_it(site: Site) -> None:
    marked(site)
    with site.tab("author") as page:
        page.goto(path_of(site))
        own_mark(page).focus()
        page.keyboard.press("Shift+ArrowDown")
        page.get_by_label("What is removed").focus()
        expect(page.get_by_text("Saved at its new place.")).to_be_visible()
        sheet = page.locator("[data-draw]").bounding_box()
        corner = page.locator('[data-handle="2 3"]').bounding_box()
        assert sheet
        assert corner
        page.mouse.move(corner["x"] + corner["width"] / 2, corner["y"] + corner["height"] / 2)
        page.mouse.down()
        page.mouse.move(corner["x"] + 60, corner["y"] + 40, steps=5)
        with page.expect_navigation():  # The words below stand on this page already.
            page.mouse.up()
        expect(page.get_by_text("Saved at its new place.")).to_be_visible()
        ((sized,),) = [places(site)]
        left, top, right, bottom = sized[0]  # type: ignore[index]  # a list
        assert (left, top) == pytest.approx((100, 200), abs=0.2)
        assert right > 215
        assert bottom > 230


def test_several_rectangles_are_drawn_and_one_is_taken_away(site: Site) -> None:
    with site.tab("author") as page:
        page.goto(path_of(site))
        sheet = page.locator("[data-draw]").bounding_box()
        assert sheet
        for at in range(3):
            if at:
                page.get_by_role("button", name="Add a rectangle").click()
            page.mouse.move(sheet["x"] + 100, sheet["y"] + 120 + 60 * at)
            page.mouse.down()
            page.mouse.move(sheet["x"] + 300, sheet["y"] + 150 + 60 * at, steps=4)
            page.mouse.up()
        page.get_by_role("button", name="Remove rectangle 2").click()
        finish(page)
        ((rects,),) = [places(site)]
        assert len(rects) == 2  # type: ignore[arg-type]  # a list


def test_words_are_chosen_by_pointer_and_marked_line_by_line(site: Site) -> None:
    with site.tab("author") as page:
        page.goto(path_of(site))
        page.get_by_role("button", name="Choose words").click()
        words = page.locator("[data-words] [data-i]")
        first, last = words.nth(1).bounding_box(), words.nth(14).bounding_box()
        assert first
        assert last
        page.mouse.move(first["x"] + 2, first["y"] + first["height"] / 2)
        page.mouse.down()
        page.mouse.move(last["x"] + last["width"] - 2, last["y"] + last["height"] / 2, steps=5)
        page.mouse.up()
        expect(page.locator("[data-selection-count]")).to_have_text("14 words")
        page.get_by_role("button", name="Mark these words").click()
        expect(page.locator("[data-rect]")).to_have_count(2)
        finish(page)
        ((rects,),) = [places(site)]
        assert len(rects) == 2  # type: ignore[arg-type]  # a list
        statement = "SELECT size_words FROM redactions WHERE character = 'Name of a system'"
        assert site.world.rows(statement) == [(14,)]


def test_words_are_chosen_and_marked_by_keys_alone(site: Site) -> None:
    with site.tab("author") as page:
        page.goto(path_of(site))
        for key in ("w", "ArrowRight", "Shift+ArrowRight", "Shift+ArrowRight", "m"):
            page.keyboard.press(key)
        expect(page.get_by_label("LEG · Legal prohibition")).to_be_focused()
        finish(page)
        statement = "SELECT size_words FROM redactions WHERE character = 'Name of a system'"
        assert site.world.rows(statement) == [(3,)]


def finish(page: Page) -> None:
    """Fill in the reason and propose."""
    page.get_by_label("SEC · Security of systems").check()
    page.get_by_label("What is removed").fill("Name of a system")
    page.get_by_label("Why", exact=True).fill("It would help an attacker.")
    page.get_by_role("button", name="Propose").click()
    expect(page.get_by_text("It waits for a second person")).to_be_visible()


def test_without_scripts_a_mark_is_moved_deleted_and_undone_by_forms(site: Site) -> None:
    marked(site)
    with site.tab("author", scripts=False) as page:
        page.goto(path_of(site))
        page.get_by_text("Move or resize").click()
        card = page.locator(".card", has=page.get_by_text("Move or resize"))
        card.get_by_label("Left").fill("90")
        card.get_by_role("button", name="Save the place").click()
        page.get_by_role("button", name="Undo").click()
        ((rects,),) = [places(site)]
        assert rects == [HERE]
        page.get_by_role("button", name="Delete").click()
        page.get_by_role("button", name="Undo").click()
        expect(page.get_by_text("It is back, and waits")).to_be_visible()


def test_every_page_of_marks_is_accessible_quiet_and_fits(site: Site) -> None:
    mark, other = marked(site), marked(site, 3)
    base = f"/versions/{site.working.version_id}/redactions"
    said = {"group": mark, "comment": "Is the whole line needed, or the name alone?"}
    for who in (site.world.approver, site.world.author):
        assert who.client.post(f"/api/v1{base}/comment", json=said).status_code == 200
    reason = {"categories": ["SEC"], "character": "Name of a system", "justification": "A host."}
    made = site.world.approver.client.post("/api/v1/justifications", json=reason)
    assert made.status_code == 201
    wish = {
        "places": [{"page": 1, "rects": [[100, 300, 200, 320]]}],
        **reason,
        "substitute": "System A",
        "segregable": True,
        "restricted_justification": "It has no second factor before spring.",
    }
    assert site.world.author.client.post(f"/api/v1{base}", json=wish).status_code == 201
    refusal = {"redactions": [other], "approve": False, "reason": "Too wide."}
    assert site.world.approver.client.post(f"/api/v1{base}/decide", json=refusal).status_code == 200
    for name, who, path, opened in (
        ("editor", "author", path_of(site), ".move > summary"),
        ("undo", "author", f"{path_of(site)}?done=changed&mark={mark}", ".more > summary"),
        ("own-list", "author", base, ".more > summary"),
        ("approver", "approver", f"{base}?state=proposed", ".talk > summary"),
        ("reasons", "approver", "/justifications", "h1"),
    ):
        with site.tab(who) as page:
            page.goto(path)
            page.locator(opened).first.click()
            assert faults_of(page, f"marks-{name}") == []


def test_on_paper_each_group_is_a_block_without_buttons(site: Site) -> None:
    marked(site)
    with site.tab("approver") as page:
        page.goto(f"/versions/{site.working.version_id}/redactions")
        page.emulate_media(media="print")
        expect(page.get_by_role("button", name="Approve").first).to_be_hidden()
        expect(page.get_by_text("It would help an attacker.")).to_be_visible()
        if folder := os.environ.get("VITRINE_SCREENSHOTS"):
            page.screenshot(path=Path(folder) / "marks-print.png", full_page=True)
