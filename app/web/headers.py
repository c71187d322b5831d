"""Response headers that hold everywhere, and the addresses of static files.

Here: the content-security-policy and its companions, caching, and ``/static/<digest>/…``.
Not here: cookies and sessions (session.py), the request-forgery check (csrf.py).
"""

import hashlib
import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from starlette.applications import Starlette
from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

STATIC_ROOT = Path(__file__).resolve().parent.parent / "static"
STATIC_PREFIX = "/static"

_CONTENT_SECURITY = (
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    "font-src 'self'",
    "connect-src 'self'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
)
_POWERS_REFUSED = (
    *("accelerometer", "autoplay", "camera", "display-capture", "encrypted-media", "fullscreen"),
    *("geolocation", "gyroscope", "magnetometer", "microphone", "midi", "payment"),
    *("picture-in-picture", "screen-wake-lock", "usb", "xr-spatial-tracking"),
)
_FIXED = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # `no-referrer` would turn the Origin of our own form posts into `null`,
    # and csrf.py compares it; `same-origin` tells other sites just as little.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Permissions-Policy": ", ".join(f"{power}=()" for power in _POWERS_REFUSED),
}
_STRICT_TRANSPORT = "max-age=63072000; includeSubDomains"
_IMMUTABLE = "public, max-age=31536000, immutable"
_ORIGIN = re.compile(r"https?://(?:[A-Za-z0-9.-]+|\[[0-9A-Fa-f:]+\])(?::[0-9]{1,5})?")


@cache
def static_digest() -> str:
    """Return the digest of all static files together, 16 hexadecimal digits.

    One digest for the whole folder lets modules and style sheets name each other relatively.
    """
    whole = hashlib.sha256()
    for path in sorted(p for p in STATIC_ROOT.rglob("*") if p.is_file()):
        whole.update(path.relative_to(STATIC_ROOT).as_posix().encode() + b"\0")
        whole.update(hashlib.sha256(path.read_bytes()).digest())
    return whole.hexdigest()[:16]


def static_url(path: str) -> str:
    """Return the cacheable address of a static file, such as ``css/base.css``."""
    if not (STATIC_ROOT / path).is_file():
        raise FileNotFoundError(f"There is no static file {path}")
    return f"{STATIC_PREFIX}/{static_digest()}/{path}"


class HashedStaticFiles(StaticFiles):
    """Serves ``/<digest>/<path>``: the current digest for ever, an older one uncached.

    A page that was rendered by the release before this one must still find its files.
    """

    def __init__(self) -> None:
        """Serve the folder ``app/static``."""
        super().__init__(directory=STATIC_ROOT)

    async def get_response(self, path: str, scope: Scope) -> Response:
        """Return the file named after the digest, or raise 404."""
        digest, _, rest = path.partition("/")
        response = await super().get_response(rest, scope)
        if digest == static_digest() and response.status_code in (200, 206, 304):
            response.headers["Cache-Control"] = _IMMUTABLE
        return response


def mount_static(app: Starlette) -> None:
    """Mount the static files on an application."""
    app.mount(STATIC_PREFIX, HashedStaticFiles(), name="static")


def allow_form_redirect(request: Request, *origins: str) -> None:
    """Let forms on this page end at other origins (identity providers) after our redirect.

    Browsers apply ``form-action`` to the whole chain of redirects that follows a post.
    Raises ValueError for anything but ``scheme://host[:port]``.
    """
    for origin in origins:
        if not _ORIGIN.fullmatch(origin):
            raise ValueError("A form may only be sent on to an origin, scheme://host[:port]")
    already: tuple[str, ...] = getattr(request.state, "form_action", ())
    request.state.form_action = (*already, *origins)


def content_security_policy(form_origins: Iterable[str] = ()) -> str:
    """Return the policy of one page; ``form_origins`` are added to ``form-action``."""
    form_action = " ".join(["form-action 'self'", *sorted(set(form_origins))])
    return "; ".join([*_CONTENT_SECURITY, form_action])


class HeadersMiddleware:
    """Adds the headers to every response; an answer is uncacheable unless it is hashed static."""

    def __init__(self, app: ASGIApp) -> None:
        """Wrap an application."""
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on and complete the headers of its answer."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def send_completed(message: Message) -> None:
            if message["type"] == "http.response.start":
                complete_headers(MutableHeaders(scope=message), scope)
            await send(message)

        await self.app(scope, receive, send_completed)


def complete_headers(headers: MutableHeaders, scope: Scope) -> None:
    """Add what every answer carries; public for the 500, which is made outside all middleware."""
    for name, value in _FIXED.items():
        headers[name] = value
    headers["Content-Security-Policy"] = content_security_policy(
        scope.get("state", {}).get("form_action", ())
    )
    hashed = scope["path"].startswith(f"{STATIC_PREFIX}/{static_digest()}/")
    if not (hashed and headers.get("Cache-Control") == _IMMUTABLE):
        headers["Cache-Control"] = "no-store"
        del headers["ETag"]
        del headers["Last-Modified"]
    if scope["scheme"] == "https":
        headers["Strict-Transport-Security"] = _STRICT_TRANSPORT
    del headers["Server"]
