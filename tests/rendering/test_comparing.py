"""Two texts compared: sections, passages, lines; a real report and its edited next version."""

import time
from pathlib import Path

import pytest

from app.rendering.aligning import Run, align, likeness
from app.rendering.carrying import PageText
from app.rendering.comparing import GAP, Compared, Heading, Passage, Text, compare, text_of
from app.rendering.sandbox import extract_pages, inspect_source
from app.rendering.shapes import Word
from tests.rendering.edited import Edited, edited, said_at

RIGHTLY = 0.95
ALPHABET = [f"word{number}" for number in range(200)]


def page(text: str, *, head: str = "") -> PageText:
    """Set a text in lines of ten words, under a running head."""
    heading = [Word(word, 72 + 50 * at, 20, 112 + 50 * at, 30) for at, word in
               enumerate(head.split())]  # fmt: skip
    words = [
        Word(word, 72 + at % 10 * 45, 120 + at // 10 * 14, 112 + at % 10 * 45, 132 + at // 10 * 14)
        for at, word in enumerate(text.split())
    ]
    return PageText(width_pt=600, height_pt=800, words=(*heading, *words))


def compared(old: list[str], new: list[str], *passages: Passage) -> tuple[Text, Text, Compared]:
    """Compare texts given as pages."""
    before, after = (
        text_of({at: page(text) for at, text in enumerate(pages, start=1)}) for pages in (old, new)
    )
    return before, after, compare(before, after, outlines=((), ()), passages=passages)


def test_words_in_their_order_and_words_that_moved_are_told_apart() -> None:
    old = ALPHABET
    new = [*ALPHABET[:50], *ALPHABET[80:180], *ALPHABET[50:80], *ALPHABET[180:]]
    runs = align(old, new)
    assert [run for run in runs if run.moved] == [Run(50, 150, 30, moved=True)]
    assert sum(run.size for run in runs) == 200


def test_nothing_in_common_and_nothing_at_all_have_no_runs() -> None:
    assert align(ALPHABET, [f"other{number}" for number in range(300)]) == ()
    assert align([], ALPHABET) == ()
    assert align(ALPHABET, []) == ()
    assert likeness([], ["word"]) == 0.0


def test_a_long_text_without_anchors_is_left_as_replaced() -> None:
    assert align(["a", "b"] * 600, ["b", "a"] * 600) == ()


def test_running_heads_are_left_out_and_lines_of_the_text_are_not() -> None:
    pages = {at: page(" ".join(ALPHABET[:30]), head=f"Report page {at}") for at in range(1, 6)}
    text = text_of(pages)
    assert text.said == ALPHABET[:30] * 5
    assert text_of({1: pages[1]}).said[:3] == ["Report", "page", "1"], "one page has no such head"


def test_a_gap_is_equal_to_every_gap() -> None:
    old = " ".join([*ALPHABET[:20], GAP, *ALPHABET[20:40]])
    _, _, found = compared([old], [old])
    assert found.places == ()
    assert found.runs == (Run(0, 0, 41),)


def test_a_passage_of_which_nothing_is_read_is_left_out() -> None:
    text = " ".join([GAP, *ALPHABET[:20]])
    everything = Passage(id="one", page=1, rects=((0, 0, 600, 800),))
    bare = Passage(id="two", page=1, rects=((72, 120, 100, 132),))
    _, _, found = compared([text], [text], everything, bare)
    assert [match.id for match in found.passages] == ["one"]


def test_words_put_into_a_sentence_touch_it_and_words_between_sentences_do_not() -> None:
    first, second = " ".join(ALPHABET[:15]), " ".join(ALPHABET[15:40])
    _, _, within = compared([f"{first} {second}"], [f"{first} put in here {second}"])
    assert {place.kind for place in within.places} == {"added"}
    _, _, between = compared([f"{first}. {second}"], [f"{first}. put in here. {second}"])
    assert between.places == ()


def test_sections_are_paired_by_what_they_say_and_then_by_title() -> None:
    parts = [" ".join(ALPHABET[at : at + 30]) for at in (0, 30, 60, 90)]
    titles = ("One", "Two", "Three", "Four")
    old = text_of(
        {at: page(f"{t} {p}") for at, (t, p) in enumerate(zip(titles, parts, strict=True), 1)}
    )
    order = [
        ("Two", parts[1]),
        ("First", parts[0]),
        ("Five", "fresh words only"),
        ("Three", "otherwise"),
    ]
    new = text_of({at: page(f"{t} {p}") for at, (t, p) in enumerate(order, 1)})
    outlines = (
        [Heading(id=f"o{t}", title=t, level=1, page=at) for at, t in enumerate(titles, 1)],
        [Heading(id=f"n{t}", title=t, level=1, page=at) for at, (t, _) in enumerate(order, 1)],
    )
    found = compare(old, new, outlines=outlines, passages=())
    told = {(match.old, match.new): match.kind for match in found.sections}
    assert told[None, "nFive"] == "new"
    assert told["oFour", None] == "gone"
    assert told["oThree", "nThree"] == "changed"
    assert "moved" in {told["oTwo", "nTwo"], told["oOne", "nFirst"]}


def rightly(made: Edited, found: Compared) -> float:
    """Say how many of the passages that no edit touched are proposed at their words."""
    matches = {match.id: match for match in found.passages}
    untouched = [one for one in made.passages if one.id not in made.touched]
    good = [
        one
        for one in untouched
        if one.id in matches
        and matches[one.id].spots
        and said_at(made.new, matches[one.id].spots[0].places) == made.said[one.id]
        and matches[one.id].kind in ("identical", "same", "moved")
    ]
    return len(good) / len(untouched)


def check(made: Edited) -> tuple[float, float]:
    """Compare; gives the share that was proposed rightly, and the seconds that it took."""
    begun = time.perf_counter()
    found = compare(made.old, made.new, outlines=((), ()), passages=made.passages)
    seconds = time.perf_counter() - begun
    matches = {match.id: match for match in found.passages}
    told = {matches[one].kind for one in made.touched if one in matches}
    assert "identical" not in told, "what was edited is never in the batch"
    return rightly(made, found), seconds


def test_a_few_pages_of_a_real_report_are_found_again_in_the_next_version(
    corpus: list[Path],
) -> None:
    if not corpus:
        pytest.skip("no corpus of real reports here")
    pages = list(extract_pages(corpus[-1], first=20, last=25))
    share, seconds = check(edited(pages, passages=120))
    assert share >= RIGHTLY
    assert seconds < 2


@pytest.mark.slow
def test_a_whole_real_report_is_found_again_in_the_next_version(corpus: list[Path]) -> None:
    assert corpus, "no corpus of real reports here"
    pages = list(extract_pages(corpus[-1], first=1, last=len(inspect_source(corpus[-1]).sizes)))
    assert len(pages) > 100
    share, seconds = check(edited(pages, passages=600))
    assert share >= RIGHTLY
    assert seconds < 10
