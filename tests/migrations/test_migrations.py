"""Migrations go up, down and up again, and agree with the models."""

import importlib
import pkgutil

from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Engine, text

import app.models
from app.db.base import Base
from app.db.migrate import current, downgrade, head, upgrade
from tests.database import Database

LIBRARY_TABLES = ("procrastinate_", "alembic_version")


def objects_of(engine: Engine) -> set[tuple[str, str]]:
    """Give every table, function and type that a migration could leave behind."""
    with engine.connect() as connection:
        rows = connection.execute(
            text(
                "SELECT 'relation', relname FROM pg_class c "
                "JOIN pg_namespace n ON n.oid = relnamespace WHERE nspname = 'public' "
                "UNION ALL SELECT 'function', proname FROM pg_proc p "
                "JOIN pg_namespace n ON n.oid = pronamespace WHERE nspname = 'public' "
                "UNION ALL SELECT 'type', typname FROM pg_type t "
                "JOIN pg_namespace n ON n.oid = typnamespace WHERE nspname = 'public'"
            )
        )
        return {(kind, name) for kind, name in rows if "alembic_version" not in name}


def test_migrations_go_up_down_and_up_again(empty_database: Database) -> None:
    url = empty_database.urls.owner
    assert current(url) is None
    upgrade(url)
    assert current(url) == head()
    made = objects_of(empty_database.owner)
    assert ("relation", "organisations") in made
    downgrade(url, revision="base")
    assert current(url) is None
    assert objects_of(empty_database.owner) == set()
    upgrade(url)
    assert objects_of(empty_database.owner) == made


def test_each_migration_can_be_undone_alone(empty_database: Database) -> None:
    url = empty_database.urls.owner
    upgrade(url)
    while (at := current(url)) is not None:
        downgrade(url, revision="-1")
        below = objects_of(empty_database.owner)
        upgrade(url, revision="+1")
        assert current(url) == at
        downgrade(url, revision="-1")
        assert objects_of(empty_database.owner) == below


def test_models_and_migrations_agree(fresh_database: Database) -> None:
    for module in pkgutil.iter_modules(app.models.__path__, "app.models."):
        importlib.import_module(module.name)
    with fresh_database.owner.connect() as connection:
        context = MigrationContext.configure(
            connection,
            opts={
                "compare_type": True,
                "include_name": lambda name, kind, _parents: (
                    not (kind == "table" and str(name).startswith(LIBRARY_TABLES))
                ),
            },
        )
        assert compare_metadata(context, Base.metadata) == []


def test_the_web_role_cannot_migrate(empty_database: Database) -> None:
    with empty_database.web.connect() as connection:
        allowed = connection.execute(
            text("SELECT has_schema_privilege('vitrine_web', 'public', 'CREATE')")
        ).scalar_one()
    assert allowed is False
