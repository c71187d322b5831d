"""`vitrine audit` as an operator or a reviewer types it."""

import json
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session
from typer.testing import CliRunner

from app.audit.export import export
from app.cli.main import build
from app.db.session import enter_context
from app.kernel.actor import Side
from app.kernel.config import settings
from app.kernel.errors import VitrineError
from tests.database import Database
from tests.world import World


def _run(*arguments: object) -> Any:
    return CliRunner().invoke(build(), [str(argument) for argument in arguments])


@pytest.fixture
def exported(logged: Any, tmp_path: Path) -> Path:
    logged.fill()
    with Session(logged.database.web) as session:
        enter_context(session, logged.actor(Side.PUBLISHER))
        export(session.connection(), tmp_path / "bundle")
    return tmp_path / "bundle"


def test_an_intact_bundle_is_said_to_be_intact(logged: Any, exported: Path) -> None:
    run = _run("audit", "verify", exported, "--key", logged.signer.vkey)
    assert run.exit_code == 0, run.output
    assert "intact" in run.output
    assert "12 entries, up to leaf 15" in run.output


def test_a_key_that_nobody_pinned_is_said_to_be_so(
    logged: Any, exported: Path, tmp_path: Path
) -> None:
    run = _run("audit", "verify", exported, "--pin", tmp_path / "none")
    assert run.exit_code == 3
    assert "key not pinned" in run.output
    assert logged.signer.vkey in run.output
    (tmp_path / "pins").write_text(f"{logged.signer.vkey}\n")
    assert _run("audit", "verify", exported, "--pin", tmp_path / "pins").exit_code == 0


def test_the_first_fault_is_named_for_people_and_for_machines(logged: Any, exported: Path) -> None:
    path = exported / "entries.jsonl"
    path.write_bytes(path.read_bytes().replace(b"per_2", b"per_9", 1))
    run = _run("audit", "verify", exported, "--key", logged.signer.vkey)
    assert run.exit_code == 1
    assert "FAULT entries.jsonl, line 3, leaf 1:" in run.output
    run = _run("audit", "verify", exported, "--key", logged.signer.vkey, "--json")
    said = json.loads(run.stdout)
    assert (run.exit_code, said["verdict"]) == (1, "fault")
    assert (said["fault"]["file"], said["fault"]["line"]) == ("entries.jsonl", 3)


def test_what_is_no_key_and_no_bundle_is_a_mistake_of_usage(exported: Path) -> None:
    assert _run("audit", "verify", exported, "--key", "nonsense").exit_code == 2
    assert _run("audit", "verify", exported / "absent").exit_code == 2


@pytest.fixture
def installed(
    world: World, fresh_database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> World:
    """Point the commands at the world's installation."""
    urls = fresh_database.urls
    for name, value in {
        "DATABASE_URL": urls.web, "DATABASE_OWNER_URL": urls.owner,
        "DATABASE_WORKER_URL": urls.worker, "DATABASE_SEQUENCER_URL": urls.sequencer,
        "DATA_DIR": str(tmp_path / "data"),
    }.items():  # fmt: skip
        monkeypatch.setenv(name, value)
    settings.cache_clear()
    return world


def test_an_auditor_exports_the_log_with_the_beginning_of_the_export_in_it(
    installed: World, tmp_path: Path
) -> None:
    auditor = installed.auditor
    run = _run("audit", "export", "--out", tmp_path / "out", "--as", auditor.id, "--json")
    assert run.exit_code == 0, (run.output, run.exception)
    vkey = json.loads(run.stdout)["key"]
    assert _run("audit", "key").stdout.strip() == vkey
    lines = (tmp_path / "out" / "entries.jsonl").read_text()
    assert "LogExportStarted" in lines
    assert _run("audit", "verify", tmp_path / "out", "--key", vkey).exit_code == 0
    with installed.owner.connect() as connection:
        last = connection.scalar(
            text("SELECT convert_from(core, 'UTF8') FROM audit_entry ORDER BY id DESC LIMIT 1")
        )
    facts = json.loads(last)["facts"]
    assert (facts["event"], facts["channel"]) == ("ExportFinished", "cli")
    assert facts["operator"]


def test_a_lead_exports_the_record_of_their_organisation(installed: World, tmp_path: Path) -> None:
    lead, out = installed.lead_a, tmp_path / "record.zip"
    run = _run("audit", "export", "--out", out, "--as", lead.id,
               "--organisation", lead.organisation_id, "--json")  # fmt: skip
    assert run.exit_code == 0, (run.output, run.exception)
    verdict = _run("audit", "verify", out, "--key", json.loads(run.stdout)["key"], "--json")
    said = json.loads(verdict.stdout)
    assert (said["verdict"], said["organisation"]) == ("intact", lead.organisation_id)


@pytest.mark.parametrize("name", ["author", "coordinator", "reviewer_a", "lead_a"])
def test_others_cannot_export_the_log_and_the_refusal_is_recorded(
    installed: World, tmp_path: Path, name: str
) -> None:
    run = _run("audit", "export", "--out", tmp_path / "out", "--as", getattr(installed, name).id)
    assert isinstance(run.exception, VitrineError), run.output
    assert not (tmp_path / "out").exists()
    with installed.owner.connect() as connection:
        refused = connection.execute(text("SELECT action, outcome FROM audit_entry")).all()
    assert [tuple(row) for row in refused] == [("audit:log:export", "denied")]


def test_nobody_and_an_existing_folder_are_refused(installed: World, tmp_path: Path) -> None:
    run = _run("audit", "export", "--out", tmp_path / "out", "--as", "nobody@example.test")
    assert "Nobody called" in str(run.exception)
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "file").touch()
    run = _run("audit", "export", "--out", tmp_path / "full", "--as", installed.auditor.id)
    assert "never overwrites" in str(run.exception)
