"""`vitrine doctor`: what is wrong with this installation, and what to do about it.

Each check looks at one thing and gives one finding. Checks change nothing, except that the store
is asked to take and give back one small object.
"""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal
from urllib.parse import urlsplit

import obstore
from sqlalchemy import NullPool, create_engine, text
from sqlalchemy.exc import SQLAlchemyError

from app.cli.adopting import standing_of
from app.cli.policies import count_valid
from app.db import migrate
from app.installation import POLICIES
from app.kernel.clock import now
from app.kernel.config import Settings
from app.kernel.errors import VitrineError
from app.kernel.keys import keys_folder
from app.policy.texts import InvalidPolicies
from app.rendering.sandbox import capabilities
from app.storage.blobs import open_store

Verdict = Literal["good", "warning", "fault"]
HEARTBEAT_AGE = timedelta(minutes=2)
OWNER_ONLY = 0o077
MEBIBYTE = 1024 * 1024
LITTLE = 2048 * MEBIBYTE
TOO_LITTLE = 256 * MEBIBYTE

_ROLE = text(
    "SELECT r.rolsuper OR r.rolbypassrls AS bypasses,"
    " EXISTS (SELECT 1 FROM pg_tables WHERE schemaname = 'public' AND tableowner = current_user)"
    " AS owns FROM pg_roles r WHERE r.rolname = current_user"
)
_UNWALLED = text(
    "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'"
    " AND relname <> 'alembic_version' AND NOT (relrowsecurity AND relforcerowsecurity)"
)


@dataclass(frozen=True)
class Finding:
    """What one check saw; `remedy` is empty when all is well."""

    check: str
    verdict: Verdict
    what: str
    remedy: str = ""


Check = Callable[[Settings], Iterator[Finding]]


def examine(known: Settings) -> Iterator[Finding]:
    """Run every check, one after the other; none stops the next.

    Where the database does not answer, or is not this release's, what would only fail for that
    reason is left out.
    """
    for check in (_data_folder, _disk, _keys, _public_address, _policies, _stores, _sandbox):
        yield from _run(check, known)
    for check in (_database, _roles, _migrations, _walls_of_tables, _log, _worker):
        found = list(_run(check, known))
        yield from found
        stops = check in {_database, _migrations}
        if stops and any(finding.verdict == "fault" for finding in found):
            return


def examine_without_database(known: Settings, reason: str) -> Iterator[Finding]:
    """Say why the bundled database did not start, and check what can be checked without it."""
    yield Finding(
        "database", "fault", reason, f"Look at {known.data_dir / 'postgres.log'}; then ask again."
    )
    for check in (_disk, _keys, _public_address, _policies, _sandbox):
        yield from _run(check, known)


def _run(check: Check, known: Settings) -> Iterator[Finding]:
    try:
        yield from check(known)
    except (OSError, SQLAlchemyError, VitrineError, RuntimeError, ValueError) as error:
        name = check.__name__.strip("_").replace("_", " ")
        said = str(error).strip().splitlines()[0] if str(error) else type(error).__name__
        yield Finding(name, "fault", said, "Repair what is named, then ask again.")


def _data_folder(known: Settings) -> Iterator[Finding]:
    if known.data_dir.stat().st_mode & OWNER_ONLY:
        yield Finding(
            "data folder",
            "fault",
            f"Others may enter {known.data_dir}.",
            f"chmod 700 {known.data_dir}",
        )
    else:
        yield Finding("data folder", "good", f"{known.data_dir} is its owner's only.")


def _disk(known: Settings) -> Iterator[Finding]:
    free = shutil.disk_usage(known.data_dir).free
    said = f"{free // MEBIBYTE} MiB are free where {known.data_dir} lies."
    if free < TOO_LITTLE:
        yield Finding(
            "disk", "fault", said, "Make room now: a full disk stops the log, and so everything."
        )
    elif free < LITTLE:
        yield Finding("disk", "warning", said, "Make room, or move DATA_DIR to a larger disk.")
    else:
        yield Finding("disk", "good", said)


def _policies(_known: Settings) -> Iterator[Finding]:
    try:
        valid = count_valid(POLICIES)
    except (InvalidPolicies, OSError) as error:
        yield Finding(
            "policies",
            "fault",
            f"The policies cannot be used: {str(error).splitlines()[0]}",
            f"Bring back {POLICIES} from the release; `vitrine policies check` says more.",
        )
    else:
        yield Finding("policies", "good", f"{valid} policies are valid.")


def _keys(known: Settings) -> Iterator[Finding]:
    names = [keys_folder(known) / name for name in ("web.secret", "source.key")]
    for path in (*names, known.log_key):
        if path.exists() and path.stat().st_mode & OWNER_ONLY:
            yield Finding(
                "keys", "fault", f"Others may read {path}.", f"chmod 600 {path}; then replace it."
            )
            return
    if not known.log_key.exists():
        yield Finding(
            "keys", "warning", "The log has no signing key yet.", "Start the worker, or `init`."
        )
    elif known.data_dir.resolve() in known.log_key.resolve().parents and not known.demo:
        yield Finding(
            "keys",
            "warning",
            "The log's signing key lies in the data folder, where a copied folder carries it away.",
            "Move it and set VITRINE_LOG_KEY_PATH.",
        )
    else:
        yield Finding("keys", "good", "The keys are their owner's only.")


def _public_address(known: Settings) -> Iterator[Finding]:
    parts = urlsplit(known.url)
    local = parts.hostname in {"localhost", "127.0.0.1", "::1"}
    if parts.scheme == "https" or (parts.scheme == "http" and local):
        yield Finding("public address", "good", f"{known.url} is safe for sessions.")
    else:
        yield Finding(
            "public address",
            "fault",
            f"{known.url} would carry sessions in the clear.",
            "Set VITRINE_PUBLIC_URL to the https:// address of the proxy in front.",
        )


