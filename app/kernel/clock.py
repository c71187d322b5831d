"""The application clock. Grants end by the database clock (access/facts), all else by this."""

from datetime import UTC, datetime


def now() -> datetime:
    """Give the current time in UTC, with microseconds."""
    return datetime.now(tz=UTC)
