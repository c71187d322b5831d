"""The demo's report: its bytes, its parts, and whether everything said about it is in it."""

from collections.abc import Iterator
from io import BytesIO

import pikepdf
import pypdfium2 as pdfium
import pytest

from app.demo.claims import DemoClaim, DemoEvidence
from app.demo.marks import DemoRedaction, Region
from app.demo.personas import PERSONAS
from app.demo.report import CLAIMS, EVIDENCE, PATHWAYS, REDACTIONS, TITLE, typeset
from app.demo.supporting import REGISTER
from app.demo.tour import FINDING, REQUEST
from app.domain.categories import CODES
from app.rendering import sandbox
from app.rendering.search import SearchIndex

MODES = {"tight", "padded", "line", "block"}


@pytest.fixture(scope="module")
def report() -> bytes:
    return typeset()


@pytest.fixture(scope="module")
def opened(report: bytes) -> Iterator[pdfium.PdfDocument]:
    document = pdfium.PdfDocument(report)
    yield document
    document.close()


@pytest.fixture(scope="module")
def pages(opened: pdfium.PdfDocument) -> list[str]:
    """The text of each page, with every run of white space made one space."""
    return [" ".join(page.get_textpage().get_text_range().split()) for page in opened]


def words_inside(page: pdfium.PdfPage, region: Region) -> str:
    """The characters whose middle lies in the region, as words."""
    x0, y0, x1, y1 = region.rect
    text, height = page.get_textpage(), page.get_height()
    found = []
    for index in range(text.count_chars()):
        left, bottom, right, top = text.get_charbox(index)
        middle_x, middle_y = (left + right) / 2, height - (top + bottom) / 2
        if x0 <= middle_x <= x1 and y0 <= middle_y <= y1:
            found.append(text.get_text_range(index, 1))
    return " ".join("".join(found).split())


def test_the_report_is_the_same_every_time(report: bytes) -> None:
    assert typeset() == report


def test_the_report_has_about_twenty_pages(pages: list[str]) -> None:
    assert 18 <= len(pages) <= 24
    assert all(page for page in pages)


def test_the_report_says_what_it_is(report: bytes, pages: list[str]) -> None:
    with pikepdf.open(BytesIO(report)) as document:
        assert str(document.docinfo["/Title"]) == TITLE
    assert all(TITLE in page for page in pages[1:])
    assert all(page.endswith(str(number)) for number, page in enumerate(pages[1:], start=2))


def test_the_outline_has_the_nine_pathways_in_order(
    opened: pdfium.PdfDocument, pages: list[str]
) -> None:
    outline = [
        (mark.get_title(), mark.get_dest().get_index())
        for mark in opened.get_toc()
        if mark.get_title().startswith("Pathway ")
    ]
    assert [title for title, _ in outline] == [pathway.heading for pathway in PATHWAYS]
    assert [pathway.number for pathway in PATHWAYS] == list(range(1, 10))
    for title, index in outline:
        assert title in pages[index]


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda claim: claim.code)
def test_a_claim_stands_once_on_one_page_under_its_label(
    claim: DemoClaim, pages: list[str]
) -> None:
    label = f"Claim {claim.code}" + (" (load-bearing)" if claim.load_bearing else "")
    assert sum(page.count(f"{label}. {claim.quote}") for page in pages) == 1
    assert sum(page.count(claim.quote) for page in pages) == 1


def test_the_claims_fit_the_pathways_the_evidence_and_the_people() -> None:
    assert len(CLAIMS) == 12
    assert {claim.pathway for claim in CLAIMS} == {pathway.number for pathway in PATHWAYS}
    assert sum(claim.load_bearing for claim in CLAIMS) == 6
    owners = {pathway.number: pathway.owner for pathway in PATHWAYS}
    authors = {person.subject for person in PERSONAS if "author" in person.roles}
    items = {item.code for item in EVIDENCE}
    for claim in CLAIMS:
        assert claim.code.split(".")[0] == str(claim.pathway)
        assert claim.owner == owners[claim.pathway]
        assert claim.owner in authors
        assert claim.evidence
        assert set(claim.evidence) <= items


