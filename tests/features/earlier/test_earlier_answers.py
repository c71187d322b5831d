"""Already answered? Earlier answers by their words: one's own, and only what one may read now."""

from typing import Any

from tests.world import Someone
from tests.worlds.entries import entries
from tests.worlds.requests import Asked, request_in
from tests.worlds.shared import SharedWorld

PATH = "/earlier-answers"


def _found(someone: Someone, phrase: str) -> Any:
    answer = someone.client.get(f"/api/v1{PATH}", params={"q": phrase})
    assert answer.status_code == 200, answer.text
    return answer.json()["rows"]


def _answered(world: SharedWorld) -> Asked:
    return request_in(world, "released", world.made)


def test_an_answer_is_found_by_words_of_question_and_of_answer(world: SharedWorld) -> None:
    asked = _answered(world)
    for phrase in ("paged at night", "PAGING monitors", "on call", "calls & zebra | (' :*"):
        (row,) = _found(world.lead_a, phrase)
        assert row["request_id"] == asked.request_id
        assert "CANARY-QUESTION" in row["question"]
        assert "CANARY-ANSWER" in row["answer"]
        assert row["outcome"] == "full"
    assert _found(world.lead_a, "zebra giraffe") == []
    assert _found(world.lead_a, "the") == [], "words that everybody uses find nothing"
    page = world.lead_a.client.get(PATH, params={"q": "night pager"}).text
    assert "One earlier answer" in page
    assert f"/requests/{asked.request_id}" in page
    assert "No earlier answer" in world.lead_a.client.get(PATH, params={"q": "zebra"}).text
    assert "Words of your question" in world.lead_a.client.get(PATH).text


def test_another_organisation_finds_nothing_and_learns_nothing(world: SharedWorld) -> None:
    _answered(world)
    assert _found(world.lead_b, "paged at night") == []
    there, nowhere = (
        world.lead_b.client.get(f"/api/v1{PATH}", params={"q": phrase})
        for phrase in ("paged night", "zebra night")
    )
    assert there.json() | {"phrase": ""} == nowhere.json() | {"phrase": ""}
    for other in (world.coordinator, world.responder, world.auditor):
        assert other.client.get(f"/api/v1{PATH}?q=night").status_code in (403, 404)
        assert other.client.get(f"{PATH}?q=night").status_code in (403, 404)
    assert len(entries(world, action="request:earlier:find", outcome="denied")) == 6
    read = entries(world, action="request:earlier:find", outcome="allowed")
    assert {entry.event for entry in read} == {"EarlierSearched"}
    assert "night" not in str([entry.core for entry in read]), "the words are in their own facet"


def test_what_one_may_not_read_now_is_not_found_by_its_words(world: SharedWorld) -> None:
    _answered(world)
    with world.owner.begin() as connection:
        connection.exec_driver_sql(
            "UPDATE guarded_fields SET sensitivity = '{LEG}' WHERE field = 'answer.1'"
        )
    assert _found(world.lead_a, "call") == [], "a word of the masked answer alone"
    (row,) = _found(world.lead_a, "paged")
    assert row["answer"] == ""


def test_what_is_not_answered_yet_is_not_offered(world: SharedWorld) -> None:
    for step in ("draft", "submitted", "in_check"):
        request_in(world, step, world.made)
    assert _found(world.lead_a, "paged night call") == []


def test_a_phrase_without_end_is_refused(world: SharedWorld) -> None:
    answer = world.lead_a.client.get(f"/api/v1{PATH}", params={"q": "x " * 400})
    assert (answer.status_code, list(answer.json()["fields"])) == (422, ["q"])
    assert world.lead_a.client.get(PATH, params={"q": "x " * 400}).status_code == 422


def test_nothing_that_is_typed_is_an_operator(world: SharedWorld) -> None:
    _answered(world)
    for phrase in ("a'b", "it''s", "\\", "((", "!", "<->", "night:*", "x.com/a?b&c=d|e", "'&'"):
        assert isinstance(_found(world.lead_a, phrase), list)
    for phrase in (
        "!night",
        "(night",
        "night & zebra",
        "night <-> zebra",
        "http://x.y/z?a&b night",
    ):
        assert len(_found(world.lead_a, phrase)) == 1, phrase
    assert world.lead_a.client.get(f"{PATH}?q=%00night").status_code == 404
