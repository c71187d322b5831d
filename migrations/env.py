"""How a migration runs: as the owner, in one transaction, with limits, one at a time.

The address comes from the caller, from `-x url=…`, or from DATABASE_OWNER_URL. Offline scripts are
not offered: a migration may look at what is there.
"""

import importlib
import pkgutil

from alembic import context
from sqlalchemy import Connection, NullPool, create_engine, text

import app.models
from app.db.base import Base
from app.kernel.config import settings

LOCK_TIMEOUT = "5s"  # a migration that waits longer would stop the running release
STATEMENT_TIMEOUT = "10min"
ADVISORY_LOCK = 7_114_210_558


def _address() -> str:
    given = context.config.attributes.get("url") or context.get_x_argument(as_dictionary=True).get(
        "url"
    )
    found = str(given or settings().database_owner_url)
    if not found:
        raise RuntimeError("no database to migrate: set DATABASE_OWNER_URL")
    return found


def _import_tables() -> None:
    for module in pkgutil.iter_modules(app.models.__path__, "app.models."):
        importlib.import_module(module.name)


def _run(connection: Connection) -> None:
    context.configure(
        connection=connection, target_metadata=Base.metadata, transaction_per_migration=False
    )
    with context.begin_transaction():
        # Before the limits: another replica's migration may rightly take longer than they allow.
        connection.execute(text(f"SELECT pg_advisory_xact_lock({ADVISORY_LOCK})"))
        connection.execute(text(f"SET LOCAL lock_timeout = '{LOCK_TIMEOUT}'"))
        connection.execute(text(f"SET LOCAL statement_timeout = '{STATEMENT_TIMEOUT}'"))
        context.run_migrations()


_import_tables()
_engine = create_engine(_address(), poolclass=NullPool)
with _engine.connect() as _connection:
    _run(_connection)
