"""A database that stops and starts between two requests: honest meanwhile, then as before."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.db.embedded import EmbeddedServer
from tests.database import Database, DatabaseServer
from tests.world import World, build_world, make_settings


@pytest.fixture
def server() -> Iterator[EmbeddedServer]:
    """Give a server that no other test needs.

    Its folder has a short name: with a long one the socket lies elsewhere, anew with every start.
    """
    with tempfile.TemporaryDirectory(prefix="vitrine-restart-") as folder:
        server = EmbeddedServer(Path(folder) / "server", durable=False)
        server.start()
        yield server
        server.stop()


@pytest.fixture
def world(server: EmbeddedServer, tmp_path: Path) -> Iterator[World]:
    """Give an installation on it."""
    database: Database = DatabaseServer(server).clone("restarted")
    made = build_world(make_settings(database, tmp_path / "data"), database.owner)
    yield made
    for engine in (made.web.engine, made.worker.engine):
        engine.dispose()
    database.dispose()


def test_requests_are_refused_while_the_database_is_away_and_answered_when_it_is_back(
    server: EmbeddedServer, world: World
) -> None:
    client = world.author.client
    created = client.post("/api/v1/reports", json={"title": "Before"})
    assert created.status_code == 201
    server.stop()
    for path in ("/api/v1/reports", "/reports", "/api/v1/reports"):
        refused = client.get(path)
        assert refused.status_code == 503
        assert "Before" not in refused.text
    assert client.post("/api/v1/reports", json={"title": "Meanwhile"}).status_code == 503
    assert world.anonymous().get("/healthz").status_code == 503
    server.start()
    answers = [client.get("/api/v1/reports") for _ in range(8)]
    assert [a.status_code for a in answers] == [200] * 8
    assert [row["title"] for row in answers[-1].json()] == ["Before"]
    assert client.post("/api/v1/reports", json={"title": "After"}).status_code == 201
