"""Who takes a part over goes on with what was attached; who hands it over bounds what they read."""

from typing import Any

import pytest

from tests.features.attachments.conftest import OPEN, SECRET, WORD, Attaching
from tests.world import Someone
from tests.worlds.reports import settle


def _hand_over(attaching: Attaching, by: Someone, to: Someone) -> None:
    part = attaching.seen_by(attaching.world.coordinator)["parts"][0]["id"]
    attaching.post(by, "hand-over", part_id=part, responder_id=to.id)
    settle(attaching.world)


def _words(someone: Someone, version_id: str) -> str:
    answer = someone.client.get(f"/api/v1/versions/{version_id}/pages/1")
    assert answer.status_code == 200, answer.text
    return " ".join(word["text"] for word in answer.json()["words"])


@pytest.fixture
def version_id(attaching: Attaching) -> str:
    """Give the rota, attached by the responder and marked, still open for marks."""
    world = attaching.world
    assert attaching.attach(world.responder).status_code == 202
    settle(world)
    version = str(attaching.attached(world.responder)[0]["version_id"])
    attaching.mark(version, SECRET)
    attaching.mark(version, WORD, "SEC")
    return version


def _events(attaching: Attaching) -> list[str]:
    return [name for name, *_ in attaching.world.entries(outcome="done")]


def test_who_takes_it_over_reads_marks_and_closes_it(attaching: Attaching, version_id: str) -> None:
    world = attaching.world
    after = world.second_author
    assert after.client.get(f"/api/v1/versions/{version_id}").status_code == 404, "the control"
    _hand_over(attaching, world.responder, after)
    (one,) = attaching.attached(after)
    assert (one["can_open"], one["can_mark"]) == (True, True)
    said = _words(after, version_id)
    assert "people" in said
    assert WORD in said, "their predecessor could lift it for them"
    assert SECRET not in said, "LEG needs a second person"
    found = after.client.get(f"/api/v1/versions/{version_id}/search", params={"q": "call"})
    places = [{"page": hit["page"], "rects": hit["rects"]} for hit in found.json()["hits"]]
    body: dict[str, Any] = {
        "places": places, "categories": ["COM"], "character": "A word", "justification": "So.",
    }  # fmt: skip
    marked = after.client.post(f"/api/v1/versions/{version_id}/redactions", json=body)
    assert marked.status_code == 201, marked.text
    settle(world)
    listed = world.approver.client.get(f"/api/v1/versions/{version_id}/redactions").json()
    world.approver.client.post(
        f"/api/v1/versions/{version_id}/redactions/decide",
        json={"groups": [g["id"] for g in listed], "approve": True, "statement": True},
    )
    closed = attaching.act(after, "close", attachment_id=one["id"])
    assert closed.status_code == 200, closed.text
    events = _events(attaching)
    assert events.count("AttachmentHandedOn") == events.count("HoldersGrantMade") == 1
    assert attaching.act(world.responder, "close", attachment_id=one["id"]).status_code == 403


def test_a_coordinator_who_gives_it_to_somebody_else_passes_on_what_they_may_read(
    attaching: Attaching, version_id: str
) -> None:
    world = attaching.world
    world.change(
        "UPDATE grants SET lifted = '{COM}' WHERE version_id = :v AND NOT working", v=version_id
    )
    attaching.post(world.coordinator, "assignment", responder_id=world.second_author.id)
    settle(world)
    said = _words(world.second_author, version_id)
    assert "call" in said
    for word in (SECRET, WORD):
        assert word not in said
    ((lifted, preset, people),) = world.rows(
        "SELECT lifted, preset, person_ids FROM grants"
        " WHERE version_id = :v AND purpose LIKE 'To go on%'",
        v=version_id,
    )
    assert (lifted, preset, people) == (["COM"], "reviewer", [world.second_author.id])


def test_who_may_not_read_it_passes_nothing_on_and_the_page_says_what_to_do(
    attaching: Attaching, version_id: str
) -> None:
    world = attaching.world
    world.change("UPDATE grants SET state = 'revoked' WHERE version_id = :v AND NOT working",
                 v=version_id)  # fmt: skip
    attaching.post(world.coordinator, "assignment", responder_id=world.second_author.id)
    settle(world)
    assert world.second_author.client.get(f"/api/v1/versions/{version_id}").status_code == 404
    page = world.second_author.client.get(f"/requests/{attaching.request_id}/attachments").text
    assert "You cannot read it. Ask whoever attached it" in page
    assert "HoldersGrantMade" not in _events(attaching)


def test_handed_over_and_back_it_is_granted_once(attaching: Attaching, version_id: str) -> None:
    world = attaching.world
    for by, to in (
        (world.responder, world.second_author),
        (world.second_author, world.responder),
        (world.responder, world.second_author),
    ):
        _hand_over(attaching, by, to)
    assert _events(attaching).count("HoldersGrantMade") == 1
    assert attaching.attached(world.second_author)[0]["can_mark"]


def test_a_version_that_is_attached_is_not_granted_by_it(attaching: Attaching) -> None:
    """A report is read by its own grants: whoever holds a part has no say in that."""
    world = attaching.world
    version = attaching.version.version_id
    path = f"/api/v1/requests/{attaching.request_id}/attachments/existing"
    taken = world.coordinator.client.post(path, json={"version_id": version})
    assert taken.status_code == 200, taken.text
    _hand_over(attaching, world.responder, world.second_author)
    assert world.second_author.client.get(f"/api/v1/versions/{version}").status_code == 404
    assert OPEN not in attaching.page_for(world.second_author)


def test_nothing_of_the_asker_comes_with_it(attaching: Attaching, version_id: str) -> None:
    world = attaching.world
    _hand_over(attaching, world.responder, world.second_author)
    for path in (f"/versions/{version_id}", f"/requests/{attaching.request_id}/attachments"):
        said = world.second_author.client.get(path)
        assert said.status_code == 200, path
        for word in ("ORGA", world.organisations["ORGA"]):
            assert word not in said.text, (path, word)
    record = world.lead_a.client.get("/api/v1/record").text
    for word in ("HoldersGrantMade", "AttachmentHandedOn", version_id):
        assert word not in record
