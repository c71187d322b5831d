"""The pages of what is withheld in a real Chromium, as each role sees them."""

import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass, replace

import pytest
import uvicorn
from playwright.sync_api import Browser

from app.main import create_app
from app.web.session import COOKIE
from tests.browsing import faults_of
from tests.features.withheld.situations import (
    MARKS,
    TOUCHED,
    challenged,
    decided,
    load_bearing,
    redaction_of,
    restricted,
    room,
    second_version,
    smaller_place,
    two_more_approvers,
)
from tests.world import Someone
from tests.worlds.doors import post_json
from tests.worlds.reports import SEC
from tests.worlds.shared import SharedWorld

pytestmark = pytest.mark.browser


@dataclass
class Site:
    """A running portal with something on every page."""

    url: str
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
    yield Site(url, pages)
    server.should_exit = True
    thread.join(timeout=20)
    listener.close()


def _furnish(world: SharedWorld) -> list[tuple[str, Someone, str]]:
    load_bearing(world, "2.1", f"{TOUCHED} {SEC} before it reaches a model.", 2)
    restricted(world, redaction_of(world, "SEC"), "The supplier asked us not to.", "SEC")
    later = second_version(world)
    said = _said(world)
    return [
        *said,
        ("withheld", world.reviewer_b, room(world)),
        ("withheld-none", world.reviewer_b, room(world, "?category=NAT")),
        ("withheld-since", world.reviewer_a, f"/versions/{later.version_id}/withheld"),
        ("figures", world.reviewer_b, room(world, "/figures")),
        ("statement-touching", world.reviewer_b, room(world, "/statement")),
        ("statement-beside", world.reviewer_a, room(world, "/statement")),
        ("redaction-record", world.author, room(world, "/record")),
        ("redaction-record-masked", world.coordinator, room(world, "/record")),
        ("record-figures", world.author, room(world, "/record/figures")),
    ]


def _said(world: SharedWorld) -> list[tuple[str, Someone, str]]:
    first, second = two_more_approvers(world)
    mark = redaction_of(world, "LEG")
    path = f"/redactions/{mark}/assessment"
    made = post_json(world.reviewer_a, path, **MARKS, note="We were told otherwise.").json()["id"]
    drafted = post_json(
        world.reviewer_b, f"/redactions/{redaction_of(world, 'SEC')}/assessment", **MARKS
    )
    assert drafted.status_code == 200
    post_json(world.reviewer_a, f"/assessments/{made}/share")
    open_one, upheld = challenged(world), challenged(world, "PII", "reviewer_b")
    narrowing = challenged(world, "SEC", "reviewer_b")
    decided(world, first, upheld, "uphold")
    decided(world, first, narrowing, "narrow", rects=smaller_place(world, "SEC"))
    return [
        ("removal", world.reviewer_b, f"/redactions/{redaction_of(world, 'SEC')}"),
        ("removal-shared", world.reviewer_a, f"/redactions/{mark}"),
        ("assessments", world.coordinator, room(world, "/assessments")),
        ("challenges-queue", first, "/challenges"),
        ("challenges-own", world.reviewer_b, "/challenges"),
        ("challenges-none", world.reviewer_b, "/challenges?state=none"),
        ("challenge-decide", first, f"/challenges/{open_one}"),
        ("challenge-narrowing", second, f"/challenges/{narrowing}"),
        ("challenge-author", world.author, f"/challenges/{open_one}"),
        ("challenge-own", world.reviewer_b, f"/challenges/{upheld}"),
        ("home-decided", world.reviewer_b, "/"),
    ]


def test_every_page_is_accessible_quiet_and_fits(chromium: Browser, site: Site) -> None:
    faults: list[str] = []
    said: list[str] = []
    for name, someone, path in site.pages:
        context = chromium.new_context()
        context.add_cookies(
            [
                {
                    "name": COOKIE, "value": someone.token, "secure": True, "httpOnly": True,
                    "url": site.url.replace("http:", "https:"), "sameSite": "Lax",
                }
            ]
        )  # fmt: skip
        tab = context.new_page()
        tab.on("console", lambda message: said.append(message.text))
        answer = tab.goto(f"{site.url}{path}")
        if answer is None or answer.status != 200:
            faults.append(f"{name}: {answer and answer.status}")
        faults += faults_of(tab, name)
        context.close()
    assert faults + said == [], "\n".join(faults + said)
