"""The bundled PostgreSQL: a real server, started from the binaries of a wheel, for one data folder.

Here belongs finding the binaries, the first initialisation, starting, reusing and stopping. What
keeps the server from outliving us is in `keeper`; tables, migrations and sessions are elsewhere.

The server listens on a Unix socket in a private folder only, never on TCP, and every role has a
generated password (SCRAM). Beside the cluster lie, in the data folder: `postgres.json` (the
passwords, 0600), `postgres.lock` (held by every process of the server, so that one folder never
has two) and `postgres.log` (without statements and parameters).
"""

import fcntl
import json
import os
import secrets
import shutil
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import quote

import psycopg
from psycopg import sql

from app.db.binaries import (
    BOOTSTRAP,
    find_binaries,
    initdb_command,
    major_version,
    serve_command,
)
from app.db.folder import (
    Account,
    EmbeddedServerError,
    account_for,
    give_to_owner,
    is_postgres,
    prepare_folder,
)

ROLES: Final = ("vitrine_owner", "vitrine_web", "vitrine_worker", "vitrine_sequencer")
DATABASE: Final = "vitrine"
SOCKET_NAME: Final = ".s.PGSQL.5432"
SOCKET_PATH_LIMIT: Final = 103  # bytes: the smaller of Linux (107) and macOS (103)
START_SECONDS: Final = 60.0


@dataclass(frozen=True)
class DatabaseUrls:
    """One address for each purpose, for SQLAlchemy (`postgresql+psycopg://`)."""

    owner: str
    web: str
    worker: str
    sequencer: str


