"""Several processes that live and die together.

Each child holds the reading end of a pipe whose writing end only the supervisor has: however the
supervisor ends, the pipe closes and every child stops itself. Standard library only.
"""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from types import FrameType

LIFELINE = "VITRINE_LIFELINE"
GRACE_SECONDS = 12.0


class ChildEndedError(RuntimeError):
    """A process that should have stayed ended by itself."""


class Supervisor:
    """Starts children of this program, waits, and stops them all."""

    def __init__(self) -> None:
        self._children: list[tuple[str, subprocess.Popen[bytes]]] = []
        self._lifeline, self._held = os.pipe()
        self._asked = threading.Event()

    def __enter__(self) -> "Supervisor":
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._ask)
        return self

    def __exit__(self, *_ignored: object) -> None:
        self.stop()

    @property
    def asked_to_stop(self) -> bool:
        """Say whether somebody pressed Ctrl-C or sent a signal."""
        return self._asked.is_set()

    def start(
        self,
        name: str,
        arguments: Sequence[str],
        *,
        environment: Mapping[str, str],
        descriptors: Sequence[int] = (),
    ) -> subprocess.Popen[bytes]:
        """Start `vitrine <arguments>` as a child, with open descriptors to inherit."""
        child = subprocess.Popen(  # noqa: S603 - our own program, no shell
            [sys.executable, "-m", "app.cli.main", *arguments],
            env={**environment, LIFELINE: str(self._lifeline)},
            pass_fds=(self._lifeline, *descriptors),
            start_new_session=True,  # Ctrl-C in the terminal is the supervisor's to pass on
            stdin=subprocess.DEVNULL,
        )
        self._children.append((name, child))
        return child

    def wait_for(self, name: str, child: subprocess.Popen[bytes]) -> bool:
        """Wait until this child has done its work; False when asked to stop before.

        Raises ChildEndedError when it, or another child, failed.
        """
        while not self._asked.wait(0.1):
            if child.poll() is not None:
                self._children.remove((name, child))
                if child.returncode:
                    raise ChildEndedError(f"“{name}” failed with code {child.returncode}")
                return True
            self.check()
        return False

    def wait(self) -> None:
        """Wait until asked to stop; raises ChildEndedError when a child ends before that."""
        while not self._asked.wait(0.5):
            self.check()

    def check(self) -> None:
        """Raise ChildEndedError if a child is gone."""
        for name, child in self._children:
            if child.poll() is not None:
                raise ChildEndedError(f"“{name}” ended with code {child.returncode}")

    def stop(self) -> None:
        """Stop the children, the last started first; kill what does not stop in time."""
        for _, child in reversed(self._children):
            if child.poll() is None:
                child.terminate()
        limit = time.monotonic() + GRACE_SECONDS
        for _, child in self._children:
            try:
                child.wait(max(0.1, limit - time.monotonic()))
            except subprocess.TimeoutExpired:
                os.killpg(child.pid, signal.SIGKILL)
                child.wait()
        self._children.clear()

    def _ask(self, _number: int, _frame: FrameType | None) -> None:
        self._asked.set()


def follow_supervisor() -> None:
    """Stop this process when the supervisor that started it is gone; without one, do nothing."""
    descriptor = os.environ.pop(LIFELINE, "")
    if not descriptor:
        return
    lifeline = int(descriptor)
    os.set_inheritable(lifeline, False)
    threading.Thread(target=_end_with, args=(lifeline,), name="lifeline", daemon=True).start()


def _end_with(lifeline: int) -> None:
    os.read(lifeline, 1)
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(GRACE_SECONDS)
    os.killpg(os.getpid(), signal.SIGKILL)
