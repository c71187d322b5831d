"""Positions: an organisation's own until its lead releases them, all of a version at once."""

import pytest

from tests.features.findings.situations import cleared
from tests.features.positions.counting import statements
from tests.features.positions.situations import (
    BODY,
    OPEN,
    REASONS,
    claims,
    codes,
    keep,
    matrix,
    name_of,
    release,
    sheet,
)
from tests.worlds.doors import Doors, post_form, post_json
from tests.worlds.shared import SharedWorld

AGREE = {"stance": "agree", "confidence": "low"}


def test_a_worksheet_lists_every_claim_and_what_lacks_a_position(shared: SharedWorld) -> None:
    first, second = claims(shared)
    found = sheet(shared)
    assert codes(shared, found["rows"]) == ["conclusion", "C1", "C2"]
    assert (found["claims"], found["missing"]) == (2, 3)
    assert found["rows"][1]["quote"] == OPEN
    assert (
        keep(shared, first, alone=AGREE, shared={**BODY, "stance": "disagree"}).status_code == 200
    )
    found = sheet(shared)
    assert (found["missing"], found["changed"], found["unreleased"]) == (2, 1, 2)
    assert found["rows"][1]["alone"]["stance"] == "agree"
    assert codes(shared, sheet(shared, show="missing")["rows"]) == ["conclusion", "C2"]
    assert codes(shared, sheet(shared, show="changed")["rows"]) == ["C1"]
    page = shared.reviewer_a.client.get(f"/reviews/{shared.made.review_a}/positions").text
    assert "Two positions are missing" in page
    assert OPEN in page
    assert second in page


def test_every_saving_is_kept_and_the_same_is_not_kept_again(shared: SharedWorld) -> None:
    claim, _ = claims(shared)
    assert keep(shared, claim, alone=BODY).json()["kept"] == 1
    assert keep(shared, claim, alone=BODY).json()["kept"] == 0
    assert keep(shared, claim, "lead_a", alone={**BODY, "stance": "agree"}).json()["kept"] == 1
    path = f"/api/v1/reviews/{shared.made.review_a}/positions/{claim}"
    history = shared.reviewer_a.client.get(path).json()["history"]
    assert sorted(one["stance"] for one in history) == ["agree", "reservations"]
    assert {one["written_by"] for one in history} == {"Reviewer A", "Lead A"}
    assert "too small" in shared.reviewer_a.client.get(path.removeprefix("/api/v1")).text


def test_a_quick_entry_leaves_reasons_and_what_it_rests_on_as_they_were(
    shared: SharedWorld,
) -> None:
    claim, _ = claims(shared)
    keep(shared, claim, alone=BODY)
    post_json(
        shared.reviewer_a,
        f"/reviews/{shared.made.review_a}/positions",
        version_id=shared.made.version_id,
        positions=[{"claim": claim, "basis": "alone", "stance": "agree"}],
    )
    path = f"/api/v1/reviews/{shared.made.review_a}/positions/{claim}"
    now = shared.reviewer_a.client.get(path).json()["alone"]
    assert (now["stance"], now["reasons"]) == ("agree", REASONS)
    assert now["rests_on"][0]["status"] == "reported"


@pytest.mark.parametrize(
    ("claim", "rests", "field"),
    [
        ("clm_00000000000000000000", [], "claim"),
        ("conclusion", [{"status": "verified", "kind": "request", "id": "req_1"}], "rests_on"),
    ],
)
def test_an_unknown_claim_or_thing_to_rest_on_is_refused(
    shared: SharedWorld, claim: str, rests: list[object], field: str
) -> None:
    claims(shared)
    refused = keep(shared, claim, alone={**BODY, "rests_on": rests})
    assert (refused.status_code, set(refused.json()["fields"])) == (422, {field})
    assert shared.rows("SELECT id FROM positions") == []


def test_before_the_release_the_publisher_senses_nothing(shared: SharedWorld) -> None:
    claim, _ = claims(shared)
    cleared(shared, shared.coordinator)
    before = matrix(shared).json()
    keep(shared, claim, alone=BODY)
    keep(shared, "conclusion", shared=BODY)
    assert matrix(shared).json() == before
    (position,) = shared.rows("SELECT id FROM positions WHERE claim_id = :c", c=claim)[0]
    for who in ("coordinator", "author", "auditor", "lead_b", "stress_tester"):
        client = shared.people[who].client
        for path in (
            f"/api/v1/reviews/{shared.made.review_a}/positions",
            f"/api/v1/reviews/{shared.made.review_a}/positions/{claim}",
            f"/reviews/{shared.made.review_a}/positions",
        ):
            assert client.get(path).status_code == 404, (who, path)
        for path in ("/log", "/notices", "/", f"/reviews/{shared.made.review_a}"):
            said = client.get(path).text
            assert str(position) not in said, (who, path)
            assert "KESTREL" not in said
            assert "osition kept" not in said
    told = {entry[0] for entry in shared.entries() if "osition" in entry[0]}
    assert told <= {"PositionsCompared"}  # in the log of others a saving is one more page read
    # The positive control: its own people see all of it.
    assert sheet(shared)["missing"] == 1


