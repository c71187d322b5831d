"""Where a mark of one version goes in the next: identical only where nothing speaks against it."""

from collections.abc import Mapping

import pytest

from app.rendering.carrying import Carrier, Match, PageText, Rect
from app.rendering.shapes import Word

WIDE, LINE = 50.0, 20.0
TEXT = (
    "the first words of a page that says little and then the system named ATLAS guards "
    "every door of the house while the people of the team look on from far away"
)


def page(text: str, *, per_line: int = 10, down: float = 0.0, whole: bool = True) -> PageText:
    """Set a text in lines, each word 40 by 12 points."""
    words = tuple(
        Word(
            word,
            at % per_line * WIDE,
            down + at // per_line * LINE,
            at % per_line * WIDE + 40,
            down + at // per_line * LINE + 12,
        )
        for at, word in enumerate(text.split())
    )
    return PageText(width_pt=600, height_pt=800, words=words, whole=whole)


def over(text: PageText, phrase: str) -> tuple[Rect, ...]:
    """Give a rectangle for each word of a phrase that stands once on a page."""
    wanted = phrase.split()
    texts = [word.text for word in text.words]
    at = next(i for i in range(len(texts)) if texts[i : i + len(wanted)] == wanted)
    return tuple(
        (w.x0 - 1, w.y0 - 1, w.x1 + 1, w.y1 + 1) for w in text.words[at : at + len(wanted)]
    )


def matched(
    old: PageText | Mapping[int, PageText], new: PageText | Mapping[int, PageText],
    phrase: str = "ATLAS", on: int = 1,
) -> Match:  # fmt: skip
    """Say what became of a mark over a phrase."""
    before = {1: old} if isinstance(old, PageText) else old
    after = {1: new} if isinstance(new, PageText) else new
    return Carrier(before, after).match(on, over(before[on], phrase))


def test_the_same_words_in_the_same_surroundings_are_identical_and_keep_their_rectangle() -> None:
    found = matched(page(TEXT), page(TEXT, down=100))
    ((number, (rect,)),) = found.spots[0].places
    (before,) = over(page(TEXT), "ATLAS")
    assert (found.kind, found.text, number) == ("identical", "ATLAS", 1)
    assert rect == (before[0], before[1] + 100, before[2], before[3] + 100)


def test_a_paragraph_set_anew_is_identical_and_gets_a_rectangle_for_each_line() -> None:
    phrase = "system named ATLAS guards every"
    found = matched(page(TEXT), page(TEXT, per_line=7), phrase)
    ((_, rects),) = found.spots[0].places
    assert found.kind == "identical"
    assert len({rect[1] for rect in rects}) == 2, "two lines"


def test_a_passage_on_a_later_page_is_identical_where_its_surroundings_came_along() -> None:
    later = {1: page(" ".join(f"word{n}" for n in range(40))), 2: page(TEXT)}
    found = matched(page(TEXT), later)
    assert (found.kind, found.spots[0].places[0][0]) == ("identical", 2)
    first = matched(page(TEXT), later, "first")
    assert first.kind == "moved", "hardly anything stood before it, now a page does"
    last = matched(page(TEXT), {1: page(TEXT), 2: page("an annex")}, "away")
    assert last.kind == "moved", "nothing stood behind it, now something does"


@pytest.mark.parametrize(
    "changed",
    [
        TEXT.replace("guards every", "guards almost every"),
        TEXT.replace("the system named", "a system named"),
        TEXT.replace("ATLAS guards", "ATLAS, guards").replace("ATLAS,", "ATLAS ,"),
    ],
)
def test_one_other_word_around_it_and_a_person_must_look(changed: str) -> None:
    found = matched(page(TEXT), page(changed))
    assert (found.kind, len(found.spots)) == ("moved", 1)


