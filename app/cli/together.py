"""Everything at once, under one supervisor: `vitrine up` and `vitrine demo`.

What each process does is in `serve`; how they are kept together is in `supervisor`.
"""

import fcntl
import json
import os
import socket
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from app.cli.answers import say_ready
from app.cli.runtime import (
    SETTINGS_FILE,
    environment_of_web,
    environment_of_worker,
    installation,
)
from app.cli.supervisor import ChildEndedError, Supervisor
from app.db import migrate
from app.db.folder import prepare_folder
from app.demo.registration import sign_in_file
from app.kernel.config import Settings, settings

READY_SECONDS = 90.0
ALIVE = "/healthz"


class PortBusyError(RuntimeError):
    """Another program listens where we should."""


class AlreadyRunningError(RuntimeError):
    """Another supervisor has this data folder."""


def run_installation(
    *, host: str | None, port: int | None, behind_proxy: str | None, as_json: bool = False
) -> None:
    """Run database, web and worker until asked to stop."""
    set_port(port)
    proxy = ("--behind-proxy", behind_proxy) if behind_proxy else ()
    with (
        only_once(settings().data_dir),
        listen(host or settings().host, settings().port) as web,
    ):
        set_port(web.getsockname()[1])
        with installation() as known, Supervisor() as supervisor:
            migrate.upgrade(known.database_owner_url)
            _start_both(supervisor, web, proxy)
            if _wait_until_answers(supervisor, web):
                if as_json:
                    say_ready("up", portal=known.url, listening=address_of(web))
                else:
                    print(f"Vitrine is at {known.url} (Ctrl-C stops it)", flush=True)
                supervisor.wait()


def run_demo(*, port: int | None, as_json: bool = False) -> None:
    """Run everything with the demo until asked to stop."""
    set_port(port)
    if (settings().data_dir / SETTINGS_FILE).exists():
        raise AlreadyRunningError(
            f"{settings().data_dir} is a real installation: the demo wants another DATA_DIR"
        )
    if settings().demo_report is not None and not sign_in_file(settings()).exists():
        from app.demo.own_file import check_own_file  # only here: a renderer is slow to import

        check_own_file(settings())
    os.environ["VITRINE_DEMO"] = "true"
    os.environ.setdefault("VITRINE_LOG_LEVEL", "warning")  # the terminal is the newcomer's
    with (
        only_once(settings().data_dir),
        listen("127.0.0.1", settings().port) as web,
        _provider_socket(settings()) as provider,
        listen("127.0.0.1", 0) as mail,
    ):
        os.environ["VITRINE_DEMO_PROVIDER_PORT"] = str(provider.getsockname()[1])
        os.environ["VITRINE_PORT"] = str(web.getsockname()[1])
        # Nothing of the demo is sent to anybody: its mail goes to a page of its own.
        os.environ["VITRINE_SMTP_URL"] = f"smtp://127.0.0.1:{mail.getsockname()[1]}?starttls=no"
        settings.cache_clear()
        with installation() as known, Supervisor() as supervisor:
            migrate.upgrade(known.database_owner_url)
            supervisor.start(
                "demo-provider",
                ["demo-provider", "--fd", str(provider.fileno()), "--mail-fd", str(mail.fileno())],
                environment=environment_of_web(),
                descriptors=[provider.fileno(), mail.fileno()],
            )
            _start_both(supervisor, web, ())
            # Beside them, not after them: most of a second start is programs being imported.
            loading = supervisor.start("demo-load", ["demo-load"], environment=os.environ)
            loaded = supervisor.wait_for("demo-load", loading)
            if loaded and _wait_until_answers(supervisor, web):
                greet(known, web, as_json=as_json)
                supervisor.wait()


def _start_both(supervisor: Supervisor, web: socket.socket, options: tuple[str, ...]) -> None:
    supervisor.start("worker", ["worker"], environment=environment_of_worker())
    supervisor.start(
        "web",
        ["serve", "--fd", str(web.fileno()), *options],
        environment=environment_of_web(),
        descriptors=[web.fileno()],
    )


def greet(known: Settings, web: socket.socket, *, as_json: bool) -> None:
    """Say where the demo is and how one signs in."""
    sign_in = f"http://127.0.0.1:{known.demo_provider_port}"
    if as_json:
        say_ready("demo", portal=known.url, listening=address_of(web), sign_in=sign_in)
        return
    print(
        f"\n  Vitrine is at {known.url}\n"
        f"  Sign in at {sign_in} as anybody; no password. Its mail: {sign_in}/mail\n"
        f"  Data: {known.data_dir} · Ctrl-C stops everything; the next start goes on from here.\n",
        flush=True,
    )


def _wait_until_answers(supervisor: Supervisor, web: socket.socket) -> bool:
    """Wait for the first answer; False when asked to stop before. Our own socket is asked."""
    host, port = web.getsockname()[:2]
    host = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, host)  # noqa: S104 - compared only
    limit = time.monotonic() + READY_SECONDS
    while not supervisor.asked_to_stop:
        supervisor.check()
        try:
            with urllib.request.urlopen(f"http://{host}:{port}{ALIVE}", timeout=5):
                return True
        except urllib.error.HTTPError as error:
            with error:
                if error.code < 500:
                    return True
        except OSError:
            pass
        if time.monotonic() > limit:
            raise ChildEndedError("the portal does not answer")
        time.sleep(0.1)
    return False


def address_of(listener: socket.socket) -> str:
    """Give the address of a listening socket."""
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def set_port(port: int | None) -> None:
    """Let this process and its children know the port; None leaves it as it is."""
    if port is not None:
        os.environ["VITRINE_PORT"] = str(port)
        settings.cache_clear()


@contextmanager
def only_once(data_dir: Path) -> Iterator[None]:
    """Hold the data folder: two supervisors on one folder would pull it from under each other."""
    prepare_folder(data_dir)
    held = os.open(data_dir / "vitrine.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise AlreadyRunningError(
                f"Vitrine already runs on {data_dir}: stop it, or set another DATA_DIR"
            ) from error
        yield
    finally:
        os.close(held)


@contextmanager
def listen(host: str, port: int) -> Iterator[socket.socket]:
    """Take a port before anything starts, so that a busy one costs nothing."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        listener = socket.create_server((host, port), family=family, backlog=512)
    except OSError as error:
        raise PortBusyError(
            f"port {port} is busy or forbidden here ({os.strerror(error.errno or 0)}): "
            f"try PORT={_free_port()}"
        ) from error
    with listener:
        yield listener


@contextmanager
def _provider_socket(known: Settings) -> Iterator[socket.socket]:
    """Take the same port as last time: the demo's people are bound to the provider's address."""
    path = known.data_dir / "demo.json"
    if known.demo_provider_port:
        port = known.demo_provider_port
    elif path.exists():
        port = int(json.loads(path.read_text())["provider_port"])
    else:
        port = known.port + 1 if _is_free(known.port + 1) else _free_port()
    with listen("127.0.0.1", port) as listener:
        path.write_text(json.dumps({"provider_port": listener.getsockname()[1]}))
        yield listener


def _is_free(port: int) -> bool:
    try:
        with socket.create_server(("127.0.0.1", port)):
            return True
    except OSError:
        return False


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])
