"""Highlights and notes in a real Chromium: by pointer, by keys, without scripts."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browsing import faults_of
from tests.features.notes.situations import TEXT, kept, listed
from tests.worlds.shared import SharedWorld
from tests.worlds.sites import Site, served

pytestmark = pytest.mark.browser


@pytest.fixture
def site(shared: SharedWorld, chromium: Browser) -> Iterator[Site]:
    """Serve on loopback a world with a shared note of a colleague in it."""
    kept(shared, shared.lead_a, phrase="outside reviewers", text="Ours too.", shared=True)
    with served(shared) as url:
        yield Site(url, chromium, shared)


def _choose(page: Page, first: int, last: int) -> None:
    words = page.locator("[data-words] [data-i]")
    start, end = words.nth(first).bounding_box(), words.nth(last).bounding_box()
    assert start
    assert end
    page.mouse.move(start["x"] + 2, start["y"] + start["height"] / 2)
    page.mouse.down()
    page.mouse.move(end["x"] + end["width"] - 2, end["y"] + end["height"] / 2, steps=4)
    page.mouse.up()


def test_chosen_words_become_a_highlight_and_a_note(site: Site) -> None:
    with site.tab("reviewer_a") as page:
        page.goto(f"/versions/{site.world.made.version_id}/pages/2")
        _choose(page, 1, 3)
        page.get_by_role("button", name="Highlight").click()
        page.wait_for_url("**#place")
        expect(page.locator(".highlights .highlight")).to_have_count(1)
        _choose(page, 5, 6)
        page.get_by_role("button", name="Note", exact=True).click()
        page.get_by_label("Note", exact=True).fill(TEXT)
        page.get_by_label("Share it with my organisation").check()
        page.get_by_role("button", name="Keep it").click()
        card = page.locator(".card.note").filter(has_text=TEXT)
        expect(card).to_contain_text("Shared with your organisation")
        card.get_by_role("button", name="Remove").click()
        expect(page.get_by_text("The note is removed.")).to_be_visible()
        page.get_by_role("button", name="Undo").click()
        expect(page.locator(".card.note").filter(has_text=TEXT)).to_be_visible()
    rows = listed(site.world.reviewer_a, "?whose=mine")
    assert [row["quote"] for row in rows] == ["All traffic passes", "gatehouse before"]


def test_a_note_by_keyboard_alone(site: Site) -> None:
    with site.tab("reviewer_a") as page:
        page.goto(f"/versions/{site.world.made.version_id}/pages/1")
        page.keyboard.press("w")
        for key in ("ArrowRight", "Shift+ArrowRight", "n"):
            page.keyboard.press(key)
        page.keyboard.type(TEXT)
        page.keyboard.press("Control+Enter")
        expect(page.locator(".card.note").filter(has_text=TEXT)).to_be_visible()


def test_a_note_without_scripts(site: Site) -> None:
    with site.tab("reviewer_a", scripts=False) as page:
        page.goto(f"/versions/{site.world.made.version_id}/pages/2")
        page.get_by_label("Words of this page").fill("All traffic passes")
        page.get_by_role("button", name="Write a note").click()
        page.get_by_label("Note").fill(TEXT)
        page.get_by_role("button", name="Keep it").click()
        expect(page.locator(".card.note").filter(has_text=TEXT)).to_be_visible()
        page.get_by_role("link", name="All notes on this version").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Two notes and highlights")


def test_the_pages_of_notes_are_accessible_quiet_and_fit(site: Site) -> None:
    world = site.world
    note = kept(world, text=TEXT)
    kept(world, phrase="outside reviewers")
    version = f"/versions/{world.made.version_id}"
    faults: list[str] = []
    with site.tab("reviewer_a") as page:
        for at, path in enumerate(
            (
                f"{version}/pages/1",
                "/notes",
                f"/notes/{note}",
                f"{version}/notes?page=1&words=1-4",
                f"/notes?gone={note}",
                "/notes?removed=yes",
            )
        ):
            answer = page.goto(path)
            assert answer is not None
            assert answer.status == 200, path
            faults += [f"{path}: {fault}" for fault in faults_of(page, f"notes-{at}")]
    assert faults == [], "\n".join(faults)
