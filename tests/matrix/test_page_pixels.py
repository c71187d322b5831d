"""The picture of a page, as each of its readers gets it: where a word is withheld, only black.

Where the words stand is read from the source by PDFium, not from the boxes that we made.
"""

import io

import numpy as np
import pypdfium2
import pytest
from PIL import Image

from tests.matrix.canary_world import PAGE, WORDS, CanaryWorld, report
from tests.matrix.table import READS
from tests.matrix.table import canaries as table

Box = tuple[float, float, float, float]  # left, top, right, bottom, as parts of the page


@pytest.fixture(scope="module")
def places() -> dict[str, Box]:
    """Find where each word stands in the source."""
    document = pypdfium2.PdfDocument(report())
    page = document[PAGE - 1]
    width, height = page.get_size()
    text = page.get_textpage()
    found: dict[str, Box] = {}
    for word in WORDS:
        start, length = text.search(word).get_next()
        assert text.count_rects(start, length) == 1, word
        left, bottom, right, top = text.get_rect(0)
        found[word] = (left / width, 1 - top / height, right / width, 1 - bottom / height)
    text.close()
    page.close()
    document.close()
    return found


def _picture(world: CanaryWorld, who: str, base: str) -> np.ndarray:
    version = world.ids["version"]["shared"]
    answer = world.people[who].client.get(f"{base}/versions/{version}/pages/{PAGE}/image")
    assert answer.status_code == 200, who
    assert answer.headers["cache-control"] == "no-store"
    with Image.open(io.BytesIO(answer.content)) as image:
        assert image.format is not None
        assert image.format.lower() == answer.headers["content-type"].removeprefix("image/")
        assert not image.info.get("exif"), "a picture carries nothing but its pixels"
        return np.asarray(image.convert("L"))


def _cut(picture: np.ndarray, box: Box) -> np.ndarray:
    height, width = picture.shape
    left, top, right, bottom = box
    return picture[
        round(top * height) : round(bottom * height), round(left * width) : round(right * width)
    ]


@pytest.mark.parametrize("who", sorted(READS))
def test_a_withheld_word_is_plain_black_and_a_permitted_one_can_be_read(
    canaries: CanaryWorld, places: dict[str, Box], who: str
) -> None:
    permitted = {c.name for c in table(canaries) if c.name in WORDS and who in c.allowed}
    for base in ("", "/api/v1"):
        picture = _picture(canaries, who, base)
        for word, box in places.items():
            cut = _cut(picture, box)
            assert cut.size > 200, word
            if word in permitted:
                assert cut.max() > 150, f"{who} cannot read {word}"
                assert cut.min() < 80, f"{who} cannot read {word}"
            else:
                assert cut.max() < 16, f"{word} shows through for {who}"


def test_two_people_of_one_edition_get_pictures_that_tell_them_apart(
    canaries: CanaryWorld,
) -> None:
    """The watermark names who looks, so that a copy names who leaked it."""
    mine, colleagues = (_picture(canaries, who, "") for who in ("lead_a", "reviewer_a"))
    assert mine.shape == colleagues.shape
    assert (mine != colleagues).any()


def test_neighbouring_withheld_words_leave_no_trace_of_their_number(
    canaries: CanaryWorld,
) -> None:
    """Words of the text layer are counted from 0 without a gap: an index tells nothing."""
    version = canaries.ids["version"]["shared"]
    for who in sorted(READS):
        page = canaries.people[who].client.get(f"/api/v1/versions/{version}/pages/{PAGE}").json()
        assert [word["i"] for word in page["words"]] == list(range(len(page["words"]))), who
