"""The demo's mail server: it takes every mail, sends none on, and keeps the latest to be read.

It listens on loopback, in the process of the demo's identity provider, and forgets everything when
the demo stops. It speaks as much SMTP as a sender needs.
"""

import socket
import threading
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Final, Protocol

KEPT: Final = 200
_LINE: Final = 4096
_LARGEST: Final = 1_000_000
_SECONDS: Final = 30


class Line(Protocol):
    """A conversation: what the caller says by the line, and what is answered."""

    def readline(self, size: int, /) -> bytes:
        """Read what was said next; nothing when the caller is gone."""

    def write(self, answer: bytes, /) -> object:
        """Answer."""

    def flush(self) -> object:
        """Let the answer go."""


@dataclass(frozen=True)
class Received:
    """One mail as it arrived."""

    to: str
    sender: str
    subject: str
    date: str
    text: str


class Sink:
    """Takes mail on a listening socket; `mails` gives the latest first."""

    def __init__(self, listener: socket.socket) -> None:
        self._listener = listener
        self._kept: deque[Received] = deque(maxlen=KEPT)

    def mails(self) -> list[Received]:
        """List what arrived, the latest first."""
        return list(reversed(self._kept))

    def start(self) -> None:
        """Take mail in a thread of its own, until the process ends."""
        threading.Thread(target=self._listen, name="mail", daemon=True).start()

    def _listen(self) -> None:
        while True:
            caller, _ = self._listener.accept()
            threading.Thread(target=self._talk, args=(caller,), daemon=True).start()

    def _talk(self, caller: socket.socket) -> None:
        # The caller may be gone at any moment: what was not finished was never taken.
        with suppress(OSError), caller, caller.makefile("rwb") as line:
            caller.settimeout(_SECONDS)
            _converse(line, self._take)

    def _take(self, raw: bytes) -> None:
        message = message_from_bytes(raw, policy=default)
        assert isinstance(message, EmailMessage)  # by the policy
        body = message.get_body(("plain",))
        self._kept.append(
            Received(
                to=str(message["To"] or ""),
                sender=str(message["From"] or ""),
                subject=str(message["Subject"] or ""),
                date=str(message["Date"] or ""),
                text=str(body.get_content()) if body else "",
            )
        )


_ANSWERS: Final = {
    b"HELO": "250 vitrine-demo",
    b"EHLO": "250 vitrine-demo",
    b"MAIL": "250 OK",
    b"RCPT": "250 OK",
    b"RSET": "250 OK",
    b"NOOP": "250 OK",
}


def _converse(line: Line, take: Callable[[bytes], None]) -> None:
    _say(line, "220 vitrine-demo")
    while said := line.readline(_LINE):
        verb = said[:4].upper()
        if verb == b"QUIT":
            _say(line, "221 bye")
            return
        if verb == b"DATA":
            _say(line, "354 go on")
            raw = _message(line)
            if raw is None:
                return
            take(raw)
            _say(line, "250 taken")
        else:
            _say(line, _ANSWERS.get(verb, "502 not here"))


def _message(line: Line) -> bytes | None:
    """Read a message up to the line with the dot; None when it breaks off or is too large."""
    parts: list[bytes] = []
    size = 0
    while said := line.readline(_LINE):
        if said in (b".\r\n", b".\n"):
            return b"".join(parts)
        parts.append(said.removeprefix(b".") if said.startswith(b"..") else said)
        size += len(said)
        if size > _LARGEST:
            return None
    return None


def _say(line: Line, answer: str) -> None:
    line.write(answer.encode() + b"\r\n")
    line.flush()