def test_only_the_lead_releases_and_the_publisher_then_compares(shared: SharedWorld) -> None:
    first, _ = claims(shared)
    cleared(shared, shared.coordinator)
    assert release(shared).status_code == 409
    keep(shared, first, alone=AGREE, shared=BODY)
    keep(shared, first, "reviewer_b", alone={**BODY, "stance": "disagree", "reasons": ""})
    assert release(shared, shared.reviewer_a).status_code == 403
    assert release(shared).json()["positions"] == 2
    assert release(shared, shared.lead_b).status_code == 200
    assert sheet(shared)["unreleased"] == 0
    found = matrix(shared).json()
    assert sorted(column["name"] for column in found["columns"]) == sorted(
        [name_of(shared, shared.lead_a), name_of(shared, shared.lead_b)]
    )
    assert codes(shared, found["rows"]) == ["conclusion", "C2", "C1"]
    assert found["disagreements"] == 1
    assert [r["code"] for r in matrix(shared, show="disagreements").json()["rows"]] == ["C1"]
    full = shared.coordinator.client.get(f"/versions/{shared.made.version_id}/positions/{first}")
    assert "KESTREL-DRAFT" in full.text
    assert ("PositionsReleased", "done", shared.lead_a.id, shared.made.review_a) in shared.entries()
    # What is written from then on is the organisation's own again.
    keep(shared, first, shared={**BODY, "reasons": "MERLIN-DRAFT"})
    assert "MERLIN" not in matrix(shared).text
    assert sheet(shared)["unreleased"] == 1


def test_a_release_is_taken_back_by_a_later_one(shared: SharedWorld) -> None:
    claim, _ = claims(shared)
    keep(shared, claim, alone=BODY)
    assert release(shared, withdraw=True).status_code == 409
    release(shared)
    assert len(matrix(shared).json()["columns"]) == 1
    assert release(shared, withdraw=True).json()["number"] == 2
    assert matrix(shared).json()["columns"] == []
    assert release(shared).json()["number"] == 3


def test_reasons_are_read_only_by_who_has_lifted_what_their_writer_had(
    shared: SharedWorld,
) -> None:
    claim, _ = claims(shared)
    keep(shared, claim, alone=BODY)  # A has lifted SEC and PII
    release(shared)
    path = f"/versions/{shared.made.version_id}/positions/{claim}"
    masked = shared.coordinator.client.get(path).text  # holds no grant
    assert "KESTREL" not in masked
    assert "not cleared" in masked
    cleared(shared, shared.coordinator)
    assert "KESTREL" in shared.coordinator.client.get(path).text


def test_an_author_is_not_told_which_organisation_it_is(shared: SharedWorld) -> None:
    claim, _ = claims(shared)
    keep(shared, claim, alone=BODY)
    release(shared)
    name = name_of(shared, shared.lead_a)
    assert name in matrix(shared).text
    for path in ("", ".csv", f"/{claim}"):
        said = shared.author.client.get(f"/versions/{shared.made.version_id}/positions{path}").text
        assert name not in said
        assert "Reviewer organisation 1" in said
    shared.change("UPDATE organisations SET names_itself_to_authors = true")
    assert name in matrix(shared, "author").text


def test_withheld_words_stand_in_no_matrix_and_no_file(shared: SharedWorld) -> None:
    claims(shared)
    keep(shared, "conclusion", alone=BODY)
    release(shared)
    assert "gatehouse" in str(sheet(shared))  # A has lifted SEC
    assert "gatehouse" not in str(sheet(shared, "reviewer_b"))
    assert "█" in str(sheet(shared, "reviewer_b"))
    for who in ("coordinator", "auditor"):  # without a grant no words at all
        assert "gatehouse" not in matrix(shared, who).text
    csv = shared.coordinator.client.get(f"/versions/{shared.made.version_id}/positions.csv")
    assert "Agree with reservations (high)" in csv.text
    assert "KESTREL" not in csv.text


def removed(world: SharedWorld, claim: str) -> None:
    """Take a claim off the register as the author does."""
    done = post_json(world.author, f"/claims/{claim}/remove")
    assert done.is_success, done.text
    assert ("ClaimRemoved", "done", world.author.id, claim) in world.entries()


def test_a_claim_taken_off_the_register_asks_for_no_position(shared: SharedWorld) -> None:
    first, second = claims(shared)
    missing = "claims lack your position"
    assert codes(shared, sheet(shared)["rows"]) == ["conclusion", "C1", "C2"]
    assert missing in shared.reviewer_a.client.get("/").text
    assert keep(shared, second, alone=AGREE).is_success
    assert release(shared).is_success
    assert [row["code"] for row in matrix(shared).json()["rows"]] == ["conclusion", "C2", "C1"]
    removed(shared, first)
    found = sheet(shared)
    assert codes(shared, found["rows"]) == ["conclusion", "C2"]
    assert (found["claims"], found["missing"]) == (1, 1)
    assert keep(shared, first, alone=AGREE).status_code == 422
    own = f"/api/v1/reviews/{shared.made.review_a}/positions/{first}"
    assert shared.reviewer_a.client.get(own).status_code == 404
    assert [row["code"] for row in matrix(shared).json()["rows"]] == ["conclusion", "C2"]
    at = f"/api/v1/versions/{shared.made.version_id}/positions/{first}"
    assert shared.coordinator.client.get(at).status_code == 404
    assert "your position" not in shared.reviewer_a.client.get("/").text


