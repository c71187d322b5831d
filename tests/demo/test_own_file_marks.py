"""What the demo marks in a file of one's own: a few names, each a few times."""

from app.demo.scenes import phrases_to_mark

TEXT = (
    "The Honourable Bart Gordon wrote to Jim Wells. Energy, Energy, Energy; Bart Gordon again. "
    "Jim Wells answered. Houston Brazil Denmark"
)
PAGE = TEXT.split()


def test_names_of_two_words_come_before_single_words() -> None:
    chosen = phrases_to_mark([PAGE])
    assert chosen[:2] == ["Bart Gordon", "Jim Wells"]
    assert len(chosen) == 4


def test_what_stands_everywhere_is_left_alone() -> None:
    assert "Energy" not in phrases_to_mark([PAGE] * 5)


def test_a_file_without_names_gives_nothing_to_mark() -> None:
    assert phrases_to_mark([["only", "small", "words"], []]) == []
