"""Findings imported from a table, from XFDF and from a commented PDF: matched, shown, drafted."""

import io

import pikepdf
import pytest

from tests.features.findings.filing_situations import (
    commented_pdf,
    highlight,
    looked_at,
    place_in_file,
    taken,
    xfdf,
)
from tests.worlds.doors import post_form
from tests.worlds.entries import entries
from tests.worlds.reports import LEG
from tests.worlds.shared import SharedWorld

PHRASE = "reads every transcript"
AWAY = (10.0, 10.0, 30.0, 20.0)


def test_a_comment_in_a_pdf_becomes_a_draft_on_the_words_under_it(shared: SharedWorld) -> None:
    rect = place_in_file(shared, 1, PHRASE)
    seen = looked_at(shared, commented_pdf(1, [rect], "A sample only.")).json()
    (row,) = seen["rows"]
    assert (seen["source"], row["state"], row["quote"]) == ("pdf", "exact", PHRASE)
    assert row["candidate"]["statement"] == "A sample only."
    assert "Somebody Named" not in str(seen), "who is said to have written it is not believed"
    made = taken(shared, seen)
    assert made.status_code == 201, made.text
    (draft,) = made.json()["drafts"]
    view = shared.reviewer_a.client.get(f"/api/v1/findings/drafts/{draft}").json()
    assert (view["anchor"]["quote"], view["source"]) == (PHRASE, "pdf")
    assert shared.rows("SELECT count(*) FROM findings") == [(0,)], "nothing is filed by it"
    assert {e.event for e in entries(shared) if e.action.startswith("finding")} == set()


def test_in_a_page_that_was_turned_the_place_is_another_and_is_not_believed(
    shared: SharedWorld,
) -> None:
    rect = place_in_file(shared, 1, PHRASE)
    seen = looked_at(shared, commented_pdf(1, [rect], "Turned.", rotate=90)).json()
    (row,) = seen["rows"]
    assert (row["state"], row["candidate"]["rects"]) == ("exact", [])
    assert row["quote"] == PHRASE, "found by its words alone, which stand there once"


def test_words_under_a_mark_that_are_not_those_of_ones_edition_are_shown_one_by_one(
    shared: SharedWorld,
) -> None:
    first, last = place_in_file(shared, 1, "The monitor"), place_in_file(shared, 1, "release.")
    line = (first[0], first[1], last[2], last[3])
    half = (line[0] + 4, line[1], line[0] + 12, line[3])
    seen = looked_at(shared, xfdf(highlight(1, line, "all"), highlight(1, half, "bit"))).json()
    assert [row["state"] for row in seen["rows"]] == ["exact", "near"]


def test_what_is_withheld_cannot_be_found_by_a_mark_over_it(shared: SharedWorld) -> None:
    """The source's own file is marked over the withheld word: their edition has no such word."""
    with pikepdf.open(io.BytesIO(commented_pdf(1, [AWAY], "x"))) as pdf:
        assert pdf.pages[0].Annots[0].Contents == "x"
    gap = shared.reviewer_a.client.get(f"/api/v1/versions/{shared.made.version_id}/pages/1").json()
    (box,), scale = gap["boxes"], gap["height_pt"] / gap["height_px"]
    rect = (
        box["x"] * scale, gap["height_pt"] - (box["y"] + box["h"]) * scale,
        (box["x"] + box["w"]) * scale, gap["height_pt"] - box["y"] * scale,
    )  # fmt: skip
    seen = looked_at(shared, xfdf(highlight(1, rect, "What is this?"))).json()
    assert [row["state"] for row in seen["rows"]] == ["orphan"]
    table = f"Passage,What is wrong\n{LEG},Named here.\ngatehouse,Twice.\n"
    rows = looked_at(shared, sheet=table).json()["rows"]
    assert [row["state"] for row in rows] == ["orphan", "orphan"]


def test_a_table_is_matched_by_page_words_and_claim_and_says_what_is_wrong_with_a_row(
    shared: SharedWorld,
) -> None:
    sheet = (
        "page;passage;class;materiality;finding;as of\n"
        f"1;{PHRASE};e;Touches a claim;A sample only.;2026-05-01\n"
        f";{PHRASE};A;;Only by its words.;\n"
        "2;;;;About the page.;\n"
        "1;the;C;;Which one?;\n"
        "9;;Z;;No such kind.;\n"
        "1;;B;;;\n"
    )
    seen = looked_at(shared, sheet=sheet).json()
    assert [(row["state"], row["page"]) for row in seen["rows"]] == [
        ("exact", 1), ("moved", 1), ("exact", 2), ("orphan", None),
    ]  # fmt: skip
    first = seen["rows"][0]["candidate"]
    assert (first["finding_class"], first["materiality"]) == ("E", "claim")
    assert [(f["number"], set(f["fields"])) for f in seen["faults"]] == [
        (6, {"finding_class"}), (7, {"statement"}),
    ]  # fmt: skip
    page = post_form(
        shared.reviewer_a, "/findings/import/preview", review_id=shared.made.review_a, sheet=sheet
    ).text
    assert "Four rows can become drafts" in page
    assert "Make drafts of all 2 exact ones" in page
    done = taken(shared, seen, all_exact=True, chosen=[]).json()
    assert (len(done["drafts"]), done["without_place"]) == (2, 0)


