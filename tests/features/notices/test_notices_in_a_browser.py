"""The inbox, the choice of mail and the outbox in a real Chromium, as their users see them."""

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
from tests.features.notices.situations import asked_in, notices
from tests.world import Someone
from tests.worlds.doors import post_json
from tests.worlds.shared import SharedWorld

pytestmark = pytest.mark.browser


@dataclass
class Site:
    """A running portal in which people were told of things."""

    url: str
    world: SharedWorld


@pytest.fixture
def site(shared: SharedWorld) -> Iterator[Site]:
    """Tell people of a request and its answer, and serve the pages on loopback."""
    asked_in(shared, "released")
    shared.change("UPDATE mails SET state = 'dead', attempts = 6, last_error = 'unreachable'")
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    url = f"http://localhost:{listener.getsockname()[1]}"
    settings = shared.web.settings.model_copy(update={"public_url": url})
    application = create_app(settings, replace(shared.web, settings=settings))
    server = uvicorn.Server(uvicorn.Config(application, log_level="error", lifespan="off"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    yield Site(url, shared)
    server.should_exit = True
    thread.join(timeout=20)
    listener.close()


def _context(
    site: Site, chromium: Browser, someone: Someone, *, script: bool = True
) -> BrowserContext:
    context = chromium.new_context(java_script_enabled=script)
    cookie = {
        "name": COOKIE, "value": someone.token, "secure": True, "httpOnly": True,
        "url": site.url.replace("http:", "https:"), "sameSite": "Lax",
    }  # fmt: skip
    context.add_cookies([cookie])  # type: ignore[list-item]  # a dict of the right shape
    return context


def test_the_pages_hold_in_every_size_and_colour(site: Site, chromium: Browser) -> None:
    faults: list[str] = []
    said: list[str] = []
    world = site.world
    for name, someone, path in (
        ("inbox", world.lead_a, "/notices"),
        ("inbox-of-the-expert", world.responder, "/notices?show=unread&about=requests"),
        ("inbox-empty", world.internal_reader, "/notices?about=findings"),
        ("mail-choice", world.lead_a, "/notices/preferences"),
        ("mail-choice-and-mails", world.responder, "/notices/preferences"),
        ("outbox", world.administrator, "/mails"),
    ):
        context = _context(site, chromium, someone)
        tab = context.new_page()
        tab.on("console", lambda message: said.append(message.text))
        tab.goto(site.url + path)
        faults += faults_of(tab, name)
        context.close()
    assert (faults, said) == ([], [])


def test_the_number_beside_the_word_follows_what_happens(site: Site, chromium: Browser) -> None:
    context = _context(site, chromium, site.world.lead_a)
    tab = context.new_page()
    tab.goto(f"{site.url}/requests")
    number = tab.locator("[data-live-count] .count")
    unread = notices(site.world.lead_a)["unread"]
    assert number.inner_text() == str(unread)
    first = notices(site.world.lead_a)["rows"][0]["id"]
    assert post_json(site.world.lead_a, "/notices/read", notice_id=first).status_code == 200
    tab.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    tab.wait_for_function(
        "said => document.querySelector('[data-live-count] .count').textContent === said",
        arg=str(unread - 1),
    )
    assert post_json(site.world.lead_a, "/notices/read").status_code == 200
    tab.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    number.wait_for(state="hidden")
    context.close()


def test_without_script_everything_is_marked_and_chosen(site: Site, chromium: Browser) -> None:
    context = _context(site, chromium, site.world.lead_a, script=False)
    tab = context.new_page()
    tab.goto(f"{site.url}/notices?about=requests")
    tab.get_by_role("button", name="Mark as read").first.click()
    assert tab.url.endswith("/notices?about=requests")
    tab.get_by_role("button", name="Mark all as read").click()
    assert tab.get_by_role("heading", level=1).inner_text() == "No notice waits for you"
    tab.get_by_role("link", name="What comes by mail").click()
    tab.get_by_label("No mail").check()
    tab.get_by_role("button", name="Keep this choice").click()
    assert tab.get_by_text("Your choice is kept.").is_visible()
    assert tab.get_by_label("No mail").is_checked()
    context.close()