def _database(known: Settings) -> Iterator[Finding]:
    urls = {
        "DATABASE_OWNER_URL": known.database_owner_url,
        "DATABASE_URL": known.database_url,
        "DATABASE_WORKER_URL": known.database_worker_url,
        "DATABASE_SEQUENCER_URL": known.database_sequencer_url,
    }
    for name, url in urls.items():
        try:
            with create_engine(url, poolclass=NullPool).connect():
                continue
        except SQLAlchemyError as error:
            reason = str(error.__cause__ or error).strip().splitlines()[-1].strip()
            yield Finding(
                "database",
                "fault",
                f"The database does not answer at {name}: {reason}",
                f"Start PostgreSQL, or correct {name}.",
            )
            return
    yield Finding("database", "good", "The database answers, to each of its roles.")


def _roles(known: Settings) -> Iterator[Finding]:
    urls = {
        "web": known.database_url,
        "worker": known.database_worker_url,
        "sequencer": known.database_sequencer_url,
    }
    for purpose, url in urls.items():
        engine = create_engine(url, poolclass=NullPool)
        with engine.connect() as connection:
            role = connection.execute(_ROLE).one()
        if role.bypasses or role.owns:
            done = "may bypass row-level security" if role.bypasses else "owns tables"
            yield Finding(
                "database roles",
                "fault",
                f"The role of the {purpose} {done}: the second wall is down.",
                "Give it a role with LOGIN NOSUPERUSER NOBYPASSRLS that owns nothing.",
            )
            return
    yield Finding("database roles", "good", "No role can walk past row-level security.")


def _migrations(known: Settings) -> Iterator[Finding]:
    at, wanted = migrate.current(known.database_owner_url), migrate.head()
    if at == wanted:
        yield Finding("migrations", "good", f"The database is at {at}.")
    else:
        yield Finding(
            "migrations",
            "fault",
            f"The database is at {at or 'nothing'}, this release needs {wanted}.",
            "Run `vitrine migrate`.",
        )


def _walls_of_tables(known: Settings) -> Iterator[Finding]:
    engine = create_engine(known.database_owner_url, poolclass=NullPool)
    with engine.connect() as connection:
        open_tables = sorted(connection.scalars(_UNWALLED))
    if open_tables:
        yield Finding(
            "tables",
            "fault",
            f"No forced row-level security on: {', '.join(open_tables)}.",
            "Compare with the release's migrations; somebody changed the tables by hand.",
        )
    else:
        yield Finding("tables", "good", "Every table has forced row-level security.")


def _stores(known: Settings) -> Iterator[Finding]:
    for name, url in (("objects", known.objects), ("sources", known.sources)):
        store = open_store(url)
        obstore.put(store, "doctor", b"doctor")
        back = bytes(obstore.get(store, "doctor").bytes())
        obstore.delete(store, "doctor")
        if back != b"doctor":
            yield Finding(name, "fault", f"The store of {name} gives back something else.", url)
        else:
            yield Finding(name, "good", f"The store of {name} takes and gives back.")


def _sandbox(_known: Settings) -> Iterator[Finding]:
    walls = capabilities()
    down = sorted(name for name in ("network", "files", "calls") if not walls.get(name))
    if down:
        yield Finding(
            "sandbox",
            "warning",
            f"The children that open source files lack a wall here: {', '.join(down)}.",
            "Run the worker on Linux 5.13 or newer, where Landlock and seccomp are allowed.",
        )
    else:
        yield Finding("sandbox", "good", "Children reach neither a socket nor the data folder.")


def _log(known: Settings) -> Iterator[Finding]:
    if not known.log_key.exists():
        yield from _key_of_signed_log(known)
        return
    if known.log_key.stat().st_mode & OWNER_ONLY:
        return  # the finding about keys says so
    standing = standing_of(known)
    if standing.fault:
        yield Finding(
            "log",
            "fault",
            f"{standing.fault[0].upper()}{standing.fault[1:]}. Nothing is signed.",
            "Restore a newer backup, or accept this log under a new origin: "
            "`vitrine audit adopt --reason …`.",
        )
    else:
        yield Finding("log", "good", f"{standing.size} leaves; it goes on from the last one seen.")


def _key_of_signed_log(known: Settings) -> Iterator[Finding]:
    engine = create_engine(known.database_owner_url, poolclass=NullPool)
    with engine.connect() as connection:
        signed = connection.scalar(text("SELECT max(size) FROM audit_checkpoint"))
    if signed:
        yield Finding(
            "log",
            "fault",
            f"{signed} leaves are signed by a key that is not at {known.log_key} any more.",
            "Bring the key back from where it was backed up (OUT.keys.tar); a new one signs"
            " nothing here.",
        )


def _worker(known: Settings) -> Iterator[Finding]:
    engine = create_engine(known.database_owner_url, poolclass=NullPool)
    with engine.connect() as connection:
        seen = connection.scalar(text("SELECT max(last_heartbeat) FROM procrastinate_workers"))
        waiting = connection.scalar(text("SELECT count(*) FROM audit_pending")) or 0
    if seen is None or now() - seen > HEARTBEAT_AGE:
        since = f"since {seen:%Y-%m-%d %H:%M} UTC" if seen else "so far"
        yield Finding(
            "worker",
            "warning",
            f"No worker has been heard {since}; {waiting} entries wait for the sequencer.",
            "Start `vitrine worker` (or `vitrine up`) and look at its log.",
        )
    else:
        yield Finding("worker", "good", f"A worker is alive; {waiting} entries wait.")
