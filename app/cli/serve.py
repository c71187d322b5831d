"""The long-running commands: serve, worker, migrate, and both with a database in `up` and `demo`.

How several of them run together is in `together`; operator's errands are in `operate`.
"""

import json
import socket
from typing import Annotated

import typer
import uvicorn

from app.cli import together
from app.cli.runtime import installation
from app.db import migrate as migrations
from app.db.folder import EmbeddedServerError
from app.kernel.config import settings

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
Json = Annotated[bool, typer.Option("--json", help="Answer in JSON.")]


def register(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.command()(serve)
    app.command()(worker)
    app.command()(migrate)
    app.command()(up)
    app.command()(demo)
    app.command(name="demo-provider", hidden=True)(demo_provider)
    app.command(name="demo-load", hidden=True)(demo_load)


def serve(
    host: Host = None, port: Port = None, fd: Descriptor = None, behind_proxy: Proxy = None
) -> None:
    """Serve pages and the JSON API; needs a migrated database and a running worker."""
    _require(settings().database_url)
    config = uvicorn.Config(
        "app.main:create_app",
        factory=True,
        host=host or settings().host,
        port=port or settings().port,
        fd=fd,
        loop="uvloop",
        http="httptools",
        access_log=False,
        server_header=False,
        proxy_headers=behind_proxy is not None,
        forwarded_allow_ips=behind_proxy,
        timeout_graceful_shutdown=10,
        log_level="warning" if fd is not None else "info",
    )
    if fd is not None:
        with socket.socket(fileno=fd) as listener:
            uvicorn.Server(config).run(sockets=[listener])
    else:
        uvicorn.Server(config).run()


def worker() -> None:
    """Run the background jobs and the sequencer of the audit log."""
    _require(settings().database_worker_url)
    from app.worker import run  # the worker's imports are heavy: not for the other commands

    run(settings())


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


def up(host: Host = None, port: Port = None, behind_proxy: Proxy = None) -> None:
    """Run everything of a real installation: database (unless URLs are set), web and worker."""
    together.run_installation(host=host, port=port, behind_proxy=behind_proxy)


def demo(port: Port = None) -> None:
    """Run everything with the demo's report, people and a sign-in of its own; loopback only."""
    together.run_demo(port=port)


def demo_provider(fd: Annotated[int, typer.Option("--fd")]) -> None:
    """Serve the demo's identity provider on a socket given by the supervisor."""
    from app.demo.provider import create_app
    from app.demo.registration import CLIENT_ID, client_secret, redirect_uris, sign_in_file

    known = settings()
    with socket.socket(fileno=fd) as listener:
        application = create_app(
            host=listener.getsockname()[0],
            port=listener.getsockname()[1],
            redirect_uris=redirect_uris(known),
            client_id=CLIENT_ID,
            client_secret=client_secret(known),
            directory=sign_in_file(known),
        )
        # Forwarding headers would let a proxy lend the provider to other machines.
        config = uvicorn.Config(
            application, log_level="warning", proxy_headers=False, access_log=False
        )
        uvicorn.Server(config).run(sockets=[listener])


def demo_load() -> None:
    """Load the demo's report, people and reviews, unless they are there."""
    from app.demo.load import load

    load(settings())


def _require(url: str) -> None:
    if not url:
        raise EmbeddedServerError(
            "no database is named: `vitrine up` runs everything with the bundled PostgreSQL, "
            "or set the DATABASE_…URL variables"
        )
