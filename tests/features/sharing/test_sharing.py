"""An answer shared with who did not ask: at an equal edition, without a word of the asker."""

from typing import Any

import pytest

from tests.features.findings.situations import cleared
from tests.worlds.doors import Doors, post_form
from tests.worlds.entries import entries
from tests.worlds.reports import PII, SEC
from tests.worlds.requests import Asked, request_in
from tests.worlds.shared import SharedWorld

QUESTION = "Who is on call at night?"
SAFE = {"nothing_withheld": True}
ASKED = "Who of ORGB-CANARY's friends is paged at night?"


def answered(world: SharedWorld, answer: str = "Two people are.", asker: str = "b") -> Asked:
    """Have a request of organisation B (or A) answered, and released by the approver."""
    cleared(world, world.coordinator, world.approver)
    lead = world.people[f"lead_{asker}"]
    made = lead.client.post(
        "/api/v1/requests",
        json={
            "review_id": getattr(world.made, f"review_{asker}"),
            "question": ASKED,
            "expected_form": "short_text",
            "basis": {"kind": "report"},
        },
    )
    asked = Asked(world, world.made, made.json()["id"])
    asked.post(lead, "submit")
    asked.post(world.coordinator, "reworded", reworded=QUESTION)
    asked.post(world.coordinator, "assignment", responder_id=world.responder.id, **SAFE)
    asked.post(world.responder, "answer", answer=answer)
    asked.post(world.responder, "check")
    asked.post(world.approver, "release", determination="full", hits_confirmed=True, **SAFE)
    done = worded(world, asked)
    assert done.status_code == 200, done.text
    return asked


def worded(
    world: SharedWorld, asked: Asked, question: str = QUESTION, *, by: str = "approver"
) -> Any:
    """Word the question that others read."""
    path = f"/api/v1/requests/{asked.request_id}/share/wording"
    return world.people[by].client.post(path, json={"question": question})


def _share(world: SharedWorld, asked: Asked, who: str = "coordinator", **changes: Any) -> Any:
    body = {"round": 1, "reviews": [world.made.review_a], "question": QUESTION, **SAFE, **changes}
    path = f"/api/v1/requests/{asked.request_id}/share"
    return world.people[who].client.post(path, json=body)


def _given(world: SharedWorld, who: str = "reviewer_a") -> Any:
    return world.people[who].client.get(f"/api/v1/reviews/{world.made.review_a}/answers")


def test_who_reads_no_less_gets_the_answer_and_learns_nothing_of_who_asked(
    shared: SharedWorld,
) -> None:
    asked = answered(shared)
    number = asked.seen_by(shared.lead_b)["number"]
    page = shared.coordinator.client.get(f"/requests/{asked.request_id}/share").text
    assert QUESTION in page
    assert _share(shared, asked).json()["shared"] == 1
    (one,) = _given(shared).json()["answers"]
    assert one["question"]["body"] == QUESTION
    assert one["answer"]["body"] == "Two people are."
    assert one["number"] == "SA-ORGA-0001"
    assert (one["request_id"], one["request_number"]) == (None, None)
    seen = [
        _given(shared).text,
        shared.reviewer_a.client.get(f"/reviews/{shared.made.review_a}/answers").text,
        shared.reviewer_a.client.get(f"/receipts/{one['receipt_id']}").text,
        shared.lead_a.client.get("/notices").text,
        shared.lead_a.client.get("/own-work").text,
    ]
    for text in seen:
        for secret in (asked.request_id, number, ASKED, "ORGB", shared.organisations["ORGB"]):
            assert secret not in text
    assert "Two people are." in seen[1]
    inside = _given(shared, "coordinator").json()["answers"][0]
    assert inside["request_number"] == number
    assert "Shared with others" in asked.page_for(shared.coordinator)
    assert "Shared with others" not in asked.page_for(
        shared.lead_b
    )  # nor does the asker learn of it


