"""Two versions of a report at rest, copied for whoever changes them: at work, and published."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.database import DatabaseServer
from tests.world import World
from tests.worlds.snapshots import Snapshot, at_rest, copy_of
from tests.worlds.two_versions import TwoTexts, make_two_texts, published_copy

Kept = Snapshot[TwoTexts]


@pytest.fixture(scope="session")
def texts_at_rest(
    database_server: DatabaseServer, worker_id: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Kept]:
    """Make both versions once: the second one is being worked on."""
    folder = tmp_path_factory.mktemp("texts") / "data"
    yield from at_rest(database_server, f"{worker_id}_texts", folder, make_two_texts)


@pytest.fixture
def two_texts(
    texts_at_rest: Kept, database_server: DatabaseServer, worker_id: str, tmp_path: Path
) -> Iterator[tuple[World, TwoTexts]]:
    """Give a copy of both versions that a test may change; the second is being worked on."""
    yield from copy_of(texts_at_rest, database_server, f"{worker_id}_text", tmp_path / "texts")


@pytest.fixture(scope="session")
def published_at_rest(
    texts_at_rest: Kept,
    database_server: DatabaseServer,
    worker_id: str,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Kept]:
    """Publish the second version in a copy once, and compare what organisations hold of both."""
    folder = tmp_path_factory.mktemp("published") / "data"
    yield from published_copy(texts_at_rest, database_server, f"{worker_id}_published", folder)


@pytest.fixture
def published(
    published_at_rest: Kept, database_server: DatabaseServer, worker_id: str, tmp_path: Path
) -> Iterator[tuple[World, TwoTexts]]:
    """Give a copy of both versions, published, that a test may change."""
    yield from copy_of(published_at_rest, database_server, f"{worker_id}_pub", tmp_path / "data")


@pytest.fixture(scope="package")
def both_published(
    published_at_rest: Kept,
    database_server: DatabaseServer,
    worker_id: str,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[tuple[World, TwoTexts]]:
    """Give both versions published, to be read by tests that change nothing."""
    folder = tmp_path_factory.mktemp("read") / "data"
    yield from copy_of(published_at_rest, database_server, f"{worker_id}_read", folder)
