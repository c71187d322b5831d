"""The data folder on disk: who may enter it, and which user's process works in it.

What PostgreSQL does inside it is in `embedded`.
"""

import os
import pwd
import subprocess
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

OURS: Final = frozenset(
    {
        "postgres",
        "postgres.json",
        "postgres.lock",
        "postgres.log",
        "vitrine.lock",
        "vitrine.env",
        "keys",
    }
)


class EmbeddedServerError(RuntimeError):
    """The bundled PostgreSQL cannot serve this folder; the message says what to do."""


@dataclass(frozen=True)
class Account:
    """The user that the server runs as."""

    uid: int
    gid: int
    name: str


def prepare_folder(folder: Path) -> None:
    """Make the data folder, readable by its owner only.

    An existing folder is closed to others when it is empty or already ours. Raises
    EmbeddedServerError when it is somebody else's: its permissions are not ours to change.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    status = folder.stat()
    if not status.st_mode & 0o077:
        return
    present = {entry.name for entry in folder.iterdir()} - {"lost+found"}
    if status.st_uid == os.geteuid() and (not present or present & OURS):
        folder.chmod(0o700)
    elif present and not present & OURS:
        raise EmbeddedServerError(
            f"{folder} is not a data folder of Vitrine and others may read it: "
            "choose another DATA_DIR, or close it (chmod 700)"
        )


def account_for(folder: Path) -> Account | None:
    """Choose the user for the server when we are root: the folder's owner, else a system user."""
    if os.geteuid() != 0:
        return None
    for path in (folder / "postgres" / "cluster", folder):
        if path.exists() and path.stat().st_uid != 0:
            status = path.stat()
            return Account(status.st_uid, status.st_gid, _name_of(status.st_uid))
    for name in ("postgres", "nobody"):
        with suppress(KeyError):
            entry = pwd.getpwnam(name)
            return Account(entry.pw_uid, entry.pw_gid, name)
    raise EmbeddedServerError("PostgreSQL refuses to run as root and no other user was found")


def _name_of(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)


def give_to_owner(folder: Path, *paths: Path) -> None:
    """Keep the folder's owner able to start the server after root once did."""
    if os.geteuid() == 0:
        status = folder.stat()
        for path in paths:
            os.chown(path, status.st_uid, status.st_gid)


def is_postgres(pid: int, cluster: Path) -> bool:
    """Say whether that process is a PostgreSQL server of this cluster."""
    if Path("/proc/self").exists():
        with suppress(OSError):
            return Path(f"/proc/{pid}/cwd").readlink() == cluster
        return False
    shown = subprocess.run(  # noqa: S603 - fixed program, a number as argument
        ["/bin/ps", "-o", "comm=", "-p", str(pid)], capture_output=True, text=True, check=False
    )
    return "postgres" in shown.stdout
