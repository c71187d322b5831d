"""A server that was restarted, as the processes that were connected to it notice."""

import time

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import OperationalError

from app.db.session import engine_for
from tests.database import Database

PID = text("SELECT pg_backend_pid()")


def _lost(engine: Engine, database: Database) -> int:
    """Have one connection rest in the pool, and end it at the server; give its number."""
    with engine.connect() as connection:
        pid = int(connection.execute(PID).scalar_one())
    admin = engine_for(database.bootstrap_url, pool_size=1)
    with admin.connect() as connection:
        assert connection.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": pid}).scalar()
    admin.dispose()
    return pid


@pytest.fixture
def engine(database: Database) -> Engine:
    return engine_for(database.urls.web, pool_size=1)


def test_a_connection_that_rested_is_tried_before_it_is_used(
    engine: Engine, database: Database
) -> None:
    pid = _lost(engine, database)
    time.sleep(1.1)
    with engine.connect() as connection:
        assert connection.execute(PID).scalar_one() != pid
    engine.dispose()


def test_one_lost_a_moment_ago_fails_once_and_takes_no_other_along(
    engine: Engine, database: Database
) -> None:
    pid = _lost(engine, database)
    with pytest.raises(OperationalError), engine.connect() as connection:
        connection.execute(PID)
    with engine.connect() as connection:
        assert connection.execute(PID).scalar_one() != pid
    engine.dispose()
