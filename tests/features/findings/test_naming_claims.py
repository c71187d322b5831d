"""A claim is named as its register shows it: no code that is not shown, none that was removed."""

import pytest

from tests.features.claims.situations import LATER, marked_claim, rows_of
from tests.features.findings.filing_situations import WRITTEN
from tests.features.findings.situations import WRONG
from tests.world import Someone
from tests.worlds.doors import post_json
from tests.worlds.entries import entries
from tests.worlds.reports import PUBLIC
from tests.worlds.requests import draft_body
from tests.worlds.shared import SharedWorld

GONE = {"claim": "There is no such claim in this version."}


def told(world: SharedWorld, someone: Someone, claim: str) -> list[bool]:
    """Name a claim at each door that takes one; says of each whether it was found."""
    review = world.made.review_b
    draft = post_json(someone, "/findings/drafts", claim=claim, review_id=review, **WRITTEN)
    page = someone.client.get(
        "/findings/new", params={"version": world.made.version_id, "claim": claim}
    )
    filed = post_json(someone, "/findings", claim=claim, review_id=review, **WRONG)
    sheet = f"Claim,What is wrong\n{claim},x\n"
    preview = someone.client.post(
        "/api/v1/findings/import/preview", data={"review_id": review, "sheet": sheet}
    )
    assert preview.status_code == 200, preview.text
    assert {draft.status_code, filed.status_code} in ({201}, {422})
    if draft.status_code == 422:
        assert draft.json()["fields"] == filed.json()["fields"] == GONE
    (row,) = preview.json()["rows"]
    found = row["state"] == "exact"
    return [draft.status_code == 201, page.status_code == 200, filed.status_code == 201, found]


def test_a_code_that_is_not_shown_names_nothing(shared: SharedWorld) -> None:
    claim = marked_claim(shared, "9.3", LATER)
    (row,) = rows_of(shared, shared.reviewer_b)
    assert row["code"] != "9.3"
    assert not any(told(shared, shared.reviewer_b, "9.3"))
    assert told(shared, shared.reviewer_b, "9.4") == told(shared, shared.reviewer_b, "9.3")
    assert entries(shared, action="findings:finding:file", outcome="done") == []
    for shown in (row["code"], claim):
        assert all(told(shared, shared.reviewer_b, shown)), shown
    assert len(shared.rows("SELECT id FROM findings WHERE claim_id = :c", c=claim)) == 2


def test_a_claim_that_was_removed_can_be_named_by_nobody(shared: SharedWorld) -> None:
    claim = marked_claim(shared, "5.9", LATER)
    (row,) = rows_of(shared, shared.reviewer_b)
    assert post_json(shared.author, f"/claims/{claim}/remove").status_code == 200
    for named in ("5.9", row["code"], claim):
        assert not any(told(shared, shared.reviewer_b, named)), named
    body = draft_body(shared.made, review_id=shared.made.review_b)
    asked = post_json(
        shared.reviewer_b, "/requests", **{**body, "basis": {"kind": "claim", "id": claim}}
    )
    assert (asked.status_code, list(asked.json()["fields"])) == (422, ["basis"])


@pytest.mark.parametrize("way", ["/findings", "/findings/drafts"])
def test_what_somebody_wrote_of_a_claim_still_names_it_after_it_was_removed(
    shared: SharedWorld, way: str
) -> None:
    claim = marked_claim(shared, "1.1", PUBLIC)
    body = {"review_id": shared.made.review_b, "claim": claim, **WRONG}
    made = post_json(shared.reviewer_b, way, **body)
    assert made.status_code == 201, made.text
    path = f"/api/v1{way}/{made.json()['id']}"
    before = shared.reviewer_b.client.get(path).json()["claim_code"]
    assert before
    assert post_json(shared.author, f"/claims/{claim}/remove").status_code == 200
    assert shared.reviewer_b.client.get(path).json()["claim_code"] == before
    assert rows_of(shared, shared.reviewer_b) == []
    assert shared.reviewer_b.client.get(f"/claims/{claim}").status_code == 404
