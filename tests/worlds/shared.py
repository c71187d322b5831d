"""A version shared with two organisations, made once a run and copied for each test.

Importing and building takes seconds; copying the database and the data folder does not. Whatever a
test does stays in its own copy.
"""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.access.release import release
from app.domain.targets import PageRef
from app.installation import open_for_web, open_for_worker
from app.main import create_app
from app.transaction import begin
from app.web.session import COOKIE
from tests.clients import client_of
from tests.database import Database, DatabaseServer
from tests.world import PUBLIC_URL, Someone, World, make_settings
from tests.worlds.reports import SharedVersion, published_version_with_two_grants
from tests.worlds.snapshots import Snapshot, at_rest


@dataclass
class SharedWorld(World):
    """A world in which organisations A and B read their editions of one version."""

    made: SharedVersion

    def words(self, someone: Someone, page: int) -> list[str]:
        """List the words of a page of somebody's own edition, by their numbers."""
        with begin(self.web, someone.actor) as tx:
            words = release(tx, PageRef(version_id=self.made.version_id, page=page)).words
        return [word.text for word in words]

    def span(self, someone: Someone, page: int, phrase: str) -> tuple[int, int]:
        """Give the numbers of the first and the last word of a phrase on a page."""
        wanted, words = phrase.split(), self.words(someone, page)
        for first in range(len(words)):
            if words[first : first + len(wanted)] == wanted:
                return first, first + len(wanted) - 1
        raise LookupError(f"{phrase!r} is not among {words}")

    def entries(self, **wanted: str) -> list[tuple[str, str, str, str]]:
        """List (event, outcome, actor, object) of the log, oldest first; columns narrow it."""
        where = " AND ".join(["true", *(f"{column} = :{column}" for column in wanted)])
        statement = text(
            "SELECT convert_from(core, 'UTF8')::jsonb #>> '{facts,event}', outcome, actor, object"
            f" FROM audit_entry WHERE {where} ORDER BY id"
        )
        with self.owner.connect() as connection:
            return [tuple(row) for row in connection.execute(statement, wanted)]

    def rows(self, statement: str, **values: object) -> list[tuple[object, ...]]:
        """Read rows with the owner's role."""
        with self.owner.connect() as connection:
            return [tuple(row) for row in connection.execute(text(statement), values)]

    def change(self, statement: str, **values: object) -> None:
        """Bring a situation about with the owner's role."""
        with Session(self.owner) as session:
            session.execute(text(statement), values)
            session.commit()


Situation = Snapshot[SharedVersion]


@pytest.fixture(scope="session")
def shared_snapshot(
    database_server: DatabaseServer, worker_id: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Situation]:
    """Make the situation once, the real way."""
    folder = tmp_path_factory.mktemp("shared") / "data"
    make = published_version_with_two_grants
    yield from at_rest(database_server, f"{worker_id}_shared", folder, make)


Copier = Callable[[], SharedWorld]


@pytest.fixture
def copies(
    shared_snapshot: Situation, database_server: DatabaseServer, worker_id: str, tmp_path: Path
) -> Iterator[Copier]:
    """Give a function that makes a copy of the situation, in which a test commits for real."""
    yield from _copies(shared_snapshot, database_server, f"{worker_id}_copy", tmp_path)


@pytest.fixture(scope="module")
def shared_room(
    shared_snapshot: Situation,
    database_server: DatabaseServer,
    worker_id: str,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[SharedWorld]:
    """Give one copy to the tests of a module that only read, or put back what they change."""
    folder = tmp_path_factory.mktemp("room")
    for copier in _copies(shared_snapshot, database_server, f"{worker_id}_room", folder):
        yield copier()


@pytest.fixture(scope="module")
def room_copies(
    shared_snapshot: Situation,
    database_server: DatabaseServer,
    worker_id: str,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Copier]:
    """Give a function that makes a copy of the situation for a whole module."""
    folder = tmp_path_factory.mktemp("rooms")
    yield from _copies(shared_snapshot, database_server, f"{worker_id}_rooms", folder)


@pytest.fixture
def shared(copies: Copier) -> SharedWorld:
    """Give one copy of the situation."""
    return copies()


def _copies(
    snapshot: Situation, server: DatabaseServer, label: str, folder: Path
) -> Iterator[Copier]:
    made: list[tuple[SharedWorld, Database]] = []

    def copy() -> SharedWorld:
        database = server.clone(label, like=snapshot.database.name)
        files = folder / f"data-{len(made)}"
        shutil.copytree(snapshot.folder, files)
        world = _open(snapshot, database, files)
        made.append((world, database))
        return world

    yield copy
    for world, database in made:
        world.web.engine.dispose()
        world.worker.engine.dispose()
        server.drop(database)


def _open(snapshot: Situation, database: Database, folder: Path) -> SharedWorld:
    settings = make_settings(database, folder)
    web, worker = open_for_web(settings), open_for_worker(settings)
    application = create_app(settings, web)
    return SharedWorld(
        web=web,
        worker=worker,
        application=application,
        owner=database.owner,
        organisations=dict(snapshot.world.organisations),
        people={name: _signed_in(p, application) for name, p in snapshot.world.people.items()},
        made=snapshot.made,
    )


def _signed_in(someone: Someone, application: object) -> Someone:
    copy = replace(someone)
    client = client_of(application, PUBLIC_URL)
    client.cookies.set(COOKIE, someone.token, domain="vitrine.test", path="/")
    client.headers["X-Vitrine-CSRF"] = "1"
    copy.client = client
    return copy
