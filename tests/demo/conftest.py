"""A demo provider that really listens, on a free port of the loopback address."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field

import pytest
import uvicorn

from app.demo.provider import app_for

from .relying_party import OTHER, PORTAL, Portal


@dataclass
class Clock:
    """A clock that stands where a test puts it."""

    now: float = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now


@dataclass
class Listening:
    """A provider under test."""

    base: str
    clock: Clock = field(default_factory=Clock)


@contextmanager
def listening(clock: Clock) -> Iterator[str]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        app = app_for([PORTAL, OTHER], port=port, clock=clock)
        config = uvicorn.Config(app, log_level="warning", lifespan="off", proxy_headers=False)
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            yield f"http://127.0.0.1:{port}"
        finally:
            server.should_exit = True
            thread.join(timeout=10)


@pytest.fixture(scope="session")
def _shared_provider() -> Iterator[Listening]:
    clock = Clock()
    with listening(clock) as base:
        yield Listening(base=base, clock=clock)


@pytest.fixture
def provider(_shared_provider: Listening) -> Listening:
    """The provider, its clock set to now as a client's checks of tokens expect."""
    _shared_provider.clock.now = time.time()
    return _shared_provider


@pytest.fixture
def portal_at() -> Iterator[Callable[..., Portal]]:
    with ExitStack() as stack:
        yield lambda issuer, **more: stack.enter_context(Portal(issuer, **more))


@pytest.fixture
def northlight(provider: Listening) -> str:
    return f"{provider.base}/northlight"


@pytest.fixture
def nima(provider: Listening) -> str:
    return f"{provider.base}/nima"
