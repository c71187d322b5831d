"""Signing in for tests: a world whose organisations have providers that really listen.

`ScriptedProvider` says whatever a test tells it to, hostile things included; the demo's provider
is the well-behaved one.
"""

import secrets
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
import uvicorn
from fastapi.testclient import TestClient
from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey
from sqlalchemy import text
from sqlalchemy.orm import Session
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from app.kernel.clock import now
from app.kernel.ids import new_id
from app.kernel.keys import seal
from app.kernel.tokens import token_hash
from app.models.organisations import Provider
from app.models.people import Identity, Invitation
from app.web.session import COOKIE
from tests.database import Database
from tests.world import PUBLIC_URL, Someone, World, build_world, make_settings

CLIENT_ID = "vitrine"
CLIENT_SECRET = "a secret: with a colon & more"
CALLBACK = f"{PUBLIC_URL}/sign-in/callback"


@contextmanager
def listening(app_at: Callable[[int], Any]) -> Iterator[str]:
    """Serve an ASGI application on a free loopback port and give its address."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        config = uvicorn.Config(
            app_at(port), log_level="warning", lifespan="off", proxy_headers=False
        )
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            yield f"http://127.0.0.1:{port}"
        finally:
            server.should_exit = True
            thread.join(timeout=10)


@dataclass
class ScriptedProvider:
    """An identity provider that answers as a test says; well-behaved until told otherwise."""

    base: str = ""
    path: str = field(default_factory=lambda: f"/issuer-{secrets.token_hex(6)}")
    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, auto_kid=True))
    published: list[RSAKey] = field(default_factory=list)
    metadata: dict[str, Any] = field(default_factory=dict)  # changes to the discovery document
    claims: dict[str, Any] = field(default_factory=dict)  # changes to the ID token's claims
    header: dict[str, Any] = field(default_factory=dict)
    signer: Callable[[dict[str, Any], dict[str, Any]], str] | None = None
    token: dict[str, Any] = field(default_factory=dict)  # changes to the token answer
    asked: list[dict[str, str]] = field(default_factory=list)  # what the token endpoint was sent
    nonce: str = ""

    @property
    def issuer(self) -> str:
        """The issuer; another path for each provider keeps caches apart where a port comes back."""
        return f"{self.base}{self.path}"

    def application(self, port: int) -> Starlette:
        """Give the provider as an application."""
        self.base = f"http://127.0.0.1:{port}"
        self.published = self.published or [self.key]
        return Starlette(
            routes=[
                Route(f"{self.path}/.well-known/openid-configuration", self._discovery),
                Route(f"{self.path}/jwks", self._jwks),
                Route(f"{self.path}/token", self._token, methods=["POST"]),
            ]
        )

    def _discovery(self, _request: Request) -> JSONResponse:
        said = {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/jwks",
            "response_types_supported": ["code"],
            "code_challenge_methods_supported": ["S256"],
            "id_token_signing_alg_values_supported": ["RS256"],
            **self.metadata,
        }
        return JSONResponse(said)

    def _jwks(self, _request: Request) -> JSONResponse:
        return JSONResponse(KeySet(list(self.published)).as_dict(private=False))

    async def _token(self, request: Request) -> JSONResponse:
        self.asked.append({k: str(v) for k, v in (await request.form()).items()})
        answer = {
            "access_token": "an access token",
            "token_type": "Bearer",
            "id_token": self.id_token(),
            **self.token,
        }
        return JSONResponse({k: v for k, v in answer.items() if v is not None})

    def id_token(self) -> str:
        """Make the ID token of the sign-in under way, with the test's changes."""
        at = int(now().timestamp())
        claims = {
            "iss": self.issuer,
            "aud": CLIENT_ID,
            "sub": "reviewer-a",
            "iat": at,
            "exp": at + 300,
            "nonce": self.nonce,
            **self.claims,
        }
        claims = {k: v for k, v in claims.items() if v is not None}
        header = {"alg": "RS256", "kid": self.key.kid, **self.header}
        if self.signer is not None:
            return self.signer(header, claims)
        return jwt.encode(header, claims, self.key, algorithms=["RS256"])


