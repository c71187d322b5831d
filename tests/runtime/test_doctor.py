"""The doctor says of each thing that is wrong what it is and what to do."""

import json
import shutil
import sys
from pathlib import Path

import pytest

from app.cli import checks, main
from app.cli.checks import Finding, examine, examine_without_database
from app.kernel.config import ROOT, Settings, settings
from app.kernel.keys import make_keys
from tests.database import Database
from tests.runtime.test_backup_and_doctor import Kept, fill, settings_of

NOWHERE = "postgresql+psycopg://vitrine@127.0.0.1:1/vitrine"


@pytest.fixture
def known(fresh_database: Database, tmp_path: Path) -> Settings:
    made = settings_of(fresh_database, tmp_path / "var")
    make_keys(made)
    made.data_dir.chmod(0o700)
    return made


@pytest.fixture
def kept(known: Settings, fresh_database: Database) -> Kept:
    return fill(known, fresh_database)


def finding(known: Settings, check: str) -> Finding:
    found = [each for each in examine(known) if each.check == check]
    assert len(found) == 1, found
    return found[0]


def test_a_sound_installation_has_no_fault(kept: Kept) -> None:
    verdicts = {each.check: each.verdict for each in examine(kept.known)}
    assert "fault" not in verdicts.values()
    assert {"database", "disk", "policies", "log", "migrations"} <= set(verdicts)


@pytest.mark.parametrize(
    ("field", "named"),
    [("database_url", "DATABASE_URL"), ("database_sequencer_url", "DATABASE_SEQUENCER_URL")],
)
def test_a_stopped_database_is_one_finding_that_names_its_variable(
    known: Settings, field: str, named: str
) -> None:
    stopped = known.model_copy(update={field: NOWHERE})
    faults = [each for each in examine(stopped) if each.verdict == "fault"]
    [only] = faults
    assert only.check == "database"
    assert f"does not answer at {named}" in only.what
    assert only.remedy == f"Start PostgreSQL, or correct {named}."


def test_a_bundled_database_that_cannot_start_is_a_finding(
    known: Settings,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    foreign = tmp_path / "foreign"
    foreign.mkdir(mode=0o755)
    (foreign / "letter.txt").write_text("not ours")
    monkeypatch.setenv("DATA_DIR", str(foreign))
    monkeypatch.setattr(sys, "argv", ["vitrine", "doctor", "--json"])
    settings.cache_clear()
    with pytest.raises(SystemExit) as ended:
        main.run()
    settings.cache_clear()
    found = {each["check"]: each for each in json.loads(capsys.readouterr().out)}
    assert ended.value.code == 1
    assert "is not a data folder of Vitrine" in found["database"]["what"]
    assert found["policies"]["verdict"] == "good"
    assert next(examine_without_database(known, "why")).remedy


def test_a_folder_that_others_may_enter_is_a_fault(known: Settings) -> None:
    assert finding(known, "data folder").verdict == "good"
    known.data_dir.chmod(0o750)
    found = finding(known, "data folder")
    assert (found.verdict, found.remedy) == ("fault", f"chmod 700 {known.data_dir}")


def test_a_missing_signing_key_is_a_fault_once_something_was_signed(
    known: Settings, fresh_database: Database
) -> None:
    assert finding(known, "keys").verdict == "warning"  # none yet
    assert not [each for each in examine(known) if each.check == "log"]
    fill(known, fresh_database)
    assert finding(known, "log").verdict == "good"
    known.log_key.unlink()
    found = finding(known, "log")
    assert (found.verdict, "4 leaves are signed" in found.what) == ("fault", True)
    assert ".keys.tar" in found.remedy
    assert not known.log_key.exists()  # looking makes none


def test_pending_migrations_are_one_finding(empty_database: Database, known: Settings) -> None:
    assert finding(known, "migrations").verdict == "good"
    old = settings_of(empty_database, known.data_dir)
    faults = [each for each in examine(old) if each.verdict == "fault"]
    assert [each.check for each in faults] == ["migrations"]
    assert "vitrine migrate" in faults[0].remedy


def test_little_room_is_a_warning_and_hardly_any_a_fault(
    known: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    free = shutil.disk_usage(known.data_dir).free
    monkeypatch.setattr(checks, "LITTLE", 0)
    monkeypatch.setattr(checks, "TOO_LITTLE", 0)
    assert finding(known, "disk").verdict == "good"
    monkeypatch.setattr(checks, "LITTLE", free * 2)
    assert finding(known, "disk").verdict == "warning"
    monkeypatch.setattr(checks, "TOO_LITTLE", free * 2)
    found = finding(known, "disk")
    assert (found.verdict, "Make room" in found.remedy) == ("fault", True)


def test_policies_that_cannot_be_used_are_a_fault(
    known: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert finding(known, "policies").verdict == "good"
    folder = Path(shutil.copytree(ROOT / "policies", tmp_path / "policies"))
    monkeypatch.setattr(checks, "POLICIES", folder)
    (folder / "base.cedar").write_text("permit (principal, action")
    found = finding(known, "policies")
    assert (found.verdict, "base.cedar" in found.what) == ("fault", True)
    assert "vitrine policies check" in found.remedy
    shutil.rmtree(folder)
    assert finding(known, "policies").verdict == "fault"
