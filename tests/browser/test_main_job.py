"""The main job in a real browser, on a real report: the eight steps, each by whom it is for."""

from pathlib import Path

import pytest

from app.audit.note import parse_verifier_key
from app.audit.signer import verifier_of
from app.audit.verify import verify
from app.demo.report import typeset
from tests.browser import steps
from tests.browser.conftest import Portal
from tests.features.reports.test_importing import first_pages

pytestmark = pytest.mark.browser
PAGES = 8


def _report(corpus: list[Path], folder: Path) -> tuple[Path, str, int]:
    """Give a real report, a phrase in it to withhold, and a page on which it stands.

    Of the real one the first pages, in every run: the whole is read in tests/features/reports.
    """
    made = folder / "report.pdf"
    if corpus:
        made.write_bytes(first_pages(corpus[0], PAGES))
        return made, "Department of Energy", 5
    made.write_bytes(typeset())
    return made, "LANTERN", 5


def test_the_main_job_from_import_to_a_log_that_verifies(
    portal: Portal, corpus: list[Path], tmp_path: Path
) -> None:
    file, phrase, number = _report(corpus, tmp_path)
    version = steps.import_report(portal, file)
    steps.let_in(portal, version)
    steps.mark(portal, version, phrase, "SEC")
    steps.approve_marks(portal, version)
    review_a = steps.open_review(portal, version, steps.NORTHLIGHT, "reviewer")
    review_b = steps.open_review(portal, version, steps.NIMA, "limited")
    steps.publish(portal, version)
    steps.accept_terms(portal, steps.REVIEWER_A, review_a)
    steps.accept_terms(portal, steps.REVIEWER_B, review_b)

    page_a = steps.words_read(portal, steps.REVIEWER_A, version, number)
    page_b = steps.words_read(portal, steps.REVIEWER_B, version, number)
    assert phrase in " ".join(page_a)
    assert page_b and phrase not in " ".join(page_b)
    _expect_nothing(portal, steps.REVIEWER_B, review_a)
    _expect_nothing(portal, steps.RESPONDER, f"/versions/{version}/pages/{number}")

    finding = steps.file_finding(portal, version, number)
    _wait_for_routing(portal, finding)
    steps.settle_finding(portal, finding)
    request = steps.ask(portal, review_a)
    steps.answer(portal, request)

    steps.revoke(portal, review_a)
    _expect_nothing(portal, steps.REVIEWER_A, f"/versions/{version}/pages/{number}")
    for path in (finding, request, review_a):
        kept = portal.page_of(steps.REVIEWER_A, path=path)
        assert "There is nothing here" not in kept.content()
        kept.close()

    key = str(verifier_of(portal.settings.log_key))
    for person, path in ((steps.AUDITOR, "/log"), (steps.LEAD_A, "/record")):
        archive = steps.export_log(portal, tmp_path, person=person, path=path)
        assert _verdict(archive, key) == "intact"
    assert portal.faults == []


def _expect_nothing(portal: Portal, person: str, path: str) -> None:
    page = portal.page_of(person, path=path)
    missing = portal.page_of(person, path=path[:-4] + "zzzz")
    assert "There is nothing here" in page.content()
    assert page.content() == missing.content()
    page.close()
    missing.close()


def _wait_for_routing(portal: Portal, path: str) -> None:
    page = portal.page_of(steps.AUTHOR, path=path)
    for _ in range(60):
        if "There is nothing here" not in page.content():
            break
        page.wait_for_timeout(500)
        page.reload()
    page.close()


def _verdict(archive: Path, key: str) -> str:
    return verify(archive, keys=[parse_verifier_key(key)]).outcome
