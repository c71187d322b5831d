"""Backup and restore: database, objects, sealed sources and settings in one folder, keys apart.

The order makes a copy taken from a running installation whole: first what was last signed, then
the database in one snapshot, then the objects, which are written once and never change. Here is
the copying; what a restored installation must prove is in `proof`.
"""

import hashlib
import io
import json
import os
import subprocess
import tarfile
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import obstore
from obstore.exceptions import AlreadyExistsError
from obstore.store import ObjectStore
from sqlalchemy.engine import make_url

from app.audit.note import NoteMalformed, parse_signing_key
from app.audit.shards import earlier
from app.cli.runtime import SETTINGS_FILE, read_settings_file
from app.db import migrate
from app.db.binaries import find_binaries
from app.db.folder import prepare_folder
from app.kernel.clock import now
from app.kernel.config import Settings
from app.kernel.errors import VitrineError
from app.kernel.keys import keys_folder
from app.storage.blobs import open_store

FORMAT = 1
MANIFEST = "manifest.json"
DATABASE = "database.dump"
SIGNED = "log-state.json"
STORES = ("objects", "sources")
KEYS = ("web.secret", "source.key", "source.pub")
Progress = Callable[[str], None]


@dataclass(frozen=True)
class Manifest:
    """What a backup holds: file name → SHA-256, and how many objects each store had."""

    format: int
    made_at: str
    revision: str
    files: dict[str, str]
    objects: int
    sources: int


def keys_file(folder: Path) -> Path:
    """Give the file of the keys that belongs to a backup folder."""
    return folder.with_name(folder.name + ".keys.tar")


def back_up(known: Settings, folder: Path, *, say: Progress) -> Manifest:
    """Write a backup into a new folder, and the keys beside it.

    Raises VitrineError when the folder exists, or when PostgreSQL's programs report a fault.
    """
    if folder.exists() or keys_file(folder).exists():
        raise VitrineError(f"{folder} exists already: a backup never overwrites another.")
    folder.mkdir(mode=0o700, parents=True)
    revision = migrate.current(known.database_owner_url)
    if revision is None:
        raise VitrineError("The database is empty: there is nothing to back up.")
    if known.log_state.exists():
        _write(folder / SIGNED, known.log_state.read_bytes())
    if (known.data_dir / SETTINGS_FILE).exists():
        _write(folder / SETTINGS_FILE, (known.data_dir / SETTINGS_FILE).read_bytes())
    say("database")
    _dump(known.database_owner_url, folder / DATABASE)
    counts = {}
    for name in STORES:
        say(name)
        counts[name] = _pack(open_store(getattr(known, name)), folder / f"{name}.tar")
    _pack_keys(known, keys_file(folder))
    files = {path.name: _digest(path) for path in sorted(folder.iterdir())}
    made = Manifest(FORMAT, now().isoformat(), revision, files, **counts)
    _write(folder / MANIFEST, json.dumps(asdict(made), indent=1).encode())
    return made


def read_manifest(folder: Path) -> Manifest:
    """Read a backup's manifest and check every file against it; raises VitrineError."""
    try:
        fields: dict[str, Any] = json.loads((folder / MANIFEST).read_text())
        manifest = Manifest(**fields)
    except (OSError, ValueError, TypeError) as error:
        raise VitrineError(f"{folder} is not a backup: its manifest cannot be read.") from error
    if manifest.format != FORMAT:
        raise VitrineError(f"{folder} is a backup of form {manifest.format}, unknown here.")
    for name, digest in manifest.files.items():
        path = folder / name
        if not path.is_file() or _digest(path) != digest:
            raise VitrineError(f"{path} is missing or damaged: nothing was restored.")
    return manifest


def restore_settings(known: Settings, folder: Path) -> None:
    """Bring back what `init` wrote, into a data folder that is still empty or not there.

    An installation that is refused a restore keeps its own settings. The environment still wins.
    """
    kept, here = folder / SETTINGS_FILE, known.data_dir
    if kept.exists() and not (here.is_dir() and any(here.iterdir())):
        prepare_folder(here)
        _write(here / SETTINGS_FILE, kept.read_bytes())
        read_settings_file()


def restore_keys(known: Settings, archive: Path) -> None:
    """Put the keys of a backup in their place; a different key there is never overwritten."""
    places = {name: keys_folder(known) / name for name in KEYS} | {"log.key": known.log_key}
    with tarfile.open(archive) as keys:
        for member in keys:
            content = keys.extractfile(member)
            if member.name not in places or content is None:
                raise VitrineError(f"{archive} holds something that is not a key: {member.name}.")
            place, body = places[member.name], content.read()
            if place.exists() and not _same_key(place.read_bytes(), body):
                raise VitrineError(f"{place} is another key: move it away first.")
            if not place.exists():
                place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                _write(place, body)


