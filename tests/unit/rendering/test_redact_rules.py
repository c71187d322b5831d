"""From marks to boxes and from boxes to words: the rules, without a page or a pixel."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.rendering.layout import blocks, lines
from app.rendering.redact import STEP_PT, expand, permitted, to_pixels, touches
from app.rendering.shapes import Box, Mark, Mode, PixelBox, PixelWord, Word

SIZE = (612.0, 792.0)


def row(text: str, *, x: float = 72.0, y: float = 100.0) -> list[Word]:
    """Set words of a line, 6 points to the letter, 6 between words, 12 high."""
    words = []
    for part in text.split():
        words.append(Word(part, x, y, x + 6 * len(part), y + 12))
        x += 6 * len(part) + 6
    return words


PAGE = [
    *row("the name of the person is Quillfeather and nothing else", y=100),
    *row("on the second line stands more of the same story here", y=116),
    *row("and here it ends", y=132),
    *row("another block of text far below the first one", y=400),
]


def box_of(text: str) -> Box:
    """Give the box of the first word with that text."""
    word = next(one for one in PAGE if one.text == text)
    return Box(word.x0, word.y0, word.x1, word.y1)


def kept(boxes: list[Box]) -> list[str]:
    """Give the words that no box touches."""
    return [word.text for word in PAGE if not any(touches(box, word) for box in boxes)]


def test_a_tight_mark_is_painted_as_drawn() -> None:
    assert expand([Mark(Box(10, 20, 30, 40), Mode.TIGHT)], PAGE, SIZE) == [Box(10, 20, 30, 40)]


def test_a_rectangle_drawn_backwards_is_the_same_rectangle() -> None:
    assert expand([Mark(Box(30, 40, 10, 20), Mode.TIGHT)], PAGE, SIZE) == [Box(10, 20, 30, 40)]


def test_a_mark_beside_the_page_paints_nothing() -> None:
    assert expand([Mark(Box(700, 20, 800, 40), Mode.TIGHT)], PAGE, SIZE) == []


def test_a_mark_that_reaches_beyond_the_page_ends_at_its_edge() -> None:
    (box,) = expand([Mark(Box(600, 780, 900, 900), Mode.TIGHT)], PAGE, SIZE)
    assert box == Box(600, 780, 612, 792)


def test_padded_grows_to_the_step_and_takes_cut_neighbours_whole() -> None:
    marked = box_of("Quillfeather")
    (box,) = expand([Mark(marked)], PAGE, SIZE)

    assert box.x0 <= (marked.x0 - 1) // STEP_PT * STEP_PT
    assert box.x1 >= marked.x1 + 1
    for word in PAGE[:10]:
        inside = box.x0 <= word.x0 and word.x1 <= box.x1
        outside = word.x1 <= box.x0 or word.x0 >= box.x1
        assert inside or outside, word
    assert "Quillfeather" not in kept([box])
    assert "on" in kept([box])


def test_padded_hides_how_long_the_hidden_word_was() -> None:
    def gap(name: str) -> tuple[float, float]:
        words = row(f"{name} left the house at dawn", x=180)
        marked = Box(words[0].x0, words[0].y0, words[0].x1, words[0].y1)
        (box,) = expand([Mark(marked)], words, SIZE)
        return box.x0, box.x1

    starts = {gap(name)[0] for name in ("Ng", "Lee", "Roy", "Kim")}
    assert len(starts) == 1


def test_padded_over_no_words_grows_to_the_steps_only() -> None:
    (box,) = expand([Mark(Box(100, 600, 110, 620))], PAGE, SIZE)
    assert box == Box(72, 600, 144, 620)


def test_line_covers_the_whole_width_of_the_block() -> None:
    boxes = expand([Mark(box_of("ends"), Mode.LINE)], PAGE, SIZE)
    widest = max(word.x1 for word in PAGE[:25])

    assert max(box.x1 for box in boxes) == widest
    assert kept(boxes) == [word.text for word in PAGE if word.y0 != 132]


def test_block_covers_every_line_of_the_block_and_no_other() -> None:
    boxes = expand([Mark(box_of("second"), Mode.BLOCK)], PAGE, SIZE)
    assert kept(boxes) == [word.text for word in PAGE if word.y0 == 400]


@pytest.mark.parametrize("mode", [Mode.LINE, Mode.BLOCK])
def test_line_and_block_over_no_words_paint_the_mark(mode: Mode) -> None:
    assert expand([Mark(Box(100, 600, 110, 620), mode)], PAGE, SIZE) == [Box(100, 600, 110, 620)]


def test_the_neighbouring_line_is_left_alone() -> None:
    grazing = Box(72, 100, 200, 117)  # reaches a point into the second line
    boxes = expand([Mark(grazing, Mode.LINE)], PAGE, SIZE)
    second = [word for word in PAGE if word.y0 == 116 and word.x0 > 200]
    assert all(not touches(box, word) for box in boxes for word in second)


def test_the_same_mark_twice_is_painted_once() -> None:
    mark = Mark(Box(10, 20, 30, 40), Mode.TIGHT)
    assert len(expand([mark, mark], PAGE, SIZE)) == 1


def test_a_column_beside_is_another_line() -> None:
    left, right = row("left column"), row("right column", x=330)
    assert [line.words for line in lines([*left, *right])] == [tuple(left), tuple(right)]
    assert len(blocks(lines([*left, *right]))) == 2


def test_no_words_give_no_lines() -> None:
    assert lines([]) == []
    assert blocks([]) == []


def test_pixels_are_rounded_outward_and_kept_on_the_page() -> None:
    box = to_pixels(Box(-5, 10.1, 20.2, 900), size_px=(1224, 1584), size_pt=SIZE)
    assert box == PixelBox(0, 20, 41, 1584)


@pytest.mark.parametrize(
    ("word", "stays"),
    [
        (PixelWord("inside", 12, 12, 18, 18), False),
        (PixelWord("across", 0, 12, 11, 18), False),
        (PixelWord("touching", 0, 12, 10, 18), False),
        (PixelWord("one off", 0, 12, 9, 18), True),
        (PixelWord("below", 10, 21, 20, 30), True),
        (PixelWord("touching below", 10, 20, 20, 30), False),
    ],
    ids=lambda value: value.text if isinstance(value, PixelWord) else "",
)
def test_a_word_within_a_pixel_of_a_box_is_dropped(word: PixelWord, stays: bool) -> None:
    assert (permitted([word], [PixelBox(10, 10, 20, 20)]) == (word,)) is stays


coordinates = st.floats(min_value=-50, max_value=900, allow_nan=False)


@given(
    corners=st.tuples(coordinates, coordinates, coordinates, coordinates),
    mode=st.sampled_from(list(Mode)),
)
def test_every_mode_covers_what_was_marked_and_stays_on_the_page(
    corners: tuple[float, float, float, float], mode: Mode
) -> None:
    x0, y0, x1, y1 = corners
    boxes = expand([Mark(Box(x0, y0, x1, y1), mode)], PAGE, SIZE)
    want = (max(0.0, min(x0, x1)), max(0.0, min(y0, y1)))
    ends = (min(SIZE[0], max(x0, x1)), min(SIZE[1], max(y0, y1)))

    assert all(box.x0 >= 0 and box.y0 >= 0 for box in boxes)
    assert all(box.x1 <= SIZE[0] and box.y1 <= SIZE[1] for box in boxes)
    if ends[0] - want[0] > 0.1 and ends[1] - want[1] > 0.1:
        assert any(
            box.x0 <= want[0] + 0.01
            and box.y0 <= want[1] + 0.01
            and box.x1 >= ends[0] - 0.01
            and box.y1 >= ends[1] - 0.01
            for box in boxes
        )
