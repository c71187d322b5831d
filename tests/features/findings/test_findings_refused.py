"""Who may not: beside each allowed act a refused one, both in the log."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.features.findings.situations import (
    ANSWER,
    MISSING,
    WRONG,
    answered,
    cleared,
    filed,
    owned_by,
    passage,
    routed,
    state_of,
)
from tests.worlds.doors import post_form, post_json
from tests.worlds.entries import entries
from tests.worlds.shared import SharedWorld

FULL = {**ANSWER, "nothing_withheld": True}
BODIES = {
    "respond": FULL,
    "decide": {"uphold": True},
    "reroute": {"person_id": "per_00000000000000000000"},
    "confirm": {},
    "contest": {"reason": "No."},
    "withdraw": {},
}


def test_another_organisations_finding_looks_like_none(shared: SharedWorld) -> None:
    finding, stranger = filed(shared), shared.reviewer_b
    for form in ("/findings/{}", "/api/v1/findings/{}"):
        there = stranger.client.get(form.format(finding))
        nowhere = stranger.client.get(form.format(MISSING))
        assert there.status_code == nowhere.status_code == 404
        assert there.content == nowhere.content
        assert dict(there.headers) == dict(nowhere.headers)
    for act, body in BODIES.items():
        there = post_json(stranger, f"/findings/{finding}/{act}", **body)
        nowhere = post_json(stranger, f"/findings/{MISSING}/{act}", **body)
        assert (there.status_code, there.content) == (404, nowhere.content), act
    assert stranger.client.get("/api/v1/findings").json() == []
    denied = entries(shared, outcome="denied")
    assert "finding:read" in {e.action for e in denied}
    assert shared.reviewer_a.client.get(f"/findings/{finding}").status_code == 200
    read = entries(shared, action="finding:read")[-1]
    assert (read.outcome, read.actor) == ("allowed", shared.organisations["ORGA"])


def test_nobody_files_under_another_organisations_review(shared: SharedWorld) -> None:
    foreign = {**passage(shared), **WRONG, "review_id": shared.made.review_b}
    missing = {**foreign, "review_id": "rev_00000000000000000000"}
    refused = post_json(shared.reviewer_a, "/findings", **foreign)
    assert refused.status_code == 404
    assert refused.content == post_json(shared.reviewer_a, "/findings", **missing).content
    for someone in (shared.author, shared.coordinator):
        body = {**foreign, "review_id": shared.made.review_a}
        assert post_json(someone, "/findings", **body).status_code == 403
    assert len(entries(shared, action="finding:file", outcome="denied")) == 4
    assert shared.rows("SELECT count(*) FROM findings") == [(0,)]


def test_the_publisher_neither_confirms_nor_contests_and_the_filer_does_not_answer(
    shared: SharedWorld,
) -> None:
    finding = answered(shared)
    for someone in (shared.author, shared.coordinator, shared.approver):
        for act in ("confirm", "contest", "withdraw"):
            answer = post_json(someone, f"/findings/{finding}/{act}", **BODIES[act])
            assert answer.status_code == 403, (someone.name, act)
    for act in ("decide", "reroute"):
        answer = post_json(shared.reviewer_a, f"/findings/{finding}/{act}", **BODIES[act])
        assert answer.status_code == 403
    assert state_of(shared, finding) == "responded"
    assert post_json(shared.reviewer_a, f"/findings/{finding}/confirm").status_code == 200
    outcomes = [e.outcome for e in entries(shared, action="finding:confirm")]
    assert outcomes == ["denied", "denied", "denied", "done"]


def test_an_author_sees_and_answers_only_what_concerns_them(shared: SharedWorld) -> None:
    finding, stranger = routed(shared), shared.second_author
    assert stranger.client.get(f"/findings/{finding}").status_code == 404
    assert stranger.client.get("/api/v1/findings").json() == []
    assert post_json(stranger, f"/findings/{finding}/respond", **FULL).status_code == 403
    assert [row["id"] for row in shared.author.client.get("/api/v1/findings").json()] == [finding]
    assert post_json(shared.author, f"/findings/{finding}/respond", **FULL).status_code == 200


def test_classes_b_and_d_need_evidence(shared: SharedWorld) -> None:
    for code in ("B", "D"):
        body = {**passage(shared), **WRONG, "finding_class": code}
        refused = post_json(shared.reviewer_a, "/findings", **body)
        assert refused.status_code == 422
        assert "evidence" in refused.json()["fields"]
        assert (
            post_json(shared.reviewer_a, "/findings", **{**body, "evidence": "Table 2"}).status_code
            == 201
        )


def test_a_rejection_is_decided_by_somebody_who_does_not_own_the_claim(
    shared: SharedWorld,
) -> None:
    cleared(shared, shared.approver, shared.coordinator)
    finding = answered(shared, disposition="rejected")
    assert state_of(shared, finding) == "routed"
    path = f"/findings/{finding}"
    unseen = shared.reviewer_a.client.get(f"/api/v1{path}").json()
    assert unseen["responses"] == []
    assert [step["text"] for step in unseen["timeline"]] == ["Filed"]
    assert post_json(shared.author, f"{path}/decide", uphold=True).status_code == 403
    denied = entries(shared, action="finding:reject", outcome="denied")[-1]
    assert set(denied.core["facts"]["policies"]) == {
        "base.four-eyes-finding-owner",
        "base.four-eyes-finding-proposer",
    }
    again = post_json(shared.coordinator, f"{path}/respond", **FULL)
    assert (again.status_code, again.json()["detail"]) == (
        409,
        "A rejection of this finding already waits for its decider.",
    )
    assert "Uphold: reject the finding" in shared.approver.client.get(path).text
    assert "Uphold: reject the finding" not in shared.author.client.get(path).text
    assert post_json(shared.approver, f"{path}/decide", uphold=True).status_code == 200
    seen = shared.reviewer_a.client.get(f"/api/v1{path}").json()
    assert [r["disposition"] for r in seen["responses"]] == ["rejected"]
    assert seen["responses"][0]["given_by"] is None
    twice = post_json(shared.approver, f"{path}/decide", uphold=True)
    assert twice.status_code == 409


def test_who_proposed_a_rejection_cannot_decide_it_though_they_own_nothing(
    shared: SharedWorld,
) -> None:
    cleared(shared, shared.approver, shared.coordinator)
    finding = filed(shared)
    body = {**FULL, "disposition": "rejected"}
    assert post_json(shared.coordinator, f"/findings/{finding}/respond", **body).status_code == 200
    own = post_json(shared.coordinator, f"/findings/{finding}/decide", uphold=True)
    assert own.status_code == 403
    assert (
        post_json(shared.approver, f"/findings/{finding}/decide", uphold=False).status_code == 200
    )
    assert state_of(shared, finding) == "filed"
    assert post_json(shared.coordinator, f"/findings/{finding}/respond", **FULL).status_code == 200


def test_two_people_answering_at_once_are_told_who_was_quicker(shared: SharedWorld) -> None:
    cleared(shared, shared.coordinator)
    finding = routed(shared)

    def answer(name: str) -> int:
        someone = shared.people[name]
        return post_json(someone, f"/findings/{finding}/respond", **FULL).status_code

    with ThreadPoolExecutor(2) as pool:
        codes = sorted(pool.map(answer, ("author", "coordinator")))
    assert codes == [200, 409]
    assert shared.rows("SELECT count(*) FROM responses") == [(1,)]
    late = post_form(
        shared.coordinator, f"/findings/{finding}/respond", nothing_withheld="yes",
        disposition="clarified", explanation="My own words, typed at length.",
    )  # fmt: skip
    assert late.status_code == 409
    assert "Somebody else was quicker" in late.text
    assert "My own words, typed at length." in late.text


def test_contesting_and_disagreeing_keep_every_reason(shared: SharedWorld) -> None:
    finding = answered(shared, disposition="clarified")
    path = f"/findings/{finding}"
    post_json(shared.reviewer_a, f"{path}/contest", reason="Still wrong.")
    assert state_of(shared, finding) == "contested"
    assert post_json(shared.reviewer_a, f"{path}/contest", reason="Again.").status_code == 409
    post_json(shared.author, f"{path}/respond", **{**FULL, "explanation": "Second answer."})
    post_json(shared.lead_a, f"{path}/contest", reason="We differ.", final=True)
    assert state_of(shared, finding) == "disagreement_recorded"
    view = shared.reviewer_a.client.get(f"/api/v1{path}").json()
    assert [r["contested"] for r in view["responses"]] == ["Still wrong.", "We differ."]
    assert view["row"]["outward"] == "Done"
    page = shared.author.client.get(path).text
    assert "Still wrong." in page
    assert "We differ." in page
    for act in ("confirm", "contest", "withdraw"):
        late = post_json(shared.reviewer_a, f"{path}/{act}", **BODIES[act])
        assert late.status_code == 409, act
    assert post_json(shared.author, f"{path}/respond", **FULL).status_code == 409


@pytest.mark.parametrize("disposition", ["accepted", "clarified"])
def test_only_the_filer_ends_a_finding(shared: SharedWorld, disposition: str) -> None:
    finding = answered(shared, disposition=disposition)
    assert shared.reviewer_a.client.get(f"/api/v1/findings/{finding}").json()["row"]["outward"] == (
        "Waiting for reviewer"
    )
    owned_by(shared, shared.second_author)
    assert post_json(shared.second_author, f"/findings/{finding}/confirm").status_code == 403


def test_nobody_answers_or_decides_what_they_may_not_read(shared: SharedWorld) -> None:
    finding = routed(shared)
    unread = post_json(shared.coordinator, f"/findings/{finding}/respond", **FULL)
    assert unread.status_code == 403
    assert unread.json()["detail"] == "You are not cleared for the text of this finding."
    page = shared.coordinator.client.get(f"/findings/{finding}").text
    assert "you must be cleared for its text" in page
    assert "Send the answer" not in page
    body = {**FULL, "disposition": "rejected"}
    assert post_json(shared.author, f"/findings/{finding}/respond", **body).status_code == 200
    assert post_json(shared.approver, f"/findings/{finding}/decide", uphold=True).status_code == 403
    cleared(shared, shared.approver)
    assert post_json(shared.approver, f"/findings/{finding}/decide", uphold=True).status_code == 200
