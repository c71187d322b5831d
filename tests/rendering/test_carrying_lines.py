"""Where a mark of one file stands in another: the same file, the same lines, or nowhere."""

import pytest

from app.rendering.carrying_lines import LineCarrier
from app.rendering.lines import Kind, ShownLine, Span
from app.rendering.reading_lines import read_lines
from app.rendering.writing_lines import show_lines

TEXT = "one\ntwo\nthe secret word\nfour\nfive\n"
TABLE = "name,score\nAriadne,0.9\nTheseus,1.5\n"
RECORD = '{"run": "r1", "key": {"name": "x", "value": 4}, "end": true}'


def shown(text: str, kind: Kind) -> list[ShownLine]:
    """Read a file and show all of it."""
    return show_lines(read_lines(text.encode(), kind), ())


def match(
    old: str, new: str, span: Span, *, kind: Kind = "text", same_file: bool = False
) -> tuple[str, Span | None]:
    """Give what became of a mark, and where it stands now."""
    found = LineCarrier(shown(old, kind), shown(new, kind), same_file=same_file).match(span)
    return found.kind, found.place


def test_in_the_same_file_every_place_is_the_same() -> None:
    twice = "again\n" * 4
    span = Span("m", 2, 2)
    assert match(twice, twice, span, same_file=True) == ("identical", span)
    assert match(twice, twice, span)[0] == "moved", "without the digest, more places may be meant"


def test_a_file_that_is_read_otherwise_now_is_compared_by_its_words() -> None:
    found = match(TEXT, f"zero\n{TEXT}", Span("m", 3, 3), same_file=True)
    assert found == ("identical", Span("m", 4, 4))


def test_lines_between_the_same_lines_are_found_where_they_stand_now() -> None:
    new = f"zero\nand more\n{TEXT}"
    assert match(TEXT, new, Span("m", 3, 4)) == ("identical", Span("m", 5, 6))
    inside = Span("m", 3, 3, 0, 4, 10)
    assert match(TEXT, new, inside) == ("identical", Span("m", 5, 5, 0, 4, 10))


@pytest.mark.parametrize(
    ("new", "kind"),
    [
        ("one\nTWO\nthe secret word\nfour\n", "moved"),  # another line before
        ("one\ntwo\nthe secret word\nFOUR\n", "moved"),  # another line after
        ("one\ntwo\nthe secret word", "moved"),  # no line after
        (TEXT + TEXT, "moved"),  # twice
        ("one\ntwo\nthe secret\nfour\n", "gone"),
        ("one\ntwo\nfour\nfive\n", "gone"),
    ],
)
def test_everything_else_has_no_place(new: str, kind: str) -> None:
    assert match(TEXT, new, Span("m", 3, 3)) == (kind, None)
    assert match(TEXT, new, Span("m", 3, 3, 0)) == (kind, None)


def test_what_stood_twice_in_the_old_file_has_no_place() -> None:
    assert match(TEXT + TEXT, TEXT, Span("m", 3, 3)) == ("moved", None)


def test_first_and_last_lines_have_the_end_of_the_file_as_surroundings() -> None:
    assert match("one\ntwo\n", "one\ntwo\nthree\n", Span("m", 1, 1))[0] == "identical"
    assert match("one\ntwo\n", "one\ntwo\nthree\n", Span("m", 2, 2))[0] == "moved"
    assert match("one\ntwo\n", "zero\none\ntwo\n", Span("m", 1, 1))[0] == "moved"


def test_a_cell_keeps_its_place_though_its_neighbour_cell_changed() -> None:
    cell, changed = Span("m", 2, 2, 0), TABLE.replace("0.9", "0.8")
    assert match(TABLE, changed, cell, kind="csv") == ("identical", cell)
    assert match(TABLE, changed, Span("m", 2, 2), kind="csv") == ("gone", None)
    wider = TABLE.replace("Ariadne,0.9", "0.9,Ariadne")
    assert match(TABLE, wider, cell, kind="csv") == ("moved", None)


def test_a_value_under_another_name_is_another_place() -> None:
    old, new = shown(RECORD, "json"), shown(RECORD.replace('"value"', '"worth"'), "json")
    line = next(n for n, one in enumerate(old, start=1) if "4" in str(one.tokens))
    span = Span("m", line, line, 1)
    assert LineCarrier(old, old, same_file=False).match(span).kind == "identical"
    assert LineCarrier(old, new, same_file=False).match(span).kind == "moved"


def test_a_bracket_that_is_marked_stands_for_all_that_it_holds() -> None:
    old = shown(RECORD, "json")
    line = next(n for n, one in enumerate(old, start=1) if "key" in str(one.tokens))
    span = Span("m", line, line)
    same = LineCarrier(old, old, same_file=False).match(span)
    assert (same.kind, same.place) == ("identical", span)
    assert "value 4" in same.text
    other = shown(RECORD.replace("4", "5"), "json")
    assert LineCarrier(old, other, same_file=False).match(span).kind == "gone"
    closing = next(
        n for n, one in enumerate(old, start=1) if n > line and one.tokens[0].kind == "}"
    )
    assert (
        LineCarrier(old, old, same_file=False).match(Span("m", closing, closing)).text == same.text
    )


def test_the_words_are_told_with_what_stands_around_them() -> None:
    lines = shown(TEXT, "text")
    found = LineCarrier(lines, lines, same_file=True)
    part, whole = found.match(Span("m", 3, 3, 0, 4, 10)), found.match(Span("m", 3, 4))
    assert (part.before, part.text, part.after) == ("the", "secret", "word")
    assert (whole.before, whole.text, whole.after) == ("two", "the secret word\nfour", "five")


@pytest.mark.parametrize("span", [Span("m", 9, 9), Span("m", 3, 2), Span("m", 3, 3, 4)])
def test_a_place_that_is_not_in_the_file_is_nowhere(span: Span) -> None:
    assert match(TEXT, TEXT, span, same_file=True) == ("gone", None)


def test_long_passages_are_cut() -> None:
    long = shown("x" * 5000 + "\n" + "y" * 5000 + "\n" + "z" * 5000, "text")
    found = LineCarrier(long, long, same_file=True).match(Span("m", 2, 2))
    assert (len(found.before), len(found.text), len(found.after)) == (120, 600, 120)
