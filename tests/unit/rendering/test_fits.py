"""What the width of a box tells."""

from app.rendering.fits import candidates, in_words, of_mark
from app.rendering.shapes import Box, Mode

NAME = Box(100, 100, 152, 113.8)  # as wide as Hernandez in 12 pt Times


def test_a_tight_box_leaves_few_names() -> None:
    fitting, of = of_mark(NAME, NAME, Mode.TIGHT)

    assert 1 <= fitting <= of / 20
    assert in_words(fitting, of).startswith(f"About {fitting} of {of} common surnames")


def test_a_padded_box_leaves_many_and_a_line_all_of_them() -> None:
    tight, of = of_mark(NAME, NAME, Mode.TIGHT)
    padded, _ = of_mark(NAME, Box(72, 100, 180, 113.8), Mode.PADDED)
    line, _ = of_mark(NAME, Box(72, 100, 540, 113.8), Mode.LINE)

    assert tight * 5 < padded < line == of
    assert in_words(padded, of) == in_words(line, of) == ""


def test_a_gap_that_no_name_fits_is_said_as_it_is() -> None:
    fitting, of = candidates(900, 12)

    assert fitting == 0
    assert "its width may tell" in in_words(fitting, of)
    assert in_words(1, of).startswith("About one of")
