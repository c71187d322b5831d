"""Requests that are answered together: one text, two release checks, and two askers alone."""

from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import text

from tests.world import Someone, World
from tests.worlds.doors import Doors, post_form, post_json
from tests.worlds.reports import SharedVersion
from tests.worlds.requests import ANSWER, REWORDED, Asked, draft, draft_body
from tests.worlds.shared import SharedWorld

SAFE = {"nothing_withheld": True}
FULL = {"determination": "full", **SAFE}
THEIRS = "Who gets the page when a monitor fires at night? CANARY-THEIRS"


@dataclass
class Together:
    """A request of organisation A, and one of B that asks the same."""

    main: Asked
    other: Asked

    def merged(self) -> "Together":
        """Let the one of B follow the one of A."""
        into = self.main.seen_by(self.main.world.coordinator)["number"]
        self.other.post(self.other.world.coordinator, "merge", into=into)
        return self

    def answered(self) -> "Together":
        """Have the one of A answered and checked, ready to be released."""
        world = self.main.world
        self.main.post(world.coordinator, "reworded", reworded=REWORDED)
        self.main.post(world.coordinator, "assignment", responder_id=world.responder.id, **SAFE)
        self.main.post(world.responder, "answer", answer=ANSWER)
        self.main.post(world.responder, "check")
        return self


@pytest.fixture
def two(world: World, version: SharedVersion) -> Together:
    """Give one submitted request of each organisation."""
    first = draft(world, version)
    first.post(world.lead_a, "submit")
    body = draft_body(version, review_id=version.review_b, question=THEIRS)
    made = world.reviewer_b.client.post("/api/v1/requests", json=body)
    assert made.status_code == 201, made.text
    second = Asked(world, version, made.json()["id"])
    second.post(world.lead_b, "submit")
    return Together(first, second)


def refused(asked: Asked, someone: Someone, act: str, **body: Any) -> Any:
    """Try an act that is refused; gives the answer."""
    answer = someone.client.post(f"/api/v1/requests/{asked.request_id}/{act}", json=body)
    assert answer.status_code >= 400, answer.text
    return answer


def test_one_follows_the_other_and_gets_its_answer_for_its_own_release_check(
    world: World, two: Together
) -> None:
    two.merged()
    seen = two.other.seen_by(world.coordinator)
    number = two.main.seen_by(world.coordinator)["number"]
    assert (seen["state"], seen["follows"]["number"]) == ("assigned", number)
    assert [one["follows"] for one in seen["parts"]] == [number]
    assert two.other.seen_by(world.reviewer_b)["state"] == "in_progress"
    followers = two.main.seen_by(world.coordinator)["followers"]
    assert [one["id"] for one in followers] == [two.other.request_id]
    assert "One request follows this one" in two.main.page_for(world.coordinator)
    two.answered()
    two.main.post(world.approver, "release", **FULL)
    seen = two.other.seen_by(world.coordinator)
    assert (seen["state"], seen["follows"]) == ("disclosure_check", None)
    assert seen["parts"][0]["answer"]["text"]["body"] == ANSWER
    assert ANSWER not in two.other.page_for(world.reviewer_b)
    two.other.post(world.approver, "release", **FULL)
    assert ANSWER in two.other.page_for(world.reviewer_b)
    two.other.post(world.lead_b, "accept")
    two.main.post(world.lead_a, "accept")
    assert two.other.entries("request:merge") == 1
    assert two.other.entries("request:answer:carry") == 2


def test_who_drafted_for_the_one_does_not_release_for_the_other(
    world: World, two: Together
) -> None:
    two.merged()
    two.main.post(world.coordinator, "assignment", responder_id=world.responder.id, **SAFE)
    two.main.post(world.coordinator, "answer", answer=ANSWER)
    two.main.post(world.coordinator, "check")
    two.main.post(world.approver, "release", **FULL)
    own = refused(two.other, world.coordinator, "release", **FULL)
    assert own.status_code == 403
    two.other.post(world.approver, "release", **FULL)


def test_the_text_needs_at_least_what_it_needed(world: World, two: Together) -> None:
    two.merged()
    two.answered()
    needed = "SELECT sensitivity FROM guarded_fields WHERE subject_id = :id AND field = 'answer.1'"
    with world.owner.begin() as connection:
        connection.execute(
            text(
                "UPDATE guarded_fields SET sensitivity = '{NAT,SEC}'"
                " WHERE subject_id = :id AND field = 'answer.1'"
            ),
            {"id": two.main.request_id},
        )
    two.main.post(world.approver, "release", **FULL)
    with world.owner.connect() as connection:
        kept = connection.execute(text(needed), {"id": two.other.request_id}).scalar_one()
        main = connection.execute(text(needed), {"id": two.main.request_id}).scalar_one()
    assert {"NAT", "SEC"} <= set(kept)
    assert main == []


