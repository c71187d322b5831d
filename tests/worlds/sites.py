"""A world served on loopback, and people in real browsers at it."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

import uvicorn
from playwright.sync_api import Browser, Page

from app.main import create_app
from app.web.session import COOKIE
from tests.world import Someone
from tests.worlds.shared import SharedWorld

SIZES = {"wide": (1360, 900), "telephone": (390, 844)}


@dataclass
class Site:
    """A running portal with a published version."""

    url: str
    chromium: Browser
    world: SharedWorld

    @contextmanager
    def tab(
        self, who: str, *, size: str = "wide", dark: bool = False, scripts: bool = True
    ) -> Iterator[Page]:
        """Open a browser as somebody; whatever it says on the console is a fault."""
        width, height = SIZES[size]
        someone: Someone = self.world.people[who]
        context = self.chromium.new_context(
            base_url=self.url,
            viewport={"width": width, "height": height},
            color_scheme="dark" if dark else "light",
            java_script_enabled=scripts,
        )
        cookie = {"name": COOKIE, "value": someone.token, "secure": True, "httpOnly": True,
                  "sameSite": "Lax", "url": self.url.replace("http:", "https:")}  # fmt: skip
        context.add_cookies([cookie])  # type: ignore[list-item]  # a dict of the right shape
        page, said = context.new_page(), list[str]()
        page.on("console", lambda message: said.append(message.text))
        yield page
        context.close()
        assert said == []


@contextmanager
def served(world: SharedWorld) -> Iterator[str]:
    """Serve a world on loopback; gives its address."""
    listener = socket.create_server(("127.0.0.1", 0))
    url = f"http://localhost:{listener.getsockname()[1]}"
    settings = world.web.settings.model_copy(update={"public_url": url})
    application = create_app(settings, replace(world.web, settings=settings))
    server = uvicorn.Server(uvicorn.Config(application, log_level="error", lifespan="off"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    yield url
    server.should_exit = True
    thread.join(timeout=20)
    listener.close()
