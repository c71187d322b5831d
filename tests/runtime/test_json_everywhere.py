"""Every command answers in JSON when asked to, when it succeeds and when it does not."""

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from typer.core import TyperGroup
from typer.main import get_command

from app.cli import answers, main, together
from app.cli.main import build
from app.kernel.config import ROOT, settings
from tests.database import Database, DatabaseServer
from tests.world import World, build_world, make_settings
from tests.worlds.reports import small_report

LONG_RUNNING = {("serve",), ("worker",), ("up",), ("demo-provider",)}
# What each other command is given, and how it ends. {places} are filled in by the test.
SIMPLE: dict[tuple[str, ...], tuple[list[str], int]] = {
    ("migrate",): ([], 0),
    ("demo",): (["--port", "{busy}"], answers.CANNOT_RUN),
    ("demo-load",): ([], answers.CANNOT_RUN),
    ("init",): (
        ["--public-url", "http://reports.example", "--publisher", "P", "--code", "PUB",
         "--discovery-url", "https://login.example", "--client-id", "v", "--client-secret", "",
         "--email", "a@example.test", "--name", "A"], answers.FAULT,
    ),
    ("doctor",): ([], 0),
    ("backup",): (["{folder}/copy"], 0),
    ("restore",): (["{folder}/absent"], answers.FAULT),
    ("redact",): (["{pdf}", "--marks", "{marks}", "--out", "{folder}/out.pdf"], 0),
    ("check",): (["{pdf}", "--secrets", "{secrets}"], answers.FAULT),
    ("verify",): (["{folder}"], answers.FAULT),
    ("audit", "verify"): (["{folder}"], answers.FAULT),
    ("audit", "export"): (["--out", "{folder}/log", "--as", "auditor@example.test"], 0),
    ("audit", "key"): ([], 0),
    ("audit", "adopt"): (["--reason", "to be sure"], answers.FAULT),
    ("policies", "check"): ([], 0),
    ("report", "import"): (
        ["{pdf}", "--report", "R", "--version", "1", "--as", "reviewer_a@example.test"],
        answers.NOT_ALLOWED,
    ),
    ("provider", "try"): (["https://127.0.0.1:1"], answers.FAULT),
    ("provider", "add"): (
        ["https://127.0.0.1:1", "--organisation", "ORGA", "--client-id", "v",
         "--client-secret", "s"], answers.NOT_ALLOWED,
    ),
    ("person", "list"): ([], 0),
    ("invite",): (
        ["x@example.test", "--organisation", "ORGB", "--role", "reviewer", "--name", "X"], 0,
    ),
}  # fmt: skip


