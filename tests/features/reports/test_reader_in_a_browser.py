"""Ways of reading in a real Chromium: sizes, pages under each other, links, keys, the end."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browsing import faults_of
from tests.worlds.entries import entries
from tests.worlds.reports import SEC
from tests.worlds.shared import SharedWorld
from tests.worlds.sites import Site, served

pytestmark = pytest.mark.browser


@pytest.fixture
def site(shared: SharedWorld, chromium: Browser) -> Iterator[Site]:
    """Serve on loopback a world with a published version."""
    with served(shared) as url:
        yield Site(url, chromium, shared)


def _pages(site: Site) -> str:
    return f"/versions/{site.world.made.version_id}/pages"


def _held(page: Page) -> str:
    return str(
        page.evaluate(
            "[...document.querySelectorAll('.leaf:not(.empty)')].map(l => l.dataset.page).join()"
        )
    )


def _read(site: Site) -> list[int]:
    """List the pages of which the words were read, as the log has them."""
    reads = entries(site.world, action="report:page:read", outcome="allowed")
    return [e.content["page"] for e in reads if e.content.get("part") == "words"]


def test_pages_under_each_other_are_read_and_recorded_as_they_come_into_view(site: Site) -> None:
    with site.tab("reviewer_a") as page:
        page.goto(f"{_pages(site)}/1?view=continuous&zoom=200")
        expect(page.locator(".leaf")).to_have_count(4)
        before = len(_read(site))
        page.keyboard.press("g")
        page.keyboard.type("4")
        page.keyboard.press("Enter")
        page.wait_for_url("**/pages/4?*")
        expect(page.locator("#page-4 .words text").first).to_be_attached()
        expect(page.locator(".pager [name=page]")).to_have_value("4")
        expect(page.locator("[data-outline] [aria-current]")).to_have_text("Conclusion")
        added = _read(site)[before:]
        assert 4 in added
        assert set(added) <= {1, 2, 3, 4}
        page.reload()
        page.wait_for_url("**/pages/4?*")
        expect(page.locator("#page-4 .words text").first).to_be_attached()


def test_words_chosen_on_a_page_that_came_later_are_that_pages(site: Site) -> None:
    with site.tab("reviewer_a") as page:
        page.goto(f"{_pages(site)}/1?view=continuous&zoom=page")
        page.keyboard.press("j")
        expect(page.locator("#page-2 .words text").first).to_be_attached()
        page.wait_for_url("**/pages/2?*")
        page.keyboard.press("w")
        page.keyboard.press("n")
        expect(page.locator("[data-keep] [name=page]")).to_have_value("2")
        page.keyboard.type("Kept from a page that came later.")
        page.keyboard.press("Control+Enter")
        page.wait_for_url("**view=continuous**")
        expect(page.locator("#page-2 .highlights .note")).to_be_attached()


def test_the_search_and_the_small_pictures_follow_the_page_that_is_read(site: Site) -> None:
    with site.tab("reviewer_a") as page:
        page.goto(f"{_pages(site)}/1?view=continuous&q={SEC}")
        said, current = (
            page.locator(".hits [role=status]"),
            page.locator("[data-thumb][aria-current]"),
        )
        expect(said).to_contain_text(f"No places for “{SEC}” on this page")
        page.keyboard.press("t")
        expect(current).to_be_in_viewport()
        for number in (2, 4):
            # What comes in late moves the pages, and with them the one that is read.
            page.wait_for_load_state("networkidle")
            page.locator(".pager [name=page]").fill(f"{number}")
            page.keyboard.press("Enter")
            page.wait_for_url(f"**/pages/{number}?*")
            onward = page.locator("[data-hit-next]")
            expect(onward).to_have_attribute("href", re.compile(rf"/pages/{number}\?"))
            expect(said).to_contain_text(f"One place for “{SEC}” on this page")
            expect(page.locator(".hits")).to_have_count(1)
            expect(current).to_have_attribute("data-thumb", f"{number}")
            expect(current).to_be_in_viewport()


def test_the_size_stays_over_pages_and_reloads(site: Site) -> None:
    with site.tab("reviewer_a") as page:
        page.goto(f"{_pages(site)}/1")
        page.keyboard.press("+")
        page.keyboard.press("+")
        assert page.url.endswith("zoom=100")
        width = page.locator(".leaf").bounding_box()
        assert width
        assert width["width"] == pytest.approx(420 / 72 * 96, abs=1)
        page.keyboard.press("ArrowRight")
        page.wait_for_url("**/pages/2?zoom=100")
        page.reload()
        expect(page.locator("[data-zoom-name]")).to_have_text("100 %")
        page.go_back()
        page.wait_for_url("**/pages/1?zoom=100")
        page.locator("[data-zoom-menu] summary").click()
        page.get_by_role("link", name="Comfortable").click()
        expect(page.locator("[data-zoom-name]")).to_have_text("Comfortable")
        assert "zoom" not in page.url


def test_a_copied_link_points_the_passage_out_to_somebody_else(site: Site) -> None:
    with site.tab("reviewer_a") as page:
        page.context.grant_permissions(["clipboard-read", "clipboard-write"])
        page.goto(f"{_pages(site)}/2")
        page.keyboard.press("w")
        page.keyboard.press("ArrowRight")
        page.keyboard.press("Shift+ArrowRight")
        page.keyboard.press("c")
        expect(page.locator("[data-said]")).to_have_text("Link to this passage copied.")
        link = str(page.evaluate("navigator.clipboard.readText()"))
    with site.tab("reviewer_b") as page:
        page.goto(link)
        expect(page.locator("#place")).to_be_attached()
        expect(page.locator(".side .quote").first).to_have_text("All traffic")


def test_the_places_of_a_search_are_gone_through_by_keys(site: Site) -> None:
    with site.tab("reviewer_a") as page:
        page.goto(f"{_pages(site)}/1")
        page.keyboard.press("/")
        page.keyboard.type(SEC)
        page.keyboard.press("Enter")
        page.locator("[data-row-link]").first.click()
        page.wait_for_url("**/pages/2?q=**")
        expect(page.get_by_text("Place 1 of 1 for")).to_be_visible()
        page.keyboard.press(".")
        page.wait_for_url("**/pages/4?q=**")
        page.keyboard.press(",")
        page.wait_for_url("**/pages/2?q=**")


def test_small_pictures_are_asked_for_only_when_they_are_looked_at(site: Site) -> None:
    with site.tab("reviewer_a") as page:
        asked: list[str] = []
        page.on("request", lambda r: asked.append(r.url) if "thumbnail" in r.url else None)
        page.goto(f"{_pages(site)}/1")
        page.wait_for_load_state("networkidle")
        assert asked == []
        page.keyboard.press("t")
        expect(page.locator("[data-thumb='1']")).to_be_focused()
        page.wait_for_load_state("networkidle")
        assert asked
        page.locator("[data-thumb='3']").click()
        page.wait_for_url("**/pages/3")
        expect(page.locator("[data-thumb][aria-current]")).to_have_text("Page 3")


def test_after_signing_out_nothing_comes_back_by_the_back_button(site: Site) -> None:
    with site.tab("reviewer_a") as page:
        page.goto(f"{_pages(site)}/2?view=continuous")
        expect(page.locator("#page-2 .words text").first).to_be_attached()
        page.goto("/notes")
        page.locator(".account summary").click()
        page.get_by_role("button", name="Sign out").click()
        page.wait_for_load_state()
        for _ in range(2):
            page.go_back()
            page.wait_for_load_state()
            assert "traffic" not in page.content()


def test_every_way_of_reading_is_accessible_quiet_and_fits(site: Site) -> None:
    faults: list[str] = []
    with site.tab("reviewer_a") as page:
        for at, query in enumerate(("?view=continuous", "?zoom=page", f"?q={SEC}", "?zoom=200")):
            page.goto(f"{_pages(site)}/2{query}")
            if "view" in query:
                page.keyboard.press("t")
            faults += [f"{query}: {fault}" for fault in faults_of(page, f"reader-{at}")]
    assert faults == [], "\n".join(faults)
