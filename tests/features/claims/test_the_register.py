"""The register: marked, changed, superseded, moved, removed, brought back; each with its entry."""

import pytest

from tests.features.claims.situations import LATER, OPEN, four_claims, marked_claim, rows_of
from tests.worlds.doors import post_form, post_json
from tests.worlds.entries import entries
from tests.worlds.reports import grant_internally
from tests.worlds.shared import SharedWorld


def events(world: SharedWorld) -> list[str]:
    """Name what was done to claims, oldest first."""
    return [e.event for e in entries(world, action="report:claim:mark", outcome="done")]


def test_before_publication_a_claim_is_changed_where_it_stands(shared: SharedWorld) -> None:
    shared.change("UPDATE versions SET state = 'working'")
    claim = marked_claim(shared, "1.1", OPEN)
    changed = post_json(shared.author, f"/claims/{claim}", code="1.2", quote=LATER, pathway=4)
    assert changed.status_code == 200, changed.text
    assert changed.json()["id"] == claim
    assert shared.rows("SELECT code, page, ended_at FROM claims") == [("1.2", 3, None)]
    assert events(shared) == ["ClaimMarked", "ClaimChanged"]


def test_afterwards_a_new_claim_of_the_same_lineage_supersedes_it(shared: SharedWorld) -> None:
    claim = marked_claim(shared, "1.1", OPEN, owner_id=shared.author.id)
    changed = post_json(shared.author, f"/claims/{claim}", code="1.1", load_bearing=True)
    new = changed.json()["id"]
    assert new != claim
    assert shared.rows(
        "SELECT id, ended_as, succeeded_by, load_bearing FROM claims ORDER BY ended_at NULLS LAST"
    ) == [(claim, "superseded", new, False), (new, None, None, True)]
    assert len(shared.rows("SELECT DISTINCT lineage_id FROM claims")) == 1
    assert len(shared.rows("SELECT id FROM ownerships WHERE claim_id = :c", c=new)) == 1
    assert [row["id"] for row in rows_of(shared, shared.author)] == [new]
    old = shared.author.client.get(f"/claims/{claim}").text
    assert "This claim was superseded." in old
    assert f"/claims/{new}" in old
    assert shared.reviewer_a.client.get(f"/claims/{claim}").status_code == 404
    again = post_json(shared.author, f"/claims/{claim}", code="1.1")
    assert again.status_code == 409
    assert post_json(shared.author, f"/claims/{claim}/restore").status_code == 200
    assert [row["id"] for row in rows_of(shared, shared.author)] == [claim]


def test_a_removed_claim_can_be_brought_back_unless_its_code_was_taken(
    shared: SharedWorld,
) -> None:
    claim = marked_claim(shared, "1.1", OPEN)
    sent = post_form(shared.author, f"/claims/{claim}/remove")
    assert sent.status_code == 303
    page = shared.author.client.get(sent.headers["location"]).text
    assert "The claim is removed." in page
    assert rows_of(shared, shared.author) == []
    other = marked_claim(shared, "1.1", LATER)
    back = post_form(shared.author, f"/claims/{claim}/restore")
    assert back.status_code == 409
    assert "Another claim has taken its code." in back.text
    assert post_json(shared.author, f"/claims/{other}/remove").status_code == 200
    assert post_json(shared.author, f"/claims/{claim}/restore").status_code == 200
    assert [row["id"] for row in rows_of(shared, shared.author)] == [claim]
    assert {"ClaimRemoved", "ClaimRestored"} <= set(events(shared))


def test_claims_are_moved_among_those_of_their_pathway(shared: SharedWorld) -> None:
    first = marked_claim(shared, "1.1", OPEN, pathway=1)
    second = marked_claim(shared, "1.2", LATER, pathway=1)
    other = marked_claim(shared, "2.1", "We hold that the risk is low.", pathway=2)
    assert post_form(shared.author, f"/claims/{second}/move", direction="up").status_code == 303
    assert [row["id"] for row in rows_of(shared, shared.author)] == [second, first, other]
    assert post_json(shared.author, f"/claims/{second}/move", direction="up").status_code == 200
    assert [row["id"] for row in rows_of(shared, shared.author)] == [second, first, other]
    assert post_json(shared.author, f"/claims/{first}/move", direction="aside").status_code == 422


def test_an_author_without_a_grant_changes_no_claim(shared: SharedWorld) -> None:
    claim = marked_claim(shared, "1.1", OPEN)
    for part in ("remove", "restore"):
        assert post_json(shared.second_author, f"/claims/{claim}/{part}").status_code == 404
    assert entries(shared, action="report:claims:read", outcome="denied")
    grant_internally(shared, shared.made, shared.second_author)
    assert post_json(shared.second_author, f"/claims/{claim}/remove").status_code == 200


