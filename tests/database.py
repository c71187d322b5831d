"""Databases for the tests: one real PostgreSQL for a run, a migrated template, a clone per worker.

Fixtures for the application on top of a database belong to `application.py`.
"""

import os
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import Engine

from app.db.embedded import DatabaseUrls, EmbeddedServer
from app.db.migrate import upgrade
from app.db.session import engine_for

TEMPLATE = "vitrine_template"
ROOM = 4 * 2**30  # bytes; a run's databases come and go, and at one time take a fraction of it
BUILDING = 1  # advisory lock: one worker makes the template, the others wait
SERVER = pytest.StashKey[EmbeddedServer]()
FOLDER = pytest.StashKey[Path]()


@dataclass
class Database:
    """One migrated database and an engine for each purpose."""

    name: str
    urls: DatabaseUrls
    bootstrap_url: str

    @cached_property
    def owner(self) -> Engine:
        """Give the engine of the role that owns the tables."""
        return engine_for(self.urls.owner, pool_size=5)

    @cached_property
    def web(self) -> Engine:
        """Give the engine of the request handlers."""
        return engine_for(self.urls.web, pool_size=10)

    @cached_property
    def worker(self) -> Engine:
        """Give the engine of the worker."""
        return engine_for(self.urls.worker, pool_size=5)

    @cached_property
    def sequencer(self) -> Engine:
        """Give the engine of the log's sequencer."""
        return engine_for(self.urls.sequencer, pool_size=5)

    def dispose(self) -> None:
        """Close every connection of the engines that were used."""
        for name in ("owner", "web", "worker", "sequencer"):
            if name in self.__dict__:
                self.__dict__[name].dispose()


class DatabaseServer:
    """The server of this run, seen from one worker."""

    def __init__(self, server: EmbeddedServer) -> None:
        self.server = server
        self._made = 0
        self._template()

    def clone(self, label: str, like: str = TEMPLATE) -> Database:
        """Make a database like the template, or like another one that nobody is using."""
        self._made += 1
        name = f"test_{label}_{self._made}"
        self._execute(f"CREATE DATABASE {name} TEMPLATE {like} OWNER vitrine_owner")
        return Database(name, self.server.urls_of(name), self.server.bootstrap_url(name))

    def empty(self, label: str) -> Database:
        """Make a database without tables."""
        self._made += 1
        name = f"test_{label}_{self._made}"
        self._execute(f"CREATE DATABASE {name} OWNER vitrine_owner")
        return Database(name, self.server.urls_of(name), self.server.bootstrap_url(name))

    def drop(self, database: Database) -> None:
        """Remove a database that a test has used."""
        database.dispose()
        self._execute(f"DROP DATABASE {database.name} WITH (FORCE)")

    def _connect(self) -> psycopg.Connection:
        address = self.server.bootstrap_url().replace("+psycopg", "")
        return psycopg.connect(address, autocommit=True)

    def _execute(self, statement: str) -> None:
        with self._connect() as connection:
            connection.execute(sql.SQL(statement))  # type: ignore[arg-type] # names made here

    def _template(self) -> None:
        draft = f"{TEMPLATE}_draft"
        with self._connect() as connection:
            connection.execute("SELECT pg_advisory_lock(%s)", [BUILDING])
            known = {name for (name,) in connection.execute("SELECT datname FROM pg_database")}
            if TEMPLATE in known:
                return
            if draft not in known:
                self._execute(f"CREATE DATABASE {draft} OWNER vitrine_owner")
            upgrade(self.server.urls_of(draft).owner)
            self._execute(f"ALTER DATABASE {draft} RENAME TO {TEMPLATE}")


def _in_memory() -> Path | None:
    """Give a folder in memory with room to spare, or None where the machine has no such.

    A database is 600 files: copying one takes a third of a second on a disk, a fortieth in memory.
    """
    memory = Path("/dev/shm")
    if not os.access(memory, os.W_OK | os.X_OK):
        return None
    return memory if shutil.disk_usage(memory).free > ROOM else None


def _start(config: pytest.Config) -> EmbeddedServer:
    if SERVER not in config.stash:
        folder = Path(tempfile.mkdtemp(prefix="vitrine-tests-", dir=_in_memory()))
        config.stash[FOLDER] = folder
        config.stash[SERVER] = EmbeddedServer(folder, durable=False)
        config.stash[SERVER].start()
    return config.stash[SERVER]


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Let the controller of parallel workers start the server, so that it outlives each of them."""
    _start(node.config)
    node.workerinput["server_folder"] = str(node.config.stash[FOLDER])


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop the server of this run and remove its folder."""
    if SERVER in config.stash:
        config.stash[SERVER].stop()
    if FOLDER in config.stash:
        shutil.rmtree(config.stash[FOLDER])


@pytest.fixture(scope="session")
def database_server(request: pytest.FixtureRequest) -> DatabaseServer:
    """Give the server of this run with the migrated template in it."""
    given = getattr(request.config, "workerinput", None)
    if given is None:
        return DatabaseServer(_start(request.config))
    server = EmbeddedServer(Path(given["server_folder"]), durable=False)
    server.start()
    return DatabaseServer(server)


@pytest.fixture(scope="session")
def database(database_server: DatabaseServer, worker_id: str) -> Iterator[Database]:
    """Give this worker's own database, for tests that roll back or expect company."""
    made = database_server.clone(worker_id)
    yield made
    database_server.drop(made)


@pytest.fixture
def fresh_database(database_server: DatabaseServer, worker_id: str) -> Iterator[Database]:
    """Give a database of the test's own, for tests that commit for real."""
    made = database_server.clone(f"{worker_id}_fresh")
    yield made
    database_server.drop(made)


@pytest.fixture
def empty_database(database_server: DatabaseServer, worker_id: str) -> Iterator[Database]:
    """Give a database without tables, for tests of the migrations."""
    made = database_server.empty(f"{worker_id}_empty")
    yield made
    database_server.drop(made)


@pytest.fixture
def owner_engine(database: Database) -> Engine:
    """Give the owner's engine of this worker's database."""
    return database.owner


@pytest.fixture
def web_engine(database: Database) -> Engine:
    """Give the request handlers' engine of this worker's database."""
    return database.web


@pytest.fixture
def worker_engine(database: Database) -> Engine:
    """Give the worker's engine of this worker's database."""
    return database.worker


@pytest.fixture
def sequencer_engine(database: Database) -> Engine:
    """Give the sequencer's engine of this worker's database."""
    return database.sequencer
