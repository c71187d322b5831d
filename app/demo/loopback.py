"""The wall that keeps the demo's identity provider on the machine it runs on.

It lets people choose who they are without a password, so it must never be reachable from
elsewhere: not by the address it listens on, not by a forwarded or rebound name, not by a form
that some other page sends.
"""

import ipaddress

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send


class BeyondLoopback(ValueError):
    """The demo's identity provider was asked to listen where other machines could reach it."""


def require_loopback(host: str) -> str:
    """Return ``host`` when it is a loopback address; raises BeyondLoopback.

    Names are refused too, ``localhost`` included: what a name stands for is decided elsewhere.
    """
    if not _is_loopback(host):
        raise BeyondLoopback(
            f"The demo's identity provider listens on a loopback address only, not on {host!r}."
        )
    return host


class LoopbackOnly:
    """Middleware that answers this machine only, under the provider's own name only."""

    def __init__(self, app: ASGIApp, *, authority: str) -> None:
        self._app = app
        self._authority = authority

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or refuse it before anything looks at it."""
        refusal = self._refusal(scope) if scope["type"] == "http" else None
        if refusal is None:
            await self._app(scope, receive, send)
        else:
            await refusal(scope, receive, send)

    def _refusal(self, scope: Scope) -> PlainTextResponse | None:
        headers = Headers(scope=scope)
        client = scope.get("client")
        if client is None or not _is_loopback(client[0]):
            return PlainTextResponse("Not reachable from here.", status_code=403)
        if headers.get("host") != self._authority:
            return PlainTextResponse("Not the name of this provider.", status_code=421)
        origin = headers.get("origin")
        own = f"http://{self._authority}"
        if scope["method"] == "POST" and origin not in (None, own):
            return PlainTextResponse("This form came from another site.", status_code=403)
        return None


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
