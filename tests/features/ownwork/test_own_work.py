"""An organisation takes its own work along, grant or no grant; nobody else does."""

import json
from typing import Any

from app.features.findings.tasks import route_finding
from tests.features.statements.situations import (
    begun,
    commented,
    released,
    shared_draft,
    window_closed,
    wrote,
)
from tests.worlds.doors import post_json
from tests.worlds.entries import entries
from tests.worlds.reports import grant_internally
from tests.worlds.shared import SharedWorld

ASKED = "Which team reads the transcripts?"
ANSWERED = "The safety team reads them."


def _at_work(world: SharedWorld) -> dict[str, str]:
    """Let organisation A file a finding, ask, be answered, and draft another request."""
    someone, review = world.reviewer_a, world.made.review_a
    for cleared in (world.coordinator, world.responder, world.approver):
        grant_internally(world, world.made, cleared)
    first, last = world.span(someone, 1, "reads every transcript")
    finding = post_json(
        someone, "/findings", review_id=review, page=1, word_from=first, word_to=last,
        finding_class="E", materiality="claim", statement="A sample only.",
    ).json()["id"]  # fmt: skip
    route_finding(world.worker, finding_id=finding)
    post_json(world.coordinator, f"/findings/{finding}/respond", disposition="clarified",
              explanation="Every one, by two people.", nothing_withheld=True)  # fmt: skip
    return {"finding": finding, "request": _answered(world), "draft": _draft(world, "Not yet.")}


def _draft(world: SharedWorld, question: str) -> str:
    made = post_json(
        world.reviewer_a, "/requests", review_id=world.made.review_a, type="explanation",
        expected_form="short_text", question=question, purpose="To judge claim 1.",
        basis={"kind": "page", "page": 1},
    )  # fmt: skip
    assert made.status_code == 201, made.text
    return str(made.json()["id"])


def _answered(world: SharedWorld) -> str:
    request, stated = _draft(world, ASKED), {"nothing_withheld": True}
    steps: tuple[tuple[str, str, dict[str, Any]], ...] = (
        ("reviewer_a", "submit", {}),
        ("coordinator", "assignment", {"responder_id": world.responder.id, **stated}),
        ("responder", "answer", {"answer": ANSWERED}),
        ("responder", "check", {}),
        ("approver", "release", {"determination": "full", **stated}),
    )
    for name, act, body in steps:
        answer = post_json(world.people[name], f"/requests/{request}/{act}", **body)
        assert answer.status_code in (200, 201), (act, answer.text)
    return request


def _taken(world: SharedWorld) -> dict[str, Any]:
    answer = world.lead_a.client.get("/our-work/export.json")
    assert answer.status_code == 200, answer.text
    assert "attachment" in answer.headers["content-disposition"]
    read: dict[str, Any] = json.loads(answer.text)
    return read


def test_the_export_holds_findings_requests_drafts_answers_and_receipts(
    shared: SharedWorld,
) -> None:
    made = _at_work(shared)
    work = _taken(shared)
    (finding,) = work["findings"]
    assert finding["statement"] == "A sample only."
    assert finding["quote"] == "reads every transcript"
    assert finding["responses"][0]["explanation"] == "Every one, by two people."
    asked = {view["id"]: view for view in work["requests"]}
    assert set(asked) == {made["request"], made["draft"]}
    assert asked[made["draft"]]["state"] == "draft"
    assert asked[made["request"]]["question"]["body"] == ASKED
    assert ANSWERED in json.dumps(asked[made["request"]])
    assert len(work["receipts"]) == 2  # of the edition, and of the answer
    whole = json.dumps(work)
    hidden = (shared.responder.id, shared.coordinator.id, shared.approver.id, "ORGB", "Responder")
    assert [name for name in hidden if name in whole] == []
    entry = entries(shared, action="organisation:work:export")[-1]
    assert (entry.outcome, entry.actor, entry.object) == (
        "done",
        shared.lead_a.id,
        shared.organisations["ORGA"],
    )
    assert entry.facts["findings"] == [made["finding"]]


