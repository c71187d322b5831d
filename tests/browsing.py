"""One real Chromium for all browser tests, and a look at each page for faults."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Start a real Chromium; without one, skip loudly (in CI a skip is a failure).

    For one module: Playwright keeps an event loop running, beside which no other can be started.
    """
    program = os.environ.get("VITRINE_CHROMIUM", "/usr/bin/chromium")
    if not Path(program).exists():
        pytest.skip(f"NO CHROMIUM at {program}: the pages are NOT tested in a browser")
    quiet = ["background-networking", "component-update", "sync", "quic", "gpu"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=program,
            args=["--no-sandbox", "--no-first-run", *(f"--disable-{name}" for name in quiet)],
        )
        yield browser
        browser.close()
