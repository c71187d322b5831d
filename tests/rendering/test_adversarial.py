"""Every known way to hide a secret: the naive black box leaks it, the engine does not."""

from functools import cache

import pytest

from tests.rendering import adversarial_more  # noqa: F401 -- registers its cases
from tests.rendering.adversarial import CASES, SHOWN, Case, plain_line, simple
from tests.rendering.desk import Edition, edition, leaks, naive_box

SECRET, OTHER = "Quillfeather", "Brambleworth"


@cache
def made_of(case: Case, secret: str) -> Edition:
    """Make the edition of a case once for all tests that look at it."""
    return edition(case.make(secret), case.shows)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_an_edition_tells_nothing_about_the_secret(case: Case) -> None:
    made = made_of(case, SECRET)
    twin = made_of(case, OTHER)

    # Another secret, the same bytes: whatever the file says, it does not say this.
    if case.same_pixels:
        assert made.pdf == twin.pdf
    assert [page.words for page in made.built] == [page.words for page in twin.built]
    assert not leaks(made.pdf, SECRET)
    report = made.report(SECRET)
    assert report.passed, report.findings


@pytest.mark.parametrize("case", CASES, ids=str)
def test_the_words_around_the_secret_are_kept(case: Case) -> None:
    made = made_of(case, SECRET)

    assert len(made.built) == case.pages
    for word in case.keeps:
        assert word in made.text.split()


@pytest.mark.parametrize("case", [one for one in CASES if one.naive_leaks], ids=str)
def test_a_naive_black_box_leaks_the_secret(case: Case) -> None:
    assert leaks(naive_box(case.make(SECRET)), SECRET)


@pytest.mark.parametrize("case", [one for one in CASES if one.number in ("25", "26")], ids=str)
def test_the_source_itself_still_holds_what_later_bytes_cover(case: Case) -> None:
    assert leaks(case.make(SECRET), SECRET)


@pytest.mark.parametrize(
    "case", [one for one in CASES if one.shows == SHOWN and one.number != "10"], ids=str
)
def test_marked_pixels_are_black_and_the_rest_is_not(case: Case) -> None:
    from app.rendering.pixels import decode_png

    made = made_of(case, SECRET)
    page = made.built[0]
    (box,) = page.boxes_px
    pixels = decode_png(page.png)

    assert not pixels[box.y0 : box.y1, box.x0 : box.x1].any()
    assert pixels[0, 0].min() == 255
    outside = pixels.copy()
    outside[box.y0 : box.y1, box.x0 : box.x1] = 255
    assert (outside < 128).any()  # the words beside it are still there to read


def test_without_a_mark_the_secret_is_in_the_edition() -> None:
    made = edition(simple(plain_line(SECRET)))

    assert SECRET in made.text.split()
    assert leaks(made.pdf, SECRET)
    assert not made.report(SECRET).passed
