"""The process between Vitrine and its bundled PostgreSQL: it never outlives the one and never
leaves the other.

It runs as a script of its own (standard library only, `python -I -S keeper.py`), reads one line of
JSON from its standard input and then watches that pipe: when the pipe closes, because the parent
asked for it or died in whatever way, the server is shut down. Should the keeper itself be killed,
Linux sends the server its shutdown signal. What to run is decided in `embedded`, not here.
"""

import ctypes
import json
import os
import select
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypedDict

CLONE_NEWNS = 0x00020000
MS_BIND_RECURSIVE = 0x1000 | 0x4000
MS_PRIVATE_RECURSIVE = 0x40000 | 0x4000
PR_SET_PDEATHSIG = 1
FAST_SHUTDOWN, IMMEDIATE_SHUTDOWN = signal.SIGINT, signal.SIGQUIT


class Switch(TypedDict):
    """The user that the server runs as when the keeper is root."""

    uid: int
    gid: int


class Orders(TypedDict):
    """What the keeper is told on its standard input."""

    parent: int
    initialise: list[str]  # empty when the cluster exists
    unfinished: str  # where `initialise` writes
    cluster: str  # where its result belongs
    password_file: str  # removed after `initialise`
    serve: list[str]
    switch: Switch | None
    needs: list[str]  # folders the server must reach
    temporary: str  # socket folder to remove at the end, or empty


def run(orders: Orders) -> int:
    """Initialise the cluster when asked, then serve until the parent goes; give the exit code."""
    if orders["initialise"]:
        code = _wait(_start(orders["initialise"], orders))
        Path(orders["password_file"]).unlink(missing_ok=True)
        if code:
            return code
        Path(orders["unfinished"]).rename(orders["cluster"])
    server = _start(orders["serve"], orders)
    code = _watch(server, orders["parent"])
    if orders["temporary"]:
        _remove_socket_folder(Path(orders["temporary"]))
    return code


def _start(command: list[str], orders: Orders) -> int:
    keeper = os.getpid()
    child = os.fork()
    if child:
        return child
    try:
        os.umask(0o077)
        if orders["switch"]:
            _become(orders["switch"], [Path(folder) for folder in orders["needs"]])
        # After the change of user: Linux forgets the death signal when credentials change.
        _die_with_parent(keeper)
        os.chdir("/")
        _restore_signals()
        os.execv(command[0], command)  # noqa: S606 - the server's own binary, no shell
    except OSError as error:
        sys.stderr.write(f"the keeper could not start {command[0]}: {error}\n")
        sys.stderr.flush()
    os._exit(70)


def _restore_signals() -> None:
    signal.set_wakeup_fd(-1)
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGCHLD):
        signal.signal(number, signal.SIG_DFL)


def _die_with_parent(keeper: int) -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, FAST_SHUTDOWN)
    if os.getppid() != keeper:
        os._exit(0)


def _become(switch: Switch, needs: list[Path]) -> None:
    uid, gid = switch["uid"], switch["gid"]
    os.setgroups([])
    os.setresgid(gid, gid, gid)
    blocked = _blocked(needs, uid)
    if blocked:
        _reveal(needs, blocked)
    os.setresuid(uid, uid, uid)


def _blocked(needs: list[Path], uid: int) -> dict[Path, Path]:
    """Give, for each folder the user cannot reach, the topmost ancestor that stops the user."""
    os.setresuid(-1, uid, 0)
    try:
        found = {}
        for folder in needs:
            for step in [*reversed(folder.parents), folder]:
                if not os.access(step, os.X_OK, effective_ids=True):
                    found[folder] = step
                    break
        return found
    finally:
        os.setresuid(-1, 0, 0)


def _reveal(needs: list[Path], blocked: dict[Path, Path]) -> None:
    """Show the blocked folders at their own paths, in a mount namespace that only the server sees.

    The ancestors keep their permissions: an empty file system is laid over the closed ancestor,
    for this process alone, and in it nothing but the needed folders is mounted.
    """
    if any(folder == step for folder, step in blocked.items()):
        raise PermissionError(f"the server's user may not enter {sorted(map(str, blocked))}")
    libc = ctypes.CDLL(None, use_errno=True)

    def mount(source: str, target: str, kind: bytes | None, flags: int, options: bytes) -> None:
        done = libc.mount(source.encode(), target.encode(), kind, ctypes.c_ulong(flags), options)
        if done != 0:
            raise PermissionError(ctypes.get_errno(), f"cannot mount {target} for the server")

    if libc.unshare(CLONE_NEWNS) != 0:
        raise PermissionError(
            f"{', '.join(sorted({str(step) for step in blocked.values()}))} is closed to the "
            "server's user and this root may not make a mount namespace: run as an ordinary user, "
            "or put Vitrine and DATA_DIR where others may enter, or set DATABASE_URL"
        )
    mount("none", "/", None, MS_PRIVATE_RECURSIVE, b"")
    closed = set(blocked.values())
    shown = [folder for folder in needs if closed & set(folder.parents)]
    held = {folder: os.open(folder, os.O_PATH | os.O_CLOEXEC) for folder in shown}
    for step in sorted(closed):
        mount("tmpfs", str(step), b"tmpfs", 0, b"mode=0755,size=1m")
    os.umask(0o022)
    for folder, descriptor in held.items():
        folder.mkdir(parents=True, exist_ok=True)
        mount(f"/proc/self/fd/{descriptor}", str(folder), None, MS_BIND_RECURSIVE, b"")
    os.umask(0o077)


def _wait(child: int) -> int:
    _, status = os.waitpid(child, 0)
    return abs(os.waitstatus_to_exitcode(status))


def _watch(server: int, parent: int) -> int:
    asked: list[int] = []
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda got, _frame: asked.append(got))
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    signal.signal(signal.SIGCHLD, lambda _got, _frame: None)
    woken, wake = os.pipe()
    os.set_blocking(wake, False)
    signal.set_wakeup_fd(wake, warn_on_full_buffer=False)
    while True:
        done, status = os.waitpid(server, os.WNOHANG)
        if done:
            return abs(os.waitstatus_to_exitcode(status))
        ready, _, _ = select.select([0, woken], [], [], 1.0)
        if woken in ready:
            os.read(woken, 512)
        closed = 0 in ready and not os.read(0, 512)
        if asked or closed or os.getppid() != parent:
            return _shut_down(server)


def _shut_down(server: int) -> int:
    for number, seconds in ((FAST_SHUTDOWN, 20.0), (IMMEDIATE_SHUTDOWN, 5.0), (signal.SIGKILL, 5)):
        os.kill(server, number)
        if _ended(lambda: os.waitpid(server, os.WNOHANG)[0] != 0, seconds):
            break
    return 0


def _ended(test: Callable[[], bool], seconds: float) -> bool:
    limit = time.monotonic() + seconds
    while time.monotonic() < limit:
        if test():
            return True
        time.sleep(0.01)
    return False


def _remove_socket_folder(folder: Path) -> None:
    for left in folder.glob(".s.PGSQL.*"):
        left.unlink(missing_ok=True)
    folder.rmdir()


def main() -> int:
    """Read the orders from standard input and obey them."""
    line = b""
    while not line.endswith(b"\n"):
        piece = os.read(0, 1)
        if not piece:
            return 0
        line += piece
    orders: Any = json.loads(line)
    return run(orders)


if __name__ == "__main__":
    sys.exit(main())
