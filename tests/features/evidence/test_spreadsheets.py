"""A spreadsheet becomes a table for each sheet that can be seen; hidden ones are only named."""

import pytest
from sqlalchemy import select, text

from app.models.content import WorkbookSheet
from app.transaction import begin
from tests.spreadsheets import workbook
from tests.world import World
from tests.worlds.entries import entries
from tests.worlds.evidence import attach
from tests.worlds.reports import ImportedVersion, grant_internally, imported_version, settle
from tests.worlds.shared import SharedWorld

SHEETS = {
    "Callisto": [["name", "score"], ["Ariadne", 0.5]],
    "Himalia": [["left", "out"], ["Elara", 1]],
    "Void": [],
    "Sinope": [["plain"], ["Carme"]],
}
BOOK = workbook(SHEETS, hidden={"Himalia"})
Room = tuple[World, ImportedVersion]


@pytest.fixture(scope="module")
def room(shared_room: SharedWorld) -> Room:
    """Give a version with a spreadsheet of four sheets, one of them hidden, that was read."""
    made = imported_version(shared_room, title="With a spreadsheet")
    grant_internally(shared_room, made, shared_room.approver)
    assert attach(shared_room, made, "csv", b"before\n").status_code == 202
    answer = attach(shared_room, made, "spreadsheet", BOOK)
    assert answer.status_code == 202, answer.text
    settle(shared_room)
    return shared_room, made


def desk(room: Room) -> list[tuple[object, ...]]:
    world, made = room
    answer = world.author.client.get(f"/api/v1/versions/{made.version_id}/evidence-desk")
    wanted = ("code", "kind", "state", "title", "lines", "hidden_sheets")
    return [tuple(item[name] for name in wanted) for item in answer.json()["items"]]


def test_each_sheet_that_can_be_seen_becomes_a_table(room: Room) -> None:
    world, made = room
    assert desk(room)[1:] == [
        ("E2", "spreadsheet", "split", "The spreadsheet item", 4, 1),
        ("E3", "csv", "ready", "The spreadsheet item, sheet 1", 2, 0),
        ("E4", "csv", "ready", "The spreadsheet item, sheet 4", 2, 0),
    ]
    page = world.author.client.get(f"/versions/{made.version_id}/evidence/E3")
    assert "Ariadne" in page.text
    entry = next(e for e in reversed(entries(world)) if e.event == "SpreadsheetSplit")
    assert (entry.facts["sheets"], entry.facts["hidden"]) == (4, 1)
    assert "Himalia" not in str(entry)


def test_the_hidden_sheet_is_named_to_who_reads_everything_and_served_to_nobody(room: Room) -> None:
    world, made = room
    answer = world.author.client.get(f"/api/v1/versions/{made.version_id}/file").json()
    assert [(one["name"], one["visible"], one["taken_as"]) for one in answer["sheets"]] == [
        ("Callisto", True, "E3"),
        ("Himalia", False, None),
        ("Void", True, None),
        ("Sinope", True, "E4"),
    ]
    page = world.author.client.get(f"/versions/{made.version_id}/file").text
    assert ("Himalia" in page, "Hidden, left out" in page) == (True, True)
    page = world.author.client.get(f"/versions/{made.version_id}/evidence-desk").text
    assert ("1 hidden, left out" in page, "Himalia" in page) == (True, False)
    for code in ("E2", "E3", "E4"):
        assert (
            "Elara"
            not in world.author.client.get(f"/versions/{made.version_id}/evidence/{code}").text
        )
    # the coordinator works on the report, and has nothing lifted
    assert world.coordinator.client.get(f"/versions/{made.version_id}/file").status_code == 404


def test_the_database_keeps_the_names_from_who_reads_less(room: Room) -> None:
    world, _ = room

    def seen() -> set[str]:
        with begin(world.web, world.coordinator.actor) as tx:
            return set(tx.session.scalars(select(WorkbookSheet.name)))

    def alter(what: str) -> None:
        with world.owner.begin() as connection:
            connection.execute(text(f"ALTER TABLE workbook_sheets {what} ROW LEVEL SECURITY"))

    assert seen() == set()
    alter("DISABLE")
    try:
        assert "Himalia" in seen()
    finally:
        alter("ENABLE")


def test_taken_off_and_attached_again_it_makes_no_second_tables(room: Room) -> None:
    world, made = room
    assert attach(world, made, "spreadsheet", BOOK).status_code == 409
    gone = world.author.client.post(
        f"/api/v1/versions/{made.version_id}/evidence-desk/remove", json={"item": "E2"}
    )
    assert gone.status_code == 200
    assert attach(world, made, "spreadsheet", BOOK).status_code == 202
    settle(world)
    assert [row[:3] for row in desk(room)[1:]] == [
        ("E3", "csv", "ready"),
        ("E4", "csv", "ready"),
        ("E5", "spreadsheet", "split"),
    ]


def test_a_broken_one_is_refused_with_what_to_do(room: Room) -> None:
    world, made = room
    attach(world, made, "spreadsheet", b"PK\x03\x04 but nothing more")
    settle(world)
    world.author.client.get(f"/api/v1/versions/{made.version_id}/evidence-desk")
    assert desk(room)[-1][2] == "failed"
    page = world.author.client.get(f"/versions/{made.version_id}/evidence-desk").text
    assert "save it as .xlsx" in page
