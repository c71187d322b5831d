"""A world with an imported version, made once by each test worker and copied for each test.

As `shared` does for a published version: a copy is a database cloned from the first one, with its
data folder, and the test that gets it may change what it likes.
"""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Generic, TypeVar

import pytest

from tests.database import Database, DatabaseServer
from tests.world import World, build_world, make_settings, open_world
from tests.worlds.reports import ImportedVersion, imported_version

Made = TypeVar("Made")


@dataclass(frozen=True)
class Snapshot(Generic[Made]):
    """A world at rest: its database, its folder, who was in it, and what was made there."""

    database: Database
    folder: Path
    world: World
    made: Made


def at_rest(
    server: DatabaseServer, label: str, folder: Path, make: Callable[[World], Made]
) -> Iterator[Snapshot[Made]]:
    """Make something once in a world of its own, keep it for copies, and throw it away."""
    database = server.clone(label)
    world = build_world(make_settings(database, folder), database.owner)
    made = make(world)
    for engine in (world.web.engine, world.worker.engine, database.owner):
        engine.dispose()
    yield Snapshot(database, folder, world, made)
    server.drop(database)


def copy_of(
    kept: Snapshot[Made], server: DatabaseServer, label: str, folder: Path
) -> Iterator[tuple[World, Made]]:
    """Open a copy of a world at rest and throw it away afterwards."""
    database = server.clone(label, like=kept.database.name)
    shutil.copytree(kept.folder, folder)
    people = {name: replace(someone) for name, someone in kept.world.people.items()}
    settings = make_settings(database, folder)
    copied = open_world(settings, database.owner, dict(kept.world.organisations), people)
    yield copied, kept.made
    copied.web.engine.dispose()
    copied.worker.engine.dispose()
    server.drop(database)


@pytest.fixture(scope="session")
def imported_snapshot(
    database_server: DatabaseServer, worker_id: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Snapshot[ImportedVersion]]:
    """Keep a world in which the author has imported the small report."""
    folder = tmp_path_factory.mktemp("imported") / "data"
    yield from at_rest(database_server, f"{worker_id}_imported", folder, imported_version)


@pytest.fixture
def imported_world(
    imported_snapshot: Snapshot[ImportedVersion],
    database_server: DatabaseServer,
    worker_id: str,
    tmp_path: Path,
) -> Iterator[tuple[World, ImportedVersion]]:
    """Give a world of the test's own with an imported version, readable by its author."""
    folder = tmp_path / "imported"
    yield from copy_of(imported_snapshot, database_server, f"{worker_id}_own", folder)
