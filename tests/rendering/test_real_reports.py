"""The engine on the real reports: words recovered, a phrase redacted, the leak checker content."""

import shutil
import subprocess
from collections import Counter
from collections.abc import Iterable
from itertools import pairwise
from pathlib import Path

import pytest
from pdfminer.high_level import extract_text

from app.rendering.edition import write_pdf
from app.rendering.leakcheck import check
from app.rendering.redact import expand
from app.rendering.sandbox import build_pages, extract_outline, extract_pages, inspect_source
from app.rendering.search import SearchIndex
from app.rendering.shapes import ExtractedPage, Mark, PageJob

SAMPLE = (26, 31)
PHRASES = {"gao-07-106": "energy", "gao-07-791": "review"}


@pytest.fixture(scope="module")
def samples(corpus: list[Path]) -> dict[Path, list[ExtractedPage]]:
    """Give a few extracted pages of each report."""
    if not corpus:
        pytest.skip("no corpus of real reports here")
    return {path: list(extract_pages(path, first=SAMPLE[0], last=SAMPLE[1])) for path in corpus[:2]}


def normal(words: list[str]) -> Counter[str]:
    """Count words without the marks at their ends and without hyphens at line ends."""
    # pdfminer writes (cid:51) where a font does not say what its bullets mean.
    solid = [word for word in words if not word.startswith("(cid:")]
    return Counter(stripped for word in solid if (stripped := word.strip(".,;:()\u201c\u201d-")))


def _by_another(path: Path, number: int) -> str:
    """Read a page with pdftotext, or where that is not there with pdfminer."""
    if program := shutil.which("pdftotext"):
        span = ["-f", str(number), "-l", str(number)]
        return subprocess.run(
            [program, *span, str(path), "-"], capture_output=True, check=True, text=True
        ).stdout
    return extract_text(path, page_numbers=[number - 1])


def _recall(path: Path, pages: Iterable[ExtractedPage]) -> tuple[float, Counter[str]]:
    """Give the share of the visible words that were recovered, and those that were not."""
    wanted: Counter[str] = Counter()
    have: Counter[str] = Counter()
    for page in pages:
        unseen = normal([word.text for word in page.hidden[page.doubtful :]])
        wanted += normal(_by_another(path, page.number).split()) - unseen
        have += normal([word.text for word in page.words])
    missing = wanted - have
    return 1 - sum(missing.values()) / sum(wanted.values()), missing


def test_the_words_of_real_pages_are_recovered(
    samples: dict[Path, list[ExtractedPage]],
) -> None:
    for path, pages in samples.items():
        recall, missing = _recall(path, pages)
        assert recall >= 0.99, (path.name, recall, missing.most_common(20))


@pytest.mark.slow
def test_the_words_of_whole_reports_are_recovered(corpus: list[Path]) -> None:
    assert corpus, "no corpus of real reports here"
    if shutil.which("pdftotext") is None:
        # pdfminer also gives what is printed twice on itself, and counts it twice.
        pytest.skip("no pdftotext here, against which whole reports are measured")
    for path in corpus:
        recall, missing = _recall(path, extract_pages(path, first=1, last=1000))
        assert recall >= 0.99, (path.name, recall, missing.most_common(20))


def test_the_words_of_real_pages_come_in_reading_order(
    samples: dict[Path, list[ExtractedPage]],
) -> None:
    for pages in samples.values():
        for page in pages:
            lines = [word for word in page.words if 200 < word.x0 < 560]
            down = sum(
                1 for one, other in pairwise(lines) if other.y0 > one.y0 - 3 or other.x0 > one.x0
            )
            assert down >= 0.97 * (len(lines) - 1)


def test_a_phrase_is_redacted_from_real_pages(
    samples: dict[Path, list[ExtractedPage]],
) -> None:
    for path, pages in samples.items():
        phrase = PHRASES.get(path.stem, "the")
        hits = SearchIndex({page.number: page.words for page in pages}).find(phrase)
        assert hits
        jobs = [
            PageJob(
                page.number,
                tuple(
                    expand(
                        [
                            Mark(fragment.box)
                            for hit in hits
                            for fragment in hit.fragments
                            if fragment.page == page.number
                        ],
                        page.words,
                        (page.width_pt, page.height_pt),
                    )
                ),
                page.words,
            )
            for page in pages[:3]
        ]
        built = list(build_pages(path, pages=jobs, dpi=110))
        report = check(
            write_pdf(built),
            permitted=[[word.text for word in page.words] for page in built],
            boxes=[page.boxes_px for page in built],
            secrets=[phrase] if len(phrase) > 4 else [],
        )
        assert report.passed, report.findings
        assert sum(len(page.boxes_px) for page in built) > 0


def test_real_reports_are_taken_with_their_outline(corpus: list[Path]) -> None:
    if not corpus:
        pytest.skip("no corpus of real reports here")
    for path in corpus[:2]:
        facts = inspect_source(path)
        assert facts.pages == len(facts.sizes) > 50
        outline = extract_outline(path)
        assert len(outline) > 5
        assert all(entry.page and 1 <= entry.page <= facts.pages for entry in outline)


def test_a_damaged_copy_of_a_real_report_is_taken_or_refused_but_never_a_crash(
    corpus: list[Path],
) -> None:
    from app.rendering.refusals import SourceRefused

    if not corpus:
        pytest.skip("no corpus of real reports here")
    whole = corpus[0].read_bytes()
    for cut in (1000, len(whole) // 3, len(whole) - 2000):
        for damaged in (whole[:cut], whole[:cut] + b"\0" * 900 + whole[cut + 900 :]):
            try:
                assert inspect_source(damaged).pages > 0
            except SourceRefused as error:
                assert error.message
