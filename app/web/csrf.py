"""Proof that a change was asked for on one of our own pages.

Here: the token of forms, and the rule for the JSON API. Not here: sessions (session.py).
Two independent walls: a token that only a page of this session can carry, and the browser's own
word (Sec-Fetch-Site, Origin) on where the request began.
"""

import hashlib
import hmac
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass

from starlette.requests import Request

from app.kernel.errors import Forbidden

FORM_FIELD = "csrf_token"
API_HEADER = "X-Vitrine-CSRF"

_SALT_BYTES = 16
_PURPOSE = b"vitrine form token v1\0"


@dataclass
class ForgedRequest(Forbidden):
    """The request does not come from a page that we gave to this session."""

    message: str = "This form was not sent from a page of this session, so nothing was changed."
    kept: str | None = "What you typed is still in the form."
    remedy: str | None = "Go back, load the page again and send it once more."
    code: str = "forged-request"


def token_for(session_secret: str) -> str:
    """Return a token for the forms of one page: a fresh salt and its HMAC under the secret.

    Each page gets another one, so that compressed answers give nothing away about the secret.
    """
    salt = secrets.token_bytes(_SALT_BYTES)
    return urlsafe_b64encode(salt + _mac(salt, session_secret)).decode().rstrip("=")


def check(
    request: Request, *, form_token: str | None, session_secret: str, own_origin: str | None = None
) -> None:
    """Pass a form that one of our pages sent; raise ForgedRequest otherwise.

    ``own_origin`` is the public address (scheme://host[:port]); without it, the request's own.
    """
    check_origin(request, own_origin=own_origin)
    if not form_token or not _holds(form_token, session_secret):
        raise ForgedRequest


def check_origin(request: Request, *, own_origin: str | None = None) -> None:
    """Refuse what a browser says began on another site; alone it guards forms before sign-in.

    A client that is no browser sends neither header and passes: it holds no cookie to misuse
    unless its owner gave it one.
    """
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None and site != "same-origin":
        raise ForgedRequest
    origin = request.headers.get("Origin")
    if origin is not None and origin != (own_origin or _origin_of(request)):
        raise ForgedRequest


def check_api(request: Request, *, own_origin: str | None = None) -> None:
    """Pass a JSON call that no foreign page could have made; raise ForgedRequest otherwise.

    A foreign page cannot set ``X-Vitrine-CSRF`` or send ``application/json`` without asking us
    first (CORS), and we never agree.
    """
    check_origin(request, own_origin=own_origin)
    if request.headers.get(API_HEADER):
        return
    kind = request.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    if kind == "application/json" and request.headers.get("Sec-Fetch-Site") == "same-origin":
        return
    raise ForgedRequest(
        message=f"A change needs the header {API_HEADER} (any value).", kept=None, remedy=None
    )


def _mac(salt: bytes, session_secret: str) -> bytes:
    return hmac.digest(session_secret.encode(), _PURPOSE + salt, hashlib.sha256)


def _holds(token: str, session_secret: str) -> bool:
    try:
        raw = urlsafe_b64decode(token + "=" * (-len(token) % 4))
    except ValueError:
        return False
    return hmac.compare_digest(raw[_SALT_BYTES:], _mac(raw[:_SALT_BYTES], session_secret))


def _origin_of(request: Request) -> str:
    return f"{request.url.scheme}://{request.url.netloc}"
