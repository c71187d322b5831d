"""A log that is older than the last one seen here is said to be so, and adopted only openly."""

import json
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import NullPool, create_engine, text
from sqlalchemy.orm import Session

from app.audit import log
from app.audit.state import read_state, write_state
from app.cli import main
from app.cli.adopting import standing_of
from app.cli.checks import examine
from app.cli.proof import prove
from app.kernel.config import Settings, settings
from app.kernel.keys import make_keys
from tests.database import Database
from tests.runtime.test_backup_and_doctor import (
    ORIGIN,
    Kept,
    an_entry,
    back_up,
    fill,
    restore,
    sequencer,
    settings_of,
)

Vitrine = Callable[..., tuple[int, Any, str]]


@pytest.fixture
def kept(fresh_database: Database, tmp_path: Path) -> Kept:
    known = settings_of(fresh_database, tmp_path / "first")
    make_keys(known)
    return fill(known, fresh_database)


@pytest.fixture
def vitrine(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Vitrine:
    """Run the program on an installation; give its code, its JSON and standard error."""

    def run(known: Settings, *arguments: object) -> tuple[int, Any, str]:
        for name, value in {
            "DATA_DIR": str(known.data_dir),
            "DATABASE_URL": known.database_url,
            "DATABASE_OWNER_URL": known.database_owner_url,
            "DATABASE_WORKER_URL": known.database_worker_url,
            "DATABASE_SEQUENCER_URL": known.database_sequencer_url,
        }.items():
            monkeypatch.setenv(name, value)
        settings.cache_clear()
        monkeypatch.setattr(sys, "argv", ["vitrine", *map(str, arguments), "--json"])
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main.run()
        settings.cache_clear()
        said = capsys.readouterr()
        return int(ended.value.code or 0), json.loads(said.out), said.err

    return run


def grow(known: Settings, database: Database) -> None:
    """Let the log go on by an entry and a batch."""
    with Session(database.owner) as session:
        log.append(session, [an_entry()])
        session.commit()
    assert sequencer(known, database).sequence_once() is not None


def forget_the_tail(known: Settings) -> None:
    """Note that more was signed than the database has, as after a restore of an older one."""
    state = read_state(known.log_state)
    assert state is not None
    write_state(known.log_state, replace(state, size=state.size + 40, root=b"r" * 32, intent=None))


def events(database: Database) -> list[dict[str, Any]]:
    with database.owner.connect() as connection:
        rows = connection.scalars(
            text("SELECT convert_from(core, 'UTF8') FROM audit_entry ORDER BY id")
        )
        return [json.loads(row) for row in rows]


def event_names(database: Database) -> list[str]:
    return [core["facts"].get("event", "") for core in events(database)]


def test_a_restored_log_that_is_older_is_said_to_be_so_and_not_signed(
    kept: Kept, fresh_database: Database, empty_database: Database, tmp_path: Path,
    vitrine: Vitrine,
) -> None:  # fmt: skip
    back_up(kept.known, tmp_path / "backup")
    grow(kept.known, fresh_database)
    grow(kept.known, fresh_database)  # after the backup
    newest = kept.known.log_state.read_bytes()
    here = settings_of(empty_database, tmp_path / "first")  # the database was lost, the rest kept
    code, said, warned = vitrine(here, "restore", tmp_path / "backup")
    assert code == 1
    assert said["faults"] == []  # whole in itself: only the mark shows it
    assert (said["log"]["size"], said["log"]["last_signed"]) == (4, 9)
    assert "this log is older than the last one seen here" in warned
    assert "vitrine audit adopt" in warned
    assert here.log_state.read_bytes() == newest
    assert event_names(empty_database)[-1] == "BackupRestored"
    [finding] = [f for f in examine(here) if f.check == "log"]
    assert (finding.verdict, "older than the last one" in finding.what) == ("fault", True)


def test_a_restored_log_that_is_the_last_one_goes_on(
    kept: Kept, empty_database: Database, tmp_path: Path, vitrine: Vitrine
) -> None:
    back_up(kept.known, tmp_path / "backup")
    here = settings_of(empty_database, tmp_path / "first")
    code, said, warned = vitrine(here, "restore", tmp_path / "backup")
    assert (code, said["log"]["fault"], said["log"]["last_signed"]) == (0, "", 4)
    assert "older" not in warned
    [finding] = [f for f in examine(here) if f.check == "log"]
    assert finding.verdict == "good"
    assert sequencer(here, empty_database).sequence_once() is not None
    facts = events(empty_database)[-1]["facts"]["facts"]
    assert (facts["older"], facts["size"], facts["last_signed"]) == (False, 4, 4)


def test_where_no_record_was_kept_a_restore_says_that_nobody_can_tell(
    kept: Kept, empty_database: Database, tmp_path: Path, vitrine: Vitrine
) -> None:
    back_up(kept.known, tmp_path / "backup")
    here = settings_of(empty_database, tmp_path / "second")
    code, said, warned = vitrine(here, "restore", tmp_path / "backup")
    assert (code, said["log"]["last_signed"]) == (0, None)
    assert "cannot be seen from here" in warned


def test_an_older_log_is_adopted_openly_under_a_new_origin(
    kept: Kept, fresh_database: Database, vitrine: Vitrine
) -> None:
    known = kept.known
    forget_the_tail(known)
    assert "older" in standing_of(known).fault
    code, said, _ = vitrine(known, "audit", "adopt", "--reason", "the disk of 3 May was lost")
    assert code == 0
    assert (said["before"], said["after"], said["size"]) == (ORIGIN, f"{ORIGIN}/restored-1", 4)
    assert standing_of(known).fault == ""
    assert prove(known).faults == []  # old checkpoints under the old name, new under the new
    (adopted,) = [
        core for core in events(fresh_database) if core["facts"].get("event") == "LogAdopted"
    ]
    assert adopted["slots"], "the reviewers' record shows it too"
    assert adopted["facts"]["facts"]["before"] == ORIGIN
    assert sequencer(known, fresh_database).check() > 4  # the base name finds the shard's key
    forget_the_tail(known)
    again = vitrine(known, "audit", "adopt", "--reason", "once more")
    assert again[1]["after"] == f"{ORIGIN}/restored-2"
    assert prove(known).faults == []


def test_a_log_whose_record_was_lost_is_adopted_the_same_way(kept: Kept, vitrine: Vitrine) -> None:
    kept.known.log_state.unlink()
    assert "missing" in standing_of(kept.known).fault
    code, said, _ = vitrine(kept.known, "audit", "adopt", "--reason", "the file was lost")
    assert (code, said["after"]) == (0, f"{ORIGIN}/restored-1")


def test_what_needs_no_adoption_gets_none(
    kept: Kept, fresh_database: Database, vitrine: Vitrine
) -> None:
    code, said, _ = vitrine(kept.known, "audit", "adopt", "--reason", "to be sure")
    assert code == 1
    assert "nothing to adopt" in said["error"]
    assert "LogAdopted" not in event_names(fresh_database)


def test_a_log_is_not_adopted_while_a_worker_runs(
    kept: Kept, fresh_database: Database, vitrine: Vitrine
) -> None:
    forget_the_tail(kept.known)
    with fresh_database.owner.begin() as connection:
        connection.execute(text("INSERT INTO procrastinate_workers DEFAULT VALUES"))
    code, said, _ = vitrine(kept.known, "audit", "adopt", "--reason", "in a hurry")
    assert (code, "worker runs" in said["error"]) == (1, True)


def test_a_log_that_was_changed_is_never_adopted(
    kept: Kept, fresh_database: Database, vitrine: Vitrine
) -> None:
    forget_the_tail(kept.known)
    key = kept.known.log_key.read_bytes()
    fresh_database_superuser(
        fresh_database, "UPDATE audit_leaf SET leaf_hash = sha256(leaf_hash) WHERE leaf_index = 1"
    )
    code, said, _ = vitrine(kept.known, "audit", "adopt", "--reason", "never mind")
    assert (code, "cannot be adopted" in said["error"]) == (1, True)
    assert kept.known.log_key.read_bytes() == key


def fresh_database_superuser(database: Database, statement: str) -> None:
    """Change rows as a database administrator can: with the triggers switched off."""
    engine = create_engine(database.bootstrap_url, poolclass=NullPool)
    with engine.begin() as connection:
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        connection.execute(text(statement))


def test_a_backup_taken_before_an_adoption_finds_its_key_here(
    kept: Kept, empty_database: Database, tmp_path: Path, vitrine: Vitrine
) -> None:
    back_up(kept.known, tmp_path / "backup")
    forget_the_tail(kept.known)
    assert vitrine(kept.known, "audit", "adopt", "--reason", "lost")[0] == 0
    here = settings_of(empty_database, tmp_path / "first")
    restore(here, tmp_path / "backup")  # its log.key has the earlier name, and is the same key
    assert "older than the last one seen here" in standing_of(here).fault
