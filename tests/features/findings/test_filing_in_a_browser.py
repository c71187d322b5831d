"""Filing in a real Chromium: pages fit and are accessible; a draft is written, placed and filed."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, expect

from tests.browsing import faults_of
from tests.features.findings.filing_situations import (
    drafted,
    looked_at,
    opened,
    taken,
    with_file,
)
from tests.features.findings.situations import filed
from tests.worlds.shared import Copier
from tests.worlds.sites import Site as Served
from tests.worlds.sites import served

pytestmark = pytest.mark.browser
TABLE = (
    "Page,Passage,Kind,What is wrong\n"
    "1,reads every transcript,E,A sample only.\n"
    ",the last year,A,Which year?\n"
    "1,nowhere to be found,C,What is meant?\n"
    "2,,Z,No such kind.\n"
)


@dataclass
class Site(Served):
    """A running portal with drafts in every state there is."""

    draft: str
    orphan: str
    gap: str


@pytest.fixture(scope="module")
def site(room_copies: Copier, chromium: Browser) -> Iterator[Site]:
    """Serve on loopback a world with a finding, drafts and an imported one without a place."""
    world = room_copies()
    filed(world)
    draft = opened(world, finding_class="B", references=[{"title": "Run 14", "where": "annex 2"}])
    with_file(world, draft)
    drafted(world, finding_class="", materiality="", statement="")
    seen = looked_at(world, sheet="Page,Passage,What is wrong\n1,nowhere at all,x\n").json()
    (orphan,) = taken(world, seen).json()["drafts"]
    gap = str(world.rows("SELECT id FROM redactions WHERE 'LEG' = ANY (categories)")[0][0])
    with served(world) as url:
        yield Site(url, chromium, world, draft, orphan, gap)


def _look(site: Site, path: str, name: str) -> list[str]:
    with site.tab("reviewer_a") as page:
        answer = page.goto(path)
        if answer is None or answer.status != 200:
            return [f"{path}: {answer and answer.status}"]
        return [f"{path}: {fault}" for fault in faults_of(page, f"filing-{name}")]


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("new", "/findings/new?version={version}&page=1&words=2-4"),
        ("gap", "/findings/new?version={version}&redaction={gap}"),
        ("drafts", "/findings/drafts"),
        ("draft", "/findings/drafts/{draft}"),
        ("orphan", "/findings/drafts/{orphan}"),
        ("places", "/findings/places"),
        ("import", "/findings/import"),
        ("list", "/findings"),
    ],
)
def test_every_page_is_accessible_quiet_and_fits(site: Site, name: str, path: str) -> None:
    known = {"version": site.world.made.version_id, "gap": site.gap, "draft": site.draft}
    assert _look(site, path.format(**known, orphan=site.orphan), name) == []


def test_a_table_is_looked_at_and_made_drafts_of(site: Site) -> None:
    with site.tab("reviewer_a") as page:
        page.goto("/findings/import")
        page.get_by_label("Or paste a table").fill(TABLE)
        with page.expect_navigation():
            page.get_by_role("button", name="Look at it").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Three rows can become drafts")
        assert faults_of(page, "filing-preview") == []
        with page.expect_navigation():
            page.get_by_role("button", name="Make drafts of the exact one").click()
        expect(page.get_by_text("One draft was made")).to_be_visible()


def test_a_draft_without_a_place_is_placed_completed_and_filed(site: Site) -> None:
    with site.tab("reviewer_a") as page:
        page.goto(f"/findings/drafts/{site.orphan}")
        page.get_by_label("The words, as they stand on the page").fill("reads every transcript")
        with page.expect_navigation():
            page.get_by_role("button", name="Use this place").click()
        page.get_by_label("Kind").select_option("E")
        page.get_by_label("How far it reaches").select_option("claim")
        with page.expect_navigation():
            page.get_by_role("button", name="Save", exact=True).first.click()
        with page.expect_navigation():
            page.get_by_role("button", name="File this finding").click()
        expect(page.get_by_role("heading", level=1)).to_contain_text("FC-ORGA-0002")
