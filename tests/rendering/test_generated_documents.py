"""Documents, marks and modes by chance: what a mark covers is nowhere in what is made of it."""

from dataclasses import dataclass

import pikepdf
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from app.rendering.shapes import Mode
from tests.rendering.adversarial import add_page, saved
from tests.rendering.desk import edition, leaks

WIDE, HIGH = 400.0, 300.0
LINE_PT = 26.0
SIZES = (9, 11, 14)
# No word is part of another: a canary that is found is the canary.
words = some.text(alphabet="bcdfghklmnprstvw", min_size=7, max_size=11)


@dataclass(frozen=True)
class Placed:
    """A word with the place where it is drawn, in points from the top left."""

    text: str
    x: float
    y: float
    size: int
    marked: bool


@some.composite
def documents(draw: some.DrawFn) -> tuple[list[Placed], int, Mode]:
    """Draw some words on lines, some of them marked, on a page that may be turned."""
    texts = draw(some.lists(words, min_size=6, max_size=14, unique=True))
    placed = []
    x, y = 30.0, 40.0
    for text in texts:
        size = draw(some.sampled_from(SIZES))
        width = len(text) * size * 0.62
        if x + width > WIDE - 30:
            x, y = 30.0, y + LINE_PT
        placed.append(Placed(text, x, y, size, draw(some.booleans())))
        x += width + draw(some.integers(6, 40))
    turn = draw(some.sampled_from((0, 90, 180, 270)))
    return placed, turn, draw(some.sampled_from(tuple(Mode)))


def source_of(placed: list[Placed], turn: int) -> bytes:
    """Write the page; a turned one says so in its own dictionary."""
    pdf = pikepdf.new()
    lines = [
        f"BT /F1 {word.size} Tf {word.x:g} {HIGH - word.y - word.size:g} Td ({word.text}) Tj ET"
        for word in placed
    ]
    page = add_page(pdf, "\n".join(lines) + "\n", size=(WIDE, HIGH))
    page.obj.Rotate = turn
    return saved(pdf)


def as_displayed(word: Placed, turn: int) -> tuple[float, float, float, float]:
    """Give a rectangle over a word, on the page as somebody sees it."""
    x0, y0 = word.x - 1, word.y - 1
    x1, y1 = word.x + len(word.text) * word.size * 0.62 + 1, word.y + word.size * 1.3
    return {
        0: (x0, y0, x1, y1),
        90: (HIGH - y1, x0, HIGH - y0, x1),
        180: (WIDE - x1, HIGH - y1, WIDE - x0, HIGH - y0),
        270: (y0, WIDE - x1, y1, WIDE - x0),
    }[turn]


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(documents())
def test_what_a_mark_covers_is_nowhere(document: tuple[list[Placed], int, Mode]) -> None:
    placed, turn, mode = document
    marks = [(1, as_displayed(word, turn)) for word in placed if word.marked]
    made = edition(source_of(placed, turn), marks, mode=mode, dpi=72)

    secrets = [word.text for word in placed if word.marked]
    report = made.report(*secrets)
    assert report.passed, report.findings
    for secret in secrets:
        assert not leaks(made.pdf, secret)
    if not marks:
        assert {word.text for word in placed} == set(made.text.split())


@settings(max_examples=4, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(documents())
def test_without_the_marks_the_same_words_are_found(
    document: tuple[list[Placed], int, Mode],
) -> None:
    """The positive control: the eyes that found nothing would have found it."""
    placed, turn, _ = document
    made = edition(source_of(placed, turn), dpi=72)

    assert all(leaks(made.pdf, word.text) for word in placed)
    assert not made.report(placed[0].text).passed
