"""Pages of reviews, findings, the log and own work in a real Chromium, as each role sees them."""

import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass, replace

import pytest
import uvicorn
from playwright.sync_api import Browser, BrowserContext

from app.main import create_app
from app.web.session import COOKIE
from tests.browsing import faults_of
from tests.features.auditing.situations import sign
from tests.features.findings.situations import answered, cleared, filed, passage, routed
from tests.features.reviews.situations import receipt_of, waiting_grant
from tests.world import Someone
from tests.worlds.shared import SharedWorld

pytestmark = pytest.mark.browser


@dataclass
class Site:
    """A running portal with something on every page."""

    url: str
    world: SharedWorld
    pages: list[tuple[str, Someone, str]]  # name, who looks, path


@pytest.fixture
def site(shared: SharedWorld) -> Iterator[Site]:
    """Fill every page with something and serve them on loopback."""
    pages = _furnish(shared)
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    url = f"http://localhost:{listener.getsockname()[1]}"
    settings = shared.web.settings.model_copy(update={"public_url": url})
    application = create_app(settings, replace(shared.web, settings=settings))
    server = uvicorn.Server(uvicorn.Config(application, log_level="error", lifespan="off"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    yield Site(url, shared, pages)
    server.should_exit = True
    thread.join(timeout=20)
    listener.close()


def _furnish(world: SharedWorld) -> list[tuple[str, Someone, str]]:
    made = world.made
    cleared(world, world.approver)
    waits, settled = routed(world), answered(world)
    rejected, slip = answered(world, disposition="rejected"), filed(world, finding_class="H")
    waiting_grant(world)
    sign(world)
    receipt, place = receipt_of(world, made.grant_a), passage(world)
    words = f"word_from={place['word_from']}&word_to={place['word_to']}"
    new = f"/findings/new?version={made.version_id}&page=1"
    return [
        ("reviews", world.coordinator, "/reviews"),
        ("review-new", world.coordinator, "/reviews/new"),
        ("review-publisher", world.coordinator, f"/reviews/{made.review_a}"),
        ("review-approver", world.approver, f"/reviews/{made.review_a}"),
        ("review-own", world.reviewer_a, f"/reviews/{made.review_a}"),
        ("terms-publisher", world.coordinator, f"/reviews/{made.review_a}/terms"),
        ("terms-own", world.reviewer_a, f"/reviews/{made.review_a}/terms"),
        ("receipt", world.reviewer_a, f"/receipts/{receipt}"),
        ("ledger", world.coordinator, "/shared-items"),
        ("readers", world.author, f"/versions/{made.version_id}/readers"),
        ("findings-publisher", world.coordinator, "/findings"),
        ("findings-own", world.reviewer_a, "/findings"),
        ("finding-new", world.reviewer_a, f"{new}&{words}"),
        ("finding-new-page", world.reviewer_a, new),
        ("finding-author", world.author, f"/findings/{waits}"),
        ("finding-answered", world.reviewer_a, f"/findings/{settled}"),
        ("finding-rejection", world.approver, f"/findings/{rejected}"),
        ("finding-slip", world.coordinator, f"/findings/{slip}"),
        ("log", world.auditor, "/log"),
        ("log-narrowed", world.auditor, "/log?outcome=denied&since=2026-01-01&person=author"),
        ("record", world.lead_a, "/record"),
        ("own-work", world.lead_a, "/our-work"),
    ]


def _context(chromium: Browser, site: Site, someone: Someone) -> BrowserContext:
    context = chromium.new_context()
    context.add_cookies(
        [
            {
                "name": COOKIE, "value": someone.token, "secure": True, "httpOnly": True,
                "url": site.url.replace("http:", "https:"), "sameSite": "Lax",
            }
        ]
    )  # fmt: skip
    return context


def test_every_page_is_accessible_quiet_and_fits(chromium: Browser, site: Site) -> None:
    faults: list[str] = []
    contexts: dict[str, BrowserContext] = {}
    said: list[str] = []
    for name, someone, path in site.pages:
        if someone.id not in contexts:
            contexts[someone.id] = _context(chromium, site, someone)
        tab = contexts[someone.id].new_page()
        tab.on("console", lambda message: said.append(message.text))
        answer = tab.goto(f"{site.url}{path}")
        if answer is None or answer.status != 200:
            faults.append(f"{name}: {answer and answer.status}")
        faults += faults_of(tab, name)
        tab.close()
    for context in contexts.values():
        context.close()
    assert faults + said == [], "\n".join(faults + said)
