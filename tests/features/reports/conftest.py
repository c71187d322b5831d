"""One installation for tests that only read: copied once for a module, never changed by them."""

from collections.abc import Iterator

import pytest

from tests.database import DatabaseServer
from tests.world import World
from tests.worlds.reports import SharedVersion
from tests.worlds.shared import Situation
from tests.worlds.snapshots import copy_of


@pytest.fixture(scope="module")
def reading_room(
    shared_snapshot: Situation,
    database_server: DatabaseServer,
    worker_id: str,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[tuple[World, SharedVersion]]:
    """Give a world with a published version that two organisations read in their editions."""
    yield from copy_of(
        shared_snapshot,
        database_server,
        f"{worker_id}_reading",
        tmp_path_factory.mktemp("reading") / "data",
    )
