"""Answers only to the installation's own name, and over plain HTTP only on this machine."""

from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

_LOOPBACK = frozenset({"localhost", "127.0.0.1", "[::1]"})
_PLAIN = (
    "Vitrine answers over HTTPS only, or on this machine (localhost): session cookies sent in the"
    " clear could be read on the way. Ask your administrator for the https:// address.\n"
)
_FOREIGN = "Vitrine does not answer to this name.\n"


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
        own = host == self._host
        await PlainTextResponse(_PLAIN if own else _FOREIGN, status_code=421)(scope, receive, send)
