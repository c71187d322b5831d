"""Writes a database URL as libpq reads it, for the one library that takes no URL of ours."""

from psycopg.conninfo import make_conninfo
from sqlalchemy.engine import make_url


def conninfo_of(url: str) -> str:
    """Give the connection string of a URL as SQLAlchemy reads it.

    Written as a URL again it would not mean the same: SQLAlchemy writes a space in a query as a
    plus sign, which libpq takes for a plus sign, and data folders may have spaces in their names.
    """
    parsed = make_url(url)
    _, arguments = parsed.get_dialect()().create_connect_args(parsed)
    return make_conninfo(**arguments)
