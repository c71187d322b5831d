"""The way out by mail: a message is built, handed to one SMTP server, and its fate told by a code.

A message has a subject, a text and a page made by the caller of fixed words and links; headers are
made here. The standard library speaks SMTP: there is one message at a time, with a time limit.
"""

import smtplib
import ssl
from dataclasses import dataclass
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import Final
from urllib.parse import parse_qs, unquote, urlsplit

from app.kernel.clock import now

SECONDS: Final = 5.0
"""How long each answer of the server is waited for."""

_PORTS: Final = {"smtp": 587, "smtps": 465}
_STARTTLS: Final = frozenset({"required", "no"})


class UnusableMailServer(ValueError):
    """The address of the mail server in the settings cannot be used; says why."""


@dataclass(frozen=True)
class MailServer:
    """Where mail is handed over, and how."""

    host: str
    port: int
    tls_at_once: bool
    starttls: bool
    user: str
    password: str


@dataclass(frozen=True)
class Letter:
    """One mail as it is to be sent; `message_id` stays the same when it is sent again."""

    address: str
    subject: str
    text: str
    page: str
    message_id: str
    preferences: str  # the address of the page where one chooses what comes by mail


@dataclass(frozen=True)
class Outcome:
    """What became of a letter: nothing in `code` says that it was taken.

    `final`: trying again would change nothing. `stop`: it is not about this letter, and the next
    one would fare no better.
    """

    code: str = ""
    final: bool = False
    stop: bool = False


def server_of(url: str) -> MailServer:
    """Read `smtp://user:password@host:port?starttls=required|no` or `smtps://…`.

    Raises:
        UnusableMailServer: it is neither, or asks for something unknown.
    """
    parts = urlsplit(url)
    if parts.scheme not in _PORTS or not parts.hostname:
        raise UnusableMailServer("it begins with smtp:// or smtps:// and names a host")
    wish = parse_qs(parts.query).get("starttls", ["required"])[-1]
    if wish not in _STARTTLS:
        raise UnusableMailServer("starttls is “required” or “no”")
    if parts.scheme == "smtp" and wish == "no" and parts.password:
        raise UnusableMailServer("a password is sent over TLS only")
    return MailServer(
        host=parts.hostname,
        port=parts.port or _PORTS[parts.scheme],
        tls_at_once=parts.scheme == "smtps",
        starttls=parts.scheme == "smtp" and wish == "required",
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
    )


def message_of(letter: Letter, sender: str) -> EmailMessage:
    """Build the message: plain text with the page beside it, nothing that loads from elsewhere.

    Raises:
        ValueError: a header would hold a line end, or the address is none.
    """
    message = EmailMessage(policy=SMTP)
    message["From"] = Address("Vitrine", addr_spec=sender)
    message["To"] = Address(addr_spec=letter.address)
    message["Subject"] = letter.subject
    message["Date"] = format_datetime(now())
    message["Message-ID"] = letter.message_id
    message["Auto-Submitted"] = "auto-generated"
    message["List-Unsubscribe"] = f"<{letter.preferences}>"
    message.set_content(letter.text)
    message.add_alternative(letter.page, subtype="html")
    return message


class Postbox:
    """One connection to the mail server, opened with the first letter and used for the next."""

    def __init__(self, server: MailServer, sender: str) -> None:
        self._server = server
        self._sender = sender
        self._open: smtplib.SMTP | None = None

    def __enter__(self) -> "Postbox":
        return self

    def __exit__(self, *_: object) -> None:
        self._close()

    def send(self, letter: Letter) -> Outcome:
        """Hand a letter over; whatever happens is told, and nothing is raised."""
        try:
            message = message_of(letter, self._sender).as_bytes()
        except (ValueError, IndexError, MessageError):
            return Outcome("address", final=True)
        try:
            if self._open is None:
                self._open = self._connect()
            self._open.sendmail(self._sender, [letter.address], message)
        except (smtplib.SMTPException, OSError, UnicodeError) as fault:
            outcome = _outcome_of(fault)
            if outcome.stop:
                self._close()
            return outcome
        return Outcome()

    def _connect(self) -> smtplib.SMTP:
        server = self._server
        made: smtplib.SMTP
        if server.tls_at_once:
            context = ssl.create_default_context()
            made = smtplib.SMTP_SSL(server.host, server.port, timeout=SECONDS, context=context)
        else:
            made = smtplib.SMTP(server.host, server.port, timeout=SECONDS)
        try:
            if server.starttls:
                made.starttls(context=ssl.create_default_context())
            if server.user:
                made.login(server.user, server.password)
        except BaseException:
            made.close()
            raise
        return made

    def _close(self) -> None:
        if self._open is not None:
            # Nothing is said in parting: it was taken already, or the line is gone.
            self._open.close()
            self._open = None


def _outcome_of(fault: Exception) -> Outcome:
    """Say in a code what went wrong; what the server said could quote an address."""
    if isinstance(fault, smtplib.SMTPRecipientsRefused):
        codes = [code for code, _ in fault.recipients.values()]
        final = bool(codes) and min(codes) >= 500
        return Outcome("recipient_refused" if final else "deferred", final=final)
    if isinstance(fault, smtplib.SMTPDataError):
        final = fault.smtp_code >= 500
        return Outcome("message_refused" if final else "deferred", final=final)
    if isinstance(fault, UnicodeError):
        return Outcome("address", final=True)
    for kind, code in _STOPPING:
        if isinstance(fault, kind):
            return Outcome(code, stop=True)
    return Outcome("unreachable", stop=True)


_STOPPING: Final[tuple[tuple[type[Exception], str], ...]] = (
    (smtplib.SMTPAuthenticationError, "sign_in_refused"),
    (smtplib.SMTPSenderRefused, "sender_refused"),
    (smtplib.SMTPNotSupportedError, "tls"),
    (ssl.SSLError, "tls"),
    (smtplib.SMTPServerDisconnected, "disconnected"),
    (TimeoutError, "timeout"),
)
