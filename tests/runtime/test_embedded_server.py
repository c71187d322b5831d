"""The bundled PostgreSQL: private, never doubled, never orphaned, harmless around it."""

import os
import signal
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from app.db.embedded import EmbeddedServer
from app.db.folder import EmbeddedServerError, prepare_folder

ROOT = Path(__file__).resolve().parents[2]
SERVE_FOREVER = """
import sys, time
from pathlib import Path
from app.db.embedded import EmbeddedServer
server = EmbeddedServer(Path(sys.argv[1]))
server.start()
print(server._keeper.pid, flush=True)
time.sleep(600)
"""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedServer]:
    """Run one server for the tests that change nothing."""
    made = EmbeddedServer(tmp_path_factory.mktemp("server") / "var", durable=False)
    made.start()
    yield made
    made.stop()


def plain(url: str) -> str:
    return url.replace("+psycopg", "")


def postmaster(folder: Path) -> int:
    return int((folder / "postgres/cluster/postmaster.pid").read_text().splitlines()[0])


def is_gone(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except FileNotFoundError:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        return False
    return state == "Z"


def wait_until(test: Callable[[], bool]) -> None:
    limit = time.monotonic() + 60
    while not test():
        assert time.monotonic() < limit, "it never became true"
        time.sleep(0.02)


Starter = Callable[[Path], tuple["subprocess.Popen[str]", int]]


@pytest.fixture
def start_elsewhere() -> Iterator[Starter]:
    """Start processes that run a server each; give a process and its keeper's process id."""
    parents = []

    def start(folder: Path) -> tuple["subprocess.Popen[str]", int]:
        parent = subprocess.Popen(
            [sys.executable, "-c", SERVE_FOREVER, str(folder)],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            text=True,
        )
        parents.append(parent)
        assert parent.stdout is not None
        with parent.stdout:
            return parent, int(parent.stdout.readline())

    yield start
    for parent in parents:
        parent.kill()
        parent.wait()


def test_each_role_signs_in_and_none_may_bypass_anything(server: EmbeddedServer) -> None:
    urls = server.urls
    for url in (urls.owner, urls.web, urls.worker, urls.sequencer):
        with psycopg.connect(plain(url)) as connection:
            rights = connection.execute(
                "SELECT rolsuper, rolbypassrls, rolcreaterole, rolcreatedb, rolreplication "
                "FROM pg_roles WHERE rolname = current_user"
            ).fetchone()
        assert rights == (False, False, False, False, False)


def test_a_wrong_password_is_refused(server: EmbeddedServer) -> None:
    right = plain(server.urls.web)
    password = right.split(":")[2].split("@")[0]
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(right.replace(password, "wrong"))


def test_the_server_listens_on_its_private_socket_only(server: EmbeddedServer) -> None:
    with psycopg.connect(plain(server.bootstrap_url())) as connection:
        shown = {
            name: connection.execute(f"SHOW {name}").fetchone()[0]  # type: ignore[index] # one row
            for name in ("listen_addresses", "unix_socket_permissions", "unix_socket_directories")
        }
    assert shown["listen_addresses"] == ""
    assert shown["unix_socket_permissions"] == "0700"
    folder = Path(shown["unix_socket_directories"].strip('"'))
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_the_log_keeps_no_statement_and_no_value(tmp_path: Path) -> None:
    server = EmbeddedServer(tmp_path / "var", durable=False)
    server.start()
    try:
        with psycopg.connect(plain(server.urls.owner), autocommit=True) as connection:
            connection.execute("CREATE TABLE t (x text PRIMARY KEY)")
            connection.execute("INSERT INTO t VALUES ('canary-in-a-row')")
            with pytest.raises(psycopg.errors.UniqueViolation):
                connection.execute("INSERT INTO t VALUES (%s)", ["canary-in-a-row"])
            with pytest.raises(psycopg.errors.SyntaxError):
                connection.execute("SELEKT 'canary-in-a-row'")
    finally:
        server.stop()
    log = (tmp_path / "var/postgres.log").read_text()
    assert "duplicate key value" in log
    assert "canary" not in log


def test_what_was_written_is_there_after_a_restart(tmp_path: Path) -> None:
    for turn in range(2):
        server = EmbeddedServer(tmp_path / "var")
        server.start()
        with psycopg.connect(plain(server.urls.owner)) as connection:
            if turn == 0:
                connection.execute("CREATE TABLE kept AS SELECT 42 AS number")
            else:
                assert connection.execute("SELECT number FROM kept").fetchone() == (42,)
                assert connection.execute("SHOW fsync").fetchone() == ("on",)
        server.stop()
        assert not (tmp_path / "var/postgres/cluster/postmaster.pid").exists()


def test_a_second_start_joins_the_running_server_and_does_not_stop_it(tmp_path: Path) -> None:
    first = EmbeddedServer(tmp_path / "var", durable=False)
    first.start()
    try:
        second = EmbeddedServer(tmp_path / "var", durable=False)
        second.start()
        assert not second.owns_server
        assert second.urls == first.urls
        second.stop()
        psycopg.connect(plain(first.urls.web)).close()
    finally:
        first.stop()


def test_simultaneous_first_starts_make_one_server(tmp_path: Path) -> None:
    servers = [EmbeddedServer(tmp_path / "var", durable=False) for _ in range(3)]
    threads = [threading.Thread(target=server.start) for server in servers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    try:
        assert [server.owns_server for server in servers].count(True) == 1
        assert len({server.urls for server in servers}) == 1
    finally:
        for server in servers:
            server.stop()


def test_a_killed_parent_leaves_no_server_behind(tmp_path: Path, start_elsewhere: Starter) -> None:
    parent, keeper = start_elsewhere(tmp_path / "var")
    server = postmaster(tmp_path / "var")
    assert not is_gone(keeper)
    assert not is_gone(server)
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    wait_until(lambda: is_gone(server) and is_gone(keeper))


@pytest.mark.skipif(sys.platform != "linux", reason="the death signal is Linux's")
def test_a_killed_keeper_takes_the_server_along(tmp_path: Path, start_elsewhere: Starter) -> None:
    _, keeper = start_elsewhere(tmp_path / "var")
    server = postmaster(tmp_path / "var")
    os.kill(keeper, signal.SIGKILL)
    wait_until(lambda: is_gone(server))


def test_a_crashed_server_starts_again_with_its_rows(
    tmp_path: Path, start_elsewhere: Starter
) -> None:
    folder = tmp_path / "var"
    _, keeper = start_elsewhere(folder)
    joined = EmbeddedServer(folder)
    joined.start()
    with psycopg.connect(plain(joined.urls.owner)) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 42 AS number")
    server = postmaster(folder)
    os.kill(server, signal.SIGKILL)
    wait_until(lambda: is_gone(server) and is_gone(keeper))
    assert (folder / "postgres/cluster/postmaster.pid").exists()
    again = EmbeddedServer(folder, durable=False)
    again.start()
    with psycopg.connect(plain(again.urls.owner)) as connection:
        assert connection.execute("SELECT number FROM kept").fetchone() == (42,)
    again.stop()


def test_a_stale_pid_file_of_a_living_stranger_does_not_stop_the_start(tmp_path: Path) -> None:
    folder = tmp_path / "var"
    server = EmbeddedServer(folder, durable=False)
    server.start()
    server.stop()
    stale = folder / "postgres/cluster/postmaster.pid"
    stale.write_text(f"{os.getppid()}\n{stale.parent}\n1\n5432\n/nowhere\n\n\nready\n")
    server.start()
    server.stop()


def test_a_path_too_long_for_a_socket_gets_a_private_folder_that_is_removed(tmp_path: Path) -> None:
    folder = tmp_path / ("long" * 30) / "var"
    server = EmbeddedServer(folder, durable=False)
    server.start()
    with psycopg.connect(plain(server.bootstrap_url())) as connection:
        shown = connection.execute("SHOW unix_socket_directories").fetchone()
    assert shown is not None
    socket = Path(shown[0].strip('"'))
    assert folder not in socket.parents
    assert stat.S_IMODE(socket.stat().st_mode) == 0o700
    server.stop()
    assert not socket.exists()


def test_closed_ancestors_keep_their_permissions(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    folder = closed / "inner" / "var"
    ancestors = [*folder.parents]
    before = [(path.stat().st_mode, path.stat().st_uid) for path in ancestors if path.exists()]
    server = EmbeddedServer(folder, durable=False)
    server.start()
    try:
        psycopg.connect(plain(server.urls.web)).close()
        after = [(path.stat().st_mode, path.stat().st_uid) for path in ancestors]
        assert after[-len(before) :] == before
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        assert folder.stat().st_uid == os.geteuid()
    finally:
        server.stop()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root's server changes its user")
def test_root_runs_the_server_as_another_user_and_gives_away_one_folder(tmp_path: Path) -> None:
    folder = tmp_path / "var"
    server = EmbeddedServer(folder, durable=False)
    server.start()
    try:
        status = Path(f"/proc/{postmaster(folder)}/status").read_text()
        assert "Uid:\t0" not in status
        assert "CapEff:\t0000000000000000" in status
        given = {path.name for path in folder.iterdir() if path.stat().st_uid != 0}
        assert given == {"postgres"}
    finally:
        server.stop()


def test_a_folder_of_somebody_else_is_refused_and_left_as_it_is(tmp_path: Path) -> None:
    folder = tmp_path / "documents"
    folder.mkdir()
    folder.chmod(0o755)
    (folder / "letter.txt").write_text("not ours")
    with pytest.raises(EmbeddedServerError, match="not a data folder of Vitrine"):
        prepare_folder(folder)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o755


def test_an_empty_folder_is_closed_to_others(tmp_path: Path) -> None:
    folder = tmp_path / "var"
    folder.mkdir()
    folder.chmod(0o755)
    prepare_folder(folder)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_a_cluster_of_another_release_is_refused_with_the_way_out(tmp_path: Path) -> None:
    folder = tmp_path / "var"
    server = EmbeddedServer(folder, durable=False)
    server.start()
    server.stop()
    (folder / "postgres/cluster/PG_VERSION").write_text("9\n")
    with pytest.raises(EmbeddedServerError, match="make a backup with the older release"):
        server.start()