def test_neither_asker_nor_the_expert_learns_of_the_other(world: World, two: Together) -> None:
    two.merged().answered()
    two.main.post(world.approver, "release", **FULL)
    two.other.post(world.approver, "release", **FULL)
    numbers = [one.seen_by(world.coordinator)["number"] for one in (two.main, two.other)]
    for someone, own, foreign, number in (
        (world.reviewer_a, two.main, two.other, numbers[1]),
        (world.lead_b, two.other, two.main, numbers[0]),
    ):
        paths = ["/", "/requests", "/requests?show=all", f"/requests/{own.request_id}", "/record"]
        paths += ["/notices", "/reviews", "/asked-and-provided"]
        said = [someone.client.get(prefix + path) for path in paths for prefix in ("", "/api/v1")]
        said.append(someone.client.get("/our-work/export.json"))
        assert sum(answer.status_code == 200 for answer in said) >= 10
        for answer in said:
            body = f"{dict(answer.headers)} {answer.text}"
            for canary in (foreign.request_id, number, "Merged", "Carried", "follows_id"):
                assert canary not in body, (canary, answer.url)
    page = world.responder.client.get("/requests?show=all").text
    assert two.main.request_id in page
    assert two.other.request_id not in page
    assert world.responder.client.get(f"/requests/{two.other.request_id}").status_code == 404
    assert "follow" not in two.main.page_for(world.responder)


def test_no_mail_or_notice_of_one_side_names_the_other(world: World, two: Together) -> None:
    two.merged().answered()
    two.main.post(world.approver, "release", **FULL)
    statement = "SELECT args::text FROM procrastinate_jobs WHERE args::text LIKE :id"
    with world.owner.connect() as connection:
        for one, other in ((two.main, two.other), (two.other, two.main)):
            jobs = connection.execute(text(statement), {"id": f"%{one.request_id}%"}).scalars()
            assert not [job for job in jobs if other.request_id in job]


def test_what_follows_is_neither_untriaged_nor_with_nobody(world: World, two: Together) -> None:
    two.merged()
    number = two.main.seen_by(world.coordinator)["number"]

    def shown(show: str) -> str:
        return str(world.coordinator.client.get(f"/api/v1/requests?show={show}").text)

    assert two.other.request_id not in shown("untriaged")
    assert two.other.request_id not in shown("unowned")
    assert f"follows {number}" in shown("with_teams")
    assert f"Follows {number}" in two.other.page_for(world.coordinator)
    two.main.post(world.lead_a, "withdraw")
    assert two.other.request_id in shown("unowned"), "no answer will come, so somebody must look"
    assert "no answer will come" in two.other.page_for(world.coordinator)


def test_a_follower_that_was_withdrawn_stops_nobody(world: World, two: Together) -> None:
    two.merged().answered()
    two.other.post(world.lead_b, "withdraw")
    assert two.main.seen_by(world.coordinator)["followers"] == []
    assert "separate" not in two.other.seen_by(world.coordinator)["acts"]
    assert two.other.page_for(world.coordinator)
    two.main.post(world.approver, "release", **FULL)
    seen = two.other.seen_by(world.coordinator)
    assert (seen["state"], seen["parts"][0]["answer"]) == ("withdrawn", None)


def test_an_answer_that_was_sent_back_is_written_on_like_any_other(
    world: World, two: Together
) -> None:
    two.merged().answered()
    two.main.post(world.approver, "release", **FULL)
    two.other.post(world.approver, "send-back", note="They ask for more.", **SAFE)
    found = world.coordinator.client.get("/api/v1/requests?show=unowned").text
    assert two.other.request_id in found
    two.other.post(world.coordinator, "assignment", responder_id=world.second_author.id, **SAFE)
    two.other.post(world.second_author, "answer", answer=f"{ANSWER} And more.")
    two.other.post(world.second_author, "check")
    two.other.post(world.approver, "release", **FULL)
    assert "And more." in two.other.page_for(world.lead_b)


