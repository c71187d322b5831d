"""Editions are built once for each audience, checked before anybody sees them, and resumed."""

import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import msgspec
import pytest
from sqlalchemy import text

from app.features.reports.building import PAGES_A_BATCH
from app.features.reports.tasks import build_editions
from tests.features.reports.test_importing import environment, first_pages
from tests.world import World
from tests.worlds.entries import entries
from tests.worlds.reports import (
    LEG,
    SEC,
    ImportedVersion,
    grant_internally,
    imported_version,
    marked,
)
from tests.worlds.shared import SharedWorld

BUILD = """
from app.installation import open_for_worker
from app.kernel.config import Settings
from app.features.reports.tasks import build_editions
import sys
build_editions(open_for_worker(Settings()), version_id=sys.argv[1])
"""


def rows(world: World, statement: str) -> list[Any]:
    """Look into the database as its owner."""
    with world.owner.connect() as connection:
        return list(connection.execute(text(statement)))


def spoil(world: World, statement: str, **values: object) -> None:
    """Change what is stored, as a fault of the engine would have left it."""
    with world.owner.begin() as connection:
        connection.execute(text(statement), values)
        connection.execute(
            text("UPDATE editions SET state = 'building' WHERE lifted = ARRAY['COM']")
        )


def page_of_b(world: World, page: int) -> Any:
    """Give a stored page of organisation B's edition."""
    statement = f"""SELECT p.* FROM edition_pages p JOIN editions e ON e.id = p.edition_id
                     WHERE e.lifted = ARRAY['COM'] AND p.page = {page}"""
    return rows(world, statement)[0]


def test_a_withheld_word_in_the_text_keeps_an_edition_in_quarantine(shared: SharedWorld) -> None:
    row = page_of_b(shared, 2)
    words = [*msgspec.msgpack.decode(row.words), [SEC, 600, 800, 20, 10]]
    spoil(
        shared,
        "UPDATE edition_pages SET words = :words WHERE edition_id = :edition AND page = 2",
        words=msgspec.msgpack.encode(words),
        edition=row.edition_id,
    )
    build_editions(shared.worker, version_id=shared.made.version_id)
    (edition,) = rows(shared, "SELECT * FROM editions WHERE lifted = ARRAY['COM']")
    assert edition.state == "quarantined"
    found = {finding["check"] for finding in edition.check_result["findings"]}
    assert any(check.startswith("secrets") for check in found)
    assert SEC not in str(edition.check_result)
    assert entries(shared)[-1].event == "EditionQuarantined"
    path = f"/versions/{shared.made.version_id}/pages/2"
    assert shared.people["reviewer_b"].client.get(path).status_code == 503
    assert shared.people["reviewer_a"].client.get(path).status_code == 200
    _is_said_to_those_whom_it_concerns(shared)


def _is_said_to_those_whom_it_concerns(shared: SharedWorld) -> None:
    """The version's page, its JSON, two home pages and the health page say it; no outsider's."""
    version = f"/reports/{shared.made.report_id}/versions/{shared.made.version_id}"
    desk = f"/api/v1/versions/{shared.made.version_id}/desk"
    answer = shared.author.client.get(desk).json()
    aside = [one for one in answer["editions"] if one["state"] == "quarantined"]
    assert len(aside) == 1
    assert aside[0]["checker"]
    assert set(aside[0]["failed"]) <= set(aside[0]["checks"])
    assert aside[0]["failed"] and aside[0]["secrets"]
    shown = shared.author.client.get(version).text
    assert "An edition was put aside" in shown
    assert f"{len(aside[0]['failed'])} failed" in shown
    for who in ("author", "coordinator"):
        assert "Put aside by the leak check" in shared.people[who].client.get("/").text, who
    for who in ("reviewer_a", "reviewer_b", "internal_reader"):
        assert "ut aside" not in shared.people[who].client.get("/").text, who
    assert "editions of 1 version aside" in shared.administrator.client.get("/health").text


