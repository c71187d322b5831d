"""Search over the lists: each reader finds by what they may read now, and by nothing else."""

from typing import Any

import pytest
from sqlalchemy import text

from tests.world import Someone, World
from tests.worlds.entries import entries
from tests.worlds.reports import SharedVersion
from tests.worlds.requests import Asked, draft, request_in


def found(someone: Someone, words: str, query: str = "") -> set[str]:
    """Give the ids of what somebody finds, whatever its state; the page must agree."""
    overseer = someone.name in ("coordinator", "approver", "auditor")
    shows = ("open", "ended") if overseer else ("all",)
    rows: set[str] = set()
    for show in shows:
        asked = {"q": words, "show": show}
        answer = someone.client.get(f"/api/v1/requests{query}", params=asked)
        assert answer.status_code == 200, answer.text
        seen = {row["id"] for row in answer.json()["rows"]}
        assert answer.json()["total"] == len(seen)
        page = someone.client.get("/requests", params=asked).text
        assert {one for one in seen if f'href="/requests/{one}"' in page} == seen
        rows |= seen
    return rows


def _narrow(world: World, asked: Asked, field: str, codes: str) -> None:
    with world.owner.begin() as connection:
        connection.execute(
            text("UPDATE guarded_fields SET sensitivity = :c WHERE subject_id = :s AND field = :f"),
            {"c": codes, "s": asked.request_id, "f": field},
        )


def test_an_asker_finds_their_own_by_every_word_said_to_them(
    world: World, version: SharedVersion
) -> None:
    asked = draft(world, version, question="Where is the heliotrope kept?", purpose="A pimpernel.")
    assert found(world.lead_a, "heliotrope") == {asked.request_id}
    asked.post(world.lead_a, "submit")
    asked.post(world.coordinator, "reworded", reworded="The saxifrage, in short.")
    asked.post(
        world.coordinator, "assignment", responder_id=world.responder.id, nothing_withheld=True
    )
    asked.post(world.responder, "answer", answer="It is the gentian.")
    asked.post(world.responder, "notes", note="The campion knows.")
    assert found(world.lead_a, "pimpernel heliotrope") == set(), "not both in one text"
    for words in ("pimpernel", "Heliotropes"):
        assert found(world.reviewer_a, words) == {asked.request_id}
        assert found(world.reviewer_b, words) == set()
    for inside in ("saxifrage", "gentian", "campion"):
        assert found(world.lead_a, inside) == set(), "inside, or not released"
    asked.post(world.responder, "check")
    asked.post(world.approver, "release", determination="full", nothing_withheld=True)
    assert found(world.lead_a, "gentian") == {asked.request_id}
    assert found(world.lead_b, "gentian") == set()


def test_a_draft_is_found_by_its_own_organisation_alone(
    world: World, version: SharedVersion
) -> None:
    asked = draft(world, version, question="An unsent marigold?")
    assert found(world.reviewer_a, "marigold") == {asked.request_id}
    for other in (world.coordinator, world.reviewer_b, world.responder):
        assert found(other, "marigold") == set()


def test_the_publisher_finds_what_is_readable_and_no_draft_of_an_answer(
    world: World, version: SharedVersion
) -> None:
    asked = draft(world, version, question="About the hellebore?")
    asked.post(world.lead_a, "submit")
    asked.post(world.coordinator, "reworded", reworded="The columbine, please.")
    asked.post(
        world.coordinator, "assignment", responder_id=world.responder.id, nothing_withheld=True
    )
    asked.post(world.responder, "answer", answer="Here is foxglove.")
    for words in ("hellebore", "columbine"):
        assert found(world.coordinator, words) == {asked.request_id}
    assert found(world.coordinator, "foxglove") == set()
    _narrow(world, asked, "question", "{LEG}")
    assert found(world.auditor, "hellebore") == set(), "masked: the auditor has no grant"
    assert found(world.coordinator, "hellebore") == {asked.request_id}
    assert found(world.lead_a, "hellebore") == {asked.request_id}, "one's own words stay one's own"
    _narrow(world, asked, "question", "{}")
    assert found(world.auditor, "hellebore") == {asked.request_id}


def test_a_responder_finds_by_the_words_as_they_were_given(
    world: World, version: SharedVersion
) -> None:
    asked = draft(world, version, question="Tell us of the tamarisk.", purpose="For the oleander.")
    asked.post(world.lead_a, "submit")
    asked.post(
        world.coordinator, "assignment", responder_id=world.responder.id, nothing_withheld=True
    )
    _narrow(world, asked, "question", "{}")
    assert found(world.responder, "tamarisk") == {asked.request_id}
    assert found(world.second_author, "tamarisk") == set(), "not theirs"
    for hidden in ("oleander", "ORGA", "RQ-ORGA"):
        assert found(world.responder, hidden) == set()
    _narrow(world, asked, "question", "{LEG}")
    assert found(world.responder, "tamarisk") == set(), "masked for the responder"


