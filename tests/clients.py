"""Browsers without a browser: clients of an application in this process.

All of them share one event loop, as the requests to a served application do, and a request goes
there and back once: a loop of its own, or a step between threads for each part of an answer, is a
third of what a request costs.
"""

import atexit
from collections.abc import AsyncIterator
from contextlib import ExitStack
from functools import lru_cache

import httpx
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
    client._transport = _OneHop(application, raising)
    return client


class _OneHop(httpx.BaseTransport):
    """Has a whole request answered in the event loop, and gives the whole answer."""

    def __init__(self, application: object, raising: bool) -> None:
        self._inner = httpx.ASGITransport(
            application,  # type: ignore[arg-type]  # an ASGI application
            raise_app_exceptions=raising,
            client=("testclient", 50000),
        )

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        return _portal().call(self._answer, request)

    async def _answer(self, request: httpx.Request) -> httpx.Response:
        if not isinstance(request.stream, httpx.AsyncByteStream):
            request.stream = _Sent(request.stream)
        answer = await self._inner.handle_async_request(request)
        return httpx.Response(
            answer.status_code,
            headers=answer.headers,
            stream=httpx.ByteStream(await answer.aread()),
            request=request,
        )


class _Sent(httpx.AsyncByteStream):
    """What is sent piece by piece."""

    def __init__(self, parts: httpx.SyncByteStream) -> None:
        self._parts = parts

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for part in self._parts:
            yield part


@lru_cache(maxsize=1)
def _portal() -> BlockingPortal:
    running = ExitStack()
    atexit.register(running.close)
    return running.enter_context(start_blocking_portal())
