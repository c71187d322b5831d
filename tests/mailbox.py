"""A real mail server for the tests: it takes mail, or refuses, drops or is late, as a test says."""

import asyncio
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import Envelope, Session


@dataclass
class Mailbox:
    """What arrived, raw and read; `answer` is given to the next messages instead of taking them."""

    raw: list[bytes] = field(default_factory=list)
    to: list[str] = field(default_factory=list)
    answer: str = ""  # to a message
    recipient: str = ""  # to a recipient
    url: str = ""
    holds: threading.Event = field(default_factory=threading.Event)  # a recipient waits while set
    reached: threading.Event = field(default_factory=threading.Event)

    async def handle_RCPT(
        self, _server: Any, _session: Session, envelope: Envelope, address: str, _options: Any
    ) -> str:
        """Take a recipient, or not."""
        self.reached.set()
        while self.holds.is_set():
            await asyncio.sleep(0.02)
        if self.recipient:
            return self.recipient
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: Any, _session: Session, envelope: Envelope) -> str:
        """Take a message, or not."""
        if self.answer:
            return self.answer
        self.raw.append(bytes(envelope.content or b""))
        self.to += envelope.rcpt_tos
        return "250 taken"

    @property
    def messages(self) -> list[EmailMessage]:
        """Give the messages, read."""
        return [message_from_bytes(raw, policy=default) for raw in self.raw]  # type: ignore[misc]  # by policy

    def said(self) -> str:
        """Give everything that arrived as text: headers, and both bodies decoded."""
        parts: list[str] = []
        for message in self.messages:
            parts += [f"{name}: {value}" for name, value in message.items()]
            for part in message.walk():
                if part.get_content_maintype() == "text":
                    parts.append(part.get_content())
        return "\n".join(parts)


@contextmanager
def mail_server() -> Iterator[Mailbox]:
    """Run a mail server on loopback."""
    mailbox = Mailbox()
    controller = Controller(mailbox, hostname="127.0.0.1", port=_free_port())
    controller.start()
    mailbox.url = f"smtp://127.0.0.1:{controller.port}?starttls=no"
    try:
        yield mailbox
    finally:
        controller.stop()


@contextmanager
def rude_server(*, greets_after: float | None) -> Iterator[str]:
    """Run one that hangs up at once, or says nothing for so many seconds; gives its address."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0.1)
        over = threading.Event()

        def run() -> None:
            while not over.is_set():
                try:
                    caller, _ = listener.accept()
                except TimeoutError:
                    continue
                with caller:
                    if greets_after is not None:
                        over.wait(greets_after)

        thread = threading.Thread(target=run)
        thread.start()
        try:
            yield f"smtp://127.0.0.1:{listener.getsockname()[1]}?starttls=no"
        finally:
            over.set()
            thread.join()


def closed_port() -> str:
    """Give the address of a mail server that is not there."""
    return f"smtp://127.0.0.1:{_free_port()}?starttls=no"


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])
