"""Evidence that is text: attached, marked, and read by each organisation in its own edition."""

import csv
import hashlib
import io
import json
from collections.abc import Iterator

import pytest
from sqlalchemy import text

from tests.world import Someone, World
from tests.worlds.entries import entries
from tests.worlds.evidence import RECORDS, WithEvidence, version_with_evidence
from tests.worlds.shared import SharedWorld

Room = tuple[World, WithEvidence]


@pytest.fixture(scope="module")
def room(shared_room: SharedWorld) -> Iterator[Room]:
    """Give a version with evidence that is published."""
    yield shared_room, version_with_evidence(shared_room)


def item(someone: Someone, made: WithEvidence, code: str, **query: object) -> str:
    """Give an item as JSON."""
    path = f"/api/v1/versions/{made.version_id}/evidence/{code}"
    answer = someone.client.get(path, params=query)
    assert answer.status_code == 200, answer.text
    return str(answer.text)


def copy(someone: Someone, made: WithEvidence, code: str) -> bytes:
    """Download an item."""
    answer = someone.client.get(f"/versions/{made.version_id}/evidence/{code}/copy")
    assert answer.status_code == 200, answer.text
    return bytes(answer.content)


def test_two_organisations_get_different_editions(room: Room) -> None:
    world, made = room
    for code, leg, sec, everybody in (
        ("E1", "Heliotrope", "secret plan", "Operator"),
        ("E2", "Ariadne", "", "Theseus"),
        ("E3", "Orpheus", "Eurydice", "steps"),
        ("E4", "Tartarus", "Persephone", "nothing"),
    ):
        a, b = item(world.lead_a, made, code), item(world.lead_b, made, code)
        assert everybody in a
        assert everybody in b
        assert leg not in a + b
        if sec:
            assert sec in a
            assert sec not in b
    author = item(world.author, made, "E1")
    assert "Heliotrope" in author


def test_pages_show_gaps_with_category_and_character_and_no_more(room: Room) -> None:
    world, made = room
    page = world.lead_b.client.get(f"/versions/{made.version_id}/evidence/E1")
    assert page.status_code == 200
    assert page.headers["cache-control"] == "no-store"
    assert "Heliotrope" not in page.text
    assert "secret" not in page.text
    assert "Name of a system" in page.text
    assert ">LEG</span>" in page.text
    assert ">SEC</span>" in page.text
    assert "NAMEOFFILE" not in page.text
    # Two lines removed together are one: what followed them is line 4.
    assert 'id="line-4"' in page.text
    assert 'id="line-5"' not in page.text


def test_the_list_and_the_document_name_the_evidence(room: Room) -> None:
    world, made = room
    base = f"/versions/{made.version_id}"
    for path in (base, f"{base}/evidence"):
        answer = world.lead_a.client.get(path)
        assert answer.status_code == 200, answer.text
        assert "The csv item" in answer.text
        assert f"{base}/evidence/E2" in answer.text
    index = world.lead_b.client.get(f"{base}/withheld")
    assert "Evidence E1" in index.text
    assert f"{base}/evidence/E1#redaction-" in index.text


def test_a_download_can_be_opened_and_holds_what_the_page_shows(room: Room) -> None:
    world, made = room
    assert copy(world.lead_a, made, "E1") == (
        b"Operator: begin\nModel: the vault is [withheld]\nsecret plan line\nsecret end\nDone\n"
    )
    rows = list(csv.reader(io.StringIO(copy(world.lead_a, made, "E2").decode(), newline="")))
    assert rows[1] == ["[withheld]", "0.91", "'=cmd()"]
    assert rows[2] == ["Theseus", "-1.50", "plain"]
    log = json.loads(copy(world.lead_a, made, "E3"), parse_float=str)
    assert log == {
        "run": "r1",
        "[withheld]": {"ok": True, "score": "1.10"},
        "steps": ["go", "Eurydice"],
    }
    assert copy(world.lead_a, made, "E4") == RECORDS
    answer = world.lead_a.client.get(f"/versions/{made.version_id}/evidence/E2/copy")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["content-disposition"].startswith('attachment; filename="evidence-E2-')


