"""A challenge: raised by one organisation, decided by somebody who had no part in the mark."""

import pytest

from tests.features.withheld.situations import (
    BECAUSE,
    WHY,
    challenged,
    decided,
    read,
    redaction_of,
    room,
    smaller_place,
    state_of,
    two_more_approvers,
)
from tests.worlds.doors import post_form, post_json
from tests.worlds.entries import entries
from tests.worlds.reports import LEG, SEC, settle
from tests.worlds.shared import SharedWorld

MISSING = "chl_00000000000000000000"


def _page(world: SharedWorld, who: str, number: int = 1) -> tuple[int, str]:
    answer = world.people[who].client.get(
        f"/api/v1/versions/{world.made.version_id}/pages/{number}"
    )
    return answer.status_code, answer.text


def test_an_organisation_raises_one_challenge_at_a_time_and_sees_its_own(
    shared: SharedWorld,
) -> None:
    challenge = challenged(shared)
    path = f"/redactions/{redaction_of(shared, 'LEG')}/challenge"
    assert post_json(shared.lead_a, path, reason="Again").status_code == 409
    own = shared.lead_a.client.get(f"/api/v1/challenges/{challenge}").json()
    assert (own["row"]["number"], own["row"]["state"], own["reason"]) == (
        "RC-ORGA-0001", "open", WHY,
    )  # fmt: skip
    assert (own["rects"], own["size"], own["can_withdraw"]) == ([], None, True)
    (raised,) = entries(shared, action="redaction:challenge", outcome="done")
    assert (raised.event, raised.object) == ("RedactionChallenged", challenge)


def test_other_organisations_learn_nothing_of_it(shared: SharedWorld) -> None:
    challenge = challenged(shared)
    redaction = redaction_of(shared, "LEG")
    assert shared.reviewer_b.client.get("/api/v1/challenges").json() == []
    foreign = shared.reviewer_b.client.get(f"/challenges/{challenge}")
    missing = shared.reviewer_b.client.get(f"/challenges/{MISSING}")
    assert (foreign.status_code, missing.status_code) == (404, 404)
    assert foreign.text.replace(challenge, "") == missing.text.replace(MISSING, "")
    view = shared.reviewer_b.client.get(f"/api/v1/redactions/{redaction}").json()
    assert (view["challenges"], view["can_challenge"]) == ([], True)
    assert post_json(shared.reviewer_b, f"/challenges/{challenge}/withdraw").status_code == 404
    denied = entries(shared, action="challenge:read", outcome="denied")
    assert len(denied) == 2
    record = shared.lead_b.client.get("/api/v1/record").text
    assert "RC-ORGA" not in record


def test_inside_only_those_who_look_after_reviews_learn_who_asks(shared: SharedWorld) -> None:
    challenge = challenged(shared)
    number = {
        who: shared.people[who].client.get("/api/v1/challenges").json()[0]
        for who in ("author", "coordinator", "approver", "auditor")
    }
    assert {who for who, row in number.items() if row["organisation"]} == {
        "coordinator", "approver", "auditor",
    }  # fmt: skip
    assert "ORGA" not in shared.author.client.get(f"/challenges/{challenge}").text
    assert number["author"]["number"].startswith("RC-")
    assert shared.responder.client.get("/api/v1/challenges").json() == []


def test_whoever_proposed_or_approved_the_mark_does_not_decide(shared: SharedWorld) -> None:
    challenge = challenged(shared)
    shared.change(
        "UPDATE memberships SET roles = '{author,approver}' WHERE person_id = :p",
        p=shared.author.id,
    )
    for who in ("approver", "author"):
        assert decided(shared, shared.people[who], challenge, "lift").status_code == 403
    assert state_of(shared, challenge) == "open"
    assert len(entries(shared, action="challenge:decide", outcome="denied")) == 2
    page = shared.coordinator.client.get(f"/challenges/{challenge}")
    assert "Nobody can decide this" in page.text


@pytest.mark.parametrize("who", ["coordinator", "auditor", "second_author", "reviewer_a", "lead_b"])
def test_nobody_without_the_role_decides(shared: SharedWorld, who: str) -> None:
    challenge = challenged(shared)
    answer = decided(shared, shared.people[who], challenge, "lift")
    assert answer.status_code in (403, 404)
    assert state_of(shared, challenge) == "open"
    assert entries(shared, action="challenge:decide", outcome="denied")


def test_nobody_decides_about_what_they_may_not_read(shared: SharedWorld) -> None:
    challenge = challenged(shared)
    first, _ = two_more_approvers(shared)
    shared.change("UPDATE grants SET lifted = '{SEC}' WHERE :p = ANY (person_ids)", p=first.id)
    answer = decided(shared, first, challenge, "uphold")
    assert answer.status_code == 403
    assert "Only somebody who reads what is under the mark" in answer.text
    (denied,) = entries(shared, action="challenge:decide", outcome="denied")
    assert denied.actor == first.id


