"""Browsers without a browser: clients of an application in this process.

All of them share one event loop, as the requests to a served application do; a loop of its own for
every request is a third of what a request costs.
"""

import atexit
from contextlib import ExitStack
from functools import lru_cache

from anyio.from_thread import BlockingPortal, start_blocking_portal
from fastapi.testclient import TestClient


def client_of(application: object, base_url: str) -> TestClient:
    """Give a client that follows no redirects and raises what the application raises."""
    client = TestClient(application, base_url=base_url, follow_redirects=False)  # type: ignore[arg-type]  # an ASGI application
    client.portal = _portal()
    return client


@lru_cache(maxsize=1)
def _portal() -> BlockingPortal:
    running = ExitStack()
    atexit.register(running.close)
    return running.enter_context(start_blocking_portal())
