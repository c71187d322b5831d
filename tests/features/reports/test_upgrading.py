"""After an upgrade sources are read, editions built and checked again; else nothing is done."""

from typing import Any

import msgspec
import pytest
from sqlalchemy import text

from app.features.reports.upgrading import bring_up_to_date
from app.rendering.edition import ENGINE_VERSION
from app.rendering.leakcheck import CHECKER_VERSION
from tests.world import World
from tests.worlds.entries import entries
from tests.worlds.reports import SEC, ImportedVersion

Imported = tuple[World, ImportedVersion]


def rows(world: World, statement: str) -> list[Any]:
    """Look into the database as its owner."""
    with world.owner.connect() as connection:
        return list(connection.execute(text(statement)))


def change(world: World, statement: str, **values: object) -> None:
    """Change rows as the database's owner."""
    with world.owner.begin() as connection:
        connection.execute(text(statement), values)


def test_an_upgrade_reads_builds_and_checks_again_and_only_once(imported_world: Imported) -> None:
    world, made = imported_world
    before = len(entries(world))
    bring_up_to_date(world.worker)
    assert len(entries(world)) == before, "everything is up to date"

    # As an older engine left it: other words, other keys.
    change(world, """UPDATE versions SET inspection = inspection || '{"engine": "0"}'""")
    change(world, "UPDATE source_pages SET words = :none", none=msgspec.msgpack.encode([]))
    change(world, "UPDATE editions SET engine = '0', key = 'old'")
    bring_up_to_date(world.worker)

    events = [e.event for e in entries(world)[before:]]
    assert events.count("VersionReadAgain") == 1
    assert events.count("EditionReady") == 1
    editions = rows(world, "SELECT engine, state FROM editions ORDER BY engine")
    assert editions == [("0", "ready"), (ENGINE_VERSION, "ready")]
    page = world.author.client.get(f"/api/v1/versions/{made.version_id}/pages/2").json()
    assert SEC in {word["text"] for word in page["words"]}

    # As an older checker left it.
    change(world, """UPDATE editions SET check_result = check_result || '{"checker": "0"}'""")
    before = len(entries(world))
    bring_up_to_date(world.worker)
    assert [e.event for e in entries(world)[before:]] == ["EditionCheckedAgain"]
    (result,) = rows(world, f"SELECT check_result FROM editions WHERE engine = '{ENGINE_VERSION}'")
    assert result[0]["checker"] == CHECKER_VERSION
    assert result[0]["passed"] is True


def test_what_a_newer_checker_finds_is_put_aside(imported_world: Imported) -> None:
    world, made = imported_world
    change(world, """UPDATE editions SET check_result = check_result || '{"checker": "0"}'""")
    # The document now says more than the edition permits on its first page.
    change(
        world, "UPDATE edition_pages SET words = :none WHERE page = 1",
        none=msgspec.msgpack.encode([]),
    )  # fmt: skip
    bring_up_to_date(world.worker)

    assert rows(world, "SELECT state FROM editions") == [("quarantined",)]
    assert entries(world)[-1].event == "EditionQuarantined"
    answer = world.author.client.get(f"/api/v1/versions/{made.version_id}/pages/1")
    assert answer.status_code == 503


@pytest.mark.parametrize("processes", [1, 2, 3])
def test_pages_built_side_by_side_are_the_same(processes: int) -> None:
    from app.rendering.sandbox import build_pages, build_pages_side_by_side
    from app.rendering.shapes import Box, PageJob
    from tests.worlds.reports import small_report

    jobs = [PageJob(at % 4 + 1, (Box(60, 60, 120, 80),), ()) for at in range(12)]
    several = build_pages_side_by_side(small_report(), pages=jobs, dpi=40, processes=processes)
    found = {(page.number, page.png) for page in several}

    assert found == {(p.number, p.png) for p in build_pages(small_report(), pages=jobs[:4], dpi=40)}
