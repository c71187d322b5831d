"""A log in a real database: entries appended by the web role, sequenced by the sequencer's."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, create_engine, text
from sqlalchemy.orm import Session

from app.audit import log
from app.audit.entry import Entry, uuid7
from app.audit.sequencer import Sequencer
from app.audit.signer import Signer, create
from app.db.session import enter_context
from app.kernel.actor import Actor, Side
from app.kernel.clock import now
from tests.database import Database, DatabaseServer

ORIGIN = "example.org/log/2026"
ORGANISATIONS = ("org_a", "org_b", "org_idle")


def actor(side: Side, organisation: str | None = None) -> Actor:
    return Actor(id="per_test", kind="person", side=side, organisation_id=organisation)


def entry(action: str = "report:page:read", **changed: Any) -> Entry:
    fields: dict[str, Any] = {
        "id": uuid7(),
        "at": now(),
        "outcome": "allowed",
        "actor": "per_1",
        "acting_for": "org_a",
        "object": "ver_abc",
        "organisations": frozenset({"org_a"}),
        "core": {"page": 12, "request": "req_1"},
        "personal": {"name": "Ada Example"},
        "content": {"query": "naïve “café”"},
    }
    return Entry(action=action, **{**fields, **changed})


@dataclass
class LoggedDatabase:
    """A migrated database with three enrolled organisations and a sequencer."""

    database: Database
    folder: Path
    signer: Signer
    sequencer: Sequencer
    slots: dict[str, int] = field(default_factory=dict)
    entry = staticmethod(entry)
    actor = staticmethod(actor)

    @property
    def state_path(self) -> Path:
        return self.folder / "log-state.json"

    def another_sequencer(self, **options: Any) -> Sequencer:
        """Give a sequencer that knows nothing but the files, as after a restart."""
        return Sequencer(self.database.sequencer, self.signer, self.state_path, **options)

    def append(self, *entries: Entry, side: Side = Side.PUBLISHER) -> list[log.AppendedEntry]:
        """Append and commit entries as a request would."""
        with Session(self.database.web) as session:
            enter_context(session, actor(side, "org_publisher"))
            appended = log.append(session, entries)
            session.commit()
        return appended

    def fill(self) -> None:
        """Append three batches with entries of two organisations and of none."""
        for number in range(3):
            self.append(
                entry(),
                entry(organisations=frozenset({"org_b"}), acting_for="org_b", actor="per_2"),
                entry("identity:session:started", organisations=frozenset(), object=None),
            )
            self.append(entry("grant:revoke", acting_for="org_publisher", outcome="denied"))
            batch = self.sequencer.sequence_once()
            assert batch is not None
            assert batch.batch == number

    @contextmanager
    def tampered(self, statement: str) -> Iterator[Connection]:
        """Give a connection that sees rows changed as an administrator can; then undo it."""
        engine = create_engine(self.database.bootstrap_url)
        with engine.connect() as connection:
            connection.execute(text("SET LOCAL session_replication_role = replica"))
            connection.execute(text(statement))
            yield connection
            connection.rollback()
        engine.dispose()

    def tamper(self, statement: str, **values: Any) -> None:
        """Change rows as a database administrator can: with the triggers switched off."""
        engine = create_engine(self.database.bootstrap_url)
        with engine.begin() as connection:
            connection.execute(text("SET LOCAL session_replication_role = replica"))
            connection.execute(text(statement), values)
        engine.dispose()

    def scalar(self, statement: str) -> Any:
        """Ask the database as its owner."""
        with self.database.owner.connect() as connection:
            return connection.scalar(text(statement))


def _make(database: Database, folder: Path) -> LoggedDatabase:
    signer = create(folder / "keys" / "log.key", origin=ORIGIN)
    sequencer = Sequencer(database.sequencer, signer, folder / "log-state.json")
    made = LoggedDatabase(database, folder, signer, sequencer)
    with Session(database.web) as session:
        enter_context(session, actor(Side.PUBLISHER, "org_publisher"))
        made.slots = {name: log.enrol(session, name) for name in ORGANISATIONS}
        session.commit()
    return made


@pytest.fixture
def logged(fresh_database: Database, tmp_path: Path) -> LoggedDatabase:
    """Give a log of the test's own, with nothing in it."""
    return _make(fresh_database, tmp_path)


@pytest.fixture(scope="session")
def settled(
    database_server: DatabaseServer, worker_id: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[LoggedDatabase]:
    """Give a filled log, of fifteen leaves in three batches, for tests that only look."""
    database = database_server.clone(f"{worker_id}_settled")
    made = _make(database, tmp_path_factory.mktemp("settled"))
    made.fill()
    yield made
    database_server.drop(database)
