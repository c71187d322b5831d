"""What both sides say about a finding: who reads which words, and what the log tells of them."""

from app.kernel.clock import now
from tests.features.findings.situations import (
    answered,
    cleared,
    filed,
    later_version,
    name_of,
    routed,
    say,
    state_of,
)
from tests.world import Someone
from tests.worlds.doors import post_form, post_json
from tests.worlds.entries import entries
from tests.worlds.reports import grant_internally
from tests.worlds.shared import SharedWorld


def _bodies(someone: Someone, finding: str) -> list[str | None]:
    view = someone.client.get(f"/api/v1/findings/{finding}").json()
    return [message["body"] for message in view["messages"]]


def _due(world: SharedWorld, finding: str) -> str:
    return str(world.rows("SELECT due_on FROM findings WHERE id = :f", f=finding)[0][0])


def test_each_side_reads_what_is_said_to_it_and_its_own_notes(shared: SharedWorld) -> None:
    finding = routed(shared)
    say(shared, shared.reviewer_a, finding, "TO-PUBLISHER")
    say(shared, shared.reviewer_a, finding, "REVIEWERS-NOTE", internal=True)
    say(shared, shared.author, finding, "TO-REVIEWER")
    say(shared, shared.author, finding, "PUBLISHERS-NOTE", internal=True)
    assert _bodies(shared.lead_a, finding) == ["TO-PUBLISHER", "REVIEWERS-NOTE", "TO-REVIEWER"]
    assert _bodies(shared.author, finding) == ["TO-PUBLISHER", "TO-REVIEWER", "PUBLISHERS-NOTE"]
    page = shared.author.client.get(f"/findings/{finding}").text
    assert "PUBLISHERS-NOTE" in page
    assert "REVIEWERS-NOTE" not in page
    assert "Reviewer A" not in page
    assert (
        "Author"
        not in shared.reviewer_a.client.get(f"/api/v1/findings/{finding}")
        .json()["messages"][-1]["author"]
        .split()
    )


def test_a_reviewers_note_looks_in_the_log_like_reading(shared: SharedWorld) -> None:
    finding = routed(shared)
    shared.reviewer_a.client.get(f"/findings/{finding}")
    (read,) = [e for e in entries(shared) if e.event == "FindingRead"]
    say(shared, shared.reviewer_a, finding, "REVIEWERS-NOTE", internal=True)
    (_, noted) = [e for e in entries(shared) if e.event == "FindingRead"]
    same = ("action", "outcome", "actor", "object", "event", "facts")
    assert [getattr(read, name) for name in same] == [getattr(noted, name) for name in same]
    assert set(read.core["facts"]) == set(noted.core["facts"])
    assert noted.content["act"] == "message:write"
    assert "MessageToPublisher" not in {e.event for e in entries(shared)}
    say(shared, shared.reviewer_a, finding, "TO-PUBLISHER")
    assert "MessageToPublisher" in {e.event for e in entries(shared)}


def test_nobody_writes_where_they_may_not(shared: SharedWorld) -> None:
    finding = routed(shared)
    for someone in (shared.second_author, shared.auditor, shared.responder, shared.reviewer_b):
        refused = post_json(
            someone, f"/findings/{finding}/messages", body="No.", nothing_withheld=True
        )
        assert refused.status_code in (403, 404), someone.name
    assert len(entries(shared, action="finding:message:write", outcome="denied")) >= 3
    say(shared, shared.coordinator, finding, "Yes.")
    assert [e.outcome for e in entries(shared, action="finding:message:write")][-1] == "done"


def test_what_goes_out_is_said_to_hold_nothing_withheld(shared: SharedWorld) -> None:
    finding = routed(shared)
    refused = post_json(shared.author, f"/findings/{finding}/messages", body="Words.")
    assert (refused.status_code, list(refused.json()["fields"])) == (422, ["nothing_withheld"])
    page = post_form(shared.author, f"/findings/{finding}/messages", body="My typed words.")
    assert page.status_code == 422
    assert "My typed words." in page.text


def test_only_people_who_may_read_it_can_be_told(shared: SharedWorld) -> None:
    finding = routed(shared)
    path, stated = f"/findings/{finding}/messages", {"nothing_withheld": True}
    thread = say(shared, shared.author, finding, "First.", internal=True)
    offered = {one["name"] for one in thread["colleagues"]}
    assert {name_of(shared, shared.coordinator), name_of(shared, shared.approver)} <= offered
    assert not {name_of(shared, shared.second_author), name_of(shared, shared.reviewer_a)} & offered
    for stranger in (shared.second_author, shared.reviewer_a):
        refused = post_json(shared.author, path, body="Look.", tell=[stranger.id], **stated)
        assert (refused.status_code, list(refused.json()["fields"])) == (422, ["tell"])
    named = f"@{name_of(shared, shared.coordinator)} please look."
    refused = post_json(shared.author, path, body=named, **stated)
    assert (refused.status_code, list(refused.json()["fields"])) == (422, ["body"])
    told = say(shared, shared.author, finding, named, internal=True)["messages"][-1]["told"]
    assert told == [name_of(shared, shared.coordinator)]
    (event,) = [e for e in entries(shared) if e.event == "PeopleMentioned"]
    assert event.facts["mentioned"] == [shared.coordinator.id]


