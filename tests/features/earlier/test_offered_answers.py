"""Already answered? What is offered while one asks, and a request closed by an earlier answer."""

import pytest

from tests.world import Someone
from tests.worlds.doors import Doors, post_form, post_json
from tests.worlds.entries import entries, refusals
from tests.worlds.requests import Asked, draft, draft_body, request_in
from tests.worlds.shared import SharedWorld

TYPED = "Who is paged at night, and how fast?"


def _form(world: SharedWorld, **changes: str) -> dict[str, str]:
    return {"review_id": world.made.review_a, "question": TYPED, "type": "explanation", **changes}


def _offered(someone: Someone, world: SharedWorld, words: str = TYPED) -> str:
    found = someone.client.get(
        "/earlier-answers/offered", params={"q": words, "review": world.made.review_a}
    )
    assert found.status_code == 200
    return str(found.text)


def test_an_earlier_answer_is_offered_as_a_part_of_the_page(world: SharedWorld) -> None:
    asked = request_in(world, "released", world.made)
    part = _offered(world.reviewer_a, world)
    assert "CANARY-ANSWER" in part
    assert f'value="{asked.request_id}"' in part
    assert "<html" not in part
    read = entries(world, action="request:read", outcome="allowed")
    assert asked.request_id in {entry.object for entry in read}
    assert "CANARY" not in _offered(world.reviewer_a, world, "zebra giraffe")
    assert _offered(world.reviewer_a, world, "Who").strip().count("<") == 2, "too short to look"
    assert _offered(world.reviewer_a, world, TYPED * 50), "what is long is cut"


def test_nobody_else_is_offered_it(world: SharedWorld) -> None:
    asked = request_in(world, "released", world.made)
    for page in (_offered(world.lead_b, world), _offered(world.reviewer_b, world)):
        assert "CANARY" not in page
        assert asked.request_id not in page
    for inside in (world.coordinator, world.responder):
        assert inside.client.get(f"/earlier-answers/offered?q={TYPED}").status_code in (403, 404)
    assert entries(world, action="request:earlier:find", outcome="denied")


def test_without_a_script_a_button_looks_and_keeps_what_was_typed(world: SharedWorld) -> None:
    asked = request_in(world, "released", world.made)
    typed = _form(world, then="look", purpose="TYPED WITH CARE", substitutes="TYPED TOO")
    looked = post_form(world.reviewer_a, "/requests", **typed)
    assert looked.status_code == 200
    for words in (TYPED.split(",")[0], "TYPED WITH CARE", "TYPED TOO", "This answers it"):
        assert words in looked.text
    drafted = draft(world, world.made)
    path = f"/requests/{drafted.request_id}/draft"
    again = post_form(world.reviewer_a, path, **_form(world, then="look", purpose="WITH CARE"))
    assert again.status_code == 200
    assert "WITH CARE" in again.text
    assert f'value="{asked.request_id}"' in again.text
    assert post_form(world.lead_b, path, **_form(world, then="look")).status_code == 404
    made = world.rows("SELECT count(*) FROM requests WHERE state = 'draft'")
    assert made == [(1,)], "looking keeps nothing"


def test_one_click_numbers_and_closes_a_request_by_the_answer(world: SharedWorld) -> None:
    asked = request_in(world, "released", world.made)
    first = asked.seen_by(world.lead_a)["number"]
    sent = post_form(world.reviewer_a, "/requests", **_form(world, answered_by=asked.request_id))
    assert sent.status_code == 303, sent.text
    made = Asked(world, world.made, sent.headers["location"].rpartition("/")[2])
    seen = made.seen_by(world.reviewer_a)
    assert (seen["state"], seen["number"]) == ("closed", "RQ-ORGA-0002")
    assert seen["referred_to"]["number"] == first
    for someone in (world.reviewer_a, world.coordinator):
        page = made.page_for(someone)
        assert f'<a href="/requests/{asked.request_id}">{first}</a>' in page
        assert "Closed as answered already" in page
        assert made.seen_by(someone)["referred_to"]["request_id"] == asked.request_id
    (entry,) = entries(world, action="request:refer", outcome="done")
    assert entry.facts["answered_by"] == asked.request_id
    assert made.seen_by(world.coordinator)["question"]["body"] == TYPED
    record = world.lead_a.client.get("/api/v1/record").json()
    assert "AnsweredByReference" in str(record)


