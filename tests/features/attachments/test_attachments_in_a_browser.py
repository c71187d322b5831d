"""Attachments in a real Chromium: every page fits and is accessible; a file goes without script."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, expect

from tests.browsing import faults_of
from tests.features.attachments.conftest import Attaching, prepared, rota
from tests.worlds.reports import grant_internally, settle
from tests.worlds.shared import SharedWorld
from tests.worlds.sites import Site as Served
from tests.worlds.sites import served

pytestmark = pytest.mark.browser


@dataclass
class Site(Served):
    """A running portal with an answer that has attachments in every state there is."""

    made: Attaching


@pytest.fixture
def site(shared: SharedWorld, chromium: Browser) -> Iterator[Site]:
    """Serve on loopback a world with attachments."""
    made = prepared(shared)
    grant_internally(shared, shared.made, shared.responder)
    made.closed()
    one = made.attach_file("csv")
    made.given_file = one["version_id"]
    assert made.act(shared.responder, "close", attachment_id=one["id"]).status_code == 200
    for content, name in ((b"# Note\n", "n.md"), (b"%PDF-1.7\nnothing", "bad.pdf")):
        assert made.attach(shared.responder, content=content, name=name).status_code == 202
    settle(shared)
    with served(shared) as url:
        yield Site(url, chromium, shared, made)


def _look(site: Site, who: str, path: str, name: str) -> list[str]:
    with site.tab(who) as page:
        answer = page.goto(path)
        if answer is None or answer.status != 200:
            return [f"{path}: {answer and answer.status}"]
        return [f"{path}: {fault}" for fault in faults_of(page, f"attachments-{name}-{who}")]


def test_every_page_is_accessible_quiet_and_fits(site: Site) -> None:
    request = f"/requests/{site.made.request_id}"
    faults = _look(site, "responder", f"{request}/attachments", "page")
    faults += _look(site, "responder", request, "answer")
    faults += _look(site, "coordinator", f"{request}/attachments", "page")
    bad = site.made.attached(site.world.responder)[-1]["id"]
    assert site.made.act(site.world.responder, "take-off", attachment_id=bad).status_code == 200
    site.made.post(site.world.responder, "check")
    faults += _look(site, "approver", request, "check")
    faults += _look(site, "responder", f"{request}/attachments", "in-check")
    eyes = f"/versions/{site.made.given_file}/as/{site.world.organisations['ORGA']}"
    faults += _look(site, "approver", eyes, "as")
    faults += _look(site, "approver", f"{eyes}/evidence/E1", "file-as")
    assert faults == [], "\n".join(faults)


def test_a_file_is_attached_and_closed_without_script(site: Site) -> None:
    with site.tab("responder", scripts=False) as page:
        page.goto(f"/requests/{site.made.request_id}")
        page.get_by_label("Answer", exact=True).fill("Typed before the file.")
        page.get_by_role("button", name="Save, and attach files").click()
        page.get_by_label("File", exact=True).set_input_files(
            {"name": "rota.pdf", "mimeType": "application/pdf", "buffer": rota() + b"\n"}
        )
        page.get_by_label("Title").fill("A second rota")
        page.get_by_role("button", name="Attach the file").click()
        expect(page.locator("article", has_text="A second rota")).to_contain_text("Being read in")
        settle(site.world)
        page.reload()
        card = page.locator("article", has_text="A second rota")
        card.get_by_role("button", name="It is ready").click()
        expect(page.locator("article", has_text="A second rota")).to_contain_text("Ready")
        page.get_by_role("link", name="Back to the answer").click()
        expect(page.get_by_label("Answer", exact=True)).to_have_value("Typed before the file.")
