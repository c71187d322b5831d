"""An organisation's judgement of a redaction: its own until it shares it, and never another's."""

import pytest

from tests.features.withheld.situations import MARKS, read, redaction_of
from tests.worlds.doors import post_form, post_json
from tests.worlds.entries import entries, refusals
from tests.worlds.shared import SharedWorld

NOTE = "We were told otherwise in March."


def _assessed(world: SharedWorld, code: str = "LEG") -> str:
    path = f"/redactions/{redaction_of(world, code)}/assessment"
    made = post_json(world.reviewer_a, path, **MARKS, note=NOTE)
    assert made.status_code == 200, made.text
    return str(made.json()["id"])


def test_a_draft_is_seen_by_the_organisation_and_by_nobody_else(shared: SharedWorld) -> None:
    _assessed(shared)
    redaction = redaction_of(shared, "LEG")
    own = shared.lead_a.client.get(f"/api/v1/redactions/{redaction}").json()
    assert {name: own["assessment"][name] for name in MARKS} == MARKS
    assert (own["assessment"]["note"], own["can_share"]) == (NOTE, True)
    other = shared.reviewer_b.client.get(f"/api/v1/redactions/{redaction}").json()
    assert (other["assessment"], other["challenges"]) == (None, [])
    assert read(shared, shared.author, "/assessments") == []
    for someone in (shared.author, shared.coordinator):
        assert (
            NOTE
            not in someone.client.get(
                f"/versions/{shared.made.version_id}/withheld/assessments"
            ).text
        )


def test_a_draft_is_changed_until_it_is_shared_and_then_stands(shared: SharedWorld) -> None:
    assessment = _assessed(shared)
    path = f"/redactions/{redaction_of(shared, 'LEG')}/assessment"
    again = post_json(shared.lead_a, path, **{**MARKS, "scope": "doubtful"}, note="Shorter.")
    assert (again.json()["id"], again.json()["scope"]) == (assessment, "doubtful")
    assert post_json(shared.lead_a, f"/assessments/{assessment}/share").status_code == 200
    assert post_json(shared.lead_a, path, **MARKS).status_code == 409
    page = post_form(shared.lead_a, path, **MARKS)
    assert page.status_code == 409
    assert "stands as it is" in page.text
    (row,) = read(shared, shared.author, "/assessments")
    assert (row["note"], row["scope"]) == ("Shorter.", "doubtful")
    assert row["organisation"] is None  # an author does not learn who it was
    (known,) = read(shared, shared.coordinator, "/assessments")
    assert known["organisation"] == "ORGA organisation"


def test_sharing_is_recorded_for_the_organisation_and_saving_says_nothing(
    shared: SharedWorld,
) -> None:
    assessment = _assessed(shared)
    post_json(shared.reviewer_a, f"/assessments/{assessment}/share")
    (saved,) = entries(shared, action="redaction:assess")
    assert (saved.event, saved.outcome, saved.object) == ("AssessmentSaved", "done", assessment)
    assert not set(MARKS) & set(saved.facts)
    (told,) = entries(shared, action="assessment:share")
    assert (told.event, told.facts["balance"]) == ("AssessmentShared", "not_acceptable")


@pytest.mark.parametrize("who", ["reviewer_b", "lead_b", "author", "coordinator", "auditor"])
def test_nobody_else_shares_a_draft(shared: SharedWorld, who: str) -> None:
    assessment = _assessed(shared)
    answer = post_json(shared.people[who], f"/assessments/{assessment}/share")
    assert answer.status_code in (403, 404)
    assert shared.rows("SELECT state FROM assessments") == [("draft",)]
    assert refusals(shared, "assessment:share")


@pytest.mark.parametrize("who", ["internal_reader", "author"])
def test_the_publisher_assesses_nothing(shared: SharedWorld, who: str) -> None:
    path = f"/redactions/{redaction_of(shared, 'LEG')}/assessment"
    assert post_json(shared.people[who], path, **MARKS).status_code in (403, 404)
    assert shared.rows("SELECT count(*) FROM assessments") == [(0,)]
    assert entries(shared, action="redaction:assess", outcome="denied")


def test_a_form_that_is_not_whole_comes_back_filled(shared: SharedWorld) -> None:
    path = f"/redactions/{redaction_of(shared, 'LEG')}/assessment"
    page = post_form(shared.reviewer_a, path, scope="fine", note="Kept.")
    assert page.status_code == 422
    assert page.text.count("Choose one of the four.") == 3
    assert "Kept." in page.text


def test_a_missing_removal_and_one_that_was_lifted_look_alike(shared: SharedWorld) -> None:
    redaction = redaction_of(shared, "PII")
    shared.change("UPDATE redactions SET state = 'lifted' WHERE id = :r", r=redaction)
    for one in (redaction, "red_00000000000000000000"):
        for base in ("", "/api/v1"):
            assert shared.reviewer_a.client.get(f"{base}/redactions/{one}").status_code == 404
    assert len(entries(shared, action="redaction:read", outcome="denied")) == 4


def test_own_work_holds_assessments_and_challenges_when_the_grant_is_gone(
    shared: SharedWorld,
) -> None:
    _assessed(shared)
    post_json(
        shared.reviewer_a, f"/redactions/{redaction_of(shared, 'LEG')}/challenge", reason="Why?"
    )
    shared.change("UPDATE grants SET state = 'revoked' WHERE id = :g", g=shared.made.grant_a)
    taken = shared.lead_a.client.get("/our-work/export.json").json()
    assert [a["note"] for a in taken["assessments"]] == [NOTE]
    assert [c["reason"] for c in taken["challenges"]] == ["Why?"]
    assert shared.lead_b.client.get("/our-work/export.json").json()["challenges"] == []
    assert "RC-ORGA-0001" in shared.lead_a.client.get("/our-work").text