def test_whoever_had_a_hand_in_it_there_takes_no_second_look_here(
    world: World, two: Together
) -> None:
    two.merged()
    two.main.post(world.coordinator, "assignment", responder_id=world.responder.id, **SAFE)
    two.main.post(world.coordinator, "answer", answer=ANSWER)
    two.main.post(world.responder, "answer", answer=ANSWER)  # the last to save it
    two.main.post(world.responder, "check")
    two.main.post(world.approver, "release", **FULL)
    refusal = {
        "determination": "withheld",
        "category": "SEC",
        "reason": "No.",
        "no_substitute": True,
        **SAFE,
    }
    two.other.post(world.approver, "release", **refusal)
    two.other.post(world.lead_b, "appeal", appeal_reason="Why?")
    body = {"decision": "upheld", "appeal_words": "It stands.", **SAFE}
    for someone in (world.coordinator, world.approver):
        assert refused(two.other, someone, "appeal-decision", **body).status_code == 403


def test_separated_again_it_is_in_triage(world: World, two: Together) -> None:
    two.merged()
    two.other.post(world.coordinator, "separate")
    seen = two.other.seen_by(world.coordinator)
    assert (seen["state"], seen["follows"], seen["parts"]) == ("in_triage", None, [])
    two.other.post(world.coordinator, "assignment", responder_id=world.responder.id)
    two.answered()
    two.main.post(world.approver, "release", **FULL)
    assert two.other.seen_by(world.coordinator)["state"] == "assigned", "it gets nothing any more"
    assert refused(two.other, world.coordinator, "separate").status_code == 409


def test_after_the_handing_over_nothing_is_separated(world: World, two: Together) -> None:
    two.merged().answered()
    two.main.post(world.approver, "release", **FULL)
    assert refused(two.other, world.coordinator, "separate").status_code == 409


def test_parts_that_are_open_are_taken_out(world: World, two: Together) -> None:
    two.other.post(world.coordinator, "assignment", responder_id=world.responder.id)
    assert world.responder.client.get(f"/requests/{two.other.request_id}").status_code == 200
    two.merged()
    assert len(two.other.seen_by(world.coordinator)["parts"]) == 1
    assert world.responder.client.get(f"/requests/{two.other.request_id}").status_code == 404


def test_a_request_in_parts_is_handed_on_when_all_of_it_is_released(
    world: World, two: Together
) -> None:
    two.merged()
    people = (world.responder, world.second_author)
    for ask, someone in zip(("Who?", "How fast?"), people, strict=True):
        two.main.post(world.coordinator, "parts", ask=ask, responder_id=someone.id, **SAFE)
    parts = [part["id"] for part in two.main.seen_by(world.coordinator)["parts"]]
    for part, someone, answer in zip(parts, people, ("Two people.", "In a minute."), strict=True):
        assert two.other.seen_by(world.coordinator)["state"] == "assigned"
        two.main.post(someone, "answer", answer=answer, part_id=part)
        two.main.post(someone, "check", part_id=part)
        two.main.post(world.approver, "release", part_id=part, **FULL)
    seen = two.other.seen_by(world.coordinator)
    assert seen["parts"][0]["answer"]["text"]["body"] == "Two people.\n\nIn a minute."


WITHHELD = {
    "determination": "withheld",
    "category": "SEC",
    "reason": "It would help an intruder. CANARY-REFUSAL",
    "no_substitute": True,
    **SAFE,
}


def test_an_answer_that_was_withheld_is_handed_to_nobody(world: World, two: Together) -> None:
    """The draft of what was refused stays inside: the other one is answered by itself."""
    two.merged().answered()
    two.main.post(world.approver, "release", **WITHHELD)
    seen = two.other.seen_by(world.coordinator)
    assert (seen["state"], [part["answer"] for part in seen["parts"]]) == ("assigned", [None])
    assert two.other.entries("request:answer:carry") == 0
    for someone in (world.coordinator, world.approver, world.lead_b):
        page = two.other.page_for(someone)
        assert ANSWER not in page
        assert "CANARY-REFUSAL" not in page
    assert two.other.request_id in world.coordinator.client.get("/requests?show=unowned").text
    assert "no answer will come" in two.other.page_for(world.coordinator)


def test_of_an_answer_in_parts_only_what_was_given_is_handed_on(
    world: World, two: Together
) -> None:
    two.merged()
    people = (world.responder, world.second_author)
    for ask, someone in zip(("Who?", "Where?"), people, strict=True):
        two.main.post(world.coordinator, "parts", ask=ask, responder_id=someone.id, **SAFE)
    parts = [part["id"] for part in two.main.seen_by(world.coordinator)["parts"]]
    answers = ("Two people.", "In the gatehouse.")
    for part, someone, answer, outcome in zip(
        parts, people, answers, (FULL, WITHHELD), strict=True
    ):
        two.main.post(someone, "answer", answer=answer, part_id=part)
        two.main.post(someone, "check", part_id=part)
        two.main.post(world.approver, "release", part_id=part, **outcome)
    seen = two.other.seen_by(world.coordinator)
    assert seen["parts"][0]["answer"]["text"]["body"] == "Two people."
    assert "gatehouse" not in str(seen)
    assert two.other.entries("request:answer:carry") == 2  # carried, sent to check


