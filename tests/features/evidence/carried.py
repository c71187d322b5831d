"""A report in two versions: the first with marked evidence and published, the second without."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import text

from tests.database import DatabaseServer
from tests.features.redactions.carried import next_version
from tests.spreadsheets import workbook
from tests.world import Someone, World
from tests.worlds.doors import post_json
from tests.worlds.evidence import TABLE, TRANSCRIPT, attach, decide_all
from tests.worlds.reports import ImportedVersion, grant_internally, imported_version, settle
from tests.worlds.snapshots import Snapshot, at_rest, copy_of

INSIDE = "The vault has no lock before spring."
SECRETS = ("Heliotrope", "secret plan", "Ariadne", "Eurydice")
BOOK = workbook({"Names": [["name"], ["Eurydice"], ["Carme"]]})
# E3 is the spreadsheet and E4 its only sheet.
MARKS: tuple[tuple[str, list[dict[str, int]], dict[str, Any]], ...] = (
    (
        "E1",
        [
            {"line_from": 2, "line_to": 2, "field": 0, "char_from": 20, "char_to": 30},
            {"line_from": 3, "line_to": 4},
        ],
        {"categories": ["SEC"], "character": "A system", "restricted_justification": INSIDE},
    ),
    (
        "E2",
        [{"line_from": 2, "line_to": 2, "field": 0}],
        {"categories": ["COM"], "character": "A name", "substitute": "Person A"},
    ),
    ("E4", [{"line_from": 2, "line_to": 2}], {"categories": ["LEG"], "character": "A row"}),
)


@dataclass(frozen=True)
class TwoVersions:
    """The first version, published with four marks in evidence, and the second, which has none."""

    first: ImportedVersion
    second: ImportedVersion


def make_two_versions(world: World) -> TwoVersions:
    """Import, attach, mark, decide, publish; then import the next version."""
    first = imported_version(world)
    grant_internally(world, first, world.approver)
    files = (("text", TRANSCRIPT), ("csv", TABLE), ("spreadsheet", BOOK))
    for kind, content in files:
        assert attach(world, first, kind, content).status_code == 202
        settle(world)
    for code, places, reason in MARKS:
        path = f"/versions/{first.version_id}/redactions/evidence/{code}"
        body = {"places": places, "justification": "It must not be known.", **reason}
        made = post_json(world.author, path, **body)
        assert made.status_code == 201, made.text
    decide_all(world, first)
    published = post_json(world.coordinator, f"/versions/{first.version_id}/publish")
    assert published.status_code == 200, published.text
    second = next_version(world, first)
    settle(world)
    return TwoVersions(first, second)


Kept = Snapshot[TwoVersions]


@pytest.fixture(scope="session")
def evidence_snapshot(
    database_server: DatabaseServer, worker_id: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Kept]:
    """Make both versions once, the real way."""
    folder = tmp_path_factory.mktemp("carried-evidence") / "data"
    yield from at_rest(database_server, f"{worker_id}_carried_evidence", folder, make_two_versions)


@pytest.fixture
def two_versions(
    evidence_snapshot: Kept, database_server: DatabaseServer, worker_id: str, tmp_path: Path
) -> Iterator[tuple[World, TwoVersions]]:
    """Give a copy of both versions that a test may change."""
    folder = tmp_path / "carried"
    yield from copy_of(evidence_snapshot, database_server, f"{worker_id}_carry_evidence", folder)


def desk(who: Someone, made: ImportedVersion) -> dict[str, Any]:
    """Read the desk as somebody."""
    answer = who.client.get(f"/api/v1/versions/{made.version_id}/evidence-desk")
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def not_here(who: Someone, made: TwoVersions) -> list[str]:
    """Give the ids of the first version's items that the second has not."""
    return [item["id"] for one in desk(who, made.second)["earlier"] for item in one["items"]]


def again(who: Someone, made: TwoVersions, items: list[str]) -> httpx.Response:
    """Attach items of the first version to the second."""
    return post_json(who, f"/versions/{made.second.version_id}/evidence-desk/again", items=items)


def all_again(world: World, made: TwoVersions) -> None:
    """Attach everything to the second version too, and have it read."""
    answer = again(world.author, made, not_here(world.author, made))
    assert answer.status_code == 202, answer.text
    settle(world)


def carry_over(who: Someone, made: TwoVersions) -> dict[str, Any]:
    """Read what waits, as somebody."""
    answer = who.client.get(f"/api/v1/versions/{made.second.version_id}/carry-over")
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def waiting(who: Someone, made: TwoVersions) -> dict[str, dict[str, Any]]:
    """Give the marks that wait by where they stood, such as `E1 line 2`."""
    return {
        f"{mark['stood']['code']} {mark['stood']['where']}": mark
        for earlier in carry_over(who, made)["earlier"]
        for part in ("identical", "others", "closed")
        for mark in earlier[part]
    }


def act(who: Someone, made: TwoVersions, what: str = "", **body: Any) -> httpx.Response:
    """Do one of the acts through the API."""
    return post_json(who, f"/versions/{made.second.version_id}/carry-over{what}", **body)


def carry_all(who: Someone, made: TwoVersions) -> httpx.Response:
    """Carry over whatever waits, in one batch."""
    marks = [mark["id"] for mark in waiting(who, made).values()]
    return act(who, made, earlier=made.first.version_id, marks=marks)


def publish(world: World, made: ImportedVersion) -> httpx.Response:
    """Publish a version as the coordinator."""
    return post_json(world.coordinator, f"/versions/{made.version_id}/publish")


def places(world: World, made: ImportedVersion) -> list[dict[str, Any]]:
    """Read the marks in evidence of a version with their places, in order."""
    statement = text(
        "SELECT r.*, m.line_from, m.line_to, m.field, m.char_from, m.char_to, i.code, i.version_id"
        " AS item_version FROM redactions r JOIN evidence_marks m ON m.redaction_id = r.id"
        " JOIN evidence_items i ON i.id = m.item_id WHERE r.version_id = :v"
        " ORDER BY i.code, m.line_from"
    )
    with world.owner.connect() as connection:
        found = connection.execute(statement, {"v": made.version_id})
        return [dict(row._mapping) for row in found]
