"""Who speaks at the token endpoint, and how its form is read.

RFC 6749 section 2.3.1 (client_secret_basic and client_secret_post) and section 3.2 (no parameter
twice).
"""

import base64
import binascii
import hmac
from urllib.parse import unquote_plus

from starlette.requests import Request

from app.demo.authorization import Client


class TokenRefused(Exception):
    """The token endpoint refuses, with an error code of RFC 6749 section 5.2."""

    def __init__(self, error: str, *, description: str, status: int = 400):
        super().__init__(description)
        self.error = error
        self.description = description
        self.status = status


async def parameters_of(request: Request) -> list[tuple[str, str]]:
    """Return what was sent, in order and with repetitions: the form of a POST, else the query."""
    if request.method != "POST":
        return list(request.query_params.multi_items())
    form = await request.form(max_files=0, max_fields=40)
    return [(name, value) for name, value in form.multi_items() if isinstance(value, str)]


async def form_once(request: Request) -> dict[str, str]:
    """Return the form of a POST; raises TokenRefused when a parameter was sent twice."""
    sent = await parameters_of(request)
    form = dict(sent)
    if len(form) != len(sent):
        raise TokenRefused("invalid_request", description="A parameter was sent twice.")
    return form


def authenticate_client(
    authorization: str | None, *, form: dict[str, str], clients: dict[str, Client]
) -> Client:
    """Return the client that proved its secret, in one way only; raises TokenRefused."""
    if authorization is not None and "client_secret" in form:
        raise TokenRefused("invalid_request", description="The client authenticated twice.")
    client_id, client_secret = (
        (form.get("client_id", ""), form.get("client_secret", ""))
        if authorization is None
        else _basic_credentials(authorization)
    )
    client = clients.get(client_id)
    # Compared in every case, so that the time taken does not tell whether the client exists.
    expected = client.client_secret if client is not None else ""
    right = hmac.compare_digest(client_secret.encode(), expected.encode())
    if client is None or not right or form.get("client_id", client_id) != client_id:
        raise TokenRefused(
            "invalid_client", description="The client is not known by that secret.", status=401
        )
    return client


def _basic_credentials(authorization: str) -> tuple[str, str]:
    scheme, _, encoded = authorization.partition(" ")
    try:
        decoded = base64.b64decode(encoded.strip(), validate=True).decode("utf-8")
    except (binascii.Error, UnicodeDecodeError):
        decoded = ""
    client_id, separator, client_secret = decoded.partition(":")
    if scheme.lower() != "basic" or not separator:
        raise TokenRefused(
            "invalid_client", description="The authorization header is not Basic.", status=401
        )
    # RFC 6749 section 2.3.1: both halves are form-encoded before they are joined.
    return unquote_plus(client_id), unquote_plus(client_secret)
