"""The PDF of one person's copy: written page by page, of the same few shapes as an edition."""

import pypdfium2 as pdfium
import pytest

from app.rendering.leakcheck import check
from app.rendering.pixels import Pixels, decode_png
from app.rendering.shapes import BuiltPage
from app.rendering.streaming import stream_pdf
from app.rendering.watermark import marked_pixels
from tests.rendering.adversarial import SHOWN, plain_line, simple
from tests.rendering.desk import edition, leaks

SECRET = "Quillfeather"
LINES = "Ada Reader\nOrganisation A\n2026-11-21 12:00 UTC"


def copies(built: list[BuiltPage]) -> list[tuple[BuiltPage, Pixels]]:
    """Give the pages with a watermark burned in."""
    return [(page, marked_pixels(decode_png(page.png), lines=LINES)) for page in built]


@pytest.fixture(scope="module")
def built() -> list[BuiltPage]:
    """Build a page with one word under a box."""
    return edition(simple(plain_line(SECRET)), SHOWN).built


def test_a_copy_passes_the_leak_checker(built: list[BuiltPage]) -> None:
    pdf = b"".join(stream_pdf(copies(built * 3), 3))
    report = check(
        pdf,
        permitted=[[word.text for word in page.words] for page in built * 3],
        boxes=[page.boxes_px for page in built * 3],
        secrets=[SECRET],
    )

    assert report.passed, report.findings
    assert report.pages == 3
    assert not leaks(pdf, SECRET)


def test_a_copy_opens_elsewhere_and_its_words_can_be_searched(built: list[BuiltPage]) -> None:
    document = pdfium.PdfDocument(b"".join(stream_pdf(copies(built), 1)))

    assert "harbour" in document[0].get_textpage().get_text_range()
    bare = edition(simple(plain_line(SECRET)), SHOWN)
    plain = pdfium.PdfDocument(bare.pdf)[0].render(scale=1).to_numpy()
    marked = document[0].render(scale=1).to_numpy()
    assert (marked != plain).any()  # the watermark is in the pixels


def test_what_a_copy_must_not_hold_is_found_if_it_does(built: list[BuiltPage]) -> None:
    """The positive control: the same checker on a copy that holds it."""
    open_ = edition(simple(plain_line(SECRET))).built
    pdf = b"".join(stream_pdf(copies(open_), 1))

    assert not check(pdf, permitted=None, boxes=None, secrets=[SECRET]).passed
