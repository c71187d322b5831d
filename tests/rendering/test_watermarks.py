"""The watermark: in the pixels, everywhere on the page, for any name, kept in bounded memory."""

import numpy as np
import pytest

from app.rendering import watermark
from app.rendering.pixels import decode_png, encode_png, to_image

WHITE = np.full((1210, 935), 255, dtype=np.uint8)
LINES = "Zoë Müller · Prüfstelle\n2026-11-21 02:30 UTC"


def decoded(answer: tuple[bytes, str]) -> np.ndarray:
    """Decode an answer of either media type."""
    import pyvips

    image = pyvips.Image.new_from_buffer(answer[0], "")
    pixels = np.frombuffer(image.write_to_memory(), dtype=np.uint8)
    return pixels.reshape(image.height, image.width, image.bands)[..., 0]


@pytest.fixture(autouse=True)
def _empty_memory() -> None:
    watermark.forget()


def test_the_watermark_is_in_the_pixels_of_every_part_of_the_page() -> None:
    pixels = decoded(watermark.page_image(WHITE, lines=LINES))

    assert pixels.shape == WHITE.shape
    for y in range(0, 1210 - 300, 100):
        for x in range(0, 935 - 300, 100):
            assert (pixels[y : y + 300, x : x + 300] < 240).sum() > 150


def test_the_watermark_leaves_black_black_and_most_of_the_page_alone() -> None:
    page = WHITE.copy()
    page[200:260, 100:400] = 0
    pixels = decoded(watermark.page_image(page, lines=LINES))

    assert not pixels[200:260, 100:400].any()
    assert (pixels == 255).mean() > 0.85
    assert pixels[pixels > 0].min() >= watermark.SHADE - 1


def test_a_gray_page_stays_lossless_and_a_colour_page_becomes_jpeg() -> None:
    colour = np.zeros((200, 300, 3), dtype=np.uint8)
    colour[..., 0] = 180

    assert watermark.page_image(WHITE, lines=LINES)[1] == "image/png"
    body, media_type = watermark.page_image(colour, lines=LINES)
    assert media_type == "image/jpeg"
    assert body.startswith(b"\xff\xd8")


def test_another_viewer_or_minute_is_another_image() -> None:
    images = {
        watermark.page_image(WHITE, lines=lines)[0]
        for lines in (LINES, LINES.replace("30", "31"), LINES.replace("Zoë", "Ada"))
    }
    assert len(images) == 3


@pytest.mark.parametrize(
    "name", ["Олена Шевченко", "Ελένη", "名前", "שם", "a\x00b\u202ec", "😀", ""]
)
def test_any_name_is_taken_and_never_reads_as_code(name: str) -> None:
    pixels = decoded(watermark.page_image(WHITE, lines=name + "\n#panic() $x$ *b*"))
    assert (pixels < 240).any()


def test_a_letter_without_a_shape_here_is_spelled_out() -> None:
    assert watermark._spelled("\u5b57") == "[5B57]"
    assert watermark._spelled("ﬁ") == "fi"
    assert watermark._spelled("\u202e") == ""


def test_a_page_is_decoded_once_and_let_go_when_memory_is_full() -> None:
    watermark.forget()
    fetched: list[str] = []

    def fetch() -> bytes:
        fetched.append("one")
        return encode_png(WHITE)

    for _ in range(2):
        assert np.array_equal(watermark.page_pixels("one", fetch), WHITE)
    assert fetched == ["one"]
    watermark.forget()
    watermark.page_pixels("one", fetch)
    assert fetched == ["one", "one"]

    kept: watermark.Bounded[bytes] = watermark.Bounded(10, len)
    for key in "abc":
        kept.keep(key, b"1234")
    kept.keep("c", b"12345")
    assert (kept.find("a"), kept.find("b"), kept.find("c")) == (None, b"1234", b"12345")
    assert kept.bytes_held == 9
    kept.keep("huge", b"x" * 50)
    assert kept.find("huge") == b"x" * 50
    assert kept.find("c") is None


def test_downloads_get_the_same_mask() -> None:
    marked = watermark.marked_pixels(WHITE, lines=LINES)
    viewed = decoded(watermark.page_image(WHITE, lines=LINES))
    assert np.array_equal(marked, viewed)
    assert np.array_equal(decode_png(encode_png(marked)), marked)
    assert to_image(marked).bands == 1
