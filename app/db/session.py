"""Engines, sessions and the row-level security context of a transaction."""

import time
from functools import partial
from typing import Any, Final

import psycopg
from sqlalchemy import Engine, create_engine, event, text
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.orm import Session
from sqlalchemy.pool import ConnectionPoolEntry

from app.kernel.actor import Actor

_RESTED_SECONDS: Final = 1.0
_CONTEXT = text(
    "SELECT set_config('vitrine.side', :side, true),"
    " set_config('vitrine.organisation', :organisation, true),"
    " set_config('vitrine.person', :person, true)"
)


def engine_for(url: str, *, pool_size: int = 40, patience_ms: int = 0) -> Engine:
    """Make a pooled engine, at least as large as the thread limit: else requests deadlock.

    Its errors name the statement and never the parameters, which are what people wrote.

    Args:
        url: a `postgresql+psycopg://` address.
        pool_size: connections kept; a few more may be opened for refusals.
        patience_ms: how long a statement waits for a lock before it fails; 0: for ever.
    """
    engine = create_engine(url, pool_size=pool_size, max_overflow=8, hide_parameters=True)
    event.listen(engine, "checkin", _note_rest)
    event.listen(engine, "checkout", _try_rested)
    if patience_ms:
        event.listen(engine, "connect", partial(_be_impatient, patience_ms))
    return engine


def _note_rest(_connection: object, record: ConnectionPoolEntry) -> None:
    record.info["rests_since"] = time.monotonic()


def _try_rested(connection: Any, record: ConnectionPoolEntry, _proxy: object) -> None:
    """Try a connection that has rested for a while: the server may have been restarted.

    One used a moment ago is not tried: that would cost a round trip with every request.

    Raises:
        DisconnectionError: it is gone; the pool opens another.
    """
    rests_since = record.info.get("rests_since")
    if rests_since is None or time.monotonic() - rests_since < _RESTED_SECONDS:
        return
    try:
        connection.execute("SELECT 1")
        connection.rollback()
    except psycopg.Error as fault:
        raise DisconnectionError from fault


def _be_impatient(patience_ms: int, connection: Any, _record: object) -> None:
    connection.execute("SELECT set_config('lock_timeout', %s, false)", [f"{patience_ms}ms"])
    connection.commit()


def enter_context(session: Session, actor: Actor) -> None:
    """Set who acts for row-level security, for this transaction only (never for the session)."""
    session.execute(
        _CONTEXT,
        {
            "side": actor.side.value,
            "organisation": actor.organisation_id or "",
            "person": actor.id,
        },
    )
