"""`vitrine report import`: the same policies and entries as by page, with the operator in them."""

import getpass
import json
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import text

from app.kernel.config import ROOT
from tests.features.reports.test_importing import environment
from tests.world import World
from tests.worlds.entries import entries
from tests.worlds.reports import small_report


@pytest.fixture
def report(tmp_path: Path) -> Path:
    """Put the small report into a file."""
    path = tmp_path / "report.pdf"
    path.write_bytes(small_report())
    return path


def vitrine(world: World, *arguments: str) -> "subprocess.CompletedProcess[str]":
    """Run the program on the test's installation."""
    return subprocess.run(
        [sys.executable, "-m", "app.cli.main", "report", "import", *arguments],
        cwd=ROOT,
        env=environment(world.web.settings),
        capture_output=True,
        text=True,
        check=False,
    )


def test_an_operator_imports_markdown(world: World, tmp_path: Path) -> None:
    path, word = tmp_path / "report.md", tmp_path / "report.docx"
    path.write_text("# Purpose\n\nAll is *well*.\n")
    word.write_bytes(b"PK\x03\x04....word/document.xml")
    rest = ("--report", "By command", "--version", "1.0", "--as", "author@example.test")
    refused = vitrine(world, str(word), *rest)
    assert refused.returncode == 1
    assert "This is a Word file." in refused.stderr
    done = vitrine(world, str(path), *rest, "--json")
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout)
    assert (answer["state"], answer["pages"], answer["number"]) == ("working", 1, 1)


def test_an_operator_imports_as_an_author(world: World, report: Path) -> None:
    done = vitrine(
        world, str(report), "--report", "By command", "--version", "1.0",
        "--as", "author@example.test", "--json",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout)
    assert (answer["state"], answer["pages"], answer["number"]) == ("working", 4, 1)
    page = world.author.client.get(f"/versions/{answer['version']}/pages/1")
    assert page.status_code == 200
    (started,) = [e for e in entries(world) if e.event == "VersionImportStarted"]
    inner = started.core["facts"]
    assert (started.actor, inner["channel"]) == (world.author.id, "cli")
    assert inner["operator"] == getpass.getuser()
    again = vitrine(
        world, str(report), "--report", "By command", "--version", "1.1",
        "--as", "author@example.test",
    )  # fmt: skip
    assert again.returncode == 1
    assert "already version 1" in again.stderr


def test_a_person_who_may_not_import_may_not_by_command_either(world: World, report: Path) -> None:
    for person, code in {
        "coordinator@example.test": 5, "reviewer_a@example.test": 5, "nobody@example.test": 1,
    }.items():  # fmt: skip
        done = vitrine(
            world, str(report), "--report", "By command", "--version", "1.0", "--as", person
        )
        assert done.returncode == code
        assert done.stderr.strip().startswith("vitrine: ")
    with world.owner.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM versions")).scalar_one() == 0
    refused = entries(world, action="report:create", outcome="denied")
    assert [e.actor for e in refused] == [world.coordinator.id, world.reviewer_a.id]


def test_a_refused_file_is_said_in_one_sentence(world: World, tmp_path: Path) -> None:
    broken = tmp_path / "broken.pdf"
    broken.write_bytes(b"%PDF-1.7\n" + b"garbage " * 500)
    done = vitrine(world, str(broken), "--report", "R", "--version", "1", "--as", world.author.id)
    assert done.returncode == 1
    assert "damaged" in done.stderr
