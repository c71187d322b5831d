"""Engines, sessions and the row-level security context of a transaction."""

from functools import partial
from typing import Any

from sqlalchemy import Engine, create_engine, event, text
from sqlalchemy.orm import Session

from app.kernel.actor import Actor

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
    engine = create_engine(
        url, pool_size=pool_size, max_overflow=8, pool_pre_ping=True, hide_parameters=True
    )
    if patience_ms:
        event.listen(engine, "connect", partial(_be_impatient, patience_ms))
    return engine


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
