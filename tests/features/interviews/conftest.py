"""One world for all tests of interviews, whose people carry names that occur nowhere else."""

from collections.abc import Iterator

import pytest
from sqlalchemy import text

from tests.database import DatabaseServer
from tests.world import World, build_world, make_settings
from tests.worlds.reports import SharedVersion
from tests.worlds.requests import shared_version


@pytest.fixture(scope="session")
def world(
    database_server: DatabaseServer, worker_id: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[World]:
    """Give the installation that the tests of this folder share."""
    database = database_server.clone(f"{worker_id}_interviews")
    settings = make_settings(database, tmp_path_factory.mktemp("interviews"))
    made = build_world(settings, database.owner)
    with database.owner.begin() as connection:
        connection.execute(
            text("UPDATE people SET name = 'NAMED ' || upper(split_part(email, '@', 1))")
        )
        connection.execute(text("UPDATE organisations SET name = 'HOUSE OF ' || code"))
    yield made
    made.web.engine.dispose()
    made.worker.engine.dispose()
    database_server.drop(database)


@pytest.fixture(scope="session")
def version(world: World) -> SharedVersion:
    """Give the published version that organisations A and B review."""
    return shared_version(world)
