"""Markdown in a real Chromium: chosen, imported, looked through, approved; no fault on a page."""

import re

import pytest
from playwright.sync_api import Browser, expect

from tests.browsing import faults_of
from tests.features.reports.test_importing import new_report
from tests.features.reports.test_other_sources import REPORT
from tests.worlds.reports import settle
from tests.worlds.shared import SharedWorld
from tests.worlds.sites import Site, served

pytestmark = pytest.mark.browser


def test_markdown_is_imported_looked_through_and_approved(
    shared: SharedWorld, chromium: Browser
) -> None:
    report_id = new_report(shared)
    with served(shared) as url, Site(url, chromium, shared).tab("author") as page:
        page.goto(f"/reports/{report_id}")
        page.get_by_label("Label").fill("1.0")
        chosen = page.locator("input[type=file]")
        chosen.set_input_files({"name": "a.md", "mimeType": "text/markdown", "buffer": REPORT})
        page.get_by_role("button", name="Import", exact=True).click()
        page.wait_for_url(re.compile("/versions/"))
        settle(shared)
        # The page that waits looks again by itself.
        waits = page.get_by_text("Look through the PDF, then approve it")
        expect(waits).to_be_visible(timeout=30_000)
        faults = faults_of(page, "markdown-waits")
        page.get_by_role("link", name="What the file holds").click()
        faults += faults_of(page, "markdown-file")
        page.go_back()
        page.get_by_role("button", name="Approve the PDF").click()
        expect(page.get_by_role("button", name="Publish")).to_be_visible()
        faults += faults_of(page, "markdown-approved")
    assert faults == [], "\n".join(faults)
