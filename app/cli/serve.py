"""The long-running commands: serve, worker, migrate, and both with a database in `up` and `demo`.

How several of them run together is in `together`; operator's errands are in `operate`.
"""

import json
import os
import socket
from typing import Annotated

import typer
import uvicorn
from uvicorn.config import LOGGING_CONFIG

from app.cli import together
from app.cli.answers import Json, JsonLines, say_ready
from app.cli.runtime import installation
from app.db import migrate as migrations
from app.db.folder import EmbeddedServerError
from app.kernel.config import settings
from app.kernel.errors import VitrineError
from app.kernel.logs import LOG_FORM, configure_library_logs, configure_logs, in_json

Host = Annotated[
    str | None, typer.Option(help="Address to listen on; loopback unless you say otherwise.")
]
Port = Annotated[int | None, typer.Option(help="Port to listen on (PORT, else 8000).")]
Descriptor = Annotated[
    int | None, typer.Option("--fd", hidden=True, help="A listening socket to take over.")
]
Proxy = Annotated[
    str | None,
    typer.Option(help="Address of the proxy in front, whose X-Forwarded-* headers count."),
]


def register(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.command()(serve)
    app.command()(worker)
    app.command()(migrate)
    app.command()(up)
    app.command()(demo)
    app.command(name="demo-provider", hidden=True)(demo_provider)
    app.command(name="demo-load", hidden=True)(demo_load)


class _Announced(uvicorn.Server):
    """Says in JSON when it has begun to answer."""

    def __init__(self, config: uvicorn.Config, command: str) -> None:
        super().__init__(config)
        self._command = command

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, then print the one line."""
        await super().startup(sockets)
        if self.started and sockets:
            said = {"portal": settings().url} if self._command == "serve" else {}
            say_ready(self._command, **said, listening=together.address_of(sockets[0]))


def serve(
    *,
    host: Host = None,
    port: Port = None,
    fd: Descriptor = None,
    behind_proxy: Proxy = None,
    as_json: JsonLines = False,
) -> None:
    """Serve pages and the JSON API; needs a migrated database and a running worker."""
    _require(settings().database_url)
    _log_as_asked(as_json=as_json)
    config = uvicorn.Config(
        "app.main:create_app",
        factory=True,
        loop="uvloop",
        http="httptools",
        access_log=False,
        server_header=False,
        proxy_headers=behind_proxy is not None,
        forwarded_allow_ips=behind_proxy,
        timeout_graceful_shutdown=10,
        log_level="warning" if fd is not None else "info",
        log_config=None if in_json() else LOGGING_CONFIG,
    )
    server = _Announced(config, "serve") if as_json else uvicorn.Server(config)
    with (
        together.listen(host or settings().host, settings().port if port is None else port)
        if fd is None
        else socket.socket(fileno=fd)
    ) as listener:
        if fd is None:
            together.set_port(listener.getsockname()[1])
        server.run(sockets=[listener])


def worker(*, as_json: JsonLines = False) -> None:
    """Run the background jobs and the sequencer of the audit log."""
    _require(settings().database_worker_url)
    _log_as_asked(as_json=as_json)
    from app.worker import run  # the worker's imports are heavy: not for the other commands

    run(settings(), ready=(lambda: say_ready("worker")) if as_json else None)


def migrate(*, as_json: Json = False) -> None:
    """Bring the database up to this release, as the role that owns the tables."""
    with installation() as known:
        before = migrations.current(known.database_owner_url)
        migrations.upgrade(known.database_owner_url)
        after = migrations.current(known.database_owner_url)
    if as_json:
        print(json.dumps({"before": before, "after": after}))
    elif before == after:
        print(f"The database is at {after}; nothing to do.")
    else:
        print(f"The database went from {before or 'empty'} to {after}.")


def up(
    *,
    host: Host = None,
    port: Port = None,
    behind_proxy: Proxy = None,
    as_json: JsonLines = False,
) -> None:
    """Run everything of a real installation: database (unless URLs are set), web and worker."""
    _log_as_asked(as_json=as_json)
    together.run_installation(host=host, port=port, behind_proxy=behind_proxy, as_json=as_json)


def demo(*, port: Port = None, as_json: JsonLines = False) -> None:
    """Run everything with the demo's report, people and a sign-in of its own; loopback only."""
    _log_as_asked(as_json=as_json)
    together.run_demo(port=port, as_json=as_json)


def demo_provider(
    *,
    fd: Annotated[int, typer.Option("--fd")],
    mail_fd: Annotated[int | None, typer.Option("--mail-fd")] = None,
    as_json: JsonLines = False,
) -> None:
    """Serve the demo's identity provider on a socket given by the supervisor, and take its mail."""
    from app.demo.provider import create_app
    from app.demo.registration import CLIENT_ID, client_secret, redirect_uris, sign_in_file
    from app.demo.sink import Sink

    _log_as_asked(as_json=as_json)
    known = settings()
    sink = None if mail_fd is None else Sink(socket.socket(fileno=mail_fd))
    if sink is not None:
        sink.start()
    with socket.socket(fileno=fd) as listener:
        application = create_app(
            host=listener.getsockname()[0],
            port=listener.getsockname()[1],
            redirect_uris=redirect_uris(known),
            client_id=CLIENT_ID,
            client_secret=client_secret(known),
            directory=sign_in_file(known),
            sink=sink,
        )
        # Forwarding headers would let a proxy lend the provider to other machines.
        config = uvicorn.Config(
            application,
            log_level="warning",
            proxy_headers=False,
            access_log=False,
            log_config=None if in_json() else LOGGING_CONFIG,
        )
        server = _Announced(config, "demo-provider") if as_json else uvicorn.Server(config)
        server.run(sockets=[listener])


def demo_load(*, as_json: Json = False) -> None:
    """Load the demo's report, people and reviews, unless they are there."""
    from app.demo.load import DemoStuck, load

    try:
        load(settings())
    except DemoStuck as error:
        raise VitrineError(f"The demo could not be loaded: {error}") from error
    if as_json:
        print(json.dumps({"loaded": True}))


def _log_as_asked(*, as_json: bool) -> None:
    """Take over the logs of the process, and of the children it starts."""
    if as_json:
        os.environ[LOG_FORM] = "json"
        configure_logs()
    if in_json():
        configure_library_logs()


def _require(url: str) -> None:
    if not url:
        raise EmbeddedServerError(
            "no database is named: `vitrine up` runs everything with the bundled PostgreSQL, "
            "or set the DATABASE_…URL variables"
        )