def test_whom_a_side_told_is_its_own_to_know(shared: SharedWorld) -> None:
    finding = routed(shared)
    say(shared, shared.reviewer_a, finding, "Please read.", tell=[shared.lead_a.id])
    inside = shared.author.client.get(f"/api/v1/findings/{finding}").text
    assert shared.lead_a.id not in inside
    assert name_of(shared, shared.lead_a) not in inside
    (row,) = shared.lead_a.client.get("/api/v1/findings").json()
    assert (row["unread"], row["mentioned"]) == (1, True)
    assert "You were told" in shared.lead_a.client.get("/findings").text


def test_messages_are_unread_until_the_finding_is_opened(shared: SharedWorld) -> None:
    finding = routed(shared)
    say(shared, shared.reviewer_a, finding, "One.")
    (row,) = shared.author.client.get("/api/v1/findings").json()
    assert row["unread"] == 1
    assert [row["unread"] for row in shared.reviewer_a.client.get("/api/v1/findings").json()] == [0]
    first = shared.author.client.get(f"/api/v1/findings/{finding}").json()["messages"]
    second = shared.author.client.get(f"/api/v1/findings/{finding}").json()["messages"]
    assert ([m["unread"] for m in first], [m["unread"] for m in second]) == ([True], [False])
    (row,) = shared.author.client.get("/api/v1/findings").json()
    assert row["unread"] == 0


def test_a_message_is_struck_by_whoever_wrote_it_and_its_entry_stays(shared: SharedWorld) -> None:
    finding = routed(shared)
    message = say(shared, shared.reviewer_a, finding, "STRUCK-WORDS")["messages"][-1]["id"]
    path = f"/findings/{finding}/messages/strike"
    for someone in (shared.author, shared.lead_a):
        assert post_json(someone, path, message_id=message).status_code == 404
    assert post_json(shared.reviewer_a, path, message_id=message).status_code == 200
    assert post_json(shared.reviewer_a, path, message_id=message).status_code == 409
    for someone in (shared.author, shared.reviewer_a, shared.lead_a):
        assert _bodies(someone, finding) == [None]
        assert "STRUCK-WORDS" not in someone.client.get(f"/findings/{finding}").text
    assert {"MessageToPublisher", "MessageStruck"} <= {e.event for e in entries(shared)}


def test_a_version_is_referred_to_only_if_both_may_read_it(shared: SharedWorld) -> None:
    finding, later = routed(shared), later_version(shared)
    refused = post_json(
        shared.author, f"/findings/{finding}/messages", body="See it.", refers_to=later,
        nothing_withheld=True,
    )  # fmt: skip
    assert (refused.status_code, list(refused.json()["fields"])) == (422, ["refers_to"])
    made = say(shared, shared.author, finding, "See page 1.", refers_to=shared.made.version_id)[
        "messages"
    ][-1]
    assert made["refers_to"]["version_id"] == shared.made.version_id


def test_asking_for_detail_stops_the_clock_until_it_is_given(shared: SharedWorld) -> None:
    finding = routed(shared)
    due = _due(shared, finding)
    ask = {"question": "Which table?", "nothing_withheld": True}
    assert post_json(shared.author, f"/findings/{finding}/ask-detail", **ask).status_code == 200
    (row,) = shared.reviewer_a.client.get("/api/v1/findings").json()
    assert (row["outward"], row["clock"]["paused"]) == ("Waiting for reviewer", True)
    shared.change("UPDATE stages SET at = at - interval '14 days' WHERE name = 'DetailAsked'")
    given = {"detail": "Table 2."}
    for someone in (shared.author, shared.coordinator):
        refused = post_json(someone, f"/findings/{finding}/give-detail", **given)
        assert refused.status_code == 403
    assert post_json(shared.lead_a, f"/findings/{finding}/give-detail", **given).status_code == 200
    assert state_of(shared, finding) == "routed"
    assert _due(shared, finding) > due
    kinds = [
        m["kind"]
        for m in shared.author.client.get(f"/api/v1/findings/{finding}").json()["messages"]
    ]
    assert kinds == ["detail_asked", "detail_given"]
    assert [e.outcome for e in entries(shared, action="finding:detail:give")] == [
        "denied", "denied", "done",
    ]  # fmt: skip


