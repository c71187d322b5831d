"""Evidence is attached while a version is marked: read in the sandbox, refused kindly."""

import pytest

from tests.world import World
from tests.worlds.entries import entries, jobs
from tests.worlds.evidence import RECORDS, TABLE, attach, propose
from tests.worlds.reports import ImportedVersion, imported_version, settle
from tests.worlds.shared import SharedWorld

Room = tuple[World, ImportedVersion]


@pytest.fixture(scope="module")
def room(shared_room: SharedWorld) -> Room:
    """Give a version that is still marked."""
    return shared_room, imported_version(shared_room, title="Being marked")


def desk(world: World, made: ImportedVersion) -> dict[str, dict[str, object]]:
    """Give what is attached, by code."""
    answer = world.author.client.get(f"/api/v1/versions/{made.version_id}/evidence-desk")
    assert answer.status_code == 200, answer.text
    return {item["code"]: item for item in answer.json()["items"]}


def test_an_author_attaches_and_the_worker_reads(room: Room) -> None:
    world, made = room
    before, queued = len(entries(world)), len(jobs(world))
    answer = attach(world, made, "csv", TABLE)
    code = answer.json()["items"][-1]["code"]
    assert desk(world, made)[code]["state"] == "importing"
    assert ("reports.read_evidence", {"version_id": made.version_id}) in jobs(world)[queued:]
    settle(world)
    item = desk(world, made)[code]
    assert (item["state"], item["lines"], item["kind"]) == ("ready", 3, "csv")
    names = [e.event for e in entries(world)[before:]]
    assert names.index("EvidenceAttached") < names.index("SourceOpened")
    assert names.index("SourceOpened") < names.index("EvidenceImported")
    attached = next(e for e in entries(world)[before:] if e.event == "EvidenceAttached")
    assert (attached.outcome, attached.content["file_name"]) == ("done", "NAMEOFFILE.csv")
    page = world.author.client.get(f"/versions/{made.version_id}/evidence/{code}")
    assert "Theseus" in page.text


def test_the_same_file_is_not_attached_twice(room: Room) -> None:
    world, made = room
    assert attach(world, made, "text", b"only once\n").status_code == 202
    assert attach(world, made, "text", b"only once\n").status_code == 409


@pytest.mark.parametrize(
    ("kind", "content", "status", "said"),
    [
        ("text", b"", 422, "empty"),
        ("csv", b"PK\x03\x04 an xlsx", 422, "Choose “Spreadsheet”"),
        ("spreadsheet", b"a,b\n", 422, "no spreadsheet"),
        ("text", b"a" * (8 * 1024 * 1024 + 1), 413, ""),
        ("tables", b"a,b\n", 422, "Choose one of these"),
    ],
)
def test_what_cannot_be_taken_is_refused_at_once(
    room: Room, kind: str, content: bytes, status: int, said: str
) -> None:
    world, made = room
    before = desk(world, made)
    answer = attach(world, made, kind, content)
    assert (answer.status_code, said in answer.text) == (status, True)
    assert desk(world, made) == before


def test_a_file_that_cannot_be_read_fails_and_can_be_taken_off(room: Room) -> None:
    world, made = room
    code = attach(world, made, "json", b'{"a": NaN}').json()["items"][-1]["code"]
    settle(world)
    item = desk(world, made)[code]
    assert item["state"] == "failed"
    assert "NaN" in str(item["failure"])
    assert entries(world, action="report:version:ingest")[-1].event == "EvidenceImportFailed"
    gone = world.author.client.post(
        f"/api/v1/versions/{made.version_id}/evidence-desk/remove", json={"item": code}
    )
    assert gone.status_code == 200
    assert code not in desk(world, made)
    assert entries(world)[-1].event == "EvidenceRemoved"


def test_evidence_with_marks_is_not_taken_off(room: Room) -> None:
    world, made = room
    code = attach(world, made, "jsonl", RECORDS).json()["items"][-1]["code"]
    settle(world)
    propose(world, made, code, "SEC", line_from=1)
    base = f"/api/v1/versions/{made.version_id}"
    answer = world.author.client.post(f"{base}/evidence-desk/remove", json={"item": code})
    assert answer.status_code == 409
    assert desk(world, made)[code]["marks"] == 1


@pytest.mark.parametrize("who", ["approver", "coordinator", "administrator", "lead_a"])
def test_who_is_no_author_attaches_nothing(room: Room, who: str) -> None:
    world, made = room
    before = desk(world, made)
    seen = len(entries(world))
    answer = attach(world, made, "text", b"mine\n", who=world.people[who])
    assert answer.status_code in (403, 404)
    assert [e.outcome for e in entries(world)[seen:]] == ["denied"]
    assert desk(world, made) == before


def test_nothing_is_attached_to_a_published_version_nor_published_while_read(
    shared_room: SharedWorld,
) -> None:
    world, made = shared_room, imported_version(shared_room, title="To publish")
    assert attach(world, made, "text", b"waiting\n").status_code == 202
    publish = f"/api/v1/versions/{made.version_id}/publish"
    assert world.coordinator.client.post(publish).status_code == 409
    settle(world)
    assert world.coordinator.client.post(publish).status_code == 200
    assert attach(world, made, "text", b"too late\n").status_code == 409