def test_a_position_is_kept_though_its_claim_was_removed(shared: SharedWorld) -> None:
    first, _ = claims(shared)
    assert keep(shared, first, alone=AGREE).status_code == 200
    assert release(shared).is_success
    removed(shared, first)
    rows = {row["claim_id"]: row for row in sheet(shared)["rows"]}
    assert rows[first]["alone"]["stance"] == "agree"
    assert "C1" in [row["code"] for row in matrix(shared).json()["rows"]]
    at = f"/api/v1/versions/{shared.made.version_id}/positions/{first}"
    (said,) = shared.coordinator.client.get(at).json()["said"]
    assert said["positions"][0]["stance"] == "agree"


def test_what_an_organisation_wrote_stays_readable_when_its_grant_ends(
    shared: SharedWorld,
) -> None:
    claim, _ = claims(shared)
    keep(shared, claim, alone=BODY)
    shared.change("UPDATE grants SET state = 'revoked' WHERE id = :g", g=shared.made.grant_a)
    (row,) = [row for row in sheet(shared)["rows"] if row["claim_id"] == claim]
    assert (row["alone"]["stance"], row["quote"]) == ("reservations", None)
    assert keep(shared, claim, alone={**BODY, "stance": "agree"}).status_code == 200


def test_many_claims_cost_no_query_each(shared: SharedWorld) -> None:
    claims(shared)
    keep(shared, "conclusion", alone=BODY)
    release(shared)
    few = statements(shared, lambda: matrix(shared)), statements(shared, lambda: sheet(shared))
    for number in range(12):
        shared.change(
            "INSERT INTO claims"
            " (id, lineage_id, version_id, ordinal, code, page, rects, load_bearing)"
            " SELECT :i, :i, version_id, 9, :c, page, rects, false FROM claims WHERE code = 'C1'",
            i=f"clm_{number:020d}", c=f"X{number}",
        )  # fmt: skip
        keep(shared, f"clm_{number:020d}", alone=BODY)
    release(shared)
    many = statements(shared, lambda: matrix(shared)), statements(shared, lambda: sheet(shared))
    assert all(m <= f for f, m in zip(few, many, strict=True)), (few, many)


@pytest.mark.paired("/reviews/{review_id}/positions")
def test_quick_entry_by_form_and_by_json(pair: Doors) -> None:
    claim = pair.ids(lambda w: claims(w)[0])
    pair.assert_alike(
        lambda w: post_form(
            w.reviewer_a,
            f"/reviews/{w.made.review_a}/positions",
            version_id=w.made.version_id,
            claim=["conclusion", claim(w)],
            alone_stance=["", "agree"],
            alone_confidence=["medium", "high"],
            shared_stance=["disagree", ""],
            shared_confidence=["low", "medium"],
        ),
        lambda w: post_json(
            w.reviewer_a,
            f"/reviews/{w.made.review_a}/positions",
            version_id=w.made.version_id,
            positions=[
                {"claim": "conclusion", "basis": "shared", "stance": "disagree",
                 "confidence": "low"},
                {"claim": claim(w), "basis": "alone", "stance": "agree", "confidence": "high"},
            ],
        ),
    )  # fmt: skip


@pytest.mark.paired("/reviews/{review_id}/positions/{claim}")
def test_one_position_by_form_and_by_json(pair: Doors) -> None:
    claim = pair.ids(lambda w: claims(w)[0])
    pair.assert_alike(
        lambda w: post_form(
            w.reviewer_a,
            f"/reviews/{w.made.review_a}/positions/{claim(w)}",
            version_id=w.made.version_id,
            alone_stance="reservations",
            alone_confidence="high",
            alone_reasons=REASONS,
            alone_status=["reported", ""],
            alone_on=["", ""],
        ),
        lambda w: keep(w, claim(w), alone=BODY),
    )


@pytest.mark.paired("/reviews/{review_id}/release-positions")
def test_releasing_by_form_and_by_json(pair: Doors) -> None:
    claim = pair.ids(lambda w: claims(w)[0])
    pair.both(lambda w: keep(w, claim(w), alone=BODY) and None)
    events = pair.assert_alike(
        lambda w: post_form(
            w.lead_a,
            f"/reviews/{w.made.review_a}/release-positions",
            version_id=w.made.version_id,
        ),
        release,
    )
    assert events == ["PositionsReleased"]


def test_a_form_without_a_stance_keeps_what_was_typed(shared: SharedWorld) -> None:
    claim, _ = claims(shared)
    refused = post_form(
        shared.reviewer_a,
        f"/reviews/{shared.made.review_a}/positions/{claim}",
        version_id=shared.made.version_id,
        shared_reasons=REASONS,
    )
    assert refused.status_code == 422
    assert REASONS in refused.text