def test_a_fix_is_a_later_published_version_and_the_reviewer_confirms_it(
    shared: SharedWorld,
) -> None:
    finding, later = answered(shared), later_version(shared)
    path = f"/findings/{finding}"
    refused = post_json(shared.author, f"{path}/fix", version_id=shared.made.version_id)
    assert (refused.status_code, list(refused.json()["fields"])) == (422, ["version_id"])
    assert post_json(shared.reviewer_a, f"{path}/fix", version_id=later).status_code == 403
    assert post_json(shared.author, f"{path}/fix", version_id=later).status_code == 200
    assert post_json(shared.author, f"{path}/confirm").status_code == 403
    assert post_json(shared.reviewer_a, f"{path}/contest", reason="Not there.").status_code == 200
    assert state_of(shared, finding) == "contested"
    again = {"disposition": "accepted", "explanation": "Now it is.", "nothing_withheld": True}
    assert post_json(shared.author, f"{path}/respond", **again).status_code == 200
    assert post_json(shared.author, f"{path}/fix", version_id=later).status_code == 200
    assert post_json(shared.reviewer_a, f"{path}/confirm").status_code == 200
    assert state_of(shared, finding) == "resolved"


def test_what_was_not_agreed_is_fixed_in_no_version(shared: SharedWorld) -> None:
    finding, later = answered(shared, disposition="clarified"), later_version(shared)
    refused = post_json(shared.author, f"/findings/{finding}/fix", version_id=later)
    assert refused.status_code == 409


def test_findings_merge_inside_their_organisation_and_both_keep_number_and_thread(
    shared: SharedWorld,
) -> None:
    finding, other = routed(shared), filed(shared)
    say(shared, shared.reviewer_a, finding, "KEPT-WORDS")
    foreign = shared.made.review_b
    made = post_json(
        shared.reviewer_b, "/findings", review_id=foreign, page=1, word_from=0, word_to=1,
        finding_class="E", materiality="claim", statement="Another one.",
    )  # fmt: skip
    numbers = {str(row[0]): str(row[1]) for row in shared.rows("SELECT id, number FROM findings")}
    path = f"/findings/{finding}/merge"
    for wrong in (numbers[made.json()["id"]], numbers[finding], "FC-ORGA-9999"):
        refused = post_json(shared.reviewer_a, path, into=wrong)
        assert (refused.status_code, list(refused.json()["fields"])) == (422, ["into"])
    assert post_json(shared.author, path, into=numbers[other]).status_code == 403
    assert post_json(shared.reviewer_a, path, into=numbers[other]).status_code == 200
    view = shared.reviewer_a.client.get(f"/api/v1/findings/{finding}").json()
    assert (view["row"]["number"], view["merged_into"]) == (numbers[finding], numbers[other])
    assert [m["body"] for m in view["messages"]] == ["KEPT-WORDS"]
    kept = shared.reviewer_a.client.get(f"/api/v1/findings/{other}").json()
    assert kept["merged_here"] == [numbers[finding]]


def test_a_disagreement_is_carried_on_with_both_sides(shared: SharedWorld) -> None:
    finding = answered(shared, disposition="clarified")
    final = {"reason": "It is still wrong.", "final": True}
    assert post_json(shared.reviewer_a, f"/findings/{finding}/contest", **final).status_code == 200
    path = f"/api/v1/reviews/{shared.made.review_a}/disagreements"
    (found,) = shared.reviewer_a.client.get(path).json()
    assert found["publisher_says"] == "You are right; the next version says so."
    assert found["reviewer_says"] == "It is still wrong."
    assert found["statement"] == "It reads a sample of them."
    assert shared.reviewer_b.client.get(path).json() == []
    assert shared.responder.client.get(path).json() == []


def test_the_clock_runs_by_the_reviews_rules_and_is_seen_by_both_sides(
    shared: SharedWorld,
) -> None:
    shared.change("UPDATE reviews SET clock_profile = 'long'")
    typo, other = filed(shared, finding_class="A"), filed(shared)
    assert _due(shared, typo) < _due(shared, other)
    shared.change("UPDATE findings SET due_on = :d", d=now().date().replace(year=2020))
    for someone in (shared.reviewer_a, shared.coordinator):
        rows = someone.client.get("/api/v1/findings").json()
        assert {row["clock"]["late"] for row in rows} == {True}
        assert "Late" in someone.client.get("/findings").text


def test_texts_of_the_thread_are_masked_for_whoever_is_not_cleared(shared: SharedWorld) -> None:
    cleared(shared, shared.coordinator)
    finding = routed(shared)
    say(shared, shared.reviewer_a, finding, "The GATEHOUSE is named.")
    grant_internally(shared, shared.made, shared.second_author, "COM")
    moved = {"person_id": shared.second_author.id}
    assert post_json(shared.coordinator, f"/findings/{finding}/reroute", **moved).status_code == 200
    assert _bodies(shared.second_author, finding) == [None]
    assert "GATEHOUSE" not in shared.second_author.client.get(f"/findings/{finding}").text
    assert _bodies(shared.coordinator, finding) == ["The GATEHOUSE is named."]
