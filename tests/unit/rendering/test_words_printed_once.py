"""Words printed on top of themselves, as some programs do for bold text, are read once."""

from app.rendering.words import once


def test_a_word_printed_again_on_itself_is_read_once() -> None:
    printed = ("Energy", 303.45, 304.91, 337.68, 314.67)
    shifted = ("Energy", 303.75, 304.91, 337.98, 314.67)
    other = ("Science", 303.45, 304.91, 337.68, 314.67)
    assert once([printed, other, shifted, printed]) == [printed, other]


def test_the_same_word_in_another_place_stays() -> None:
    rows = [
        ("the", 10.0, 20.0, 24.0, 30.0),
        ("the", 10.0, 32.0, 24.0, 42.0),
        ("the", 40.0, 20.0, 54.0, 30.0),
    ]
    assert once(rows) == rows