@dataclass
class SigningIn:
    """A world in which ORGA signs in through a scripted provider."""

    world: World
    provider: ScriptedProvider
    entry: str = "oga-7k2m9q4x"

    def browser(self) -> TestClient:
        """Give a browser in which nobody is signed in."""
        return self.world.anonymous()

    def start(self, browser: TestClient, **query: str) -> dict[str, str]:
        """Start a sign-in and give the parameters that the provider is sent."""
        response = browser.get(f"/sign-in/{self.entry}", params=query)
        assert response.status_code == 303, response.text
        asked = query_of(response)
        self.provider.nonce = asked["nonce"]
        return asked

    def answer(self, browser: TestClient, asked: dict[str, str], **changes: str) -> httpx.Response:
        """Bring the provider's answer back in a browser."""
        return browser.get(
            "/sign-in/callback",
            params={"state": asked["state"], "code": "a code", "iss": self.provider.issuer}
            | changes,
        )

    def sign_in(self, browser: TestClient, **query: str) -> httpx.Response:
        """Go through a whole sign-in."""
        return self.answer(browser, self.start(browser, **query))

    def let_a_minute_pass(self) -> None:
        """Let the counters of attempts and refusals start anew, as after a quiet minute."""
        state = self.world.application.state  # type: ignore[attr-defined]  # FastAPI's
        state.limits = state.refusals = None

    def invite(
        self,
        email: str,
        *,
        code: str = "ORGA",
        roles: tuple[str, ...] = ("reviewer",),
        days: float = 7,
    ) -> str:
        """Invite somebody and give the token of the link."""
        token = f"invitation-{new_id('invitation')}"
        with Session(self.world.owner) as session:
            session.add(
                Invitation(
                    id=new_id("invitation"), organisation_id=self.world.organisations[code],
                    email=email, name="Somebody Invited", roles=list(roles),
                    token_hash=token_hash(token), invited_by="per_inviter", created_at=now(),
                    expires_at=now() + timedelta(days=days),
                )
            )  # fmt: skip
            session.commit()
        return token

    def rows(self, statement: str, **values: object) -> list[Any]:
        """Read rows as the owner of the tables."""
        with self.world.owner.connect() as connection:
            return list(connection.execute(text(statement), values))

    def entries(self, action: str = "identity:session:started") -> list[Any]:
        """Give (outcome, event, facts, actor, acting_for) of the entries of an action."""
        return self.rows(
            "SELECT outcome, convert_from(core, 'UTF8')::json->'facts'->>'event' AS event,"
            " convert_from(core, 'UTF8')::json->'facts'->'facts' AS facts, actor, acting_for"
            " FROM audit_entry WHERE action = :action ORDER BY at, id",
            action=action,
        )


def query_of(response: httpx.Response) -> dict[str, str]:
    """Give the query of the address a response sends to."""
    query = parse_qs(urlsplit(response.headers["location"]).query, keep_blank_values=True)
    return {name: values[0] for name, values in query.items()}


def session_cookie(browser: TestClient) -> str | None:
    """Give the session token that a browser holds."""
    return browser.cookies.get(COOKIE)


def add_provider(
    world: World, code: str, *, issuer: str, entry: str, client_secret: str = CLIENT_SECRET
) -> str:
    """Add a provider to an organisation and give its id."""
    provider_id = new_id("provider")
    with Session(world.owner) as session:
        session.add(
            Provider(
                id=provider_id, organisation_id=world.organisations[code], entry=entry,
                issuer=issuer, discovery_url=f"{issuer}/.well-known/openid-configuration",
                client_id=CLIENT_ID, client_secret=seal(world.web.secret, client_secret),
                state="active", created_at=now(),
            )
        )  # fmt: skip
        session.commit()
    return provider_id


def bind_identity(world: World, someone: Someone, *, issuer: str, subject: str) -> None:
    """Let a provider's subject be a person of the world."""
    with Session(world.owner) as session:
        session.add(
            Identity(
                id=new_id("identity"), person_id=someone.id, issuer=issuer, subject=subject,
                bound_at=now(),
            )
        )  # fmt: skip
        session.commit()


@pytest.fixture
def provider_world(fresh_database: Database, tmp_path: Path) -> Iterator[World]:
    """Give a world that may reach providers on this machine."""
    settings = make_settings(fresh_database, tmp_path / "data").model_copy(
        update={"provider_networks": "127.0.0.0/8, ::1/128"}
    )
    made = build_world(settings, fresh_database.owner)
    yield made
    made.web.engine.dispose()
    made.worker.engine.dispose()


@pytest.fixture
def signing_in(provider_world: World) -> Iterator[SigningIn]:
    """Give a world in which reviewer_a is known to ORGA's scripted provider."""
    scripted = ScriptedProvider()
    with ExitStack() as stack:
        stack.enter_context(listening(scripted.application))
        made = SigningIn(provider_world, scripted)
        add_provider(provider_world, "ORGA", issuer=scripted.issuer, entry=made.entry)
        bind_identity(
            provider_world, provider_world.reviewer_a, issuer=scripted.issuer, subject="reviewer-a"
        )
        yield made