@pytest.mark.parametrize("item", EVIDENCE, ids=lambda item: item.code)
def test_every_evidence_item_is_in_the_list(item: DemoEvidence, pages: list[str]) -> None:
    assert any(f"{item.code} {item.title}" in page for page in pages)


@pytest.mark.parametrize(
    "mark", [mark for mark in REDACTIONS if mark.phrase], ids=lambda mark: mark.phrase[:30]
)
def test_a_phrase_to_be_removed_is_in_the_text(mark: DemoRedaction, pages: list[str]) -> None:
    assert mark.phrase is not None
    assert any(mark.phrase in page for page in pages)


def test_the_regions_lie_over_what_they_are_for(opened: pdfium.PdfDocument) -> None:
    regions = [mark.region for mark in REDACTIONS if mark.region is not None]
    assert [words_inside(opened[region.page - 1], region) for region in regions] == [
        "LANTERN, node lt-07",
        "0.62 0.55 0.48 0.57 0.31 0.36 0.60",
    ]


def test_the_redactions_are_of_many_kinds_and_recorded_in_full() -> None:
    assert {"PII", "SEC", "COM", "IP", "TPC", "EVL", "HAZ", "PRV"} == {
        code for mark in REDACTIONS for code in mark.categories
    }
    assert any(len(mark.categories) > 1 for mark in REDACTIONS)
    for mark in REDACTIONS:
        assert (mark.phrase is None) != (mark.region is None)
        assert 1 <= len(mark.categories) <= 3
        assert set(mark.categories) <= set(CODES)
        assert mark.mode in MODES
        assert mark.mode == "line" or "PII" not in mark.categories


def test_the_register_has_forty_claims_each_with_a_code_of_its_own() -> None:
    assert len({claim.code for claim in REGISTER}) == len(REGISTER) == 40
    owners = {pathway.number: pathway.owner for pathway in PATHWAYS}
    assert all(claim.owner == owners[claim.pathway] for claim in REGISTER)


def test_what_is_said_about_a_redaction_gives_nothing_of_it_away() -> None:
    for mark in REDACTIONS:
        public = f"{mark.character} {mark.justification}".lower()
        for other in REDACTIONS:
            assert other.phrase is None or other.phrase.lower() not in public


def test_no_claim_hides_behind_a_redaction() -> None:
    for claim in CLAIMS:
        for mark in REDACTIONS:
            assert mark.phrase is None or mark.phrase not in claim.quote


def test_the_people_named_in_the_marks_are_personas() -> None:
    named = {mark.phrase for mark in REDACTIONS if "PII" in mark.categories}
    assert named <= {person.name for person in PERSONAS}


def test_the_finding_quotes_the_report_and_is_right(pages: list[str]) -> None:
    assert sum(page.count(FINDING.quote) for page in pages) == 1
    assert any("8 Customers’ systems 1,400 1,250 89.3 %" in page for page in pages)
    assert round(100 * 1250 / 1400, 1) == 89.3
    reviewers = {person.subject for person in PERSONAS if "reviewer" in person.roles}
    assert {FINDING.by, REQUEST.by} <= reviewers


def test_search_and_mark_finds_every_claim_once_and_every_phrase(
    report: bytes, pages: list[str]
) -> None:
    extracted = sandbox.extract_pages(report, first=1, last=len(pages))
    index = SearchIndex({page.number: page.words for page in extracted})
    for quote in [claim.quote for claim in REGISTER] + [FINDING.quote]:
        (hit,) = index.find(quote)
        assert len({page for page, _ in hit.words}) == 1
    found = {mark.phrase: len(index.find(mark.phrase)) for mark in REDACTIONS if mark.phrase}
    assert all(found.values()), found
    assert found["LANTERN"] > 1, "a mark by search stands for every occurrence"
    assert not index.find("a phrase that the report does not contain")
