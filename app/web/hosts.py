"""Answers only to the installation's own name, and over plain HTTP only on this machine."""

from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

_LOOPBACK = frozenset({"localhost", "127.0.0.1", "[::1]"})
_PLAIN = """\
Vitrine does not answer at this address.

Over plain HTTP it answers only on the machine it runs on, at localhost: anywhere else what signs
you in could be read on the way. Use the https:// address that your administrator gave you.

If you look after this portal: put it behind a proxy that speaks HTTPS, and set VITRINE_PUBLIC_URL
to its https:// address. docs/operations.md says how; `vitrine doctor` says what is missing.
"""
_FOREIGN = """\
Vitrine does not answer to this name.

Use the https:// address that your administrator gave you. If you look after this portal:
VITRINE_PUBLIC_URL is the one name it answers to, beside localhost; set it to the name you use.
"""


class HostGuard:
    """Refuses foreign Host headers, and plain HTTP on anything but localhost."""

    def __init__(self, app: ASGIApp, *, public_url: str) -> None:
        self._app = app
        parts = urlsplit(public_url)
        self._host = parts.netloc.lower()
        self._secure = parts.scheme == "https"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass requests to our own name; answer others without touching the application."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        host = Headers(scope=scope).get("host", "").lower()
        name = host.rsplit(":", 1)[0] if not host.endswith("]") else host
        if name in _LOOPBACK or (self._secure and host == self._host):
            await self._app(scope, receive, send)
            return
        # Whose name it is makes no difference over plain HTTP: none but this machine's will do.
        said = _FOREIGN if scope["scheme"] == "https" else _PLAIN
        await PlainTextResponse(said, status_code=421)(scope, receive, send)