def test_upheld_it_stays_withheld_and_the_asker_is_told_why(shared: SharedWorld) -> None:
    challenge = challenged(shared)
    first, _ = two_more_approvers(shared)
    assert decided(shared, first, challenge, "uphold").status_code == 200
    own = shared.reviewer_a.client.get(f"/api/v1/challenges/{challenge}").json()
    assert (own["row"]["state"], own["decision"]) == ("upheld", BECAUSE)
    assert "RC-ORGA-0001. Upheld" in shared.lead_a.client.get("/").text
    assert "RC-" not in shared.lead_b.client.get("/").text
    status, text = _page(shared, "reviewer_a")
    assert status == 200
    assert LEG not in text
    assert [e.event for e in entries(shared, action="challenge:decide")] == ["ChallengeUpheld"]
    assert decided(shared, first, challenge, "lift").status_code == 409


def test_lifted_it_is_shown_once_the_new_edition_is_ready_and_not_before(
    shared: SharedWorld,
) -> None:
    challenge, of_b = challenged(shared), challenged(shared, who="reviewer_b")
    first, _ = two_more_approvers(shared)
    assert LEG not in _page(shared, "reviewer_a")[1]
    assert decided(shared, first, challenge, "lift").status_code == 200
    # A is entitled to an edition that is there already, the one that withholds nothing; B waits.
    assert _page(shared, "reviewer_a")[0] == 200
    status, text = _page(shared, "reviewer_b")
    assert status == 503
    assert LEG not in text
    settle(shared)
    for who in ("reviewer_a", "reviewer_b"):
        status, text = _page(shared, who)
        assert status == 200
        assert LEG in text
    assert SEC not in _page(shared, "reviewer_b", 2)[1]
    assert shared.rows(
        "SELECT state FROM redactions WHERE id = :r", r=redaction_of(shared, "LEG")
    ) == [("lifted",)]
    # B's own challenge of the same mark was decided alike, in an entry of its own.
    assert state_of(shared, of_b) == "lifted"
    told = [
        e.object for e in entries(shared, action="challenge:decide") if e.event == "ChallengeLifted"
    ]
    assert told == [challenge, of_b]
    assert challenge not in shared.lead_b.client.get("/api/v1/record").text


def test_a_smaller_mark_takes_over_only_when_a_second_person_approves_it(
    shared: SharedWorld,
) -> None:
    challenge = challenged(shared, "SEC", "reviewer_b")
    first, second = two_more_approvers(shared)
    place = smaller_place(shared, "SEC")
    old = redaction_of(shared, "SEC")
    answer = decided(shared, first, challenge, "narrow", rects=place)
    assert answer.status_code == 200, answer.text
    assert answer.json()["state"] == "narrowing"
    # Nothing has changed for anybody: the same edition, and no word of it to the asker.
    assert _page(shared, "reviewer_b", 2)[0] == 200
    own = shared.reviewer_b.client.get(f"/api/v1/challenges/{challenge}").json()
    assert (own["row"]["state"], own["decision"], own["narrowed_rects"]) == ("open", None, [])
    path = f"/challenges/{challenge}/narrowing"
    assert post_json(first, path, approve=True, statement=True).status_code == 403
    assert post_json(second, path, approve=True).status_code == 422
    assert shared.rows("SELECT state FROM redactions WHERE id = :r", r=old) == [("in_force",)]
    assert post_json(second, path, approve=True, statement=True).status_code == 200
    ((new, rects, by, agreed),) = shared.rows(
        "SELECT r.id, r.rects, r.proposed_by, r.decided_by FROM redactions r"
        " JOIN challenges c ON c.replacement_id = r.id WHERE r.state = 'in_force'"
    )
    assert (rects, by, agreed) == (place, first.id, second.id)
    assert shared.rows("SELECT state FROM redactions WHERE id = :r", r=old) == [("lifted",)]
    status, text = _page(shared, "reviewer_b", 2)
    assert status == 503
    assert SEC not in text
    settle(shared)
    status, text = _page(shared, "reviewer_b", 2)
    assert status == 200
    assert str(new) in text
    assert SEC not in text  # the mark grows to whole words
    assert state_of(shared, challenge) == "narrowed"
    told = shared.reviewer_b.client.get(f"/api/v1/challenges/{challenge}").json()
    assert told["decision"] == BECAUSE
    assert entries(shared, action="challenge:narrowing:confirm", outcome="denied")


