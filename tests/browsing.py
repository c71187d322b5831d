"""One real Chromium for all browser tests, and a look at each page for faults."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe, AxeResults
from playwright.sync_api import Browser, Page, sync_playwright

from tests.turns import has_turn

WIDE = {"width": 1360, "height": 900}
TELEPHONE = {"width": 390, "height": 844}
# Of the rules, the one about contrast is the only one that a colour scheme can break, and the
# slowest; a narrow screen hides, wraps and scrolls: each look asks what can have changed.
_ALL: dict[str, object] = {"resultTypes": ["violations"]}
_CONTRAST = {**_ALL, "runOnly": {"type": "rule", "values": ["color-contrast"]}}
_NARROW_RULES = (
    "target-size scrollable-region-focusable aria-hidden-focus button-name link-name label "
    "select-name summary-name image-alt svg-img-alt link-in-text-block"
)
_NARROW = {**_ALL, "runOnly": {"type": "rule", "values": _NARROW_RULES.split()}}


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


def faults_of(tab: Page, name: str) -> list[str]:
    """Look at the page that is open in every size and colour scheme, and list what is wrong.

    That nothing is wider than the screen, always. By axe, by turns: wide and light all rules; dark
    the contrast; on a telephone what a narrow screen can break. Leaves pictures in
    VITRINE_SCREENSHOTS, if that is set.
    """
    faults: list[str] = []
    pictures = os.environ.get("VITRINE_SCREENSHOTS")
    looks = (
        ("wide-light", WIDE, "light", _ALL, has_turn(name, of=2)),
        ("wide-dark", WIDE, "dark", _CONTRAST, has_turn(f"{name} dark", of=4)),
        ("telephone-light", TELEPHONE, "light", _NARROW, has_turn(f"{name} narrow", of=3)),
    )
    for look, size, scheme, options, turn in looks:
        if scheme == "dark" and not (turn or pictures):
            continue
        tab.set_viewport_size(size)  # type: ignore[arg-type]  # a dict of the right shape
        tab.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]  # one of two words
        if turn and (found := violations(tab, options)).violations_count:
            faults.append(f"{name}, {look}: {found.generate_report()}")
        wider = tab.evaluate("document.documentElement.scrollWidth - innerWidth")
        if wider > 0:
            faults.append(f"{name}, {look}: {wider} pixels too wide")
        if pictures:
            tab.screenshot(path=Path(pictures) / f"{name}-{look}.png", full_page=True)
    return faults


def violations(tab: Page, options: dict[str, object] = _ALL) -> AxeResults:
    """Run axe on the page that is open, bringing it there once."""
    if not tab.evaluate("'axe' in window"):
        tab.evaluate(Axe().axe_script)
    return AxeResults(tab.evaluate("options => axe.run(options)", options))
