"""A pathway's number is said outside only where the edition prints it, in opinions as elsewhere."""

from tests.features.positions.situations import BODY, claims, keep, matrix, release, sheet
from tests.worlds.doors import post_json
from tests.worlds.shared import SharedWorld


def test_a_worksheet_calls_a_pathway_as_its_edition_does(shared: SharedWorld) -> None:
    first, _ = claims(shared)
    row = next(one for one in sheet(shared)["rows"] if one["claim_id"] == first)
    ((lineage,),) = shared.rows("SELECT lineage_id FROM pathways")
    assert row["pathway"] is None  # no page of the report prints it
    assert row["under"] == str(lineage).partition("_")[2][:5]
    page = shared.reviewer_a.client.get(f"/reviews/{shared.made.review_a}/positions").text
    assert f"Pathway {row['under']}" in page
    assert "Pathway 1" not in page
    # The positive control: inside it has its number.
    keep(shared, first, alone=BODY)
    assert release(shared).is_success
    inside = next(one for one in matrix(shared).json()["rows"] if one["claim_id"] == first)
    assert inside["pathway"] == 1


def test_a_recommendation_names_a_pathway_as_its_reader_may(shared: SharedWorld) -> None:
    claims(shared)
    ((pathway,),) = shared.rows("SELECT id FROM pathways")
    form = f"/reviews/{shared.made.review_a}/recommendations/new"
    assert "Pathway 1" not in shared.reviewer_a.client.get(form).text
    made = post_json(
        shared.reviewer_a,
        f"/reviews/{shared.made.review_a}/recommendations",
        text="Measure it.",
        urgency="next_version",
        pathways=[pathway],
    )
    assert made.is_success, made.text
    path = f"/api/v1/recommendations/{made.json()['id']}"
    ((_, called),) = shared.reviewer_a.client.get(path).json()["view"]["pathways"]
    assert called != "1"
    assert post_json(shared.lead_a, f"{path.removeprefix('/api/v1')}/file").is_success
    assert shared.coordinator.client.get(path).json()["view"]["pathways"] == [[pathway, "1"]]
