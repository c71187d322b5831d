"""A log in a real database: entries appended by the web role, sequenced by the sequencer's."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.audit import log
from app.audit.entry import Entry, uuid7
from app.audit.sequencer import Sequencer
from app.audit.signer import Signer, create
from app.db.session import enter_context
from app.kernel.actor import Actor, Side
from app.kernel.clock import now
from tests.database import Database

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

    def tamper(self, statement: str, **values: Any) -> None:
        """Change rows as a database administrator can: with the triggers switched off."""
        from sqlalchemy import create_engine

        engine = create_engine(self.database.bootstrap_url)
        with engine.begin() as connection:
            connection.execute(text("SET LOCAL session_replication_role = replica"))
            connection.execute(text(statement), values)
        engine.dispose()

    def scalar(self, statement: str) -> Any:
        """Ask the database as its owner."""
        with self.database.owner.connect() as connection:
            return connection.scalar(text(statement))


@pytest.fixture
def logged(fresh_database: Database, tmp_path: Path) -> LoggedDatabase:
    signer = create(tmp_path / "keys" / "log.key", origin=ORIGIN)
    sequencer = Sequencer(fresh_database.sequencer, signer, tmp_path / "log-state.json")
    made = LoggedDatabase(fresh_database, tmp_path, signer, sequencer)
    with Session(fresh_database.web) as session:
        enter_context(session, actor(Side.PUBLISHER, "org_publisher"))
        made.slots = {name: log.enrol(session, name) for name in ORGANISATIONS}
        session.commit()
    return made
