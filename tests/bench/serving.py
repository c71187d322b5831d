"""Serve an application over loopback as `vitrine serve` does, and ask it as a browser would."""

import http.client
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn

from app.web.session import COOKIE


@contextmanager
def served(application: object) -> Iterator[int]:
    """Serve an application on a free port of this machine until the block ends; give the port."""
    config = uvicorn.Config(
        application,  # type: ignore[arg-type]  # an ASGI application
        host="127.0.0.1",
        port=0,
        loop="uvloop",
        http="httptools",
        access_log=False,
        log_level="warning",
    )
    server = uvicorn.Server(config)
    serving = threading.Thread(target=server.run, daemon=True)
    serving.start()
    while not server.started:
        time.sleep(0.01)
    try:
        yield server.servers[0].sockets[0].getsockname()[1]
    finally:
        server.should_exit = True
        serving.join()


class Keeping:
    """One connection that stays open, with the session of one person."""

    def __init__(self, port: int, token: str = "") -> None:
        self._connection = http.client.HTTPConnection("localhost", port)
        self._headers = {"Cookie": f"{COOKIE}={token}"} if token else {}

    def get(self, path: str) -> bytes:
        """Give the body of an answer, which must be a 200."""
        self._connection.request("GET", path, headers=self._headers)
        answer = self._connection.getresponse()
        body = answer.read()
        if answer.status != 200:
            raise RuntimeError(f"{path} answered {answer.status}")
        return body
