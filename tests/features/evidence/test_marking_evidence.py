"""Marks in evidence: proposed by who may read all of it, decided by somebody else, taken back."""

import pytest
from sqlalchemy import text

from tests.world import World
from tests.worlds.entries import entries
from tests.worlds.evidence import REASON, TRANSCRIPT, attach, propose
from tests.worlds.reports import (
    SEC,
    ImportedVersion,
    grant_internally,
    imported_version,
    marked,
    settle,
)
from tests.worlds.shared import SharedWorld

Room = tuple[World, ImportedVersion]
MORE = b"Heliotrope again\nand Heliotropes\nheliotrope\n"


@pytest.fixture
def room(shared: SharedWorld) -> Room:
    """Give a version that is still marked, with a transcript."""
    made = imported_version(shared, title="Being marked")
    assert attach(shared, made, "text", TRANSCRIPT + MORE).status_code == 202
    settle(shared)
    return shared, made


def editor(world: World, made: ImportedVersion, **query: object) -> dict[str, object]:
    """Open the editor as the author."""
    path = f"/api/v1/versions/{made.version_id}/redactions/evidence/E1"
    answer = world.author.client.get(path, params=query)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def test_a_mark_withholds_at_once_from_who_has_not_its_category(room: Room) -> None:
    world, made = room
    grant_internally(world, made, world.internal_reader, "COM")
    before = len(entries(world))
    [mark] = propose(world, made, "E1", "SEC", line_from=2, field=0, char_from=22, char_to=24)
    logged = [e for e in entries(world)[before:] if e.event == "RedactionProposed"]
    assert [e.outcome for e in logged] == ["done"]
    # It takes in the whole word that it began within.
    assert logged[0].facts["place"] == "2:0:20-30"
    assert mark["where"] == "line 2, part of field 1"
    assert (mark["page"], mark["evidence"]) == (0, "E1")
    path = f"/versions/{made.version_id}/evidence/E1"
    assert world.internal_reader.client.get(path).status_code == 503
    settle(world)
    theirs = world.internal_reader.client.get(path)
    assert theirs.status_code == 200
    assert "the vault is " in theirs.text
    assert "vault is Heliotrope" not in theirs.text


def test_the_editor_says_where_the_same_words_stand_unmarked(room: Room) -> None:
    world, made = room
    propose(world, made, "E1", "SEC", line_from=2, field=0, char_from=20, char_to=30)
    [one] = editor(world, made)["marks"]
    assert one["also_on"] == [6, 7, 8]
    found = editor(world, made, q="heliotrope")
    assert [(hit["place"]["line_from"], hit["marked"]) for hit in found["hits"]] == [
        (2, True), (6, False), (7, False), (8, False),
    ]  # fmt: skip
    page = world.author.client.get(f"/versions/{made.version_id}/redactions/evidence/E1")
    assert "The same words stand unmarked on lines" in page.text


def test_what_is_marked_on_pages_and_open_in_evidence_is_reported_and_the_reverse(
    room: Room,
) -> None:
    world, made = room
    assert attach(world, made, "text", f"first\nall about {SEC} here\n".encode()).status_code == 202
    settle(world)
    marked(world, made, SEC, "SEC")
    propose(world, made, "E1", "SEC", line_from=2, field=0, char_from=20, char_to=30)
    settle(world)
    report = world.author.client.get(f"/api/v1/versions/{made.version_id}/file").json()
    found = {one["phrase"]: one for one in report["repeats"]}
    assert found[SEC]["evidence"] == {"E2": [2]}
    assert found["Heliotrope"]["marked_in"] == {"E1": [2]}
    assert found["Heliotrope"]["evidence"] == {"E1": [6, 7, 8]}
    page = world.author.client.get(f"/versions/{made.version_id}/file")
    assert "/redactions/evidence/E2?part=1#line-2" in page.text


