"""Evidence attached again and its marks carried over, in a real Chromium, by the forms alone."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import cast

import pytest
from playwright.sync_api import Browser, expect

from tests.browsing import faults_of
from tests.features.evidence.carried import TwoVersions, places
from tests.world import World
from tests.worlds.evidence import attach
from tests.worlds.reports import settle
from tests.worlds.shared import SharedWorld
from tests.worlds.sites import Site as Served
from tests.worlds.sites import served

pytestmark = pytest.mark.browser


@dataclass
class Site(Served):
    """A running portal with both versions."""

    made: TwoVersions


@pytest.fixture
def site(two_versions: tuple[World, TwoVersions], chromium: Browser) -> Iterator[Site]:
    """Serve both versions on loopback."""
    world, made = cast("SharedWorld", two_versions[0]), two_versions[1]
    with served(world) as url:
        yield Site(url, chromium, world, made)


def test_from_the_desk_to_the_last_mark(site: Site) -> None:
    world, base = site.world, f"/versions/{site.made.second.version_id}"
    faults: list[str] = []
    changed = b"name,mark\nAriadne,0.91\nTheseus,2\n"
    assert attach(world, site.made.second, "csv", changed).status_code == 202
    settle(world)
    with site.tab("author") as page:
        page.goto(f"{base}/evidence-desk")
        faults += faults_of(page, "evidence-of-an-earlier-version")
        page.get_by_role("button", name="Attach these here too").click()
        expect(page.get_by_role("heading", name="Evidence of version 1")).to_have_count(0)
        settle(world)
        page.goto(f"{base}/evidence-desk")
        faults += faults_of(page, "evidence-with-marks-that-wait")
        page.get_by_role("link", name="Carry over").click()
        expect(page.get_by_role("heading", level=1)).to_contain_text("Four redactions wait")
        faults += faults_of(page, "carry-over-of-evidence")
        page.get_by_role("button", name="Carry the ticked over together").click()
        expect(page.get_by_text("Four redactions carried over.")).to_be_visible()
    assert faults == [], "\n".join(faults)
    assert len(places(world, site.made.second)) == 4


def test_a_mark_in_a_changed_file_leads_to_its_editor(site: Site) -> None:
    world, base = site.world, f"/versions/{site.made.second.version_id}"
    assert attach(world, site.made.second, "text", b"only\nsecret end\nlines\n").status_code == 202
    settle(world)
    with site.tab("author") as page:
        page.goto(f"{base}/carry-over")
        faults = faults_of(page, "carry-over-of-changed-evidence")
        page.get_by_role("link", name="mark it in E1").first.click()
        expect(page).to_have_url(f"{site.url}{base}/redactions/evidence/E1")
    assert faults == [], "\n".join(faults)
