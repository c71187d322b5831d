"""Sentences that no claim covers, by section, as each edition has them; and what claims rest on."""

from typing import Any

from app.kernel.clock import now
from app.kernel.ids import new_id
from tests.features.claims.situations import OPEN, four_claims, marked_claim, rows_of
from tests.world import Someone
from tests.worlds.doors import post_json
from tests.worlds.entries import entries
from tests.worlds.reports import LEG, SEC
from tests.worlds.shared import SharedWorld


def coverage(world: SharedWorld, someone: Someone) -> Any:
    """Read what no claim covers."""
    path = f"/api/v1/versions/{world.made.version_id}/claims/coverage"
    answer = someone.client.get(path)
    assert answer.status_code == 200, answer.text
    return answer.json()


def put_evidence(world: SharedWorld) -> str:
    """Put in an item of evidence that was read; gives its id."""
    item = new_id("evidence")
    world.change(
        "INSERT INTO evidence_items (id, version_id, code, kind, title, source_digest,"
        " source_bytes, lines, hidden_sheets, state, imported_by, imported_at)"
        " VALUES (:i, :v, 'E1', 'text', 'Logs of the monitor', 'd', 1, 1, 0, 'ready', :p, :n)",
        i=item, v=world.made.version_id, p=world.author.id, n=now(),
    )  # fmt: skip
    return item


def test_sentences_are_counted_by_section_and_those_without_claim_can_be_read(
    shared: SharedWorld,
) -> None:
    marked_claim(shared, "1.1", OPEN)
    found = coverage(shared, shared.author)
    by_title = {one["title"]: one for one in found["sections"]}
    assert list(by_title) == ["Purpose", "Systems", "Costs", "Conclusion"]
    purpose = by_title["Purpose"]
    assert (purpose["sentences"], purpose["covered"]) == (3, 1)
    assert purpose["uncovered"][0]["text"].startswith("This report was written for")
    words, page = purpose["uncovered"][0]["words"], purpose["uncovered"][0]["page"]
    base = f"/versions/{shared.made.version_id}"
    form = shared.author.client.get(f"{base}/claims/new?page={page}&words={words}").text
    assert "This report was written for" in form
    assert found["covered"] == 1
    shown = shared.author.client.get(
        f"{base}/claims/coverage", params={"section": purpose["section_id"]}
    ).text
    assert "This report was written for" in shown


def test_each_reads_the_sentences_of_their_own_edition(shared: SharedWorld) -> None:
    of_b, of_author = coverage(shared, shared.reviewer_b), coverage(shared, shared.author)
    assert SEC in str(of_author)
    assert LEG in str(of_author)
    assert SEC not in str(of_b)
    assert LEG not in str(of_b)
    assert "█" in str(of_b)
    assert (of_b["without_owner"], of_b["can_mark"]) == (None, False)
    read = entries(shared, action="report:claims:read", outcome="allowed")
    assert [e.event for e in read] == ["CoverageRead", "CoverageRead"]


def test_claims_without_evidence_are_named(shared: SharedWorld) -> None:
    claims, item = four_claims(shared), put_evidence(shared)
    noted = {"item_id": item, "note": f"See the {SEC}."}
    assert post_json(shared.author, f"/claims/{claims[0]}/evidence", **noted).status_code == 200
    assert len(coverage(shared, shared.author)["without_evidence"]) == 3
    assert len(coverage(shared, shared.reviewer_b)["without_evidence"]) == 2
    own = next(r for r in rows_of(shared, shared.author) if r["id"] == claims[0])
    theirs = next(r for r in rows_of(shared, shared.reviewer_b) if r["id"] == claims[0])
    assert own["evidence"][0]["note"] == f"See the {SEC}."
    assert (theirs["evidence"][0]["code"], theirs["evidence"][0]["note"]) == ("E1", "")
    taken = post_json(shared.author, f"/claims/{claims[0]}/evidence/remove", item_id=item)
    assert taken.status_code == 200
    again = post_json(shared.author, f"/claims/{claims[0]}/evidence/remove", item_id=item)
    assert again.status_code == 404
    wrong = post_json(shared.author, f"/claims/{claims[0]}/evidence", item_id="evi_none")
    assert wrong.status_code == 422
    done = [e.event for e in entries(shared, action="report:claim:mark", outcome="done")]
    assert done[-2:] == ["EvidenceLinked", "EvidenceUnlinked"]
