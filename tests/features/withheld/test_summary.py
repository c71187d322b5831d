"""The redaction summary: three honest outcomes, counted from rows, pinned, to be taken along."""

import pytest

from app.access.claims import reference_of
from tests.features.withheld.situations import TOUCHED, load_bearing, read, room
from tests.worlds.entries import entries
from tests.worlds.reports import LEG, PUBLIC, SEC, grant_internally
from tests.worlds.shared import SharedWorld


def test_an_edition_from_which_nothing_is_withheld_says_so(shared: SharedWorld) -> None:
    grant_internally(shared, shared.made, shared.internal_reader)
    view = read(shared, shared.internal_reader, "/statement")
    assert (view["outcome"], view["withheld"], view["touched"]) == ("nothing", 0, [])
    assert view["sentence"] == "Nothing is withheld from this edition."


def test_without_marked_claims_nothing_is_promised_about_claims(shared: SharedWorld) -> None:
    view = read(shared, shared.reviewer_a, "/statement")
    assert (view["outcome"], view["claims"]) == ("beside", 0)
    assert "it cannot be said" in view["sentence"]


def test_one_version_has_different_outcomes_for_different_editions(shared: SharedWorld) -> None:
    load_bearing(shared, "1.1", PUBLIC, 1)
    load_bearing(shared, "2.1", f"{TOUCHED} {SEC} before it reaches a model.", 2)
    of_a = read(shared, shared.reviewer_a, "/statement")
    assert (of_a["outcome"], of_a["claims"], of_a["withheld"]) == ("beside", 2, 1)
    of_b = read(shared, shared.reviewer_b, "/statement")
    assert of_b["outcome"] == "touching"
    # Outside a claim has a reference: no page prints the code that its author gave it.
    ((lineage,),) = shared.rows("SELECT lineage_id FROM claims WHERE code = '2.1'")
    reference = reference_of(str(lineage))
    assert [(c["code"], c["page"]) for c in of_b["touched"]] == [(reference, 2)]
    assert f"claim {reference}" in of_b["sentence"]
    page = shared.reviewer_b.client.get(room(shared, "/statement")).text
    assert "One claim of the conclusion is touched" in page
    assert SEC not in page


def test_a_claim_that_does_not_carry_the_conclusion_is_not_counted(shared: SharedWorld) -> None:
    load_bearing(shared, "2.1", f"{TOUCHED} {SEC} before it reaches a model.", 2)
    shared.change("UPDATE claims SET load_bearing = false")
    assert read(shared, shared.reviewer_b, "/statement")["claims"] == 0


@pytest.mark.parametrize("form", ["md", "txt"])
def test_it_is_taken_along_pinned_to_version_edition_and_day(
    shared: SharedWorld, form: str
) -> None:
    shared.change("UPDATE reports SET title = 'A *bold* <claim>'")
    answer = shared.reviewer_b.client.get(room(shared, f"/statement.{form}"))
    assert answer.status_code == 200
    key = read(shared, shared.reviewer_b, "/statement")["edition"]["key"]
    assert f"Edition: {key}" in answer.text
    assert "Version: 1" in answer.text
    assert "UTC" in answer.text
    title = r"A \*bold\* \<claim\>" if form == "md" else "A *bold* <claim>"
    assert f"Report: {title}" in answer.text
    assert LEG not in answer.text
    assert answer.headers["content-disposition"].endswith(f'"redaction-summary.{form}"')


def test_making_it_is_recorded_and_refused_without_a_grant(shared: SharedWorld) -> None:
    assert shared.reviewer_a.client.get(room(shared, "/statement")).status_code == 200
    made = [e for e in entries(shared) if e.event == "RedactionSummaryMade"]
    assert [e.content["outcome"] for e in made] == ["beside"]
    assert shared.responder.client.get(room(shared, "/statement")).status_code == 404
    assert entries(shared, action="report:version:read", outcome="denied")
