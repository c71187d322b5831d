"""Each intention about evidence, as a form and as JSON: the same rows, entries and jobs."""

import pytest
from httpx import Response

from app.web import csrf
from tests.world import Someone
from tests.worlds.doors import Doors, post_form, post_json
from tests.worlds.evidence import TABLE
from tests.worlds.reports import settle
from tests.worlds.shared import SharedWorld

Rooms = tuple[SharedWorld, SharedWorld]
REASON = {
    "categories": ["SEC"],
    "character": "Name of an internal system",
    "justification": "It would help an attacker.",
}


@pytest.fixture(scope="module")
def two_rooms(two_rooms: Rooms) -> Rooms:
    """Take the version back to where it can be marked, and attach a table, in both."""
    for world in two_rooms:
        world.change("UPDATE versions SET state = 'working'")
        assert _by_json(world, "table", TABLE).status_code == 202
        settle(world)
    return two_rooms


def base(world: SharedWorld) -> str:
    """Give the address of the version."""
    return f"/versions/{world.made.version_id}"


def _send(someone: Someone, path: str, title: str, content: bytes, **more: str) -> Response:
    answer: Response = someone.client.post(
        path,
        data={"title": title, "kind": "csv", **more},
        files={"file": ("table.csv", content, "text/csv")},
    )
    return answer


def _by_json(world: SharedWorld, title: str, content: bytes) -> Response:
    return _send(world.author, f"/api/v1{base(world)}/evidence-desk", title, content)


def _by_form(world: SharedWorld, title: str, content: bytes) -> Response:
    token = csrf.token_for(world.author.csrf_secret)
    return _send(world.author, f"{base(world)}/evidence-desk", title, content, csrf_token=token)


@pytest.mark.paired("/versions/{version_id}/evidence-desk")
def test_attaching(pair: Doors) -> None:
    events = pair.assert_alike(
        lambda w: _by_form(w, "Scores", b"a,b\n1,2\n"),
        lambda w: _by_json(w, "Scores", b"a,b\n1,2\n"),
    )
    assert "EvidenceAttached" in events


@pytest.mark.paired("/versions/{version_id}/evidence-desk/remove")
def test_taking_off(pair: Doors) -> None:
    for world in (pair.html, pair.json):
        assert _by_json(world, "Soon gone", b"c\nd\n").status_code == 202

    def code(world: SharedWorld) -> str:
        query = "SELECT code FROM evidence_items WHERE title = 'Soon gone'"
        return str(world.rows(query)[0][0])

    events = pair.assert_alike(
        lambda w: post_form(w.author, f"{base(w)}/evidence-desk/remove", item=code(w)),
        lambda w: post_json(w.author, f"{base(w)}/evidence-desk/remove", item=code(w)),
    )
    assert "EvidenceRemoved" in events


@pytest.mark.paired("/versions/{version_id}/redactions/evidence/{code}")
def test_marking_lines_fields_and_words(pair: Doors) -> None:
    ticked = ["1:2", "2:0:0-7"]
    places = [
        {"line_from": 1, "line_to": 1, "field": 2},
        {"line_from": 2, "line_to": 2, "field": 0, "char_from": 0, "char_to": 7},
        {"line_from": 2, "line_to": 3},
    ]
    events = pair.assert_alike(
        lambda w: post_form(
            w.author, f"{base(w)}/redactions/evidence/E1", places=ticked, span="2-3", **REASON
        ),
        lambda w: post_json(w.author, f"{base(w)}/redactions/evidence/E1", places=places, **REASON),
    )
    assert "RedactionProposed" in events