def test_a_responder_never_finds_by_words_that_were_reworded(
    world: World, version: SharedVersion
) -> None:
    asked = draft(world, version, question="Tell us of the tamarind.")
    asked.post(world.lead_a, "submit")
    asked.post(world.coordinator, "reworded", reworded="Say it of the juniper.")
    asked.post(
        world.coordinator, "assignment", responder_id=world.responder.id, nothing_withheld=True
    )
    _narrow(world, asked, "question", "{}")
    assert found(world.responder, "juniper") == {asked.request_id}
    assert found(world.responder, "tamarind") == set(), "the asker's words stay away"
    asked.post(world.responder, "answer", answer="The sycamore.")
    assert found(world.responder, "sycamore") == {asked.request_id}


def test_each_finds_by_the_name_that_they_know(world: World, version: SharedVersion) -> None:
    asked = request_in(world, "assigned", version)
    with world.owner.connect() as connection:
        number, alias = connection.execute(
            text("SELECT number, alias FROM requests WHERE id = :id"), {"id": asked.request_id}
        ).one()
    assert found(world.coordinator, number.lower()) == {asked.request_id}
    assert found(world.coordinator, alias) == {asked.request_id}
    assert found(world.lead_a, number) == {asked.request_id}
    assert found(world.lead_a, alias) == set()
    assert found(world.responder, alias) == {asked.request_id}
    assert found(world.responder, number) == set()
    assert found(world.lead_b, number) == set()


def test_a_type_is_found_by_its_name(world: World, version: SharedVersion) -> None:
    asked = draft(world, version, type="completeness_check")
    rows = world.lead_a.client.get("/api/v1/requests?q=completeness").json()["rows"]
    assert asked.request_id in {row["id"] for row in rows}
    assert {row["type"] for row in rows} == {"completeness_check"}


def test_searching_is_recorded_and_inside_only_as_a_count(
    world: World, version: SharedVersion
) -> None:
    request_in(world, "submitted", version)
    before = len(entries(world, action="request:search", outcome="allowed"))
    world.lead_a.client.get("/api/v1/requests?q=zinnia")
    world.coordinator.client.get("/api/v1/requests?q=zinnia")
    told = entries(world, action="request:search", outcome="allowed")[before:]
    assert [one.event for one in told] == ["RequestsSearched"] * 2
    assert "zinnia" not in str([one.core for one in told])


@pytest.mark.parametrize("words", ["' OR 1=1 --", "a & b | !c", "%", "_", ":*", "\\", "the", "-"])
def test_nothing_typed_is_an_operator(world: World, version: SharedVersion, words: str) -> None:
    request_in(world, "submitted", version)
    for someone in (world.coordinator, world.lead_a, world.responder):
        answer = someone.client.get("/requests", params={"q": words, "show": "all"})
        assert answer.status_code == 200


def test_a_search_that_finds_more_than_it_looks_at_says_so(
    world: World, version: SharedVersion, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.access.searching.MOST_TEXTS", 2)
    for _ in range(3):
        draft(world, version, question="Everywhere the lupin.").post(world.lead_a, "submit")
    told: Any = world.coordinator.client.get("/api/v1/requests?q=lupin").json()
    assert (told["more"], told["total"]) == (True, 2)
    assert "At least two" in world.coordinator.client.get("/requests?q=lupin").text.replace(
        "At least 2", "At least two"
    )


def test_the_filters_of_one_side_do_nothing_for_the_other(
    world: World, version: SharedVersion
) -> None:
    asked = request_in(world, "assigned", version)
    inside = f"?organisation={world.organisations['ORGB']}&team=none&holder=none&priority=urgent"
    assert asked.request_id not in {
        row["id"]
        for row in world.coordinator.client.get(f"/api/v1/requests{inside}").json()["rows"]
    }
    for someone in (world.lead_a, world.responder):
        plain = someone.client.get("/api/v1/requests?show=all").json()["total"]
        assert someone.client.get(f"/api/v1/requests{inside}&show=all").json()["total"] == plain
    own = f"?organisation={world.organisations['ORGA']}&holder={world.responder.id}&show=with_teams"
    rows = world.coordinator.client.get(f"/api/v1/requests{own}").json()["rows"]
    assert asked.request_id in {row["id"] for row in rows} or len(rows) == 50
