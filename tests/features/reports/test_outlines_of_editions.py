"""What the outline of an edition may say: titles whose words stand on the page, and no others."""

from app.features.reports.editions import HIDDEN_TITLE, outline_entries, tokens

PAGE = "The Budget for Renewable, Fossil, and Nuclear Energy fell. Kimono sales rose."


def _title(title: str, *, withholds: bool = True) -> str:
    permitted = {4: tokens(PAGE.split())}
    (entry,) = outline_entries([("sec_1", 1, 4, title)], permitted, withholds=withholds)
    return str(entry["title"])


def test_a_title_that_stands_on_its_page_stays() -> None:
    assert _title("Budget for Fossil energy") == "Budget for Fossil energy"
    assert _title("") == ""


def test_a_title_that_was_cut_off_stays_where_it_stands_as_a_run() -> None:
    cut_off = "Budget for Renewable, Fossil, and Nuclear En"
    assert _title(cut_off) == cut_off


def test_a_word_that_only_begins_another_one_elsewhere_is_hidden() -> None:
    assert _title("Budget for Kim") == HIDDEN_TITLE
    assert _title("Kim") == HIDDEN_TITLE
    assert _title("LANTERN") == HIDDEN_TITLE
    assert _title("Budget for LANTERN") == HIDDEN_TITLE


def test_an_edition_that_withholds_nothing_keeps_every_title() -> None:
    assert _title("LANTERN", withholds=False) == "LANTERN"