def test_identical_passages_twice_in_either_text_are_never_identical() -> None:
    twice = f"{TEXT} {TEXT} {TEXT}"
    assert matched(page(TEXT), page(twice)).kind == "several"
    assert matched(page(twice), page(twice)).kind == "several"
    middle = "a b c d e f g h ATLAS i j k l m n o p"
    assert matched(page(f"x {middle} y {middle} z"), page(f"x {middle} y z")).kind == "moved"


def test_a_page_that_is_not_whole_in_either_text_is_looked_at() -> None:
    for old, new in ((False, True), (True, False)):
        found = matched(page(TEXT, whole=old), page(TEXT, whole=new))
        assert (found.kind, len(found.spots)) == ("moved", 1)


def test_a_page_of_the_surroundings_that_is_not_whole_counts_too() -> None:
    def pages(*, whole: bool) -> dict[int, PageText]:
        return {1: page("one two three", whole=whole), 2: page("four ATLAS five six")}

    assert matched(pages(whole=True), pages(whole=True), on=2).kind == "identical"
    assert matched(pages(whole=False), pages(whole=True), on=2).kind == "moved"


def test_several_places_come_with_the_most_alike_first() -> None:
    new = page(f"ATLAS is a book {TEXT.replace('guards', 'watches')} so ATLAS is")
    found = matched(page(TEXT), new)
    assert found.kind == "several"
    assert found.spots[0].after.startswith("watches every door")


def test_words_replaced_here_that_stand_elsewhere_too_are_both_shown() -> None:
    new = page(f"{TEXT.replace('ATLAS', 'BOREAS')} an annex speaks of ATLAS once again at last")
    found = matched(page(TEXT), new)
    assert found.kind == "several", "the words elsewhere must not pass for the place"
    assert [spot.text for spot in found.spots] == ["BOREAS", "ATLAS"]


def test_other_words_between_the_same_neighbours_are_changed_and_shown() -> None:
    found = matched(page(TEXT), page(TEXT.replace("ATLAS", "BOREAS the younger")))
    assert (found.kind, found.text) == ("changed", "ATLAS")
    assert found.spots[0].text == "BOREAS the younger"
    ((_, rects),) = found.spots[0].places
    assert rects


def test_a_long_passage_reworded_in_its_middle_is_changed_as_a_whole() -> None:
    phrase = "system named ATLAS guards every door of the house"
    found = matched(
        page(TEXT), page(TEXT.replace("guards every door", "watches all doors")), phrase
    )
    assert found.kind == "changed"
    assert found.spots[0].text == "system named ATLAS watches all doors of the house"


@pytest.mark.parametrize(
    "rest", ["entirely other words stand here now", TEXT.replace("ATLAS ", "")]
)
def test_what_stands_nowhere_is_gone(rest: str) -> None:
    found = matched(page(TEXT), page(rest))
    assert (found.kind, found.spots, found.text) == ("gone", (), "ATLAS")


def test_a_mark_without_words_is_suggested_on_the_one_page_with_the_same_words() -> None:
    picture = ((0.0, 500.0, 300.0, 700.0),)
    old = {1: page("other"), 2: page(TEXT)}
    one = Carrier(old, {1: page(TEXT), 2: page("new")}).match(2, picture)
    assert (one.kind, one.spots[0].places) == ("area", ((1, picture),))
    assert Carrier(old, {1: page(TEXT), 2: page(TEXT)}).match(2, picture).spots == ()
    assert Carrier(old, {1: page("rewritten")}).match(2, picture).spots == ()


def test_a_mark_over_words_and_a_picture_is_looked_at() -> None:
    text = page(TEXT)
    rects = (*over(text, "ATLAS"), (0.0, 500.0, 300.0, 700.0))
    assert Carrier({1: text}, {1: text}).match(1, rects).kind == "moved"


def test_a_mark_on_a_page_that_the_text_does_not_have_is_an_area() -> None:
    found = Carrier({1: page(TEXT)}, {1: page(TEXT)}).match(9, ((0.0, 0.0, 9.0, 9.0),))
    assert (found.kind, found.spots) == ("area", ())