def test_who_reads_a_narrower_edition_cannot_get_it(shared: SharedWorld) -> None:
    asked = answered(shared, asker="a")  # A reads more than B
    offered = shared.coordinator.client.get(f"/api/v1/requests/{asked.request_id}/share").json()
    assert (offered["audiences"], offered["withheld_from"]) == ([], 1)
    refused = _share(shared, asked, reviews=[shared.made.review_b])
    assert set(refused.json()["fields"]) == {"reviews"}
    assert (
        "nobody else" in shared.coordinator.client.get(f"/requests/{asked.request_id}/share").text
    )


def test_nobody_gets_it_twice_and_it_needs_a_statement(shared: SharedWorld) -> None:
    asked = answered(shared)
    unstated = _share(shared, asked, nothing_withheld=False)
    assert set(unstated.json()["fields"]) == {"nothing_withheld"}
    assert _share(shared, asked).status_code == 200
    assert _share(shared, asked).status_code == 409
    assert len(_given(shared).json()["answers"]) == 1


@pytest.mark.parametrize(
    "question", ["As ORGB asked: who is on call?", "See rq-orgb-0001.", "Is HALCYON on call?"]
)
def test_a_question_that_names_the_asker_or_is_withheld_is_worded_otherwise(
    shared: SharedWorld, question: str
) -> None:
    asked = answered(shared)
    for confirmed in (False, True):
        refused = _share(shared, asked, question=question, hits_confirmed=confirmed)
        assert set(refused.json()["fields"]) == {"question"}
    assert _given(shared).json()["answers"] == []


def test_an_answer_that_says_what_is_withheld_is_looked_at_and_that_is_recorded(
    shared: SharedWorld,
) -> None:
    asked = answered(shared, "It was part of HALCYON.")
    assert set(_share(shared, asked).json()["fields"]) == {"hits_confirmed"}
    assert _share(shared, asked, hits_confirmed=True).status_code == 200
    assert asked.entries("request:answer:share") >= 3  # compared twice, shared


def test_what_was_found_and_confirmed_is_recorded(shared: SharedWorld) -> None:
    """Whoever overrides what the comparison found does so by name, with the number of places."""
    asked = answered(shared, "It was part of HALCYON, and only of HALCYON.")
    assert _share(shared, asked, hits_confirmed=True).status_code == 200
    compared = [
        entry for entry in entries(shared, action="request:answer:share", outcome="done")
        if entry.event == "AnswerCompared"
    ]  # fmt: skip
    assert {entry.actor for entry in compared} == {shared.coordinator.id}
    facts = [
        (one.facts["round"], one.facts["hits"] > 0, one.facts["confirmed"]) for one in compared
    ]
    assert sorted(facts) == [(1, False, True), (1, True, True)], "of the question, of the answer"
    assert all("unread" in one.facts and "HALCYON" not in str(one.core) for one in compared)


def test_where_nothing_was_found_that_is_recorded_too(shared: SharedWorld) -> None:
    asked = answered(shared)
    assert _share(shared, asked).status_code == 200
    compared = [e for e in entries(shared) if e.event == "AnswerCompared"]
    shared_further = [e for e in compared if e.action == "request:answer:share"]
    assert [(e.facts["hits"], e.facts["confirmed"]) for e in shared_further] == [(0, False)] * 2


def test_an_answer_that_names_the_asker_is_not_shared(shared: SharedWorld) -> None:
    asked = answered(shared, "As we told ORGB: two people.")
    refused = _share(shared, asked, hits_confirmed=True)
    assert set(refused.json()["fields"]) == {"round"}


def test_what_the_asker_may_read_today_widens_no_audience(shared: SharedWorld) -> None:
    asked = answered(shared, asker="a")  # A reads more than B
    shared.change(
        "UPDATE grants SET state = 'revoked' WHERE review_id = :r", r=shared.made.review_a
    )
    offered = shared.coordinator.client.get(f"/api/v1/requests/{asked.request_id}/share").json()
    assert (offered["audiences"], offered["withheld_from"]) == ([], 1)
    refused = _share(shared, asked, reviews=[shared.made.review_b])
    assert set(refused.json()["fields"]) == {"reviews"}


