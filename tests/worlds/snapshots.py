"""A world with an imported version, made once by each test worker and copied for each test.

As `shared` does for a published version: a copy is a database cloned from the first one, with its
data folder, and the test that gets it may change what it likes.
"""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from tests.database import Database, DatabaseServer
from tests.world import World, build_world, make_settings, open_world
from tests.worlds.reports import ImportedVersion, imported_version


@dataclass(frozen=True)
class Snapshot:
    """A world at rest: its database, its folder, who was in it, and what was imported."""

    database: Database
    folder: Path
    world: World
    made: ImportedVersion


def copy_of(
    server: DatabaseServer, label: str, folder: Path, *, like: Database, of: Path, world: World
) -> Iterator[World]:
    """Open a copy of a world at rest and throw it away afterwards."""
    database = server.clone(label, like=like.name)
    shutil.copytree(of, folder)
    people = {name: replace(someone) for name, someone in world.people.items()}
    settings = make_settings(database, folder)
    copied = open_world(settings, database.owner, dict(world.organisations), people)
    yield copied
    copied.web.engine.dispose()
    copied.worker.engine.dispose()
    server.drop(database)


@pytest.fixture(scope="session")
def imported_snapshot(
    database_server: DatabaseServer, worker_id: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Snapshot]:
    """Keep a world in which the author has imported the small report."""
    folder = tmp_path_factory.mktemp("imported") / "data"
    database = database_server.clone(f"{worker_id}_imported")
    world = build_world(make_settings(database, folder), database.owner)
    made = imported_version(world)
    for engine in (world.web.engine, world.worker.engine, database.owner):
        engine.dispose()
    yield Snapshot(database, folder, world, made)
    database_server.drop(database)


@pytest.fixture
def imported_world(
    imported_snapshot: Snapshot, database_server: DatabaseServer, worker_id: str, tmp_path: Path
) -> Iterator[tuple[World, ImportedVersion]]:
    """Give a world of the test's own with an imported version, readable by its author."""
    kept = imported_snapshot
    for world in copy_of(
        database_server,
        f"{worker_id}_own",
        tmp_path / "imported",
        like=kept.database,
        of=kept.folder,
        world=kept.world,
    ):
        yield world, kept.made