def test_page_download_and_api_tell_the_same(shared: SharedWorld) -> None:
    made = _at_work(shared)
    page = shared.reviewer_a.client.get("/our-work").text
    assert all(f'/{kind}s/{made[kind]}"' in page for kind in ("finding", "request"))
    assert made["draft"] in page
    taken, called = _taken(shared), shared.lead_a.client.get("/api/v1/our-work").json()
    assert taken | {"exported_at": None} == called | {"exported_at": None}
    assert len(entries(shared, action="organisation:work:export")) == 2


def test_it_stays_after_revocation_without_quotes_of_what_is_withheld(shared: SharedWorld) -> None:
    made = _at_work(shared)
    post_json(shared.coordinator, f"/grants/{shared.made.grant_a}/revoke", reason="It is over.")
    work = _taken(shared)
    assert work["findings"][0]["statement"] == "A sample only."
    assert work["findings"][0]["quote"] is None
    assert "reads every transcript" not in json.dumps(work)
    asked = {view["id"]: view for view in work["requests"]}
    assert asked[made["draft"]]["question"]["body"] == "Not yet."
    assert ANSWERED in json.dumps(asked[made["request"]])
    assert "Every one, by two people." in json.dumps(work)
    assert shared.reviewer_a.client.get("/our-work").status_code == 200


def test_nobody_takes_another_organisations_work(shared: SharedWorld) -> None:
    _at_work(shared)
    theirs = shared.lead_b.client.get("/api/v1/our-work").json()
    assert (theirs["findings"], theirs["requests"]) == ([], [])
    assert "ORGA" not in json.dumps(theirs)
    for someone in (shared.coordinator, shared.auditor, shared.author):
        for path in ("/our-work", "/our-work/export.json", "/api/v1/our-work"):
            assert someone.client.get(path).status_code in (403, 404), path
    denied = entries(shared, action="organisation:work:export", outcome="denied")
    assert {entry.actor for entry in denied} == {
        shared.coordinator.id,
        shared.auditor.id,
        shared.author.id,
    }


def _stated(world: SharedWorld) -> tuple[str, str]:
    """Let organisation A release a statement that was commented on, and begin its update."""
    first = shared_draft(world)
    comment = commented(world, first).json()["id"]
    window_closed(world, first)
    path = f"/statements/{first}/comments/{comment}/decision"
    assert post_json(world.lead_a, path, decision="adopted").is_success
    released(world, first)
    update = begun(world)
    wrote(world, update, "Going further.", topic="information")
    return first, update


def test_statements_are_taken_along_drafts_among_them_and_after_access(
    shared: SharedWorld,
) -> None:
    first, update = _stated(shared)
    post_json(shared.coordinator, f"/grants/{shared.made.grant_a}/revoke", reason="It is over.")
    work = _taken(shared)
    assert [one["id"] for one in work["statements"]] == [first, update]
    original, draft = work["statements"]
    assert original["content"]["sections"][1]["text"].startswith("The argument *holds*")
    assert original["signature"]["holds"] is True
    assert original["appendix"]["comments"][0]["decision"] == "Adopted"
    assert original["comments"][0]["comment"] == "There are three."
    assert (draft["state"], draft["content"], draft["signature"]) == ("draft", None, None)
    assert "Going further." in {one["text"] for one in draft["sections"]}
    page = shared.reviewer_a.client.get("/our-work").text
    assert f'/statements/{first}"' in page
    assert f'/reviews/{shared.made.review_a}/statement"' in page
    entry = entries(shared, action="organisation:work:export")[-1]
    assert entry.facts["statements"] == [first], "a draft is sensed by nobody"
    assert update not in str([(one.core, one.facts) for one in entries(shared)])
    theirs = shared.lead_b.client.get("/api/v1/our-work").json()
    assert theirs["statements"] == []
