"""Page states: their names, what a child may send, painting, and the bytes of an edition."""

import numpy as np
import pytest

from app.rendering import pixels as images
from app.rendering.edition import RawPage, build_page, page_state_key, paint, write_pdf
from app.rendering.shapes import Box, PageJob, PixelBox, Word

HEAD = {
    "number": 1,
    "width_px": 40,
    "height_px": 20,
    "width_pt": 20.0,
    "height_pt": 10.0,
    "channels": 1,
    "rendered": True,
}


def raw(**changes: object) -> RawPage | None:
    """Receive a page whose head differs in something."""
    head = {**HEAD, **changes}
    return RawPage.received(head, b"\xff" * (40 * 20 * (3 if head["channels"] == 3 else 1)))


def test_the_same_boxes_in_any_order_name_the_same_state() -> None:
    one, two = Box(1, 2, 3, 4), Box(5, 6, 7, 8)
    key = page_state_key("d", page=1, boxes=[one, two], dpi=110)
    assert key == page_state_key("d", page=1, boxes=[two, one, two], dpi=110.0)
    assert len(key) == 64


@pytest.mark.parametrize(
    "other",
    [
        page_state_key("e", page=1, boxes=[Box(1, 2, 3, 4)], dpi=110),
        page_state_key("d", page=2, boxes=[Box(1, 2, 3, 4)], dpi=110),
        page_state_key("d", page=1, boxes=[Box(1, 2, 3, 5)], dpi=110),
        page_state_key("d", page=1, boxes=[], dpi=110),
        page_state_key("d", page=1, boxes=[Box(1, 2, 3, 4)], dpi=150),
    ],
)
def test_another_source_page_box_or_resolution_names_another_state(other: str) -> None:
    assert page_state_key("d", page=1, boxes=[Box(1, 2, 3, 4)], dpi=110) != other


@pytest.mark.parametrize(
    "changes",
    [
        {"width_px": 41},
        {"height_px": 0},
        {"channels": 2},
        {"channels": "x"},
        {"width_pt": 0.0},
        {"height_pt": float("nan")},
        {"number": None},
        {"width_px": 10**9, "height_px": 10**9},
    ],
    ids=str,
)
def test_a_head_that_does_not_fit_its_bytes_is_no_page(changes: dict[str, object]) -> None:
    assert raw(**changes) is None


def test_painting_blackens_the_box_and_nothing_else() -> None:
    pixels = np.full((20, 40), 255, dtype=np.uint8)
    paint(pixels, [PixelBox(5, 6, 10, 12)])

    assert not pixels[6:12, 5:10].any()
    assert int((pixels == 0).sum()) == 30


def test_a_built_page_drops_the_word_under_its_box() -> None:
    page = raw()
    assert page is not None
    words = (Word("kept", 0, 0, 3, 3), Word("gone", 10, 2, 14, 6), Word("off", 30, 2, 31, 3))
    built = build_page(page, job=PageJob(1, (Box(9, 1, 15, 7),), words))

    assert [word.text for word in built.words] == ["kept"]
    assert built.boxes_px == (PixelBox(18, 2, 30, 14),)
    assert not images.decode_png(built.png)[2:14, 18:30].any()


def test_a_page_that_was_not_drawn_has_no_words() -> None:
    page = raw(rendered=False)
    assert page is not None
    built = build_page(page, job=PageJob(1, (), (Word("ghost", 0, 0, 3, 3),)))
    assert built.words == ()
    assert not built.rendered


def test_colour_pages_keep_three_channels_and_black_boxes() -> None:
    page = raw(channels=3)
    assert page is not None
    page.pixels[:, :, 0] = 200
    built = build_page(page, job=PageJob(1, (Box(1, 1, 5, 5),), ()))
    back = images.decode_png(built.png)

    assert back.shape == (20, 40, 3)
    assert not back[2:10, 2:10].any()


def test_the_same_pages_give_the_same_file() -> None:
    page = raw()
    assert page is not None
    built = build_page(page, job=PageJob(1, (), (Word("word", 1, 1, 9, 4),)))
    assert write_pdf([built, built]) == write_pdf([built, built])


@pytest.mark.parametrize("shape", [(31, 33), (31, 33, 3)])
def test_png_gives_back_every_pixel(shape: tuple[int, ...]) -> None:
    pixels = np.random.default_rng(1).integers(0, 256, shape, dtype=np.uint8)
    assert np.array_equal(images.decode_png(images.encode_png(pixels)), pixels)


def test_packing_keeps_black_black_in_colour_and_gray() -> None:
    noise = np.random.default_rng(2).integers(0, 256, (64, 65, 3), dtype=np.uint8)
    noise[10:20, 10:20] = 0
    packed = images.pack(noise)
    assert packed.palette is not None
    assert packed.palette[:3] == b"\0\0\0"
    assert (packed.bits, len(packed.palette) <= 768) == (8, True)

    text = np.full((64, 65), 255, dtype=np.uint8)
    text[::9] = 0
    assert images.pack(text).bits == 4
    assert images.pack(noise[..., 0]).bits == 8
