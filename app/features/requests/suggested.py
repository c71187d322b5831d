"""The one place where the queue asks which team a request might go to.

The routing rules answer it: team's name by request id, for requests that nobody has yet.
"""

from collections.abc import Sequence

from app.models.requests import Request
from app.transaction import Transaction


def suggested_teams(_tx: Transaction, _rows: Sequence[Request]) -> dict[str, str]:
    """Give the name of the team that is suggested for each request; none without rules."""
    return {}
