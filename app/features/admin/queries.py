"""Reads about the installation itself: the database, the worker, the sequencer's backlog."""

from datetime import datetime

from sqlalchemy import text

from app.transaction import Transaction

_HEARTBEAT = text("SELECT max(last_heartbeat) FROM procrastinate_workers")
_WAITING_JOBS = text(
    "SELECT count(*) FILTER (WHERE status = 'todo') AS todo,"
    " count(*) FILTER (WHERE status = 'failed') AS failed FROM procrastinate_jobs"
)
_MAILS = text(
    "SELECT count(*) FILTER (WHERE state IN ('waiting', 'failed')) AS waiting,"
    " count(*) FILTER (WHERE state = 'dead') AS dead FROM mails"
)
_BACKLOG = text(
    "SELECT count(*) AS waiting, min(e.at) AS oldest FROM audit_pending p"
    " JOIN audit_entry e ON e.id = p.entry_id"
)
_SERVER = text("SELECT current_setting('server_version'), current_setting('fsync')")


def find_heartbeat(tx: Transaction) -> datetime | None:
    """Find when a worker was last heard."""
    found: datetime | None = tx.session.execute(_HEARTBEAT).scalar()
    return found


def job_counts(tx: Transaction) -> tuple[int, int]:
    """Count (waiting, failed) jobs."""
    row = tx.session.execute(_WAITING_JOBS).one()
    return row.todo, row.failed


def mail_counts(tx: Transaction) -> tuple[int, int]:
    """Count the mails that (wait, were given up)."""
    row = tx.session.execute(_MAILS).one()
    return row.waiting, row.dead


def backlog(tx: Transaction) -> tuple[int, datetime | None]:
    """Count the entries without a place in the tree, and say how old the oldest is."""
    row = tx.session.execute(_BACKLOG).one()
    return row.waiting, row.oldest


def server(tx: Transaction) -> tuple[str, bool]:
    """Give the database's version, and whether it writes to disk before it says so."""
    version, fsync = tx.session.execute(_SERVER).one()
    return str(version).split()[0], fsync == "on"