def test_a_smaller_mark_can_be_turned_down_and_nothing_has_happened(shared: SharedWorld) -> None:
    challenge = challenged(shared, "SEC", "reviewer_b")
    first, second = two_more_approvers(shared)
    decided(shared, first, challenge, "narrow", rects=smaller_place(shared, "SEC"))
    path = f"/challenges/{challenge}/narrowing"
    assert post_json(second, path, approve=False).status_code == 200
    assert state_of(shared, challenge) == "open"
    assert post_json(second, path, approve=True, statement=True).status_code == 403
    assert shared.rows("SELECT count(*) FROM redactions WHERE state <> 'in_force'") == [(0,)]
    assert _page(shared, "reviewer_b", 2)[0] == 200


def test_a_place_that_is_not_smaller_or_lies_elsewhere_is_not_taken(shared: SharedWorld) -> None:
    challenge = challenged(shared, "SEC", "reviewer_b")
    first, _ = two_more_approvers(shared)
    ((whole,),) = shared.rows(
        "SELECT rects FROM redactions WHERE id = :r", r=redaction_of(shared, "SEC")
    )
    for rects in ([], whole, [[0, 0, 9, 9]]):
        assert decided(shared, first, challenge, "narrow", rects=rects).status_code == 422
    assert state_of(shared, challenge) == "open"


def test_two_smaller_marks_do_not_wait_at_one_place(shared: SharedWorld) -> None:
    of_a, of_b = challenged(shared), challenged(shared, who="reviewer_b")
    first, second = two_more_approvers(shared)
    place = smaller_place(shared, "LEG")
    assert decided(shared, first, of_a, "narrow", rects=place).status_code == 200
    assert decided(shared, first, of_b, "lift").status_code == 409
    path = f"/challenges/{of_a}/narrowing"
    assert post_json(second, path, approve=True, statement=True).status_code == 200
    assert state_of(shared, of_b) == "narrowed"


def test_without_the_statement_no_reason_leaves_the_house(shared: SharedWorld) -> None:
    challenge = challenged(shared)
    first, _ = two_more_approvers(shared)
    answer = decided(shared, first, challenge, "uphold", nothing_withheld=False)
    assert answer.status_code == 422
    page = post_form(first, f"/challenges/{challenge}/decide", outcome="uphold", reason="Kept.")
    assert page.status_code == 422
    assert "Kept." in page.text
    assert shared.rows("SELECT count(*) FROM guarded_fields WHERE field = 'decision'") == [(0,)]


def test_a_withdrawn_challenge_is_decided_by_nobody(shared: SharedWorld) -> None:
    challenge = challenged(shared)
    first, _ = two_more_approvers(shared)
    assert post_json(shared.lead_a, f"/challenges/{challenge}/withdraw").status_code == 200
    assert decided(shared, first, challenge, "lift").status_code == 409
    assert post_json(shared.lead_a, f"/challenges/{challenge}/withdraw").status_code == 409
    assert challenged(shared)  # another may be raised
    assert [e.event for e in entries(shared, action="challenge:withdraw")] == ["ChallengeWithdrawn"]


def test_the_queue_shows_the_oldest_open_first_and_counts_for_deciders(shared: SharedWorld) -> None:
    challenged(shared)
    challenged(shared, "SEC", "reviewer_b")
    first, _ = two_more_approvers(shared)
    rows = first.client.get("/api/v1/challenges", params={"state": "open"}).json()
    assert [row["number"] for row in rows] == ["RC-ORGA-0001", "RC-ORGB-0001"]
    assert "Two challenges wait for a decision" in first.client.get("/challenges").text
    figures = {f["label"]: f["value"] for f in first.client.get("/api/v1/home").json()["figures"]}
    assert figures["challenges to decide"] == 2
    involved = shared.approver.client.get("/api/v1/home").json()["figures"]
    assert {f["label"]: f["value"] for f in involved}["challenges to decide"] == 0


def test_the_index_counts_the_narrowed_mark_and_no_longer_the_old(shared: SharedWorld) -> None:
    challenge = challenged(shared, "SEC", "reviewer_b")
    first, second = two_more_approvers(shared)
    before = read(shared, shared.reviewer_b)
    decided(shared, first, challenge, "narrow", rects=smaller_place(shared, "SEC"))
    post_json(second, f"/challenges/{challenge}/narrowing", approve=True, statement=True)
    settle(shared)
    after = read(shared, shared.reviewer_b)
    assert (before["withheld"], after["withheld"]) == (4, 4)
    assert before["edition"]["key"] != after["edition"]["key"]
    assert {r["id"] for r in before["rows"]} - {r["id"] for r in after["rows"]}
    assert shared.reviewer_b.client.get(room(shared)).status_code == 200