class EmbeddedServer:
    """The bundled PostgreSQL of one data folder.

    `durable=False` switches fsync off: for throw-away test servers only.
    """

    def __init__(self, data_dir: Path, *, durable: bool = True) -> None:
        self._folder = data_dir.resolve()
        self._durable = durable
        self._keeper: subprocess.Popen[bytes] | None = None
        self._socket: Path | None = None
        self._passwords: dict[str, str] = {}

    @property
    def urls(self) -> DatabaseUrls:
        """Give the addresses of the product's database."""
        return self.urls_of(DATABASE)

    def urls_of(self, database: str) -> DatabaseUrls:
        """Give the addresses of the named database of this server."""
        return DatabaseUrls(*(self._url(role, database) for role in ROLES))

    def bootstrap_url(self, database: str = "postgres") -> str:
        """Give the superuser's address: for cloning test databases and for backups only."""
        return self._url(BOOTSTRAP, database)

    @property
    def owns_server(self) -> bool:
        """Say whether this object started the server, and so stops it."""
        return self._keeper is not None

    def start(self) -> None:
        """Start the server, or join the one that already serves this folder.

        Raises EmbeddedServerError when neither is possible.
        """
        prepare_folder(self._folder)
        limit = time.monotonic() + START_SECONDS
        while True:
            lock = os.open(self._folder / "postgres.lock", os.O_RDWR | os.O_CREAT, 0o600)
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                os.close(lock)
                if self._join():
                    return
            else:
                try:
                    self._launch(lock)
                finally:
                    os.close(lock)
                return
            if time.monotonic() > limit:
                raise EmbeddedServerError(
                    f"a PostgreSQL holds {self._folder} but does not answer; "
                    f"see {self._folder / 'postgres.log'}"
                )
            time.sleep(0.05)

    def stop(self) -> None:
        """Stop the server if this object started it; a joined server goes on."""
        if self._keeper is None:
            return
        keeper, self._keeper = self._keeper, None
        if keeper.stdin:
            keeper.stdin.close()
        keeper.wait()

    def _url(self, role: str, database: str) -> str:
        if self._socket is None:
            raise EmbeddedServerError("the bundled PostgreSQL has not been started")
        host = quote(str(self._socket), safe="")
        return (
            f"postgresql+psycopg://{role}:{self._passwords[role]}@/{database}?host={host}&port=5432"
        )

    def _join(self) -> bool:
        """Use the server that already runs; False while it does not answer."""
        try:
            lines = (self._cluster / "postmaster.pid").read_text().splitlines()
            self._socket = Path(lines[4])
            self._passwords = json.loads((self._folder / "postgres.json").read_text())
            with self._connect() as connection:
                shown = connection.execute("SHOW data_directory").fetchone()
                if shown != (str(self._cluster),) or not _is_complete(connection):
                    return False
        except (OSError, IndexError, ValueError, psycopg.OperationalError):
            self._socket = None
            return False
        return True

    def _launch(self, lock: int) -> None:
        self.stop()
        home = self._folder / "postgres"
        account = account_for(self._folder)
        home.mkdir(mode=0o700, exist_ok=True)
        if account:
            if home.stat().st_uid != account.uid:
                os.chown(home, account.uid, account.gid)
            sys.stderr.write(f"PostgreSQL refuses to run as root: it runs as {account.name}.\n")
        binaries = find_binaries()
        self._refuse_other_version(binaries)
        self._clear_stale_pid()
        self._passwords = self._load_or_make_passwords()
        socket = self._socket_folder(home, account)
        orders = self._orders(binaries, home, socket, account)
        with (self._folder / "postgres.log").open("ab") as log:
            self._keeper = subprocess.Popen(  # noqa: S603 - our own script, no shell
                [sys.executable, "-I", "-S", str(Path(__file__).with_name("keeper.py"))],
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                pass_fds=(lock,),
                start_new_session=True,
                cwd="/",
                env=_environment(),
            )
        give_to_owner(self._folder, self._folder / "postgres.log", self._folder / "postgres.lock")
        assert self._keeper.stdin is not None
        self._keeper.stdin.write(json.dumps(orders).encode() + b"\n")
        self._keeper.stdin.flush()
        self._socket = socket
        try:
            self._wait_until_ready()
        except BaseException:
            self.stop()
            raise

    @property
    def _cluster(self) -> Path:
        return self._folder / "postgres" / "cluster"

    def _orders(
        self, binaries: Path, home: Path, socket: Path, account: Account | None
    ) -> dict[str, object]:
        unfinished = home / "cluster.unfinished"
        initialise: list[str] = []
        password_file = home / "password"
        if not self._cluster.exists():
            shutil.rmtree(unfinished, ignore_errors=True)
            self._write_password_file(password_file, account)
            initialise = initdb_command(binaries, unfinished, password_file, durable=self._durable)
        needs = [home, binaries.parent]
        libraries = binaries.parents[1].with_name(binaries.parents[1].name + ".libs")
        needs += [libraries] if libraries.is_dir() else []
        return {
            "parent": os.getpid(),
            "initialise": initialise,
            "unfinished": str(unfinished),
            "cluster": str(self._cluster),
            "password_file": str(password_file),
            "serve": serve_command(binaries, self._cluster, socket, durable=self._durable),
            "switch": {"uid": account.uid, "gid": account.gid} if account else None,
            "needs": [str(folder) for folder in needs],
            "temporary": "" if socket.parent == home else str(socket),
        }

    def _socket_folder(self, home: Path, account: Account | None) -> Path:
        """Give a private folder whose socket path fits into the kernel's limit."""
        folder = home / "socket"
        if len(os.fsencode(folder / SOCKET_NAME)) > SOCKET_PATH_LIMIT:
            folder = Path(tempfile.mkdtemp(prefix="vitrine-", dir="/tmp"))
        else:
            folder.mkdir(mode=0o700, exist_ok=True)
        if account:
            os.chown(folder, account.uid, account.gid)
        return folder

    def _write_password_file(self, path: Path, account: Account | None) -> None:
        path.unlink(missing_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            if account:
                os.fchown(descriptor, account.uid, account.gid)
            file.write(self._passwords[BOOTSTRAP] + "\n")

    def _load_or_make_passwords(self) -> dict[str, str]:
        path = self._folder / "postgres.json"
        if path.exists():
            known: dict[str, str] = json.loads(path.read_text())
            return known
        if self._cluster.exists():
            raise EmbeddedServerError(f"{path} is missing: restore it from a backup")
        made = {role: secrets.token_urlsafe(24) for role in (BOOTSTRAP, *ROLES)}
        draft = path.with_suffix(".new")
        draft.unlink(missing_ok=True)
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            json.dump(made, file)
            file.flush()
            os.fsync(file.fileno())
        draft.rename(path)
        give_to_owner(self._folder, path)
        return made

    def _refuse_other_version(self, binaries: Path) -> None:
        recorded = self._cluster / "PG_VERSION"
        if not recorded.exists():
            return
        here, there = major_version(binaries), int(recorded.read_text())
        if here != there:
            raise EmbeddedServerError(
                f"{self._cluster} belongs to PostgreSQL {there}, but PostgreSQL {here} is "
                "installed: make a backup with the older release and restore it with this one"
            )

    def _clear_stale_pid(self) -> None:
        """Remove a pid file left by a crash; we hold the lock, so no server of ours has it."""
        path = self._cluster / "postmaster.pid"
        with suppress(FileNotFoundError, ValueError, IndexError):
            pid = int(path.read_text().splitlines()[0])
            if is_postgres(pid, self._cluster):
                raise EmbeddedServerError(
                    f"process {pid}, started by somebody else, already serves {self._cluster}"
                )
            path.unlink()

    def _wait_until_ready(self) -> None:
        limit = time.monotonic() + START_SECONDS
        assert self._keeper is not None
        while True:
            try:
                with self._connect() as connection:
                    self._complete(connection)
                return
            except psycopg.OperationalError as error:
                if self._keeper.poll() is None and time.monotonic() < limit:
                    time.sleep(0.02)
                    continue
                raise EmbeddedServerError(
                    f"the bundled PostgreSQL did not start: {self._last_words()}"
                ) from error

    def _last_words(self) -> str:
        lines = (self._folder / "postgres.log").read_text(errors="replace").splitlines()
        return " / ".join(lines[-3:]) or "its log is empty"

    def _connect(self) -> psycopg.Connection:
        return psycopg.connect(
            host=str(self._socket),
            port=5432,
            dbname="postgres",
            user=BOOTSTRAP,
            password=self._passwords[BOOTSTRAP],
            autocommit=True,
            connect_timeout=10,
        )

    def _complete(self, connection: psycopg.Connection) -> None:
        """Make the roles and the database that are missing (a first start may have been cut)."""
        known = {name for (name,) in connection.execute("SELECT rolname FROM pg_roles")}
        for role in ROLES:
            if role not in known:
                connection.execute(
                    sql.SQL(
                        "CREATE ROLE {} LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEROLE NOCREATEDB "
                        "NOREPLICATION PASSWORD {}"
                    ).format(sql.Identifier(role), sql.Literal(self._passwords[role]))
                )
        if not _is_complete(connection):
            connection.execute(
                sql.SQL("CREATE DATABASE {} OWNER {}").format(
                    sql.Identifier(DATABASE), sql.Identifier(ROLES[0])
                )
            )


def _is_complete(connection: psycopg.Connection) -> bool:
    """Say whether the last step of a first start has been done."""
    found = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE])
    return found.fetchone() is not None


def _environment() -> dict[str, str]:
    """Give the server what it needs to start, and none of our secrets or PG* settings."""
    passed = ("PATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")
    return {name: os.environ[name] for name in passed if name in os.environ} | {"LC_ALL": "C"}
