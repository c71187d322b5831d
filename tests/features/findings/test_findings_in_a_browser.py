"""Desk, finding, claw-back and final version in a real Chromium, with and without script."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from app.features.findings.tasks import route_finding
from tests.browsing import faults_of
from tests.features.findings.situations import (
    ANSWER,
    cleared,
    filed,
    owned_by,
    say,
    started_claw_back,
)
from tests.worlds.doors import post_json
from tests.worlds.shared import SharedWorld
from tests.worlds.sites import Site, served

pytestmark = pytest.mark.browser
STATED = {"nothing_withheld": True}


@pytest.fixture(scope="module")
def site(shared_room: SharedWorld, chromium: Browser) -> Iterator[Site]:
    """Serve a portal with findings in several states, a thread, a claw-back that has begun."""
    world = shared_room
    owned_by(world, world.author)
    cleared(world, world.coordinator, world.approver)
    for finding_class, materiality in (
        ("C", "conclusion"), ("E", "claim"), ("A", "cosmetic"), ("A", "claim"), ("A", "cosmetic"),
    ):  # fmt: skip
        finding = filed(world, finding_class=finding_class, materiality=materiality)
        route_finding(world.worker, finding_id=finding)
    answered = filed(world)
    route_finding(world.worker, finding_id=answered)
    post_json(world.author, f"/findings/{answered}/respond", **ANSWER, **STATED)
    say(world, world.reviewer_a, answered, "Which **table** do you mean?")
    say(world, world.author, answered, "Table 2.", internal=True, tell=[world.coordinator.id])
    path = started_claw_back(world)
    both = [world.organisations["ORGA"], world.organisations["ORGB"]]
    post_json(world.coordinator, f"{path}/ask", organisations=both[:1])
    world.change("UPDATE findings SET due_on = '2020-01-01' WHERE finding_class = 'E'")
    with served(world) as url:
        yield Site(url, chromium, world)


PAGES = {
    "desk": ("author", "/findings/desk"),
    "finding-inside": ("author", "/findings/{answered}"),
    "finding-answered": ("reviewer_a", "/findings/{answered}"),
    "claw-back": ("coordinator", "/findings/{slip}/claw-back"),
    "deletions": ("lead_a", "/deletions"),
    "final": ("coordinator", "/versions/{version}/final"),
}


@pytest.mark.parametrize("name", PAGES)
def test_a_page_holds_in_every_size_and_colour(site: Site, name: str) -> None:
    ((slip,), (answered,)) = (
        site.world.rows(f"SELECT id FROM findings WHERE {which}")[0]
        for which in ("finding_class = 'H'", "state = 'responded'")
    )
    who, path = PAGES[name]
    version = site.world.made.version_id
    with site.tab(who) as tab:
        tab.goto(path.format(slip=slip, answered=answered, version=version))
        for summary in tab.locator("main details > summary").all():
            summary.click()
        assert faults_of(tab, name) == []


def test_an_author_opens_by_key_and_accepts_several_without_script(site: Site) -> None:
    with site.tab("author") as tab:
        tab.goto("/findings/desk")
        tab.keyboard.press("j")
        tab.keyboard.press("j")
        second = tab.locator("tr.here [data-row-link]").inner_text()
        with tab.expect_navigation():
            tab.keyboard.press("o")
        assert tab.locator("#opened > .row h2").inner_text() == second
    with site.tab("author", scripts=False) as tab:
        tab.goto("/findings/desk?kind=A")
        for box in tab.locator("td.pick input").all():
            box.check()
        tab.get_by_text("Accept several of class A").click()
        tab.fill("#several-explanation", "You are right.")
        tab.check("#several-nothing-withheld")
        tab.get_by_role("button", name="Accept the chosen").click()
        tab.wait_for_url("**accepted=3**")
        assert "Three findings were accepted." in tab.locator(".notice").inner_text()