def test_a_box_that_is_missing_or_not_black_keeps_an_edition_in_quarantine(
    shared: SharedWorld,
) -> None:
    clear = rows(
        shared,
        """SELECT p.image_digest FROM edition_pages p JOIN editions e ON e.id = p.edition_id
            WHERE e.lifted = '{}' AND p.page = 1""",
    )[0]
    row = page_of_b(shared, 1)
    spoil(
        shared,
        "UPDATE edition_pages SET image_digest = :digest WHERE edition_id = :edition AND page = 1",
        digest=clear.image_digest,
        edition=row.edition_id,
    )
    spoil(
        shared,
        "UPDATE edition_pages SET boxes = '[]' WHERE edition_id = :edition AND page = 2",
        edition=row.edition_id,
    )
    build_editions(shared.worker, version_id=shared.made.version_id)
    (edition,) = rows(shared, "SELECT * FROM editions WHERE lifted = ARRAY['COM']")
    assert edition.state == "quarantined"
    found = {(finding["check"], finding["page"]) for finding in edition.check_result["findings"]}
    assert {("box pixels", 1), ("places", 2)} <= found


def test_pages_that_look_alike_are_drawn_once(
    imported_world: tuple[World, ImportedVersion],
) -> None:
    world, made = imported_world
    before = len(entries(world))
    marked(world, made, LEG, "LEG")  # page 1 only
    grant_internally(world, made, world.internal_reader, "COM")
    drawn = [e.facts["pages"] for e in entries(world)[before:] if e.event == "EditionPagesDrawn"]
    assert drawn == [[1]]
    pages = rows(world, "SELECT page, image_digest FROM edition_pages")
    assert len(pages) == 2 * made.pages
    assert len(set(pages)) == made.pages + 1


def test_two_audiences_with_the_same_view_share_one_edition(
    imported_world: tuple[World, ImportedVersion],
) -> None:
    world, made = imported_world
    marked(world, made, SEC, "SEC")
    grant_internally(world, made, world.internal_reader, "COM")
    grant_internally(world, made, world.second_author, "IP")
    assert len(rows(world, "SELECT id FROM editions")) == 2


def test_a_title_that_says_what_is_withheld_is_left_out(
    imported_world: tuple[World, ImportedVersion],
) -> None:
    world, made = imported_world
    marked(world, made, "Systems", "SEC")
    grant_internally(world, made, world.internal_reader, "COM")
    path = f"/api/v1/versions/{made.version_id}"
    titles = [e["title"] for e in world.internal_reader.client.get(path).json()["outline"]]
    assert titles == ["Purpose", "Section", "Costs", "Conclusion"]
    titles = [e["title"] for e in world.author.client.get(path).json()["outline"]]
    assert titles == ["Purpose", "Systems", "Costs", "Conclusion"]


PAGES = PAGES_A_BATCH + 4  # two batches: one to be drawn, one to be killed before


def test_a_killed_build_goes_on_where_it_was(world: World, corpus: list[Path]) -> None:
    if not corpus:
        pytest.skip("no corpus: a small report is drawn before anybody can kill it")
    made = imported_version(world, content=first_pages(corpus[0], PAGES))
    first = sum(e.event == "EditionPagesDrawn" for e in entries(world))
    # A change on every page makes every page new.
    marked(world, made, "energy", "SEC")
    with world.owner.begin() as connection:
        connection.execute(text("UPDATE grants SET lifted = '{}', preset = 'public'"))
    child = subprocess.Popen(
        [sys.executable, "-c", BUILD, made.version_id], env=environment(world.worker.settings)
    )
    pending = "SELECT pages_ready FROM editions WHERE cardinality(withheld_redactions) > 0"
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline and child.poll() is None:
        if any(0 < row.pages_ready < PAGES for row in rows(world, pending)) and any(
            e.event == "EditionPagesDrawn" for e in entries(world)[-1:]
        ):
            break
        time.sleep(0.05)
    child.kill()
    child.wait()
    assert rows(world, "SELECT state FROM editions ORDER BY created_at")[1].state != "ready"
    drawn = [e.facts["pages"] for e in entries(world) if e.event == "EditionPagesDrawn"]
    build_editions(world.worker, version_id=made.version_id)
    after = [e.facts["pages"] for e in entries(world) if e.event == "EditionPagesDrawn"]
    assert after[: len(drawn)] == drawn
    last = [page for pages in after[first:] for page in pages]
    assert len(last) == len(set(last))  # no page of the new edition was drawn twice
    states = rows(world, "SELECT state, pages_ready FROM editions ORDER BY created_at")
    assert [tuple(row) for row in states] == [("ready", PAGES), ("ready", PAGES)]
