"""One installation for tests that only read: built once for a module, never changed by them."""

from collections.abc import Iterator

import pytest

from tests.database import DatabaseServer
from tests.world import World, build_world, make_settings
from tests.worlds.reports import SharedVersion, published_version_with_two_grants


@pytest.fixture(scope="module")
def reading_room(
    database_server: DatabaseServer, worker_id: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[World, SharedVersion]]:
    """Give a world with a published version that two organisations read in their editions."""
    database = database_server.clone(f"{worker_id}_reading")
    settings = make_settings(database, tmp_path_factory.mktemp("reading") / "data")
    world = build_world(settings, database.owner)
    yield world, published_version_with_two_grants(world)
    world.web.engine.dispose()
    world.worker.engine.dispose()
    database_server.drop(database)
