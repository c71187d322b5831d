"""The geometry of the text layer: lines, paragraphs, and where redactions stand."""

import itertools

from hypothesis import given
from hypothesis import strategies as st

from app.web.page_view import (
    Anchor,
    ReaderPage,
    RedactionBox,
    Word,
    label_size,
    lines_of,
    paragraphs_of,
    signs_of,
    text_layer,
)


def _line(start: int, y: float, words: str, x: float = 100) -> list[Word]:
    return [Word(start + at, text, x + at * 60, y, 50, 20) for at, text in enumerate(words.split())]


def _box(name: str, x: float, y: float, w: float = 50, h: float = 20) -> RedactionBox:
    return RedactionBox(id=name, x=x, y=y, w=w, h=h, categories=("SEC",), character="A name.")


TWO_LINES = _line(0, 100, "The monitor runs on") + _line(4, 125, "and raises an alert.")


def test_words_that_stand_side_by_side_are_one_line() -> None:
    assert [[w.text for w in line] for line in lines_of(TWO_LINES)] == [
        ["The", "monitor", "runs", "on"],
        ["and", "raises", "an", "alert."],
    ]


def test_a_second_column_begins_a_line_of_its_own() -> None:
    words = [*_line(0, 100, "one two"), *_line(2, 125, "three"), *_line(3, 100, "four", x=500)]
    assert [[w.i for w in line] for line in lines_of(words)] == [[0, 1], [2], [3]]


def test_a_word_of_the_text_layer_is_only_ever_text() -> None:
    hostile = Word(0, '</tspan><script src="x"></script>', 1, 2, 30, 10)
    shown = text_layer([hostile])
    assert "<script" not in shown
    assert "&lt;/tspan&gt;&lt;script src=&quot;x&quot;&gt;" in shown
    assert 'data-i="0" data-box="1 2 30 10" x="1" textLength="30"' in shown


def test_a_gap_begins_a_paragraph_and_a_line_break_does_not() -> None:
    words = TWO_LINES + _line(8, 190, "We claim this.")
    assert paragraphs_of(words) == [
        ["The monitor runs on and raises an alert."],
        ["We claim this."],
    ]


def test_a_redaction_stands_after_its_left_neighbour() -> None:
    box = _box("r1", 340, 100)
    assert paragraphs_of(TWO_LINES, [box]) == [["The monitor runs on", box, "and raises an alert."]]


def test_a_redacted_block_stands_before_what_follows_below_it() -> None:
    block = _box("r1", 90, 40, w=400, h=50)
    assert paragraphs_of(TWO_LINES, [block])[0][0] == block


def test_a_redaction_over_two_lines_is_told_once() -> None:
    first, second = _box("r1", 340, 100), _box("r1", 90, 100, w=5)
    told = [run for run in paragraphs_of(TWO_LINES, [first, second])[0] if run in (first, second)]
    assert len(told) <= 2
    alone = paragraphs_of([], [first, second])
    assert len(alone[0]) == 1


def test_a_page_of_nothing_but_boxes_still_tells_them() -> None:
    box = _box("r1", 10, 10)
    assert paragraphs_of([], [box]) == [[box]]


def test_a_label_is_drawn_only_where_it_can_be_read() -> None:
    assert label_size(_box("wide", 0, 0, w=200), 1.0) > 6
    assert label_size(_box("narrow", 0, 0, w=9), 1.0) == 0


def test_signs_never_cover_each_other() -> None:
    anchors = [
        Anchor(x=1, y=100 + at, w=9, h=9, kind="finding", label=f"F{at}", href=f"/f/{at}")
        for at in range(3)
    ]
    twice = [*anchors, anchors[0]]
    page = ReaderPage(number=1, width_px=760, height_px=900, image_url="/p", anchors=twice)
    signs = signs_of(page)
    assert [len(sign.rectangles) for sign in signs] == [2, 1, 1]
    assert all(b.y - a.y >= 26 for a, b in itertools.pairwise(signs))


_numbers = st.floats(0, 2000, allow_nan=False)


@given(
    st.lists(st.tuples(_numbers, _numbers), max_size=30),
    st.lists(st.tuples(_numbers, _numbers), max_size=6),
)
def test_no_word_and_no_redaction_is_ever_lost(
    places: list[tuple[float, float]], boxes: list[tuple[float, float]]
) -> None:
    words = [Word(i, f"w{i}", x, y, 40, 18) for i, (x, y) in enumerate(places)]
    black = [_box(f"r{i}", x, y) for i, (x, y) in enumerate(boxes)]
    assert [word for line in lines_of(words) for word in line] == words
    runs = [run for paragraph in paragraphs_of(words, black) for run in paragraph]
    said = " ".join(run for run in runs if isinstance(run, str)).split()
    assert said == [word.text for word in words]
    assert {run.id for run in runs if isinstance(run, RedactionBox)} == {box.id for box in black}
