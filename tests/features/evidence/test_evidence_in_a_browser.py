"""Evidence in a real Chromium: every page fits and is accessible; a mark is made without script."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, expect

from tests.browsing import faults_of
from tests.worlds.evidence import FILES, WithEvidence, attach, propose, version_with_evidence
from tests.worlds.reports import ImportedVersion, imported_version, settle
from tests.worlds.shared import SharedWorld
from tests.worlds.sites import Site as Served
from tests.worlds.sites import served

pytestmark = pytest.mark.browser
LONG = b"".join(
    f"Turn {n}: the model says line {n} with some words to read\n".encode() for n in range(1, 260)
)


@dataclass
class Site(Served):
    """A running portal with evidence that is published, and some that is being marked."""

    made: WithEvidence
    working: ImportedVersion


@pytest.fixture
def site(shared: SharedWorld, chromium: Browser) -> Iterator[Site]:
    """Serve on loopback a world with evidence."""
    made = version_with_evidence(shared)
    working = imported_version(shared, title="Being marked")
    for kind, content in (*FILES, ("text", LONG), ("json", b'{"a": NaN}')):
        assert attach(shared, working, kind, content).status_code == 202
    settle(shared)
    propose(shared, working, "E3", "SEC", line_from=3, field=0)
    propose(shared, working, "E5", "SEC", line_from=3, field=0, char_from=10, char_to=13)
    with served(shared) as url:
        yield Site(url, chromium, shared, made, working)


def test_every_page_is_accessible_quiet_and_fits(site: Site) -> None:
    read, mark = f"/versions/{site.made.version_id}", f"/versions/{site.working.version_id}"
    faults: list[str] = []
    for who, path in (
        ("lead_a", f"{read}/evidence"),
        ("lead_a", f"{read}/evidence/E2"),
        ("lead_b", f"{read}/evidence/E1"),
        ("lead_b", f"{read}/evidence/E3"),
        ("lead_b", f"{read}/evidence/E4?q=nothing"),
        ("lead_b", f"{read}/withheld"),
        ("lead_a", read),
        ("author", f"{mark}/evidence/E5?part=2"),
        ("author", f"{mark}/evidence-desk"),
        ("author", f"{mark}/redactions"),
        *(("author", f"{mark}/redactions/evidence/{code}") for code in ("E2", "E3", "E4", "E5")),
        ("author", f"{mark}/redactions/evidence/E5?q=model"),
    ):
        with site.tab(who) as page:
            answer = page.goto(path)
            if answer is None or answer.status != 200:
                faults.append(f"{path}: {answer and answer.status}")
            name = path.rpartition("ver_")[2][20:].replace("/", "-").replace("?", "-")
            faults += [f"{path}: {fault}" for fault in faults_of(page, f"evidence{name}-{who}")]
    assert faults == [], "\n".join(faults)


def test_a_line_is_marked_and_taken_back_by_the_form_alone(site: Site) -> None:
    path = f"/versions/{site.working.version_id}/redactions/evidence/E1"
    with site.tab("author") as page:
        page.goto(path)
        page.get_by_label("Line 3", exact=True).check()
        page.get_by_label("SEC", exact=False).first.check()
        page.get_by_label("What is removed").fill("A plan")
        page.get_by_label("Why", exact=True).fill("It would help an attacker.")
        page.get_by_role("button", name="Propose").click()
        expect(page.locator("#marks")).to_contain_text("line 3")
        expect(page.locator("#line-3 td")).to_have_class("marked")
        page.get_by_role("button", name="Take it back").click()
        expect(page.locator("#marks")).to_contain_text("Nothing is marked")
