"""A relying party of the demo's identity provider, and a browser's part in a sign-in."""

import html
import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
from authlib.integrations.base_client.sync_openid import OpenIDMixin
from authlib.integrations.httpx_client import OAuth2Client

from app.demo.authorization import Client
from app.demo.codes import s256

CALLBACK = "http://localhost:8000/sign-in/callback"
VERIFIER = "a-verifier-of-at-least-forty-three-characters-0123456789"
PORTAL = Client(
    client_id="portal",
    client_secret="a secret: with a colon & more",
    redirect_uris=frozenset({CALLBACK}),
    post_logout_redirect_uris=frozenset({"http://localhost:8000/"}),
)
OTHER = Client(
    client_id="other",
    client_secret="another secret",
    redirect_uris=frozenset({CALLBACK}),
)


class Portal(OpenIDMixin, OAuth2Client):  # type: ignore[misc]  # Authlib is untyped
    """A relying party made of Authlib's parts: session, metadata, check of the ID token."""

    def __init__(self, issuer: str, **more: Any):
        super().__init__(
            PORTAL.client_id,
            PORTAL.client_secret,
            scope="openid profile email",
            redirect_uri=CALLBACK,
            code_challenge_method="S256",
            **more,
        )
        self.server_metadata = httpx.get(f"{issuer}/.well-known/openid-configuration").json()

    def load_server_metadata(self) -> dict[str, Any]:
        return dict(self.server_metadata)

    def _get_session(self) -> OAuth2Client:
        return OAuth2Client(PORTAL.client_id)


def asking(**changes: str | None) -> dict[str, str]:
    """The parameters of a good authorization request, with changes; None takes one away."""
    asked: dict[str, str | None] = {
        "response_type": "code",
        "client_id": PORTAL.client_id,
        "redirect_uri": CALLBACK,
        "scope": "openid profile email",
        "state": "the state",
        "nonce": "the nonce",
        "code_challenge": s256(VERIFIER),
        "code_challenge_method": "S256",
        **changes,
    }
    return {name: value for name, value in asked.items() if value is not None}


def choose(page: httpx.Response, subject: str, **more: str) -> httpx.Response:
    """Press a person's button as a browser would, with every field the page holds."""
    assert page.status_code == 200, page.text
    fields = {
        html.unescape(name): html.unescape(value)
        for name, value in re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', page.text)
    }
    return httpx.post(page.url, data={**fields, "subject": subject, **more})


def answer(response: httpx.Response) -> dict[str, str]:
    """The parameters with which the browser is sent back to the client."""
    assert response.status_code == 303, response.text
    assert response.headers["location"].startswith(CALLBACK + "?")
    query = parse_qs(urlsplit(response.headers["location"]).query, keep_blank_values=True)
    return {name: values[0] for name, values in query.items()}


def code_for(issuer: str, subject: str = "felix.brandt", **changes: str | None) -> str:
    page = httpx.get(f"{issuer}/authorize", params=asking(**changes))
    return answer(choose(page, subject))["code"]


def redeem(issuer: str, code_: str, *, client: Any = PORTAL, **changes: Any) -> httpx.Response:
    form = {
        "grant_type": "authorization_code",
        "code": code_,
        "redirect_uri": CALLBACK,
        "code_verifier": VERIFIER,
        "client_id": client.client_id,
        "client_secret": client.client_secret,
        **changes,
    }
    return httpx.post(f"{issuer}/token", data=form)


def assert_refused(response: httpx.Response, error: str, *, status: int = 400) -> None:
    assert response.status_code == status
    assert response.json()["error"] == error
    assert "id_token" not in response.text
