"""Running the migrations, from the command line and from tests.

What a migration does is in `migrations/versions`; the transaction around it in `migrations/env.py`.
"""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import NullPool, create_engine

SCRIPTS = Path(__file__).resolve().parents[2] / "migrations"


def configuration(url: str) -> Config:
    """Give Alembic's configuration for the database at the owner's address."""
    made = Config()
    made.set_main_option("script_location", str(SCRIPTS).replace("%", "%%"))
    made.attributes["url"] = url
    return made


def upgrade(url: str, *, revision: str = "head") -> None:
    """Bring the database up to the revision; several at once wait for each other."""
    command.upgrade(configuration(url), revision)


def downgrade(url: str, *, revision: str) -> None:
    """Take the database down to the revision (`base`: empty)."""
    command.downgrade(configuration(url), revision)


def head() -> str:
    """Give the newest revision of this release."""
    found = ScriptDirectory.from_config(configuration("")).get_current_head()
    assert found is not None
    return found


def current(url: str) -> str | None:
    """Give the revision of the database, or None while it is empty."""
    engine = create_engine(url, poolclass=NullPool)
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()