def test_what_the_others_may_read_is_no_hit(shared: SharedWorld) -> None:
    # B's own release had to be confirmed: B reads neither.
    asked = answered(shared, f"{PII} of the {SEC} is.")
    assert _share(shared, asked).status_code == 200


def test_who_drafted_it_or_has_no_say_does_not_share_it(shared: SharedWorld) -> None:
    asked = answered(shared)
    for who, status in (("responder", 403), ("auditor", 403), ("lead_a", 404), ("lead_b", 403)):
        assert _share(shared, asked, who).status_code == status, who
    own = Asked(shared, shared.made, asked.request_id)
    own.post(shared.lead_b, "return", return_reason="More, please.")
    own.post(shared.coordinator, "record", answer="Three.", source="chat", said_on="2026-05-04")
    own.post(shared.approver, "release", determination="full", **SAFE)
    assert _share(shared, own, round=2).status_code == 403  # the coordinator drafted it
    other = f"{QUESTION} On which days?"
    assert worded(shared, own, other, by="coordinator").status_code == 200
    assert _share(shared, own, "approver", round=2, question=other).status_code == 200


def test_who_words_the_question_does_not_share_it(shared: SharedWorld) -> None:
    asked = answered(shared)
    mine = "Who is called when it is dark?"
    assert worded(shared, asked, mine, by="coordinator").status_code == 200
    page = shared.coordinator.client.get(f"/requests/{asked.request_id}/share").text
    assert "other than you shares it" in page
    refused = _share(shared, asked, question=mine)
    assert (refused.status_code, "You worded this question" in refused.text) == (403, True)
    denied = entries(shared, action="request:answer:share", outcome="denied")
    assert [entry.core["facts"]["policies"] for entry in denied] == [
        ["sharing.drafter-is-not-releaser"]
    ]
    page = shared.approver.client.get(f"/requests/{asked.request_id}/share").text
    assert mine in page
    assert "Worded by" in page
    assert _share(shared, asked, "approver", question=mine).status_code == 200
    (one,) = _given(shared).json()["answers"]
    assert one["question"]["body"] == mine
    worded_by = entries(shared, action="request:answer:word", outcome="done")
    assert [entry.event for entry in worded_by] == ["SharedQuestionWorded"] * 2
    assert mine not in str([entry.core for entry in worded_by])


def test_saving_the_same_words_again_makes_nobody_elses_of_them(shared: SharedWorld) -> None:
    asked = answered(shared)  # worded by the approver
    assert worded(shared, asked, by="coordinator").status_code == 200
    assert _share(shared, asked, "approver").status_code == 403
    assert _share(shared, asked).status_code == 200


def test_words_that_nobody_saved_are_not_shared(shared: SharedWorld) -> None:
    asked = answered(shared)
    refused = _share(shared, asked, question="Who else?")
    assert (refused.status_code, set(refused.json()["fields"])) == (422, {"question"})
    assert _given(shared).json()["answers"] == []


def test_what_was_shared_in_these_words_is_shared_again_by_either(shared: SharedWorld) -> None:
    asked = answered(shared)
    assert _share(shared, asked).status_code == 200
    world = shared
    world.change("DELETE FROM shared_from WHERE request_id <> :r", r=asked.request_id)
    # Another review of the same version: organisation A once more, as the stress testers would.
    world.change(
        "INSERT INTO reviews SELECT (jsonb_populate_record(r, jsonb_build_object("
        "'id', 'rev_another', 'organisation_id', cast(:o AS text)))).* FROM reviews r"
        " WHERE r.id = :r",
        o=world.stress_tester.organisation_id, r=world.made.review_a,
    )  # fmt: skip
    world.change(
        "INSERT INTO grants SELECT (jsonb_populate_record(g, jsonb_build_object("
        "'id', 'grt_another', 'review_id', 'rev_another',"
        " 'organisation_id', cast(:o AS text)))).* FROM grants g WHERE g.id = :g",
        o=world.stress_tester.organisation_id, g=world.made.grant_a,
    )  # fmt: skip
    path = f"/requests/{asked.request_id}/share"
    assert "Shared in these words before." in world.approver.client.get(path).text
    again = _share(world, asked, "approver", reviews=["rev_another"])  # who worded it at first
    assert again.status_code == 200, again.text


