"""The demo's identity provider: one OpenID issuer per organisation, a persona picker, no passwords.

Here belongs what it is made of and where it listens, which is a loopback address only; what it
answers is ``endpoints.py``. The portal does not know this module: it speaks OpenID Connect to it
as to any provider.
"""

import json
import socket
import time
from collections.abc import Awaitable, Callable, Iterable
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

import uvicorn
from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import Response

from app.demo import pages
from app.demo.authorization import Client
from app.demo.codes import Ledger
from app.demo.endpoints import Issuer, Provider
from app.demo.loopback import LoopbackOnly, require_loopback
from app.demo.personas import ORGANISATIONS
from app.demo.sink import Sink
from app.demo.tokens import SigningKey


def create_app(
    *,
    port: int,
    redirect_uris: Iterable[str],
    client_id: str,
    client_secret: str,
    host: str = "127.0.0.1",
    clock: Callable[[], float] = time.time,
    directory: Path | None = None,
    sink: Sink | None = None,
) -> FastAPI:
    """Return the provider with one registered client.

    `directory` is a file that lists where each organisation's people sign in at the portal; the
    provider's own front page leads there. `sink` is where the demo's mail arrives, to be read.

    Issuers are ``http://<host>:<port>/<slug>``. Signing out may return to the root or to
    ``/sign-in`` of an address in ``redirect_uris``. Raises BeyondLoopback.
    """
    exact = frozenset(redirect_uris)
    client = Client(
        client_id=client_id,
        client_secret=client_secret,
        redirect_uris=exact,
        post_logout_redirect_uris=frozenset(
            _origin(address) + path for address in exact for path in ("/", "/sign-in")
        ),
    )
    return app_for([client], port=port, host=host, clock=clock, directory=directory, sink=sink)


def app_for(
    clients: Iterable[Client],
    *,
    port: int,
    host: str = "127.0.0.1",
    clock: Callable[[], float] = time.time,
    directory: Path | None = None,
    sink: Sink | None = None,
) -> FastAPI:
    """Return the provider for any number of registered clients; raises BeyondLoopback."""
    authority = _authority(require_loopback(host), port)
    provider = Provider(
        issuers={
            organisation.slug: Issuer(
                address=f"http://{authority}/{organisation.slug}",
                organisation=organisation,
                key=SigningKey.generate(),
            )
            for organisation in ORGANISATIONS
        },
        clients={client.client_id: client for client in clients},
        ledger=Ledger(clock=clock),
        clock=clock,
    )
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    app.add_middleware(LoopbackOnly, authority=authority)
    app.middleware("http")(_close_up)
    app.add_route("/{slug}/.well-known/openid-configuration", provider.discovery)
    app.add_route("/{slug}/jwks", provider.keys)
    app.add_route("/{slug}/authorize", provider.authorize, methods=["GET", "POST"])
    app.add_route("/{slug}/token", provider.token, methods=["POST"])
    app.add_route("/{slug}/userinfo", provider.userinfo, methods=["GET", "POST"])
    app.add_route("/{slug}/end-session", provider.end_session, methods=["GET", "POST"])
    app.add_route("/assets/provider.css", _stylesheet)
    app.add_route("/mail", partial(_mail, sink))
    app.add_route("/", partial(_start, directory))
    return app


def serve(
    host: str,
    port: int,
    *,
    redirect_uris: Iterable[str],
    client_id: str,
    client_secret: str,
) -> None:
    """Run the provider until it is told to stop; raises BeyondLoopback before listening.

    Port 0 takes a free one.
    """
    address = require_loopback(host)
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.create_server((address, port), family=family) as listener:
        app = create_app(
            host=address,
            port=listener.getsockname()[1],
            redirect_uris=redirect_uris,
            client_id=client_id,
            client_secret=client_secret,
        )
        # Forwarding headers would let a proxy lend the provider to other machines.
        config = uvicorn.Config(app, log_level="warning", proxy_headers=False, access_log=False)
        uvicorn.Server(config).run(sockets=[listener])


async def _close_up(
    request: Request, call_next: Callable[[Request], Awaitable[Response]]
) -> Response:
    response = await call_next(request)
    response.headers.setdefault("cache-control", "no-store")
    response.headers.setdefault("content-security-policy", "default-src 'none'")
    response.headers["x-content-type-options"] = "nosniff"
    # Not "no-referrer": a browser would then send "Origin: null" with the picker's own form.
    response.headers["referrer-policy"] = "same-origin"
    return response


def _start(directory: Path | None, _request: Request) -> Response:
    if directory is None or not directory.is_file():
        return pages.message(
            "The demo’s sign-in", text="Nothing to do here: start in the portal and choose Sign in."
        )
    return pages.front(json.loads(directory.read_text()))


def _mail(sink: Sink | None, _request: Request) -> Response:
    return pages.mail(sink.mails() if sink else [])


def _stylesheet(_request: Request) -> Response:
    return pages.stylesheet()


def _authority(host: str, port: int) -> str:
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def _origin(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"
