"""Search and mark: across lines and pages, with a rectangle for each fragment."""

import pytest

from app.rendering.search import SearchIndex, find, normalise
from app.rendering.shapes import Word
from tests.unit.rendering.test_redact_rules import row


def lines_of(*texts: str, top: float = 100.0) -> list[Word]:
    """Set several lines below each other."""
    return [word for place, text in enumerate(texts) for word in row(text, y=top + 16 * place)]


def test_a_phrase_on_one_line_is_one_rectangle() -> None:
    pages = {1: lines_of("the offshore wind is strong", "and cold")}
    (hit,) = find(pages, "offshore WIND")

    assert hit.text == "offshore wind"
    assert hit.words == ((1, 1), (1, 2))
    (fragment,) = hit.fragments
    assert (fragment.page, fragment.box.x0, fragment.box.x1) == (1, pages[1][1].x0, pages[1][2].x1)
    assert hit.snippet == "the offshore wind is strong and cold"


def test_a_phrase_over_a_line_end_has_a_rectangle_per_line() -> None:
    (hit,) = find({1: lines_of("we built offshore", "wind farms")}, "offshore wind")
    assert [fragment.box.y0 for fragment in hit.fragments] == [100.0, 116.0]


def test_a_word_hyphenated_at_a_line_end_is_found() -> None:
    (hit,) = find({1: lines_of("we spoke of Quill-", "feather today")}, "Quillfeather")
    assert hit.text == "Quill- feather"
    assert len(hit.fragments) == 2


def test_a_hyphen_inside_a_line_stays() -> None:
    pages = {1: lines_of("a well-known fact")}
    assert len(find(pages, "well-known")) == 1
    assert len(find({1: lines_of("a well-", "known fact")}, "well-known")) == 1


def test_a_phrase_over_a_page_end_is_found_past_footer_and_header() -> None:
    pages = {
        1: lines_of("text that ends with offshore", "Page 1 GAO-07-106 Report"),
        2: lines_of("Chapter 2: Findings", "wind and more"),
    }
    (hit,) = find(pages, "offshore wind")
    assert [fragment.page for fragment in hit.fragments] == [1, 2]


def test_pages_that_do_not_follow_each_other_are_not_joined() -> None:
    pages = {1: lines_of("ends with offshore"), 3: lines_of("wind starts here")}
    assert find(pages, "offshore wind") == []


@pytest.mark.parametrize(
    ("text", "phrase"),
    [
        ("the ﬁnancial oﬃce", "financial office"),
        ("co\u00adoperation", "cooperation"),
        ("it’s “quoted”", 'it\'s "quoted"'),
        ("STRASSE", "straße"),
        ("Ａｌｐｈａ", "alpha"),
        ("東 京 都", "東京都"),
    ],
)
def test_ways_of_writing_the_same_are_the_same(text: str, phrase: str) -> None:
    assert len(find({1: lines_of(text)}, phrase)) == 1


def test_parts_of_words_count_unless_whole_words_are_asked() -> None:
    index = SearchIndex({1: lines_of("party art artful")})
    assert len(index.find("art")) == 3
    assert [hit.text for hit in index.find("art", whole_words=True)] == ["art"]


@pytest.mark.parametrize("phrase", ["", "   ", "absent"])
def test_what_is_not_there_is_not_found(phrase: str) -> None:
    assert find({1: lines_of("some words")}, phrase) == []


def test_signs_of_patterns_are_plain_letters() -> None:
    assert len(find({1: lines_of("cost (a.b)* rises")}, "(a.b)*")) == 1


def test_hits_come_in_reading_order() -> None:
    pages = {2: lines_of("word again"), 1: lines_of("word first", "word second")}
    assert [hit.words[0] for hit in find(pages, "word")] == [(1, 0), (1, 2), (2, 0)]


def test_normalising_twice_changes_nothing() -> None:
    assert normalise(normalise("ﬀ Ａ ’ ẞ")) == normalise("ﬀ Ａ ’ ẞ")
