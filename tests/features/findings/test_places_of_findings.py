"""Where findings and drafts point: pages, claims, gaps; and what no longer reads as it did."""

from app.kernel.ids import new_id
from tests.features.findings.filing_situations import drafted
from tests.features.findings.situations import WRONG, filed, passage
from tests.worlds.doors import post_json
from tests.worlds.entries import entries
from tests.worlds.reports import LEG, PUBLIC
from tests.worlds.shared import SharedWorld


def _claim(world: SharedWorld) -> str:
    claim = new_id("claim")
    made = post_json(world.reviewer_a, "/findings", **passage(world), **WRONG)
    world.change(
        "INSERT INTO claims (id, lineage_id, version_id, ordinal, code, page, rects, load_bearing)"
        " SELECT :c, :c, version_id, 9, 'C-7', page, rects, false FROM findings WHERE id = :f",
        c=claim, f=made.json()["id"],
    )  # fmt: skip
    return claim


def _gap(world: SharedWorld) -> str:
    return str(
        world.rows("SELECT id FROM redactions WHERE 'LEG' = ANY (categories) AND page = 1")[0][0]
    )


def test_a_finding_is_filed_from_a_claim_and_no_code_is_guessed(
    shared: SharedWorld,
) -> None:
    claim = _claim(shared)
    body = {"review_id": shared.made.review_a, "claim": claim, **WRONG}
    made = post_json(shared.reviewer_a, "/findings", **body)
    assert made.status_code == 201, made.text
    kept = shared.rows(
        "SELECT about, claim_id, word_from FROM findings WHERE id = :f", f=made.json()["id"]
    )
    assert kept == [("claim", claim, 3)]
    page = shared.reviewer_a.client.get(
        f"/findings/new?version={shared.made.version_id}&claim={claim}"
    ).text
    assert "A finding on claim " in page  # by its reference: the edition prints no code
    for guessed in ("C-8", "C-7"):  # the edition prints neither: one that is there tells nothing
        missing = post_json(
            shared.reviewer_a, "/findings", review_id=shared.made.review_a, claim=guessed, **WRONG
        )
        assert missing.json()["fields"] == {"claim": "There is no such claim in this version."}


def test_a_finding_on_a_gap_points_at_the_black_place_and_nothing_under_it(
    shared: SharedWorld,
) -> None:
    body = {"review_id": shared.made.review_a, "redaction": _gap(shared), **WRONG}
    made = post_json(shared.reviewer_a, "/findings", **body)
    assert made.status_code == 201, made.text
    finding = made.json()["id"]
    anchor = shared.reviewer_a.client.get(f"/api/v1/findings/{finding}/anchor").json()
    assert (anchor["about"], anchor["quote"]) == ("redaction", "█")
    kinds = [one["type"] for one in anchor["selectors"]]
    assert kinds == ["FragmentSelector", "TextQuoteSelector"], "it has no words to count"
    quote = anchor["selectors"][1]
    assert quote["prefix"].endswith("A court has sealed the")
    assert quote["suffix"].startswith("is not discussed")
    page = shared.reviewer_a.client.get(
        f"/findings/new?version={shared.made.version_id}&redaction={_gap(shared)}"
    ).text
    assert "A finding on a withheld place" in page
    assert LEG not in page + made.text + str(anchor)


def test_a_gap_that_is_none_in_ones_edition_is_no_place(shared: SharedWorld) -> None:
    (lifted,) = shared.rows("SELECT id FROM redactions WHERE 'COM' = ANY (categories)")[0]
    body = {"review_id": shared.made.review_a, **WRONG}
    for named in (lifted, "red_00000000000000000000"):
        refused = post_json(shared.reviewer_a, "/findings", redaction=named, **body)
        assert refused.status_code == 422
        assert set(refused.json()["fields"]) == {"redaction"}


def test_an_anchor_is_told_in_web_annotation_selectors_of_the_readers_edition(
    shared: SharedWorld,
) -> None:
    finding = filed(shared)
    anchor = shared.reviewer_a.client.get(f"/api/v1/findings/{finding}/anchor").json()
    fragment, quote, position = anchor["selectors"]
    assert fragment["value"].startswith("page=1&viewrect=")
    assert (quote["exact"], quote["prefix"]) == ("reads every transcript", "Purpose The monitor")
    text = " ".join(shared.words(shared.reviewer_a, 1))
    assert text[position["start"] : position["end"]] == quote["exact"]
    assert anchor["state"] == "reads_the_same"
    ((first, last, key),) = shared.rows("SELECT word_from, word_to, edition_key FROM findings")
    assert (first, last) == shared.span(shared.reviewer_a, 1, "reads every transcript")
    assert key == anchor["edition"]
    assert [e.event for e in entries(shared) if e.object == finding][-1] == "FindingRead"
    assert shared.reviewer_b.client.get(f"/api/v1/findings/{finding}/anchor").status_code == 404


def test_what_reads_otherwise_is_listed_and_never_moved(shared: SharedWorld) -> None:
    finding, draft = filed(shared), drafted(shared)
    places = "/api/v1/findings/places"
    assert shared.reviewer_a.client.get(places).json() == []
    before = shared.rows("SELECT rects FROM findings")
    shared.change("UPDATE findings SET quote_digest = 'as it was'")
    shared.change("UPDATE finding_drafts SET quote_digest = 'as it was'")
    rows = shared.reviewer_a.client.get(places).json()
    assert [(row["id"], row["state"]) for row in rows] == [
        (finding, "reads_otherwise"),
        (draft, "reads_otherwise"),
    ]
    assert shared.rows("SELECT rects FROM findings") == before
    page = shared.reviewer_a.client.get("/findings/places").text
    assert "Two places to look at" in page
    refused = post_json(shared.reviewer_a, "/findings/drafts/file", drafts=[draft])
    assert set(refused.json()["fields"]) == {"place"}
    kept = post_json(shared.reviewer_a, f"/findings/drafts/{draft}/place", keep=True)
    assert kept.status_code == 200, kept.text
    assert post_json(shared.reviewer_a, "/findings/drafts/file", drafts=[draft]).status_code == 200


def test_words_that_stand_twice_or_not_at_all_are_no_place(shared: SharedWorld) -> None:
    path = f"/findings/drafts/{drafted(shared)}/place"
    for quote, said in (("the", "more than once"), (LEG, "do not stand there")):
        refused = post_json(shared.reviewer_a, path, page=1, quote=quote)
        assert said in refused.json()["fields"]["quote"]
    assert post_json(shared.reviewer_a, path).status_code == 422
    assert post_json(shared.reviewer_a, path, page=1, quote=PUBLIC).status_code == 200