@pytest.mark.parametrize("part", ["", "/move", "/remove", "/restore", "/evidence"])
def test_who_does_not_work_on_the_report_changes_no_claim(shared: SharedWorld, part: str) -> None:
    claim = four_claims(shared)[0]
    wish = {"code": "9", "direction": "up", "item_id": "evi_none"}
    keys = {"": {"code"}, "/move": {"direction"}, "/evidence": {"item_id"}}.get(part, set())
    body = {key: wish[key] for key in keys}
    before = shared.rows("SELECT id, code, ordinal, ended_at FROM claims ORDER BY id")
    for who in ("reviewer_a", "responder", "auditor", "internal_reader"):
        answer = post_json(shared.people[who], f"/claims/{claim}{part}", **body)
        assert answer.status_code in (403, 404), who
    assert shared.rows("SELECT id, code, ordinal, ended_at FROM claims ORDER BY id") == before
    refused = entries(shared, action="report:claim:mark", outcome="denied")
    assert len(refused) == 4


def test_a_code_is_a_few_letters_and_numbers(shared: SharedWorld) -> None:
    path = f"/versions/{shared.made.version_id}/claims"
    for code in ("HALCYON", "the risk", "1.1!", "", "1" * 30):
        assert post_json(shared.author, path, code=code, quote=OPEN).status_code == 422, code
    for code in ("1", "4.2", "C-12", "A1.2b"):
        assert post_json(shared.author, path, code=code, quote=OPEN).status_code == 201, code


def test_what_is_typed_is_kept_when_a_form_needs_another_look(shared: SharedWorld) -> None:
    path = f"/versions/{shared.made.version_id}/claims"
    page = post_form(shared.author, path, code="1.1", quote="words that stand nowhere", pathway="5")
    assert page.status_code == 422
    assert "words that stand nowhere" in page.text
    assert "These words do not stand in your edition." in page.text
    claim = marked_claim(shared, "1.1", OPEN)
    page = post_form(shared.author, f"/claims/{claim}", code="1.1", quote="nor these words")
    assert page.status_code == 422
    assert "nor these words" in page.text


def test_words_chosen_in_the_reader_become_a_claim(shared: SharedWorld) -> None:
    first, last = shared.span(shared.author, 3, "The safeguards cost")
    base = f"/versions/{shared.made.version_id}"
    form = shared.author.client.get(f"{base}/claims/new?page=3&words={first}-{last}").text
    assert "The safeguards cost" in form
    sent = post_form(shared.author, f"{base}/claims", code="5", page="3", words=f"{first}-{last}")
    assert sent.status_code == 303
    reader = shared.author.client.get(f"{base}/pages/3").text
    assert "Claim 5" in reader
    assert "Make a claim" in reader
    assert "Make a claim" not in shared.reviewer_a.client.get(f"{base}/pages/3").text
    typed = shared.author.client.get(
        f"{base}/pages/3/passage", params={"passage": "The safeguards cost", "about": "claim"}
    )
    assert f"/claims/new?page=3&words={first}-{last}" in str(typed.url) + typed.headers.get(
        "location", ""
    )


def test_filters_are_in_the_address_and_inside_ones_stay_inside(shared: SharedWorld) -> None:
    claims = four_claims(shared)
    assert [row["id"] for row in rows_of(shared, shared.author, show="load")] == claims[1:3]
    assert len(rows_of(shared, shared.author, show="owner")) == 4
    assert rows_of(shared, shared.author, show="mine") == []
    # An outsider who asks for what stays inside is shown everything, and told nothing.
    assert len(rows_of(shared, shared.reviewer_b, show="owner")) == 3
    inside = rows_of(shared, shared.author)[0]
    outside = rows_of(shared, shared.reviewer_b)[0]
    assert inside["answers"] is not None
    assert (outside["answers"], outside["owners"], outside["findings"]) == (None, [], None)


def test_one_jumps_from_claim_to_claim_in_the_reader(shared: SharedWorld) -> None:
    claims = four_claims(shared)
    client = shared.reviewer_b.client
    onward = client.get(f"/claims/{claims[1]}/reader?step=after", follow_redirects=False)
    # The claim in between is withheld from them: the next is the one after it.
    assert f"#claim-{claims[3]}" in onward.headers["location"]
    of_a = shared.reviewer_a.client
    both = of_a.get(f"/claims/{claims[3]}/reader?step=after", follow_redirects=False)
    assert f"#claim-{claims[2]}" in both.headers["location"]


def test_a_claim_in_the_reader_leads_outsiders_alone_to_a_finding(shared: SharedWorld) -> None:
    claims = four_claims(shared)
    (page,) = shared.rows("SELECT page FROM claims WHERE id = :id", id=claims[1])[0]
    path, link = f"/versions/{shared.made.version_id}/pages/{page}", f"claim={claims[1]}"
    assert link in shared.reviewer_a.client.get(path).text
    assert link not in shared.author.client.get(path).text
