"""Puts a process together: settings in, `Installation` out. Refuses what would be unsafe."""

import pkgutil
from functools import lru_cache
from importlib import import_module
from pathlib import Path

from sqlalchemy import Engine, text

import app.models
from app.db.session import engine_for
from app.jobs.queue import queue_for
from app.kernel.config import ROOT, Settings
from app.kernel.errors import ProgrammingFault
from app.kernel.keys import source_private_key, source_public_key, web_secret
from app.policy.engine import PolicyEngine
from app.storage.blobs import BlobStore, open_store
from app.storage.sources import OpenableSources, SealedSources
from app.transaction import Installation

POLICIES = ROOT / "policies"
_PATIENCE_MS = 2000  # a log that stands still must not make every reader wait for ever
_ROLE = text(
    "SELECT r.rolsuper OR r.rolbypassrls AS bypasses,"
    " EXISTS (SELECT 1 FROM pg_tables WHERE schemaname = 'public' AND tableowner = current_user)"
    " AS owns FROM pg_roles r WHERE r.rolname = current_user"
)


class UnsafeRole(ProgrammingFault):
    """The database role could walk past row-level security."""


def open_for_web(settings: Settings) -> Installation:
    """Put the web process together: it can seal sources but never open them."""
    return _open(
        settings,
        url=settings.database_url,
        patience_ms=_PATIENCE_MS,
        sources=SealedSources(open_store(settings.sources), public_key=source_public_key(settings)),
    )


def open_for_worker(settings: Settings) -> Installation:
    """Put the worker together: the only process that is given the key of the sources."""
    return _open(
        settings,
        url=settings.database_worker_url or settings.database_url,
        sources=OpenableSources(
            open_store(settings.sources), private_key=source_private_key(settings)
        ),
    )


def refuse_unsafe_role(engine: Engine) -> None:
    """Refuse a role that owns tables or may bypass row-level security.

    Raises:
        UnsafeRole: with what the role could do.
    """
    with engine.connect() as connection:
        row = connection.execute(_ROLE).one()
    if row.bypasses:
        raise UnsafeRole("The database role may bypass row-level security: use vitrine_web.")
    if row.owns:
        raise UnsafeRole("The database role owns tables: use vitrine_web, not the owner.")


def know_all_tables() -> None:
    """Load every table: one points to another, and no process imports them all by itself."""
    for module in pkgutil.iter_modules(app.models.__path__):
        import_module(f"app.models.{module.name}")


def _open(
    settings: Settings, *, url: str, sources: SealedSources, patience_ms: int = 0
) -> Installation:
    know_all_tables()
    engine = engine_for(url, pool_size=settings.pool_size, patience_ms=patience_ms)
    try:
        refuse_unsafe_role(engine)
    except BaseException:
        engine.dispose()
        raise
    return Installation(
        settings=settings,
        secret=web_secret(settings),
        engine=engine,
        policies=_policies(POLICIES),
        editions=BlobStore(open_store(settings.objects)),
        sources=sources,
        queue=queue_for(),
    )


@lru_cache(maxsize=1)
def _policies(folder: Path) -> PolicyEngine:
    """Read and check the policies once a process: they are part of the program."""
    return PolicyEngine.load(folder)