def test_nobody_works_on_what_follows_by_itself(world: World, two: Together) -> None:
    two.merged()
    part = two.other.seen_by(world.coordinator)["parts"][0]["id"]
    acts: tuple[tuple[str, dict[str, Any]], ...] = (
        ("assignment", {"responder_id": world.responder.id}),
        ("parts", {"ask": "Who?", "responder_id": world.responder.id}),
        ("answer", {"answer": "So."}),
        ("hand-over", {"part_id": part, "responder_id": world.responder.id}),
        ("ask-clarification", {"clarification_asked": "Which?", **SAFE}),
        ("drop-part", {"part_id": part}),
    )
    for act, body in acts:
        answer = refused(two.other, world.coordinator, act, **body)
        assert (act, answer.status_code) == (act, 409)
        assert "together" in answer.json()["detail"]
    assert two.other.seen_by(world.coordinator)["acts"].count("separate") == 1


def test_a_chain_ends_at_the_one_that_is_answered(
    world: World, version: SharedVersion, two: Together
) -> None:
    two.merged()
    third = draft(world, version)
    third.post(world.lead_a, "submit")
    third.post(world.coordinator, "merge", into=two.other.request_id)
    follows = third.seen_by(world.coordinator)["follows"]
    assert follows["id"] == two.main.request_id
    answer = refused(two.main, world.coordinator, "merge", into=third.request_id)
    assert answer.status_code == 422
    answer = refused(two.other, world.coordinator, "merge", into=third.request_id)
    assert "already" in answer.json()["fields"]["into"]


def test_not_with_itself_nor_with_what_was_answered_nor_with_nothing(
    world: World, two: Together
) -> None:
    for into in (two.other.request_id, "RQ-NONE-9999", "req_none"):
        answer = refused(two.other, world.coordinator, "merge", into=into)
        assert (answer.status_code, list(answer.json()["fields"])) == (422, ["into"])
    two.answered()
    assert refused(two.main, world.coordinator, "merge", into=two.other.request_id)
    two.main.post(world.approver, "release", **FULL)
    answer = refused(two.other, world.coordinator, "merge", into=two.main.request_id)
    assert "answered or ended" in answer.json()["fields"]["into"]
    page = two.other.form(world.coordinator, "merge", status=422, into=two.main.request_id)
    assert two.main.request_id in page, "what was typed stays"


def test_only_a_coordinator_merges(world: World, two: Together) -> None:
    into = two.main.request_id
    before = two.other.entries("request:merge", "denied")
    for someone, status in (
        (world.approver, 403), (world.responder, 404), (world.auditor, 403), (world.lead_b, 403),
        (world.lead_a, 404),
    ):  # fmt: skip
        answer = refused(two.other, someone, "merge", into=into)
        assert answer.status_code in (status, 403, 404)
    assert two.other.entries("request:merge", "denied") == before + 5


# ---- the two doors


def _pair(world: SharedWorld) -> tuple[str, str]:
    made = []
    for _ in "ab":
        body = draft_body(world.made)  # type: ignore[arg-type]  # has the review's id alike
        drafted = post_json(world.reviewer_a, "/requests", **body).json()["id"]
        assert post_json(world.lead_a, f"/requests/{drafted}/submit").status_code == 200
        made.append(drafted)
    return made[0], made[1]


@pytest.mark.paired("/requests/{request_id}/merge")
def test_merging(pair: Doors) -> None:
    found = {id(world): _pair(world) for world in (pair.html, pair.json)}
    events = pair.assert_alike(
        lambda w: post_form(
            w.coordinator, f"/requests/{found[id(w)][0]}/merge", into=found[id(w)][1]
        ),
        lambda w: post_json(
            w.coordinator, f"/requests/{found[id(w)][0]}/merge", into=found[id(w)][1]
        ),
    )
    assert {"RequestMerged", "RequestJoined"} <= set(events)


@pytest.mark.paired("/requests/{request_id}/separate")
def test_separating(pair: Doors) -> None:
    def prepared(world: SharedWorld) -> str:
        first, second = _pair(world)
        merged = post_json(world.coordinator, f"/requests/{first}/merge", into=second)
        assert merged.status_code == 200, merged.text
        return f"/requests/{first}/separate"

    path = pair.ids(prepared)
    events = pair.assert_alike(
        lambda w: post_form(w.coordinator, path(w)), lambda w: post_json(w.coordinator, path(w))
    )
    assert "RequestSeparated" in events
