"""Drills: tasks that try the sandbox's walls from inside, for `vitrine doctor` and the tests.

They take no source file seriously and are of no use outside a child.
"""

import os
import socket
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from app.rendering.framing import Frame


def reach(_source: Any, arguments: dict[str, Any]) -> Iterator[Frame]:
    """Say what can be reached: a TCP port, a Unix socket, files, a new file, a program."""
    yield (
        {
            "port": _try(lambda: _connect(socket.AF_INET, ("127.0.0.1", arguments["port"]))),
            "unix": _try(lambda: _connect(socket.AF_UNIX, arguments["unix"])),
            "file": _try(lambda: Path(arguments["file"]).read_bytes()),
            "folder": _try(lambda: list(Path(arguments["file"]).parent.iterdir())),
            "write": _try(lambda: _write(Path(arguments["file"]).with_name("written-by-drill"))),
            "program": _try(lambda: os.posix_spawn("/bin/true", ["true"], {})),
            "environment": sorted(os.environ),
        },
        b"",
    )


def hoard(_source: Any, _arguments: dict[str, Any]) -> Iterator[Frame]:
    """Take memory until there is none."""
    held = []
    while True:
        held.append(bytearray(64 * 1024 * 1024))
        yield {"held": len(held)}, b""


def spin(_source: Any, _arguments: dict[str, Any]) -> Iterator[Frame]:
    """Burn processor time without end."""
    turns = 0
    while turns >= 0:
        turns += 1
    yield {"turns": turns}, b""


def sleep(_source: Any, _arguments: dict[str, Any]) -> Iterator[Frame]:
    """Do nothing for an hour."""
    time.sleep(3600)
    yield {}, b""


def abort(_source: Any, _arguments: dict[str, Any]) -> Iterator[Frame]:
    """Stop by SIGABRT, as PDFium does when memory runs out."""
    yield {"before": True}, b""
    os.abort()


def babble(_source: Any, _arguments: dict[str, Any]) -> Iterator[Frame]:
    """Send bytes that are no frame, as a taken-over child could."""
    os.write(int(sys.argv[2]), b"\xff" * 64)
    yield {}, b""


def _try(act: Any) -> bool:
    try:
        act()
    except OSError:
        return False
    return True


def _connect(family: int, address: Any) -> None:
    with socket.socket(family, socket.SOCK_STREAM) as speaker:
        speaker.settimeout(2)
        speaker.connect(address)


def _write(path: Path) -> None:
    path.write_bytes(b"")
    path.unlink()
