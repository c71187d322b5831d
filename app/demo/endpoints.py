"""The endpoints of the demo's identity provider.

What a client may ask is ``authorization.py``, who the client is ``clients.py``, what was issued
``codes.py``, signing ``tokens.py``. Where it listens and what it is made of is ``provider.py``.
"""

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from app.demo import pages
from app.demo.authorization import (
    ACR_VALUES,
    SCOPES,
    AuthorizationRequest,
    Client,
    RefusedRequest,
    UnanswerableRequest,
    answer_address,
    parse_authorization_request,
)
from app.demo.clients import TokenRefused, authenticate_client, form_once, parameters_of
from app.demo.codes import ACCESS_TOKEN_LIFETIME_S, CodeRefused, Ledger, SignIn
from app.demo.personas import DemoOrganisation, Persona, people_of
from app.demo.tokens import ALGORITHM, SigningKey, person_claims

_NO_STORE = {"cache-control": "no-store", "pragma": "no-cache"}


@dataclass(frozen=True, kw_only=True)
class Issuer:
    """One organisation's provider."""

    address: str
    organisation: DemoOrganisation
    key: SigningKey

    def find_person(self, subject: object) -> Persona | None:
        """Return the organisation's person with that subject; people of others are not found."""
        for person in people_of(self.organisation.code):
            if person.subject == subject:
                return person
        return None