def test_a_place_that_is_not_as_it_was_shown_is_attached_to_nothing(shared: SharedWorld) -> None:
    seen = looked_at(shared, sheet=f"Page,Passage,What is wrong\n1,{PHRASE},x\n").json()
    token = seen["rows"][0]["token"].replace("|exact|1|", "|exact|2|")
    done = taken(shared, seen, chosen=[token]).json()
    assert done["without_place"] == 1
    (draft,) = done["drafts"]
    view = shared.reviewer_a.client.get(f"/api/v1/findings/drafts/{draft}").json()
    assert (view["anchor"]["state"], view["anchor"]["quote"]) == ("none", None)
    assert "place" in view["lacks"]
    page = shared.reviewer_a.client.get(f"/findings/drafts/{draft}").text
    assert "Say which place it is about." in page
    assert taken(shared, seen, chosen=[]).status_code == 422


def test_xfdf_of_a_program_is_read_with_its_richer_texts(shared: SharedWorld) -> None:
    rect = place_in_file(shared, 1, PHRASE)
    rich = highlight(1, rect, "x").replace(
        "<contents>x</contents>",
        '<contents-richtext><body xmlns="http://www.w3.org/1999/xhtml"><p>A &lt;sample&gt;</p>'
        "</body></contents-richtext>",
    )
    note = '<text page="1" rect="1,1,2,2"><contents>On the page.</contents></text>'
    seen = looked_at(shared, xfdf(rich, note)).json()
    assert [(r["state"], r["candidate"]["statement"]) for r in seen["rows"]] == [
        ("exact", "A <sample>"), ("page", "On the page."),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "content",
    [
        b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]><xfdf><annots/></xfdf>',
        b'<?xml version="1.0"?><!DOCTYPE x SYSTEM "file:///etc/hostname"><xfdf/>',
        b"<xfdf>" + b"<a>" * 5000,
        b"<svg/>",
        b"<xfdf xmlns='http://ns.adobe.com/xfdf/'><annots>",
        xfdf(*[highlight(1, AWAY, "x")] * 1001),
        xfdf(highlight(1, AWAY, "\x01")),
        b"%PDF-1.7\nnothing",
        b"\x89PNG\r\n\x1a\n",
    ],
)
def test_a_hostile_file_is_refused_in_plain_words(shared: SharedWorld, content: bytes) -> None:
    refused = looked_at(shared, content)
    assert refused.status_code == 422, refused.text
    assert set(refused.json()["fields"]) <= {"file", "sheet"}


@pytest.mark.parametrize(
    "coords", ["nan,1,2,3,4,5,6,7", "1e300,1,2,3,4,5,6,7", "x", "-9,-9,-5,-9,-9,-5,-5,-5"]
)
def test_coordinates_beyond_the_page_point_at_nothing(shared: SharedWorld, coords: str) -> None:
    note = f'<highlight page="0" coords="{coords}"><contents>x</contents></highlight>'
    seen = looked_at(shared, xfdf(note)).json()
    assert [row["state"] for row in seen["rows"]] == ["page"]
    far = '<highlight page="99" coords=""><contents>x</contents></highlight>'
    assert [row["state"] for row in looked_at(shared, xfdf(far)).json()["rows"]] == ["orphan"]


def test_a_pdf_of_another_document_is_refused(shared: SharedWorld) -> None:
    with pikepdf.open(io.BytesIO(commented_pdf(1, [AWAY], "x"))) as pdf:
        del pdf.pages[3]
        out = io.BytesIO()
        pdf.save(out)
    refused = looked_at(shared, out.getvalue())
    assert "3 pages and the version has 4" in refused.json()["fields"]["file"]


def test_nobody_else_imports_into_ones_review(shared: SharedWorld) -> None:
    for someone in (shared.reviewer_b, shared.author, shared.coordinator):
        answer = someone.client.post(
            "/api/v1/findings/import/preview",
            data={"review_id": shared.made.review_a, "sheet": "What is wrong\nx\n"},
        )
        assert answer.status_code in (403, 404)
    assert entries(shared, action="finding:draft", outcome="denied")
