"""Versions beside each other in a real Chromium: pages fit, are accessible, keys walk changes."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browsing import faults_of
from tests.database import DatabaseServer
from tests.features.versions.conftest import Kept
from tests.features.versions.test_carrying_claims_on import carry_identical
from tests.worlds.sites import Site, served
from tests.worlds.snapshots import copy_of
from tests.worlds.two_versions import TwoTexts

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def site(
    published_at_rest: Kept,
    database_server: DatabaseServer,
    worker_id: str,
    tmp_path_factory: pytest.TempPathFactory,
    chromium: Browser,
) -> Iterator[tuple[Site, TwoTexts]]:
    """Serve on loopback both versions, published."""
    folder: Path = tmp_path_factory.mktemp("site") / "data"
    for world, made in copy_of(published_at_rest, database_server, f"{worker_id}_vs", folder):
        with served(world) as url:  # type: ignore[arg-type]  # a world like the shared one
            yield Site(url, chromium, world), made  # type: ignore[arg-type]  # likewise


def test_every_page_is_accessible_quiet_and_fits(site: tuple[Site, TwoTexts]) -> None:
    portal, made = site
    second = f"/versions/{made.second.version_id}"
    faults: list[str] = []
    looks = (
        ("author", made.matching, "matching"),
        ("reviewer_b", f"{second}/differences", "differences"),
        ("coordinator", f"{second}/impact", "impact"),
        ("reviewer_b", f"{second}/changelog", "changelog"),
        ("reviewer_a", f"/findings/{made.findings['A-3.1']}/passage", "passage"),
        ("author", f"/reports/{made.first.report_id}{second}", "desk"),
        ("reviewer_a", "/", "home"),
    )
    for who, path, name in looks:
        with portal.tab(who) as page:
            answer = page.goto(path)
            assert answer is not None
            assert answer.status == 200, path
            faults += faults_of(page, f"versions-{name}")
    assert faults == [], "\n".join(faults)


def test_keys_walk_the_changes_and_all_of_them_stand_there_without_scripts(
    site: tuple[Site, TwoTexts],
) -> None:
    portal, made = site
    path = f"/versions/{made.second.version_id}/differences"
    with portal.tab("author") as page:
        page.goto(path)
        page.keyboard.press("n")
        assert page.evaluate("document.activeElement.matches('[data-change]')")
        first = page.evaluate("document.activeElement.textContent")
        page.keyboard.press("n")
        assert page.evaluate("document.activeElement.textContent") != first
        page.keyboard.press("p")
        assert page.evaluate("document.activeElement.textContent") == first
    with portal.tab("author", scripts=False) as page:
        page.goto(path)
        assert page.locator("ins, del, .moved").count() >= 4


def test_claims_are_carried_on_without_scripts(site: tuple[Site, TwoTexts]) -> None:
    portal, made = site
    with portal.tab("author", scripts=False) as page:
        page.goto(made.matching)
        with page.expect_navigation():
            page.get_by_role("button", name="Carry the ticked on together").click()
        assert page.get_by_text("Carried on.").is_visible()
    assert carry_identical(portal.world.author, made).status_code == 422, "nothing is left"