def test_a_download_is_recorded_and_who_may_only_read_takes_none(room: Room) -> None:
    world, made = room
    before = len(entries(world))
    content = copy(world.lead_a, made, "E3")
    started, finished = [e for e in entries(world)[before:] if e.event.startswith("Download")]
    assert started.content["code"] == "E3"
    assert finished.content["bytes"] == len(content)
    refused = world.lead_b.client.get(f"/versions/{made.version_id}/evidence/E3/copy")
    missing = world.lead_b.client.get(f"/versions/{made.version_id}/evidence/E9/copy")
    assert refused.status_code == missing.status_code == 404
    assert entries(world)[-1].outcome == "denied"


def test_reading_and_searching_are_recorded_for_ones_own_side(room: Room) -> None:
    world, made = room
    before = len(entries(world))
    found = json.loads(item(world.lead_b, made, "E4", q="nothing"))
    assert [hit["line"] for hit in found["hits"]] == [2]
    assert json.loads(item(world.lead_b, made, "E4", q="Persephone"))["hits"] == []
    assert json.loads(item(world.lead_a, made, "E4", q="Persephone"))["hits"] != []
    seen = [e for e in entries(world)[before:] if e.event.startswith("Evidence")]
    assert [e.event for e in seen[:2]] == ["EvidenceRead", "EvidenceSearched"]
    assert {e.outcome for e in seen} == {"allowed"}
    assert seen[1].content["phrase"] == "nothing"
    assert seen[1].facts == {}, "what somebody searched is for their own side"


@pytest.mark.parametrize("path", ["evidence", "evidence/E1", "evidence/E1/copy", "evidence-desk"])
@pytest.mark.parametrize("who", ["stress_tester", "responder"])
def test_who_has_no_grant_finds_nothing(room: Room, path: str, who: str) -> None:
    world, made = room
    before = len(entries(world))
    answer = world.people[who].client.get(f"/api/v1/versions/{made.version_id}/{path}")
    nowhere = world.people[who].client.get(f"/api/v1/versions/ver_nowhere/{path}")
    assert answer.status_code == nowhere.status_code == 404
    assert [e.outcome for e in entries(world)[before:]] == ["denied", "denied"]


def test_outsiders_reach_neither_the_desk_nor_the_marks(room: Room) -> None:
    world, made = room
    before = len(entries(world))
    for path in ("evidence-desk", "redactions/evidence/E1"):
        assert world.lead_a.client.get(f"/versions/{made.version_id}/{path}").status_code == 404
    assert {e.outcome for e in entries(world)[before:]} == {"denied"}


def test_a_part_that_is_not_there_is_not_found(room: Room) -> None:
    world, made = room
    base = f"/versions/{made.version_id}/evidence"
    for path in ("E1?part=2", "E1?part=0", "E1?part=-1", "E9", "E1?part=99999999999"):
        assert world.lead_a.client.get(f"{base}/{path}").status_code in (404, 422)


def test_every_edition_was_checked_with_its_evidence(room: Room) -> None:
    world, made = room
    with world.owner.connect() as connection:
        rows = connection.execute(
            text("SELECT state, check_result, evidence FROM editions WHERE version_id = :v"),
            {"v": made.version_id},
        ).all()
    last = [row for row in rows if len(row.evidence) == 4]
    assert len(last) >= 3
    assert {row.state for row in last} == {"ready"}
    for row in last:
        assert {"evidence E1", "evidence E4"} <= set(row.check_result["checks"])


def test_a_revoked_grant_closes_the_evidence_at_once(room: Room) -> None:
    world, made = room
    with world.owner.begin() as connection:
        connection.execute(
            text("UPDATE grants SET state = 'revoked' WHERE id = :id"), {"id": made.grant_b}
        )
    before = len(entries(world))
    for path in ("evidence", "evidence/E1"):
        assert world.lead_b.client.get(f"/versions/{made.version_id}/{path}").status_code == 404
    assert [e.outcome for e in entries(world)[before:]] == ["denied", "denied"]
    with world.owner.begin() as connection:
        connection.execute(
            text("UPDATE grants SET state = 'in_force' WHERE id = :id"), {"id": made.grant_b}
        )


def test_a_receipt_names_each_item_with_the_digest_of_its_file(room: Room) -> None:
    world, made = room
    with world.owner.connect() as connection:
        items = connection.execute(
            text("SELECT items FROM receipts WHERE grant_id = :g"), {"g": made.grant_a}
        ).scalar_one()
    assert [item["item"].partition(":")[0] for item in items[1:]] == [
        "Evidence E1", "Evidence E2", "Evidence E3", "Evidence E4",
    ]  # fmt: skip
    digest = hashlib.sha256(copy(world.lead_a, made, "E3")).hexdigest()
    assert items[3]["digest"] == digest