def test_it_is_counted_as_by_reference(world: SharedWorld) -> None:
    asked = request_in(world, "released", world.made)
    drafted = draft(world, world.made)
    drafted.post(world.reviewer_a, "answered", answered_by=asked.request_id)
    speed = world.lead_a.client.get(f"/api/v1/reviews/{world.made.review_a}/speed").json()
    figures = speed["review"]["figures"]
    assert (figures["asked"], figures["answered"], figures["by_reference"]) == (2, 2, 50)
    assert figures["rounds"] == 1
    for someone in (world.lead_a, world.coordinator):
        ledger = someone.client.get("/api/v1/asked-and-provided?outcome=by_reference").json()
        assert [row["request_id"] for row in ledger["rows"]] == [drafted.request_id]
        assert {"name": "by_reference", "count": 1} in ledger["outcomes"]
        assert "Answered by reference" in someone.client.get("/asked-and-provided").text


def test_only_a_released_answer_of_ones_own_closes_a_request(world: SharedWorld) -> None:
    waiting, returned = (request_in(world, step, world.made) for step in ("in_check", "released"))
    returned.post(world.reviewer_a, "return", return_reason="No.")
    theirs = _of_b(world)
    drafted = draft(world, world.made)
    path = f"/requests/{drafted.request_id}/answered"
    wrong = (waiting.request_id, returned.request_id, theirs, drafted.request_id, "req_nothing")
    for one in wrong:
        refused = post_json(world.reviewer_a, path, answered_by=one)
        assert (refused.status_code, list(refused.json()["fields"])) == (422, ["answered_by"])
    answers = {post_json(world.reviewer_a, path, answered_by=one).json()["fields"]["answered_by"]
               for one in wrong}  # fmt: skip
    assert len(answers) == 1, "what is not theirs and what is not there are refused alike"
    typed = post_form(world.reviewer_a, path, answered_by=theirs)
    assert typed.status_code == 422
    assert drafted.seen_by(world.lead_a)["state"] == "draft"


def _of_b(world: SharedWorld) -> str:
    body = draft_body(world.made, review_id=world.made.review_b, basis={"kind": "report"})
    made = str(post_json(world.reviewer_b, "/requests", **body).json()["id"])
    theirs = Asked(world, world.made, made)
    theirs.post(world.lead_b, "submit")
    theirs.post(world.coordinator, "assignment", responder_id=world.responder.id)
    theirs.post(world.responder, "answer", answer="Of B.")
    theirs.post(world.responder, "check")
    theirs.post(world.approver, "release", determination="full", nothing_withheld=True)
    return made


def test_who_may_not_submit_does_not_close_either(world: SharedWorld) -> None:
    asked = request_in(world, "released", world.made)
    world.change(
        "UPDATE reviews SET submitted_by = 'lead' WHERE id = :review", review=world.made.review_a
    )
    assert "This answers it" not in _offered(world.reviewer_a, world)
    assert "This answers it" in _offered(world.lead_a, world)
    drafted = draft(world, world.made)
    path = f"/requests/{drafted.request_id}/answered"
    body = {"answered_by": asked.request_id}
    assert post_json(world.reviewer_a, path, **body).status_code == 403
    assert len(refusals(world, "request:refer")) == 1
    assert post_json(world.lead_a, path, **body).status_code == 200
    assert post_json(world.lead_a, path, **body).status_code == 403, "once"


def test_without_a_question_there_is_nothing_to_answer(world: SharedWorld) -> None:
    asked = request_in(world, "released", world.made)
    typed = _form(world, question="", answered_by=asked.request_id)
    assert post_form(world.reviewer_a, "/requests", **typed).status_code == 422
    assert world.rows("SELECT count(*) FROM requests") == [(1,)]


@pytest.mark.paired("/requests/{request_id}/answered")
def test_both_doors_close_alike(pair: Doors) -> None:
    earlier = pair.ids(lambda w: request_in(w, "released", w.made).request_id)
    drafted = pair.ids(lambda w: draft(w, w.made).request_id)
    events = pair.assert_alike(
        lambda w: post_form(w.lead_a, f"/requests/{drafted(w)}/answered", answered_by=earlier(w)),
        lambda w: post_json(w.lead_a, f"/requests/{drafted(w)}/answered", answered_by=earlier(w)),
    )
    assert "AnsweredByReference" in events
