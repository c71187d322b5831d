"""Positions, advice and assurances in a real Chromium: a passkey signs, a form needs no script."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, Page, expect

from app.audit.signatures import verify
from tests.browsing import faults_of
from tests.features.assurances import situations as assuring
from tests.features.positions.situations import BODY, claims, keep, release
from tests.features.recommendations.test_recommendations import ANSWER, act, drafted, filed
from tests.worlds.shared import Copier
from tests.worlds.sites import Site as Served
from tests.worlds.sites import served

pytestmark = pytest.mark.browser


@dataclass
class Site(Served):
    """A running portal with positions, advice and assurances in most states."""

    claim: str
    advice: str
    draft: str
    given: str
    worded: str


@pytest.fixture(scope="module")
def site(room_copies: Copier, chromium: Browser) -> Iterator[Site]:
    """Serve on loopback a world in which something was said."""
    world = room_copies()
    claim, _ = claims(world)
    keep(world, claim, alone=BODY, shared={**BODY, "stance": "agree"})
    keep(world, claim, "reviewer_b", alone={**BODY, "stance": "disagree"})
    given = assuring.released(world)
    worded = assuring.requested(world)
    assuring.act(world, "coordinator", worded, "draft", **assuring.wording(world))
    release(world)
    release(world, world.lead_b)
    draft = drafted(world, claims=[claim])
    advice = filed(world, claims=[claim])
    act(world, "coordinator", advice, "response", **ANSWER)
    act(world, "coordinator", advice, "adoption", standing="under_way")
    filed(world, "reviewer_b")
    with served(world) as url:
        yield Site(url, chromium, world, claim, advice, draft, given, worded)


def _look(site: Site, who: str, *paths: str) -> list[str]:
    faults = []
    with site.tab(who) as page:
        for path in paths:
            answer = page.goto(path)
            assert answer is not None
            assert answer.status == 200, path
            name = path.strip("/").split("?")[0].replace("/", "-")
            for long in (site.world.made.review_a, site.world.made.version_id, site.claim,
                         site.advice, site.draft, site.given, site.worded):  # fmt: skip
                name = name.replace(long, long[:3])
            kind = {site.given: "given", site.worded: "worded"}.get(path.rpartition("/")[2], "")
            faults += faults_of(page, f"opinions-{name}{kind}-{who}")
    return faults


def test_the_reviewers_pages_are_accessible_and_fit(site: Site) -> None:
    review = f"/reviews/{site.world.made.review_a}"
    faults = _look(
        site,
        "lead_a",
        f"{review}/positions",
        f"{review}/positions/{site.claim}",
        f"/recommendations/{site.draft}",
        "/recommendations?show=all",
        f"/assurances/{site.given}",
    )
    assert faults == [], "\n".join(faults)


def test_the_publishers_pages_are_accessible_and_fit(site: Site) -> None:
    version = f"/versions/{site.world.made.version_id}/positions"
    faults = _look(
        site,
        "coordinator",
        version,
        f"{version}/{site.claim}",
        f"/recommendations/{site.advice}",
        f"/assurances/{site.worded}",
        "/assurance-wordings",
    )
    assert faults == [], "\n".join(faults)


def test_other_forms_are_accessible_and_fit(site: Site) -> None:
    review = f"/reviews/{site.world.made.review_a}"
    faults = _look(site, "lead_a", f"{review}/recommendations/new", "/assurances?show=all")
    faults += _look(site, "coordinator", f"{review}/assurances/new")
    faults += _look(site, "author", "/signing-keys")
    assert faults == [], "\n".join(faults)


def test_a_worksheet_is_filled_in_without_script(site: Site) -> None:
    with site.tab("reviewer_a", scripts=False) as page:
        page.goto(f"/reviews/{site.world.made.review_a}/positions?show=missing")
        page.get_by_label("The conclusion, the report alone: stance").select_option("disagree")
        page.get_by_label("The conclusion, the report alone: confidence").select_option("high")
        with page.expect_navigation():
            page.get_by_role("button", name="Keep these positions").click()
        expect(page.get_by_text("One position was kept.")).to_be_visible()


def test_a_passkey_is_made_and_signs_an_assurance(site: Site) -> None:
    with site.tab("author") as page:
        _virtual_authenticator(page)
        page.goto("/signing-keys")
        page.locator("#passkey-label").fill("This device")
        with page.expect_navigation():
            page.get_by_role("button", name="Make a passkey").click()
        expect(page.get_by_role("cell", name="This device")).to_be_visible()
        page.goto(f"/assurances/{site.worded}")
        with page.expect_navigation():
            page.get_by_role("button", name="Sign with a passkey").click()
        expect(page.get_by_text("· signed")).to_be_visible()
    view = assuring.page(site.world, "author", site.worded)["view"]
    (made,) = view["signatures"]
    assert made["form"] == "passkey"
    assert verify(made["signature"], view["digest"], made["public_key"]) == "passkey"


def _virtual_authenticator(page: Page) -> None:
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    session.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )
