"""Statements in a real Chromium: their pages stand the rules, and a section needs no script."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, expect

from tests.browsing import faults_of
from tests.features.statements.situations import (
    TEXT,
    begun,
    commented,
    keyed,
    released,
    righted,
    wrote,
)
from tests.worlds.doors import post_json
from tests.worlds.reports import PII
from tests.worlds.shared import Copier
from tests.worlds.sites import Site as Served
from tests.worlds.sites import served

pytestmark = pytest.mark.browser
REVIEW = "Both teams repeated the test, and both came to the same figure."


@dataclass
class Site(Served):
    """A running portal with a released statement, and an update that is shared for comments."""

    first: str
    update: str


@pytest.fixture(scope="module")
def site(room_copies: Copier, chromium: Browser) -> Iterator[Site]:
    """Serve on loopback a world in which statements were written."""
    world = room_copies()
    first = begun(world)
    wrote(world, first, REVIEW)
    wrote(world, first, TEXT, topic="information")
    released(world, first)
    righted(world, "approval")
    update = begun(world)
    wrote(world, update, REVIEW.replace("Both", "Three", 1), revision=1)
    share = {"days": 7, "nothing_withheld": True}
    post_json(world.lead_a, f"/statements/{update}/share", **share)
    commented(world, update, quote="the same figure", comment="Nearly the same.")
    wrote(world, update, f"{PII} tested it.", topic="disagreements")
    keyed(world, world.lead_a)
    with served(world) as url:
        yield Site(url, chromium, world, first, update)


def _look(site: Site, who: str, *paths: str) -> list[str]:
    faults = []
    with site.tab(who) as page:
        for path in paths:
            answer = page.goto(path)
            assert answer is not None
            assert answer.status == 200, path
            name = path.strip("/").replace("/", "-")
            for kind in (site.first, site.update, site.world.made.review_a):
                name = name.replace(kind, kind[:3])
            faults += faults_of(page, f"{who}-{name}")
    return faults


def test_the_reviewers_pages_stand_the_rules(site: Site) -> None:
    here = f"/reviews/{site.world.made.review_a}/statement"
    paths = ("/statements", here, f"{here}/sections/disagreements", f"/statements/{site.update}")
    assert _look(site, "lead_a", *paths) == []


def test_what_is_printed_and_signed_stands_the_rules(site: Site) -> None:
    here = f"/reviews/{site.world.made.review_a}/statement"
    assert _look(site, "lead_a", f"{here}/appendix", f"/statements/{site.first}") == []


def test_the_publishers_pages_stand_the_rules(site: Site) -> None:
    review = f"/reviews/{site.world.made.review_a}/publication"
    paths = ("/statements", f"/statements/{site.update}", review)
    assert _look(site, "coordinator", *paths) == []


def test_a_section_is_written_without_script(site: Site) -> None:
    path = f"/reviews/{site.world.made.review_a}/statement/sections/recommendations"
    with site.tab("lead_a", scripts=False) as page:
        page.goto(path)
        page.get_by_label("What you say").fill("Publish the figure.")
        with page.expect_navigation():
            page.get_by_role("button", name="Save the section").click()
        expect(page.get_by_text("3 words")).to_be_visible()