@dataclass(kw_only=True)
class Provider:
    """All issuers and what they issued."""

    issuers: dict[str, Issuer]
    clients: dict[str, Client]
    ledger: Ledger
    clock: Callable[[], float] = field(default=time.time)

    def issuer_of(self, request: Request) -> Issuer:
        """Return the issuer in the path; an unknown one is a 404."""
        issuer = self.issuers.get(request.path_params["slug"])
        if issuer is None:
            raise HTTPException(404)
        return issuer

    async def discovery(self, request: Request) -> Response:
        """Answer with the issuer's metadata (OpenID Connect Discovery 1.0 section 3)."""
        issuer = self.issuer_of(request).address
        return JSONResponse(_metadata(issuer), headers=_NO_STORE)

    async def keys(self, request: Request) -> Response:
        """Answer with the issuer's public keys."""
        return JSONResponse(self.issuer_of(request).key.public_set(), headers=_NO_STORE)

    async def authorize(self, request: Request) -> Response:
        """Show the picker, or send the choice back to the client as a code or an error."""
        issuer = self.issuer_of(request)
        sent = await parameters_of(request)
        try:
            asked = parse_authorization_request(sent, clients=self.clients)
        except UnanswerableRequest as problem:
            return pages.message("This sign-in cannot be answered", text=str(problem), status=400)
        except RefusedRequest as refusal:
            return _answer(
                refusal.redirect_uri,
                iss=issuer.address,
                state=refusal.state,
                error=refusal.error,
                error_description=refusal.description,
            )
        choice = dict(sent) if request.method == "POST" else {}
        if "cancel" in choice:
            return _answer(
                asked.redirect_uri, iss=issuer.address, state=asked.state, error="access_denied"
            )
        if "subject" not in choice:
            return pages.picker(asked, organisation=issuer.organisation)
        return self._sign_in(asked, issuer=issuer, choice=choice)

    def _sign_in(
        self, asked: AuthorizationRequest, *, issuer: Issuer, choice: dict[str, str]
    ) -> Response:
        person = issuer.find_person(choice["subject"])
        if person is None:
            return pages.message(
                "Nobody of that name", text="Go back and choose one of the people.", status=400
            )
        sign_in = SignIn(
            issuer=issuer.address,
            client_id=asked.client_id,
            redirect_uri=asked.redirect_uri,
            code_challenge=asked.code_challenge,
            subject=person.subject,
            scopes=asked.scopes,
            nonce=asked.nonce,
            session_id=secrets.token_urlsafe(16),
            two_factors="second_factor" in choice,
            at=int(self.clock()),
        )
        code = self.ledger.issue_code(sign_in)
        return _answer(asked.redirect_uri, iss=issuer.address, state=asked.state, code=code)

    async def token(self, request: Request) -> Response:
        """Exchange a code for tokens (RFC 6749 section 4.1.3)."""
        issuer = self.issuer_of(request)
        try:
            form = await form_once(request)
            client = authenticate_client(
                request.headers.get("authorization"), form=form, clients=self.clients
            )
            sign_in = self._redeem(form, issuer=issuer, client=client)
        except TokenRefused as refusal:
            headers = dict(_NO_STORE)
            if refusal.status == 401:
                headers["www-authenticate"] = 'Basic realm="token"'
            body = {"error": refusal.error, "error_description": refusal.description}
            return JSONResponse(body, status_code=refusal.status, headers=headers)
        person = issuer.find_person(sign_in.subject)
        assert person is not None, "a code is only issued for a person of the issuer"
        access_token = self.ledger.issue_access_token(sign_in)
        now = int(self.clock())
        body_of_tokens = {
            "access_token": access_token,
            "token_type": "Bearer",
            "expires_in": ACCESS_TOKEN_LIFETIME_S,
            "scope": " ".join(sign_in.scopes),
            "id_token": issuer.key.sign_id_token(
                sign_in, person=person, access_token=access_token, now=now
            ),
        }
        return JSONResponse(body_of_tokens, headers=_NO_STORE)

    def _redeem(self, form: dict[str, str], *, issuer: Issuer, client: Client) -> SignIn:
        if form.get("grant_type") != "authorization_code":
            raise TokenRefused("unsupported_grant_type", description="Only authorization codes.")
        for name in ("code", "redirect_uri", "code_verifier"):
            if not form.get(name):
                raise TokenRefused("invalid_request", description=f"{name} is missing.")
        try:
            return self.ledger.redeem_code(
                form["code"],
                issuer=issuer.address,
                client_id=client.client_id,
                redirect_uri=form["redirect_uri"],
                verifier=form["code_verifier"],
            )
        except CodeRefused as refusal:
            raise TokenRefused("invalid_grant", description=str(refusal)) from refusal

    async def userinfo(self, request: Request) -> Response:
        """Answer with the person's claims for a bearer token of this issuer."""
        issuer = self.issuer_of(request)
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        sign_in = None
        if scheme.lower() == "bearer":
            sign_in = self.ledger.find_by_access_token(token.strip(), issuer=issuer.address)
        person = issuer.find_person(sign_in.subject) if sign_in else None
        if sign_in is None or person is None:
            headers = {**_NO_STORE, "www-authenticate": 'Bearer error="invalid_token"'}
            return JSONResponse({"error": "invalid_token"}, status_code=401, headers=headers)
        return JSONResponse(person_claims(person, scopes=sign_in.scopes), headers=_NO_STORE)

    async def end_session(self, request: Request) -> Response:
        """End a session named by its ID token (OpenID Connect RP-Initiated Logout 1.0).

        The browser has no session here to end; what ends is what the sign-in obtained.
        """
        issuer = self.issuer_of(request)
        sent = dict(await parameters_of(request))
        claims = issuer.key.find_claims(sent.get("id_token_hint", ""))
        if claims is None:
            return pages.message("You are signed out", text="You can close this page.")
        self.ledger.end_session(str(claims["sid"]))
        client = self.clients.get(str(claims["aud"]))
        address = sent.get("post_logout_redirect_uri")
        if client is None or address not in client.post_logout_redirect_uris:
            return pages.message("You are signed out", text="You can close this page.")
        return RedirectResponse(
            answer_address(address, answer={"state": sent.get("state")}), status_code=303
        )


def _answer(redirect_uri: str, **answer: str | None) -> Response:
    # RFC 9207: every answer names its issuer, errors too.
    return RedirectResponse(
        answer_address(redirect_uri, answer=answer), status_code=303, headers=_NO_STORE
    )


def _metadata(issuer: str) -> dict[str, Any]:
    return {
        "issuer": issuer,
        "authorization_endpoint": f"{issuer}/authorize",
        "token_endpoint": f"{issuer}/token",
        "userinfo_endpoint": f"{issuer}/userinfo",
        "jwks_uri": f"{issuer}/jwks",
        "end_session_endpoint": f"{issuer}/end-session",
        "scopes_supported": list(SCOPES),
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": ["authorization_code"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": [ALGORITHM],
        "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
        "code_challenge_methods_supported": ["S256"],
        "acr_values_supported": list(ACR_VALUES),
        "claims_supported": [
            *("iss", "sub", "aud", "azp", "exp", "iat", "auth_time", "nonce", "acr", "amr"),
            *("sid", "at_hash", "name", "email", "email_verified"),
        ],
        "authorization_response_iss_parameter_supported": True,
        "claims_parameter_supported": False,
        "request_parameter_supported": False,
        "request_uri_parameter_supported": False,
    }
