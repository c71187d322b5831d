"""Background jobs: their names, and how a transaction enqueues them on its own connection.

Task bodies live with their feature (`tasks.py`); worker.py registers them. A job carries ids
only, never content.
"""

from collections.abc import Mapping
from typing import Any, Final

from procrastinate import App, PsycopgConnector, SyncPsycopgConnector

QUEUE: Final = "vitrine"


def queue_for(connector: PsycopgConnector | SyncPsycopgConnector | None = None) -> App:
    """Make the queue; without a connector it can only enqueue on a connection handed to it."""
    return App(connector=connector or SyncPsycopgConnector())


def enqueue(queue: App, *, connection: Any, name: str, arguments: Mapping[str, str]) -> None:
    """Enqueue a job on a psycopg connection: it exists if, and only if, that commits.

    Args:
        queue: made by `queue_for`.
        connection: the business transaction's own driver connection.
        name: a task's name, such as `reports.ingest`.
        arguments: ids only.
    """
    queue.configure_task(name, allow_unknown=True, connection=connection, queue=QUEUE).defer(
        **arguments
    )
