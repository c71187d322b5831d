"""Processes that live and die together, and what each of them is allowed to know."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from typer.core import TyperGroup
from typer.main import get_command

from app.cli import runtime
from app.cli.main import COMMANDS, build
from app.db.folder import EmbeddedServerError
from app.kernel.config import Settings, settings

ROOT = Path(__file__).resolve().parents[2]
# A supervisor with one real child of the program: the demo's identity provider.
SUPERVISE = """
import os, socket
from app.cli.supervisor import Supervisor
listener = socket.create_server(("127.0.0.1", 0))
with Supervisor() as supervisor:
    child = supervisor.start(
        "provider", ["demo-provider", "--fd", str(listener.fileno())],
        environment=os.environ, descriptors=[listener.fileno()],
    )
    print(child.pid, listener.getsockname()[1], flush=True)
    supervisor.wait()
"""


def is_gone(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    status = Path(f"/proc/{pid}/stat")
    return status.exists() and status.read_text().rsplit(")", 1)[1].split()[0] == "Z"


def wait_until(test: Callable[[], bool]) -> None:
    limit = time.monotonic() + 60
    while not test():
        assert time.monotonic() < limit, "it never became true"
        time.sleep(0.05)


def answers(port: int) -> bool:
    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.sendall(f"GET / HTTP/1.0\r\nHost: 127.0.0.1:{port}\r\n\r\n".encode())
        return connection.recv(12) == b"HTTP/1.1 200"


@pytest.fixture
def supervised(tmp_path: Path) -> Iterator[tuple["subprocess.Popen[str]", int, int]]:
    """Run a supervisor; give its process, its child's process id and the child's port."""
    environment = {**os.environ, "DATA_DIR": str(tmp_path / "var"), "VITRINE_SECRET": "00" * 32}
    process = subprocess.Popen(
        [sys.executable, "-c", SUPERVISE],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    with process.stdout:
        child, port = map(int, process.stdout.readline().split())
        yield process, child, port
    process.kill()
    process.wait()
    wait_until(lambda: is_gone(child))


def test_a_killed_supervisor_takes_its_children_along(
    supervised: tuple["subprocess.Popen[str]", int, int],
) -> None:
    process, child, port = supervised
    assert answers(port)
    process.send_signal(signal.SIGKILL)
    process.wait()
    wait_until(lambda: is_gone(child))


def test_ctrl_c_stops_the_children_and_ends_well(
    supervised: tuple["subprocess.Popen[str]", int, int],
) -> None:
    process, child, port = supervised
    assert answers(port)
    process.send_signal(signal.SIGINT)
    assert process.wait() == 0
    assert is_gone(child)


def test_a_child_that_ends_ends_the_supervisor_with_a_failure(
    supervised: tuple["subprocess.Popen[str]", int, int],
) -> None:
    process, child, port = supervised
    assert answers(port)
    os.kill(child, signal.SIGKILL)
    assert process.wait() != 0


def vitrine(*arguments: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "app.cli.main", *arguments],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def test_a_busy_port_is_said_before_anything_starts(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = vitrine("demo", PORT=str(port), DATA_DIR=str(tmp_path / "var"))
    assert done.returncode == 6
    assert f"port {port} is busy" in done.stderr
    assert "try PORT=" in done.stderr
    assert not (tmp_path / "var/postgres").exists()


@pytest.mark.parametrize("command", ["serve", "worker"])
def test_a_process_without_a_database_says_what_to_run(tmp_path: Path, command: str) -> None:
    done = vitrine(command, DATA_DIR=str(tmp_path / "var"))
    assert done.returncode == 6
    assert "vitrine up" in done.stderr


def test_every_command_is_listed_and_found_where_it_is_said_to_be() -> None:
    everything = get_command(build())
    assert isinstance(everything, TyperGroup)
    said = {name for names in COMMANDS.values() for name in names}
    assert set(everything.commands) == said
    for names in COMMANDS.values():
        alone = get_command(build(names[0]))
        assert isinstance(alone, TyperGroup)
        assert set(alone.commands) == set(names)


def test_half_a_set_of_database_addresses_is_refused(tmp_path: Path) -> None:
    done = vitrine("migrate", DATABASE_URL="postgresql://x@/y", DATA_DIR=str(tmp_path / "var"))
    assert done.returncode == 6
    assert "DATABASE_OWNER_URL" in done.stderr
    assert not (tmp_path / "var/postgres").exists()


def test_migrate_starts_the_bundled_server_and_leaves_it_stopped(tmp_path: Path) -> None:
    folder = tmp_path / "var"
    first = vitrine("migrate", "--json", DATA_DIR=str(folder))
    assert first.returncode == 0, first.stderr
    assert '"before": null' in first.stdout
    assert not (folder / "postgres/cluster/postmaster.pid").exists()
    second = vitrine("migrate", DATA_DIR=str(folder))
    assert "nothing to do" in second.stdout


def test_the_web_process_is_not_given_what_belongs_to_others(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("DATABASE_URL", "DATABASE_OWNER_URL", "DATABASE_WORKER_URL", "VITRINE_SOURCE_KEY"):
        monkeypatch.setenv(name, "x")
    monkeypatch.setenv("VITRINE_DATABASE_OWNER_URL", "x")
    web, worker = runtime.environment_of_web(), runtime.environment_of_worker()
    assert {"DATABASE_URL"} == {n for n in web if "DATABASE" in n or "SOURCE_KEY" in n}
    assert "DATABASE_WORKER_URL" in worker
    assert "VITRINE_SOURCE_KEY" in worker
    assert not {"DATABASE_OWNER_URL", "VITRINE_DATABASE_OWNER_URL"} & set(worker)


def test_a_command_finds_its_installation_and_leaves_no_address_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATA_DIR", str(tmp_path / "var"))
    settings.cache_clear()
    try:
        with runtime.installation() as known:
            assert "vitrine_owner" in known.database_owner_url
            assert settings() is known
        assert settings().database_owner_url == ""
        assert "DATABASE_OWNER_URL" not in os.environ
    finally:
        settings.cache_clear()


def test_one_missing_address_is_named() -> None:
    given = Settings(
        database_url="a", database_owner_url="b", database_worker_url="c", database_sequencer_url=""
    )
    with pytest.raises(EmbeddedServerError, match="DATABASE_SEQUENCER_URL"):
        runtime.uses_embedded(given)