def _same_key(here: bytes, restored: bytes) -> bool:
    """Compare two keys; the log's may have another name by now, after a log was adopted."""
    if here == restored:
        return True
    try:
        keys = [parse_signing_key(text.decode("ascii").strip()) for text in (here, restored)]
    except (UnicodeDecodeError, NoteMalformed):
        return False
    public, earlier_public = (key.verifier for key in keys)
    return earlier(public, earlier_public.name) == earlier_public


def restore_content(known: Settings, folder: Path, *, say: Progress) -> None:
    """Fill the empty database and the stores from a checked backup.

    What was last signed is taken from the backup only where no record of it is kept here: a record
    that is newer than the backup is how one sees that the restored log is older.

    Raises VitrineError when the database is not empty, or a restoring program reports a fault.
    """
    if migrate.current(known.database_owner_url) is not None:
        raise VitrineError("The database is not empty: restore into a new one.")
    say("database")
    _load(known.database_owner_url, folder / DATABASE)
    for name in STORES:
        say(name)
        _unpack(folder / f"{name}.tar", open_store(getattr(known, name)))
    if (folder / SIGNED).exists() and not known.log_state.exists():
        known.log_state.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        _write(known.log_state, (folder / SIGNED).read_bytes())


def listed(store: ObjectStore) -> Iterator[str]:
    """Give the path of every object of a store."""
    for batch in obstore.list(store):
        for found in batch:
            yield found["path"]


def _dump(url: str, target: Path) -> None:
    options = ["--format=custom", "--enable-row-security", f"--file={target}"]
    _program("pg_dump", options, url)
    target.chmod(0o600)


def _load(url: str, source: Path) -> None:
    options = ["--no-owner", "--exit-on-error", "--single-transaction", "--enable-row-security"]
    name = make_url(url).database or ""
    _program("pg_restore", [*options, f"--dbname={name}", str(source)], url)


def _program(name: str, options: list[str], url: str) -> None:
    """Run one of PostgreSQL's programs; the address goes by environment, where nobody reads it."""
    parts = make_url(url)
    host = parts.host or str(parts.query.get("host", ""))
    port = parts.port or str(parts.query.get("port", "5432"))
    environment = {
        "PATH": os.environ.get("PATH", ""),
        "PGHOST": host,
        "PGPORT": str(port),
        "PGUSER": parts.username or "",
        "PGPASSWORD": parts.password or "",
        "PGDATABASE": parts.database or "",
        "PGSSLMODE": str(parts.query.get("sslmode", "prefer")),
    }
    done = subprocess.run(  # noqa: S603 - the server's own program, no shell
        [str(find_binaries() / name), *options],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise VitrineError(f"{name} failed: {done.stderr.strip().splitlines()[-1:]}")


def _pack(store: ObjectStore, target: Path) -> int:
    count = 0
    with _private(target) as file, tarfile.open(fileobj=file, mode="w") as archive:
        for path in listed(store):
            content = bytes(obstore.get(store, path).bytes())
            _add(archive, path, content)
            count += 1
    return count


def _unpack(source: Path, store: ObjectStore) -> None:
    with tarfile.open(source) as archive:
        for member in archive:
            content = archive.extractfile(member)
            if content is None or ".." in Path(member.name).parts:
                raise VitrineError(f"{source} holds something that is not an object.")
            try:
                obstore.put(store, member.name, content.read(), mode="create")
            except AlreadyExistsError:
                continue


def _pack_keys(known: Settings, target: Path) -> None:
    present = [keys_folder(known) / name for name in KEYS]
    with _private(target) as file, tarfile.open(fileobj=file, mode="w") as archive:
        for path in present:
            if path.exists():
                _add(archive, path.name, path.read_bytes())
        if known.log_key.exists():
            _add(archive, "log.key", known.log_key.read_bytes())


def _add(archive: tarfile.TarFile, name: str, content: bytes) -> None:
    member = tarfile.TarInfo(name)
    member.size, member.mode = len(content), 0o600
    archive.addfile(member, io.BytesIO(content))


def _private(path: Path) -> io.BufferedWriter:
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")


def _write(path: Path, content: bytes) -> None:
    with _private(path) as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
