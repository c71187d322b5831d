"""The whole portal as a newcomer meets it: web, worker, sequencer and the demo's provider."""

import asyncio
import os
import socket
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
import uvicorn
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page

from app.demo.cast import enrol_cast, entries_of
from app.demo.personas import PERSONAS
from app.demo.provider import create_app as create_provider
from app.demo.registration import CLIENT_ID, client_secret, redirect_uris
from app.installation import open_for_web, open_for_worker
from app.kernel.config import Settings
from app.kernel.keys import make_keys
from app.main import create_app
from app.transaction import Installation
from app.worker import sequencer_of, work
from tests.browsing import violations
from tests.database import Database

SHOTS = os.environ.get("VITRINE_SHOTS")


@dataclass
class Portal:
    """A running portal, its settings, and the people who sign in to it."""

    url: str
    settings: Settings
    worker: Installation
    entries: dict[str, str]
    chromium: Browser
    contexts: dict[str, BrowserContext]
    faults: list[str]

    def page_of(self, subject: str, *, path: str = "/") -> Page:
        """Give a page of a persona's own browser, signed in through the identity provider."""
        persona = next(p for p in PERSONAS if p.subject == subject)
        if subject not in self.contexts:
            self.contexts[subject] = self.chromium.new_context(
                viewport={"width": 1360, "height": 900}
            )
            tab = self._tab(subject)
            tab.goto(self.entries[persona.organisation_code])
            tab.get_by_role("button", name=persona.name).click()
            tab.wait_for_url(f"{self.url}/**")
            tab.close()
        tab = self._tab(subject)
        tab.goto(self.url + path)
        return tab

    def look(self, page: Page, name: str) -> None:
        """Find no fault by axe; keep a picture where pictures are wanted."""
        found = violations(page)
        assert found.violations_count == 0, f"{name}: {found.generate_report()}"
        if SHOTS:
            Path(SHOTS).mkdir(parents=True, exist_ok=True)
            page.screenshot(path=f"{SHOTS}/{name}.png")

    def _tab(self, subject: str) -> Page:
        tab = self.contexts[subject].new_page()
        tab.set_default_timeout(20_000)
        tab.on("console", lambda said: self._listen(subject, said))
        return tab

    def _listen(self, subject: str, said: ConsoleMessage) -> None:
        if said.type in ("error", "warning") and "status of 4" not in said.text:
            self.faults.append(f"{subject}: {said.text}")


@contextmanager
def _serving(application: object, listener: socket.socket) -> Iterator[None]:
    config = uvicorn.Config(application, log_level="warning", lifespan="off", proxy_headers=False)  # type: ignore[arg-type]  # an ASGI application
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    try:
        yield
    finally:
        server.should_exit = True
        thread.join(timeout=20)


@contextmanager
def _working(installation: Installation) -> Iterator[None]:
    """Run jobs and the sequencer beside the tests, as the worker process does."""
    stop = threading.Event()

    def jobs() -> None:
        while not stop.is_set():
            asyncio.run(work(installation, wait=False))
            stop.wait(0.3)

    sequencer = sequencer_of(installation.settings)
    threads = [
        threading.Thread(target=jobs),
        threading.Thread(target=sequencer.run, args=(stop,)),
    ]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stop.set()
        for thread in threads:
            thread.join(timeout=60)
        sequencer.close()


@pytest.fixture
def portal(fresh_database: Database, tmp_path: Path, chromium: Browser) -> Iterator[Portal]:
    """Give an empty installation with the demo's people, running on loopback."""
    with ExitStack() as stack:
        web = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
        provider = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
        settings = Settings(
            port=web.getsockname()[1],
            data_dir=tmp_path / "data",
            database_url=fresh_database.urls.web,
            database_worker_url=fresh_database.urls.worker,
            database_sequencer_url=fresh_database.urls.sequencer,
            demo_provider_port=provider.getsockname()[1],
            pool_size=8,
        )
        make_keys(settings)
        identity = create_provider(
            port=settings.demo_provider_port,
            redirect_uris=redirect_uris(settings),
            client_id=CLIENT_ID,
            client_secret=client_secret(settings),
        )
        stack.enter_context(_serving(identity, provider))
        worker = open_for_worker(settings)
        stack.callback(worker.engine.dispose)
        enrol_cast(worker)
        made = open_for_web(settings)
        stack.callback(made.engine.dispose)
        stack.enter_context(_serving(create_app(settings, made), web))
        stack.enter_context(_working(worker))
        running = Portal(settings.url, settings, worker, entries_of(worker), chromium, {}, [])
        yield running
        for context in running.contexts.values():
            context.close()
