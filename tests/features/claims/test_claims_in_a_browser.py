"""The pages of claims in a real Chromium: nothing wrong with them, and a claim made by choosing."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.browsing import faults_of
from tests.features.claims.situations import four_claims
from tests.worlds.shared import SharedWorld
from tests.worlds.sites import Site, served

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def site(shared_room: SharedWorld, chromium: Browser) -> Iterator[Site]:
    """Serve on loopback a world with claims."""
    four_claims(shared_room)
    with served(shared_room) as url:
        yield Site(url, chromium, shared_room)


def addresses(site: Site) -> list[tuple[str, str]]:
    """List who looks at which page."""
    base = f"/versions/{site.world.made.version_id}"
    ((claim,),) = site.world.rows("SELECT id FROM claims WHERE code = '2.1'")
    return [
        ("author", f"{base}/claims"),
        ("author", f"/claims/{claim}"),
        ("author", f"{base}/claims/coverage?section=start"),
        ("author", f"{base}/claims/new"),
        ("author", f"{base}/claims/import"),
        ("author", f"{base}/owners"),
        ("reviewer_b", f"{base}/claims"),
        ("reviewer_b", f"/claims/{claim}"),
    ]


def test_every_page_of_claims_is_accessible_quiet_and_fits(site: Site) -> None:
    faults: list[str] = []
    for place, (who, path) in enumerate(addresses(site)):
        with site.tab(who) as page:
            answer = page.goto(path)
            if answer is None or answer.status != 200:
                faults.append(f"{path}: {answer and answer.status}")
            faults += [f"{path}: {fault}" for fault in faults_of(page, f"claims-{place}")]
    assert faults == [], "\n".join(faults)


def test_words_typed_in_the_reader_become_a_claim_without_scripts(site: Site) -> None:
    with site.tab("author", scripts=False) as page:
        page.goto(f"/versions/{site.world.made.version_id}/pages/3")
        page.get_by_label("Words of this page").fill("the board agreed to share it")
        with page.expect_navigation():
            page.get_by_role("button", name="Make a claim").click()
        expect(page.get_by_text("the board agreed to share it")).to_be_visible()
        page.get_by_label("Code").fill("3.9")
        with page.expect_navigation():
            page.get_by_role("button", name="Make the claim").click()
        expect(page.get_by_role("heading", name="Claim 3.9")).to_be_visible()
