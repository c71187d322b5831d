"""Browsers without a browser: clients of an application in this process.

All of them share one event loop, as the requests to a served application do; a loop of its own for
every request is a third of what a request costs.
"""

import atexit
from contextlib import ExitStack
from functools import lru_cache

from anyio.from_thread import BlockingPortal, start_blocking_portal
from fastapi.testclient import TestClient


def client_of(application: object, base_url: str, *, raising: bool = True) -> TestClient:
    """Give a client that follows no redirects and raises what the application raises.

    Not `raising`, it gets the answer 500 instead, as from a server.
    """
    client = TestClient(
        application,  # type: ignore[arg-type]  # an ASGI application
        base_url=base_url,
        follow_redirects=False,
        raise_server_exceptions=raising,
    )
    client.portal = _portal()
    return client


@lru_cache(maxsize=1)
def _portal() -> BlockingPortal:
    running = ExitStack()
    atexit.register(running.close)
    return running.enter_context(start_blocking_portal())