def leaves(group: TyperGroup, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Give every command of the program with its path."""
    for name, command in group.commands.items():
        if isinstance(command, TyperGroup):
            yield from leaves(command, (*path, name))
        else:
            yield (*path, name), command


def everything() -> dict[tuple[str, ...], Any]:
    program = get_command(build())
    assert isinstance(program, TyperGroup)
    return dict(leaves(program))


COMMANDS = everything()


@dataclass(frozen=True)
class Place:
    """An installation, and the files that the commands are given."""

    world: World
    environment: dict[str, str]
    names: dict[str, str]


@pytest.fixture(scope="module")
def place(
    database_server: DatabaseServer, worker_id: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Place]:
    folder = tmp_path_factory.mktemp("everywhere")
    database = database_server.clone(f"{worker_id}_everywhere")
    world = build_world(make_settings(database, folder / "data"), database.owner)
    (folder / "data").chmod(0o700)
    texts = {
        "marks": json.dumps({"marks": [{"page": 1, "rect": [0, 0, 40, 40]}]}),
        "secrets": "somebody's secret",
    }
    for name, written in texts.items():
        (folder / name).write_text(written)
    (folder / "report.pdf").write_bytes(small_report())
    (folder / "empty").mkdir()
    names = {"folder": str(folder / "empty"), "pdf": str(folder / "report.pdf")}
    with socket.create_server(("127.0.0.1", 0)) as busy:
        names |= {name: str(folder / name) for name in texts}
        names["busy"] = str(busy.getsockname()[1])
        yield Place(world, environment_of(database, folder / "data"), names)
    world.web.engine.dispose()
    world.worker.engine.dispose()
    database_server.drop(database)


def environment_of(database: Database, folder: Path) -> dict[str, str]:
    return {
        "DATA_DIR": str(folder),
        "DATABASE_URL": database.urls.web,
        "DATABASE_OWNER_URL": database.urls.owner,
        "DATABASE_WORKER_URL": database.urls.worker,
        "DATABASE_SEQUENCER_URL": database.urls.sequencer,
        "VITRINE_PUBLIC_URL": "https://vitrine.test",
    }


@pytest.mark.parametrize("path", COMMANDS, ids=" ".join)
def test_every_command_has_the_option_and_explains_its_exit_codes(path: tuple[str, ...]) -> None:
    options = {text for one in COMMANDS[path].params for text in one.opts}
    assert "--json" in options, f"vitrine {' '.join(path)} lacks --json"
    assert COMMANDS[path].epilog == answers.EXIT_CODES


def test_every_command_is_tried_below() -> None:
    assert set(COMMANDS) == set(SIMPLE) | LONG_RUNNING


@pytest.mark.parametrize("path", SIMPLE, ids=" ".join)
def test_every_command_answers_in_json(
    path: tuple[str, ...],
    place: Place,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    arguments, expected = SIMPLE[path]
    changed = dict(place.environment)
    if path == ("init",):
        changed["DATA_DIR"] = f"{place.names['folder']}/new"
    if path == ("demo-load",):
        changed["DATABASE_WORKER_URL"] = "postgresql+psycopg://nobody@127.0.0.1:1/none"
    for name, value in changed.items():
        monkeypatch.setenv(name, value)
    filled = [argument.format(**place.names) for argument in arguments]
    monkeypatch.setattr(sys, "argv", ["vitrine", *path, *filled, "--json"])
    monkeypatch.delenv("VITRINE_LOG_FORM", raising=False)
    with pytest.raises(SystemExit) as ended:
        main.run()
    settings.cache_clear()
    said = capsys.readouterr()
    assert (ended.value.code or 0) == expected, said
    json.loads(said.out)  # one document, nothing around it
    if expected in {answers.NOT_ALLOWED, answers.CANNOT_RUN}:
        assert json.loads(said.out)["error"]


@contextmanager
def running(place: Place, *arguments: str, **options: Any) -> Iterator["subprocess.Popen[str]"]:
    process = subprocess.Popen(
        [sys.executable, "-m", "app.cli.main", *arguments, "--json"],
        cwd=ROOT,
        env={**os.environ, **place.environment, "VITRINE_LOG_LEVEL": "info"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        **options,
    )
    with process:
        yield process
        if process.poll() is None:
            process.kill()


def must_be_ready(name: str, process: "subprocess.Popen[str]", place: Place) -> dict[str, str]:
    """Give the addresses of the one line that a command prints when it is ready."""
    assert process.stdout is not None
    first = process.stdout.readline()
    assert first, process.communicate()[1]
    ready = json.loads(first)
    assert (ready["ready"], ready["pid"]) == (name, process.pid)
    assert ready["data_dir"] == place.environment["DATA_DIR"]
    addresses: dict[str, str] = ready["addresses"]
    return addresses


def must_log_in_json(process: "subprocess.Popen[str]") -> None:
    """Stop the command; every line that it wrote is one of JSON."""
    process.send_signal(signal.SIGTERM)
    rest, logs = process.communicate()
    for line in [*rest.splitlines(), *logs.splitlines()]:
        assert isinstance(json.loads(line), dict)


def test_serve_and_worker_say_when_they_are_ready_and_log_in_json(place: Place) -> None:
    with running(place, "serve", "--port", "0") as serve, running(place, "worker") as worker:
        assert must_be_ready("worker", worker, place) == {}
        listening = must_be_ready("serve", serve, place)["listening"]
        assert listening.startswith("http://127.0.0.1:")
        assert not listening.endswith(":0")
        must_log_in_json(worker)
        must_log_in_json(serve)
        assert worker.returncode == 0
    with place.world.owner.connect() as connection:
        named = connection.scalars(
            text(
                "SELECT convert_from(core, 'UTF8')::json->'facts'->>'event' FROM audit_entry"
                " WHERE action = 'audit:sequence' ORDER BY id"
            )
        ).all()
    assert named == ["SequencerStarted", "SequencerStopped"]


@pytest.mark.slow
def test_up_and_the_demo_provider_say_when_they_are_ready_and_log_in_json(place: Place) -> None:
    with (
        socket.create_server(("127.0.0.1", 0)) as listener,
        running(place, "up", "--port", "0") as up,
        running(
            place, "demo-provider", "--fd", str(listener.fileno()), pass_fds=[listener.fileno()]
        ) as provider,
    ):
        assert set(must_be_ready("up", up, place)) == {"portal", "listening"}
        assert set(must_be_ready("demo-provider", provider, place)) == {"listening"}
        must_log_in_json(up)
        must_log_in_json(provider)
        assert up.returncode == 0


def test_the_demo_says_in_json_where_one_signs_in(
    place: Place, capsys: pytest.CaptureFixture[str]
) -> None:
    known = place.world.web.settings.model_copy(update={"demo_provider_port": 4711})
    with socket.create_server(("127.0.0.1", 0)) as web:
        together.greet(known, web, as_json=True)
        ready = json.loads(capsys.readouterr().out)
        assert ready["addresses"]["sign_in"] == "http://127.0.0.1:4711"
        assert ready["addresses"]["listening"] == together.address_of(web)
        together.greet(known, web, as_json=False)
    assert "no password" in capsys.readouterr().out
