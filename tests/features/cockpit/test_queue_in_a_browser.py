"""Queue, board and cockpit in a real Chromium: triage by keys, and everything without script."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.browsing import faults_of
from tests.worlds.requests import Asked, request_in
from tests.worlds.shared import SharedWorld
from tests.worlds.sites import Site, served

pytestmark = pytest.mark.browser
CHOSEN = "[data-chosen-count]"
OFF = "localStorage.setItem('vitrine-keys-off', 'yes')"


@pytest.fixture
def site(shared: SharedWorld, chromium: Browser) -> Iterator[Site]:
    """Serve a portal with some requests in each place."""
    with served(shared) as url:
        yield Site(url, chromium, shared)


def _waiting(world: SharedWorld) -> list[Asked]:
    made = [request_in(world, "submitted", world.made) for _ in range(3)]
    return [*made, request_in(world, "in_check", world.made)]


def _focused(tab: Page) -> str:
    return str(tab.evaluate("document.activeElement.id"))


def test_a_coordinator_triages_by_keys(site: Site) -> None:
    asked = _waiting(site.world)
    with site.tab("coordinator") as tab:
        tab.goto("/requests?show=untriaged")
        tab.keyboard.press("j")
        tab.keyboard.press("x")
        tab.keyboard.press("ArrowDown")
        tab.keyboard.press("x")
        assert tab.locator(CHOSEN).inner_text() == "2 chosen"
        assert tab.locator("tr.here [data-row-link]").evaluate(
            "it => it === document.activeElement"
        )
        tab.keyboard.press("p")
        assert _focused(tab) == "several-priority"
        tab.keyboard.press("t")  # typed into a field: nothing is taken
        tab.select_option("#several-priority", "high")
        tab.get_by_role("button", name="Set priority").click()
        assert "Two requests were given a priority." in tab.locator(".notice").inner_text()
        tab.keyboard.press("j")
        with tab.expect_navigation():
            tab.keyboard.press("t")
        assert "One request was taken into triage." in tab.locator(".notice").inner_text()
        tab.keyboard.press("?")
        assert tab.locator("#keys").get_by_text("take into triage").is_visible()
        tab.keyboard.press("Escape")
        tab.evaluate(OFF)
        tab.keyboard.press("j")
        tab.keyboard.press("x")
        assert tab.locator("tr.here").count() == 0
        assert tab.locator("td.pick :checked").count() == 0
    seen = [one.seen_by(site.world.coordinator) for one in asked]
    assert sorted(one["priority"] for one in seen) == ["high", "high", "normal", "normal"]
    assert [one["state"] for one in seen].count("in_triage") == 1


def test_without_script_several_are_assigned_and_enter_does_nothing(site: Site) -> None:
    asked = _waiting(site.world)
    with site.tab("coordinator", scripts=False) as tab:
        tab.goto("/requests?show=untriaged")
        boxes = tab.locator("td.pick input")
        boxes.nth(0).check()
        boxes.nth(1).check()
        tab.get_by_text("With the chosen requests").click()
        tab.fill("#several-due", "2040-01-02")
        # Enter presses the first button of a form: here one that does nothing but ask which.
        with tab.expect_request("**/requests/bulk") as sent:
            tab.route("**/requests/bulk", lambda route: route.fulfill(status=204), times=1)
            tab.press("#several-due", "Enter", no_wait_after=True)
        assert "&act=&" in f"&{sent.value.post_data}&"
        tab.goto("/requests?show=untriaged")
        boxes.nth(0).check()
        boxes.nth(1).check()
        tab.get_by_text("With the chosen requests").click()
        tab.select_option("#several-responder", site.world.responder.id)
        tab.get_by_role("button", name="Assign").click()
        assert "Two requests were assigned." in tab.locator(".notice").inner_text()
        tab.get_by_role("link", name="Board").click()
        assert tab.get_by_role("heading", name="With teams").is_visible()
    states = [one.seen_by(site.world.coordinator)["state"] for one in asked]
    assert states.count("assigned") == 2


def test_the_pages_hold_in_every_size_and_colour(site: Site) -> None:
    _waiting(site.world)
    faults: list[str] = []
    for name, who, path in (
        ("queue", "coordinator", "/requests"),
        ("queue-filtered", "coordinator", "/requests?q=monitor&priority=normal&due=week"),
        ("board", "coordinator", "/requests?view=board"),
        ("cockpit", "coordinator", "/requests/cockpit"),
        ("asked-searched", "reviewer_a", "/requests?q=monitor"),
        ("inbox-searched", "responder", "/requests?q=monitor&show=all"),
    ):
        with site.tab(who) as tab:
            tab.goto(path)
            for summary in tab.locator("main details > summary").all():
                summary.click()
            faults += faults_of(tab, name)
    assert faults == []
