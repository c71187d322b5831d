"""The leak linter's comparison: short passages whole, runs of long ones, nothing that is open."""

from hypothesis import given
from hypothesis import strategies as st

from app.domain.linting import RUN, find, needles, tokens

LONG = "the gatehouse keeps its configuration on a machine in the third cellar"


def _found(text: str, *passages: str, seen: str = "") -> list[str]:
    sought = needles({f"r{at}": [passage] for at, passage in enumerate(passages)})
    return [hit.words for hit in find(text, sought, tokens(seen))]


def test_a_short_passage_is_found_whole_whatever_its_case_and_punctuation() -> None:
    assert _found("We asked ELENA,\nMarchetti about it.", "Elena Marchetti") == [
        "ELENA,\nMarchetti"
    ]
    assert _found("We asked Elena about it.", "Elena Marchetti") == []
    assert _found("The ﬁrst gate", "first") == ["ﬁrst"]


def test_of_a_long_passage_any_run_is_found_and_neighbours_are_one_stretch() -> None:
    assert _found("It is on a machine in the third cellar, I hear.", LONG) == [
        "on a machine in the third cellar"
    ]
    assert _found("It is in the third room.", LONG) == []


def test_what_stands_open_for_the_reader_is_no_hit() -> None:
    assert _found("All traffic passes the gatehouse.", "gatehouse") == ["gatehouse"]
    assert _found("All passes the gatehouse.", "gatehouse", seen="a gatehouse of stone") == []
    assert _found("The gatehouse.", "gatehouse", seen="gatehouses of stone") == ["gatehouse"]


def test_what_says_nothing_by_itself_is_no_hit() -> None:
    assert _found("37 of 400", "37") == []
    assert _found("in 2041 or so", "2041") == ["2041"]


def test_a_stretch_names_every_mark_that_it_is_from() -> None:
    sought = needles({"a": ["gatehouse"], "b": ["gatehouse"], "c": ["cellar"]})
    assert [hit.sources for hit in find("The gatehouse, the cellar", sought, ())] == [
        ("a", "b"),
        ("c",),
    ]


@given(st.lists(st.from_regex(r"\A[a-zäß]{4,9}\Z"), min_size=1, max_size=12), st.data())
def test_copied_words_are_found_wherever_they_stand(words: list[str], data: st.DataObject) -> None:
    size = min(RUN, len(words))
    at = data.draw(st.integers(0, len(words) - size))
    copied = " ".join(words[at : at + size])
    assert any(
        copied.casefold() in hit.casefold() for hit in _found(f"1 {copied} 2", " ".join(words))
    )
