"""Reader, editor and desk in a real Chromium: nothing wrong with them, and the gestures work."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.browsing import faults_of
from tests.worlds.reports import (
    PII,
    ImportedVersion,
    grant_internally,
    imported_version,
    settle,
    small_report,
)
from tests.worlds.shared import SharedWorld
from tests.worlds.sites import Site as Served
from tests.worlds.sites import served

pytestmark = pytest.mark.browser


@dataclass
class Site(Served):
    """A running portal with a published version and one in preparation."""

    working: ImportedVersion


@pytest.fixture
def site(shared: SharedWorld, chromium: Browser) -> Iterator[Site]:
    """Serve on loopback a world with something on every page."""
    working = imported_version(shared, title="Another report")
    grant_internally(shared, working, shared.approver)
    propose(shared, working, PII, "PII")
    with served(shared) as url:
        yield Site(url, chromium, shared, working)


def propose(world: SharedWorld, made: ImportedVersion, phrase: str, code: str) -> None:
    """Propose every place of a phrase as the author, and mark a claim."""
    base = f"/api/v1/versions/{made.version_id}"
    client = world.author.client
    hits = client.get(f"{base}/redactions/search", params={"q": phrase}).json()["hits"]
    places = [place for hit in hits for place in hit["places"]]
    reason = {"categories": [code], "character": "A name", "justification": "A person."}
    assert client.post(f"{base}/redactions", json={"places": places, **reason}).status_code == 201
    claim = {"code": "1.1", "quote": "The safeguards cost", "pathway": 1, "load_bearing": True}
    assert client.post(f"{base}/claims", json=claim).status_code == 201


def addresses(site: Site) -> list[tuple[str, str]]:
    """List who looks at which page."""
    shared, working = site.world.made, site.working
    read, mark = f"/versions/{shared.version_id}", f"/versions/{working.version_id}"
    return [
        ("author", "/reports"),
        ("author", "/reports/new"),
        ("author", f"/reports/{working.report_id}"),
        ("author", f"/reports/{working.report_id}/versions/{working.version_id}"),
        ("coordinator", f"/reports/{shared.report_id}/versions/{shared.version_id}"),
        ("reviewer_b", "/reports"),
        ("reviewer_b", read),
        ("reviewer_b", f"{read}/pages/2"),
        ("reviewer_b", f"{read}/search?q=team"),
        ("author", f"{mark}/pages/3"),
        ("author", f"{mark}/redactions"),
        ("author", f"{mark}/redactions/pages/2"),
        ("author", f"{mark}/redactions/search?q=the"),
        ("author", f"{read}/redactions/pages/2"),
        ("approver", f"{mark}/redactions?state=proposed"),
    ]


def test_every_page_is_accessible_quiet_and_fits(site: Site) -> None:
    faults: list[str] = []
    for place, (who, path) in enumerate(addresses(site)):
        with site.tab(who) as page:
            answer = page.goto(path)
            if answer is None or answer.status != 200:
                faults.append(f"{path}: {answer and answer.status}")
            faults += [f"{path}: {fault}" for fault in faults_of(page, f"reports-{place}")]
    assert faults == [], "\n".join(faults)


def test_chosen_words_go_to_the_form_of_a_finding(site: Site) -> None:
    with site.tab("reviewer_a") as page:
        page.goto(f"/versions/{site.world.made.version_id}/pages/2")
        words = page.locator("[data-words] [data-i]")
        first, last = words.nth(1).bounding_box(), words.nth(3).bounding_box()
        assert first
        assert last
        page.mouse.move(first["x"] + 2, first["y"] + first["height"] / 2)
        page.mouse.down()
        page.mouse.move(last["x"] + last["width"] - 2, last["y"] + last["height"] / 2, steps=4)
        page.mouse.up()
        expect(page.locator("[data-selection-count]")).to_have_text("3 words")
        page.locator("[data-selection]").get_by_role("button", name="File a finding").click()
        expect(page.locator("blockquote")).to_have_text("All traffic passes")


def test_a_drawn_rectangle_becomes_a_proposal(site: Site) -> None:
    path = f"/versions/{site.working.version_id}/redactions/pages/1"
    with site.tab("author") as page:
        page.goto(path)
        sheet = page.locator("[data-draw]").bounding_box()
        assert sheet
        page.mouse.move(sheet["x"] + 100, sheet["y"] + 120)
        page.mouse.down()
        page.mouse.move(sheet["x"] + 300, sheet["y"] + 180, steps=5)
        page.mouse.up()
        page.get_by_label("SEC · Security of systems").check()
        page.get_by_label("What is removed").fill("A whole passage")
        page.get_by_label("Why").fill("It would help an attacker.")
        page.get_by_role("button", name="Propose").click()
        expect(page.get_by_role("link", name="Proposed redaction, SEC")).to_be_visible()
        points = 420 / sheet["width"]
        statement = "SELECT rects FROM redactions WHERE character = 'A whole passage'"
        ((rects,),) = site.world.rows(statement)
        assert isinstance(rects, list)
        assert rects[0] == pytest.approx(
            [100 * points, 120 * points, 300 * points, 180 * points], abs=1.5
        )


def test_an_upload_shows_its_progress_until_the_version_is_there(
    site: Site, tmp_path: Path
) -> None:
    file = tmp_path / "next.pdf"
    file.write_bytes(small_report() + b"\n% another file\n")
    with site.tab("author") as page:
        page.goto(f"/reports/{site.working.report_id}")
        page.get_by_label("File").set_input_files(file)
        page.get_by_label("Label").fill("2.0")
        page.get_by_role("button", name="Import").click()
        expect(page.get_by_text("Preparing the working edition")).to_be_visible()
        settle(site.world)
        expect(page.get_by_role("link", name="Read", exact=True)).to_be_visible(timeout=15_000)


def test_the_reader_and_the_editor_work_without_scripts(site: Site) -> None:
    with site.tab("reviewer_a", scripts=False) as page:
        page.goto(f"/versions/{site.world.made.version_id}/pages/1")
        page.get_by_role("link", name="Next page").click()
        expect(page.get_by_role("img", name="Page 2 as a picture")).to_be_visible()
        page.get_by_label("Words of this page").fill("All traffic passes")
        page.get_by_role("button", name="File a finding").click()
        expect(page.locator("blockquote")).to_have_text("All traffic passes")
    with site.tab("author", scripts=False) as page:
        page.goto(f"/versions/{site.working.version_id}/redactions/pages/4")
        for label, value in (("Left", "56"), ("Top", "70"), ("Right", "200"), ("Bottom", "90")):
            page.get_by_label(label, exact=True).fill(value)
        page.get_by_label("LEG · Legal prohibition").check()
        page.get_by_label("What is removed").fill("A passage")
        page.get_by_label("Why").fill("A court has sealed it.")
        page.get_by_role("button", name="Propose").click()
        expect(page.get_by_role("link", name="Proposed redaction, LEG")).to_be_visible()