def test_a_second_person_decides_and_the_list_says_where(room: Room) -> None:
    world, made = room
    grant_internally(world, made, world.approver)
    [mark] = propose(world, made, "E1", "SEC", line_from=3, line_to=4)
    base = f"/versions/{made.version_id}/redactions"
    assert "lines 3–4" in world.approver.client.get(base).text
    body = {"redactions": [mark["id"]], "approve": True, "statement": True}
    own = world.author.client.post(f"/api/v1{base}/decide", json=body)
    assert own.status_code == 403
    other = world.approver.client.post(f"/api/v1{base}/decide", json=body)
    assert other.status_code == 200
    assert entries(world)[-1].event == "RedactionApproved"


def test_a_mark_is_taken_back_and_restored_but_not_moved(room: Room) -> None:
    world, made = room
    [mark] = propose(world, made, "E1", "SEC", line_from=1)
    base = f"/api/v1/versions/{made.version_id}/redactions"
    moved = world.author.client.post(
        f"{base}/change",
        json={"redaction": mark["id"], "revision": 1, "rects": [[1, 1, 90, 90]]},
    )
    assert moved.status_code == 409
    for act, state in (("withdraw", "withdrawn"), ("restore", "proposed")):
        answer = world.author.client.post(f"{base}/{act}", json={"redactions": [mark["id"]]})
        assert answer.status_code == 200, answer.text
        with world.owner.connect() as connection:
            found = connection.execute(text("SELECT state FROM redactions WHERE evidence = 'E1'"))
            assert found.scalars().all() == [state]
    edited = world.author.client.post(
        f"{base}/edit", json={"groups": [mark["group_id"]], "mode": "block", "character": "Other"}
    )
    assert edited.status_code == 200, edited.text
    [kept] = editor(world, made)["marks"]
    assert kept["mark"]["id"] == mark["id"], "another mode is no other place in evidence"
    assert kept["mark"]["character"] == "Other"


@pytest.mark.parametrize(
    "place",
    [
        {"line_from": 99, "line_to": 99},
        {"line_from": 3, "line_to": 2},
        {"line_from": 1, "line_to": 2, "field": 0},
        {"line_from": 1, "line_to": 1, "field": 1},
        {"line_from": 1, "line_to": 1, "field": 0, "char_from": 4, "char_to": 4},
        {"line_from": 1, "line_to": 1, "field": 0, "char_from": 0, "char_to": 999},
        {"line_from": 1, "line_to": 1, "field": 0, "char_from": 0},
        {"line_from": 1, "line_to": 1, "char_from": 0, "char_to": 2},
        {"line_from": 0, "line_to": 0},
    ],
)
def test_a_place_that_is_not_there_is_refused(
    shared_room: SharedWorld, place: dict[str, int]
) -> None:
    made = ImportedVersion(*_once(shared_room))
    answer = shared_room.author.client.post(
        f"/api/v1/versions/{made.version_id}/redactions/evidence/E1",
        json={"places": [place], "categories": ["SEC"], **REASON},
    )
    assert answer.status_code == 422, answer.text


_made: list[tuple[str, str]] = []


def _once(world: SharedWorld) -> tuple[str, str]:
    if not _made:
        made = imported_version(world, title="Being marked")
        assert attach(world, made, "text", TRANSCRIPT).status_code == 202
        settle(world)
        _made.append((made.report_id, made.version_id))
    return _made[0]


def test_who_may_not_read_all_of_it_marks_nothing(room: Room) -> None:
    world, made = room
    propose(world, made, "E1", "LEG", line_from=1)
    grant_internally(world, made, world.second_author, "COM")
    settle(world)
    before = len(entries(world))
    path = f"/api/v1/versions/{made.version_id}/redactions/evidence/E1"
    body = {"places": [{"line_from": 2, "line_to": 2}], "categories": ["SEC"], **REASON}
    assert world.second_author.client.get(path).status_code == 404
    assert world.second_author.client.post(path, json=body).status_code == 404
    refused = [e for e in entries(world)[before:] if e.outcome == "denied"]
    assert len(refused) == 2
    assert world.lead_a.client.post(path, json=body).status_code == 404