@pytest.mark.parametrize("question", ["As ORGB asked: who?", "See rq-orgb-0001."])
def test_a_wording_that_names_the_asker_is_not_kept(shared: SharedWorld, question: str) -> None:
    asked = answered(shared)
    refused = worded(shared, asked, question)
    assert set(refused.json()["fields"]) == {"question"}
    page = post_form(
        shared.approver, f"/requests/{asked.request_id}/share/wording", question=question
    )
    assert page.status_code == 422
    assert question in page.text, "what was typed stays"


@pytest.mark.parametrize(
    ("who", "status"), [("responder", 403), ("auditor", 403), ("lead_b", 403), ("lead_a", 404)]
)
def test_others_word_nothing(shared: SharedWorld, who: str, status: int) -> None:
    asked = answered(shared)
    assert worded(shared, asked, by=who).status_code == status
    denied = entries(shared, action="request:answer:word", outcome="denied")
    assert len(denied) == 1
    assert worded(shared, request_in(shared, "assigned", shared.made)).status_code == 403


def test_the_asker_reads_nothing_of_the_wording(shared: SharedWorld) -> None:
    asked = answered(shared, asker="a")
    assert worded(shared, asked, "KEPTINSIDE?").status_code == 200
    for path in (f"/requests/{asked.request_id}", f"/api/v1/requests/{asked.request_id}",
                 "/record", "/api/v1/record", "/notices", "/asked-and-provided"):  # fmt: skip
        said = shared.lead_a.client.get(path)
        assert said.status_code == 200, path
        for word in ("KEPTINSIDE", "SharedQuestionWorded", "request:answer:word"):
            assert word not in said.text, (path, word)
    found = shared.lead_a.client.get("/api/v1/requests?show=all&q=KEPTINSIDE").json()
    assert found["rows"] == []


@pytest.mark.parametrize("who", ["reviewer_b", "stress_tester", "responder"])
def test_others_find_no_such_page(shared: SharedWorld, who: str) -> None:
    asked = answered(shared)
    assert _share(shared, asked).status_code == 200
    assert _given(shared, who).status_code in (403, 404)
    assert b"Two people" not in _given(shared, who).content


@pytest.mark.paired("/requests/{request_id}/share")
def test_sharing_by_form_and_by_json(pair: Doors) -> None:
    path = pair.ids(lambda w: f"/requests/{answered(w).request_id}/share")
    body = {"round": 1, "question": QUESTION}
    events = pair.assert_alike(
        lambda w: post_form(
            w.coordinator,
            path(w),
            round="1",
            reviews=w.made.review_a,
            question=QUESTION,
            nothing_withheld="yes",
        ),
        lambda w: w.coordinator.client.post(
            f"/api/v1{path(w)}", json={**body, "reviews": [w.made.review_a], **SAFE}
        ),
    )
    assert "AnswerShared" in events


@pytest.mark.paired("/requests/{request_id}/share/wording")
def test_wording_by_form_and_by_json(pair: Doors) -> None:
    path = pair.ids(lambda w: f"/requests/{answered(w).request_id}/share/wording")
    events = pair.assert_alike(
        lambda w: post_form(w.coordinator, path(w), question="Who else?"),
        lambda w: w.coordinator.client.post(f"/api/v1{path(w)}", json={"question": "Who else?"}),
    )
    assert "SharedQuestionWorded" in events
