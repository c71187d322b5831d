"""Asking in a real Chromium: answers offered after a pause in typing, and without a script."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.browsing import faults_of
from tests.worlds.requests import request_in
from tests.worlds.shared import SharedWorld
from tests.worlds.sites import Site, served

pytestmark = pytest.mark.browser
TYPED = "Who is paged when it fires at night?"


@pytest.fixture
def site(world: SharedWorld, chromium: Browser) -> Iterator[Site]:
    """Serve a world in which one request was answered."""
    request_in(world, "released", world.made)
    with served(world) as url:
        yield Site(url, chromium, world)


def test_what_was_answered_is_offered_after_a_pause_and_closes_the_request(site: Site) -> None:
    with site.tab("reviewer_a") as page:
        page.goto("/requests/new")
        page.get_by_label("What is it for?").fill("TYPED WITH CARE")
        page.get_by_label("What do you ask for?").fill(TYPED)
        offered = page.get_by_role("button", name="This answers it")
        expect(offered).to_be_visible()
        expect(page.get_by_text("One earlier answer may answer this already.")).to_be_visible()
        assert faults_of(page, "asking-offered") == []
        page.get_by_label("What do you ask for?").fill("zebra giraffe")
        expect(page.get_by_text("No earlier answer has these words.")).to_be_visible()
        page.get_by_label("What do you ask for?").fill(TYPED)
        expect(offered).to_be_visible()
        offered.click()
        expect(page.get_by_role("heading", name="Answered already")).to_be_visible()
        assert faults_of(page, "answered-already") == []


def test_the_same_holds_without_a_script(site: Site) -> None:
    with site.tab("reviewer_a", scripts=False) as page:
        page.goto("/requests/new")
        page.get_by_label("What do you ask for?").fill(TYPED)
        page.get_by_label("What would do instead?").fill("TYPED TOO")
        page.get_by_role("button", name="Look for earlier answers").click()
        expect(page.get_by_label("What would do instead?")).to_have_value("TYPED TOO")
        page.get_by_role("button", name="This answers it").click()
        expect(page.get_by_role("heading", name="Answered already")).to_be_visible()


def test_a_list_is_looked_at_and_becomes_drafts(site: Site) -> None:
    with site.tab("reviewer_a") as page:
        page.goto("/requests/import")
        assert faults_of(page, "import-a-list") == []
        sheet = "Ref,Question,Page,Due\nA-1,Who signs?,2,2026-12-04\nA-2,,99,soon\nA-3,Why?,,\n"
        page.get_by_label("Or paste it").fill(sheet)
        page.get_by_role("button", name="Look at the rows").click()
        expect(page.get_by_role("heading", name="Two rows can become drafts")).to_be_visible()
        with page.expect_download() as download:
            page.get_by_role("button", name="Take the faulty rows along").click()
        assert download.value.suggested_filename == "to-mend.csv"
        page.locator("summary", has_text="Which column is what").click()
        page.get_by_label("Ref").select_option("")
        page.get_by_role("button", name="Look again").click()
        assert faults_of(page, "import-preview") == []
        page.get_by_role("button", name="Make 2 drafts").click()
        expect(page.get_by_text("Two drafts were made of the list.")).to_be_visible()
        assert faults_of(page, "drafts-of-a-list") == []
