"""The conversation with an identity provider: where to send the browser, what its code is worth.

Authlib speaks OAuth (authorization code + PKCE S256) over a client that stays within reach.
"""

import warnings
from typing import Any
from urllib.parse import urlencode, urlsplit

import httpx

from app.features.identity.schemas import Claims, KnownProvider, PendingSignIn, ProviderAnswer
from app.features.identity.tokens import verify_id_token
from app.kernel.config import Settings
from app.kernel.keys import unseal
from app.kernel.outbound import OutboundFault, client_settings, fetch_object, reach_of
from app.web.openid import Directory, Metadata, directory_for

with warnings.catch_warnings(record=True):  # Authlib says that httpx will give way to httpx2
    from authlib.common.errors import AuthlibBaseError
    from authlib.integrations.httpx_client import OAuth2Client

SCOPE = "openid email profile"
CALLBACK = "/sign-in/callback"


class CodeRefused(RuntimeError):
    """The provider did not give an ID token for the code."""


class Conversation:
    """One provider, as this installation speaks to it."""

    def __init__(self, provider: KnownProvider, settings: Settings, secret: bytes) -> None:
        self._provider = provider
        self._settings = settings
        self._secret = secret
        self._directory: Directory = directory_for(reach_of(settings))

    def metadata(self) -> Metadata:
        """Give what the provider says about itself.

        Raises:
            OutboundFault, ProviderFault: it cannot be had or cannot be used.
        """
        return self._directory.metadata(self._provider.discovery_url, issuer=self._provider.issuer)

    def address(self, *, state: str, nonce: str, verifier: str) -> str:
        """Give the address to which the browser goes to sign in."""
        found = self.metadata()
        with self._client(found) as client:
            url, _ = client.create_authorization_url(
                found.authorization_endpoint, state=state, nonce=nonce, code_verifier=verifier
            )
        return str(url)

    def redeem(self, answer: ProviderAnswer, pending: PendingSignIn) -> tuple[Claims, str]:
        """Give the verified claims, and the ID token itself, for a code.

        Raises:
            CodeRefused, TokenRefused: the provider or its token did not hold.
            OutboundFault, ProviderFault: the provider cannot be had.
        """
        found = self.metadata()
        token = self._token(found, answer.code or "", pending.verifier)
        id_token, access_token = token.get("id_token"), token.get("access_token")
        if not isinstance(id_token, str):
            raise CodeRefused("no ID token")
        claims = verify_id_token(
            id_token,
            keys=lambda fresh: self._directory.keys(found.jwks_uri, fresh=fresh),
            issuer=self._provider.issuer,
            client_id=self._provider.client_id,
            nonce=pending.nonce,
            access_token=access_token if isinstance(access_token, str) else None,
        )
        if pending.invitation_hash is not None and claims.email is None:
            claims = self._with_email(claims, found, access_token)
        return claims, id_token

    def end_session_address(self, id_token: str | None) -> str | None:
        """Give the address that ends the provider's own session, or None (RP-Initiated Logout)."""
        endpoint = self.metadata().end_session_endpoint
        if endpoint is None:
            return None
        asked = {
            "client_id": self._provider.client_id,
            "post_logout_redirect_uri": f"{self._settings.url}/sign-in",
            "state": "signed-out",
        }
        if id_token is not None:
            asked["id_token_hint"] = id_token
        return endpoint + ("&" if urlsplit(endpoint).query else "?") + urlencode(asked)

    def _token(self, found: Metadata, code: str, verifier: str) -> dict[str, Any]:
        try:
            with self._client(found) as client:
                token = client.fetch_token(
                    found.token_endpoint, code=code, code_verifier=verifier,
                    grant_type="authorization_code", redirect_uri=self._redirect_uri,
                )  # fmt: skip
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise OutboundFault("The provider's token endpoint does not answer.") from error
        except (AuthlibBaseError, ValueError, TypeError, KeyError) as error:
            raise CodeRefused(type(error).__name__) from error
        return dict(token)

    def _with_email(self, claims: Claims, found: Metadata, access_token: object) -> Claims:
        """Ask for the e-mail where the ID token leaves it out; the subject must be the same."""
        if found.userinfo_endpoint is None or not isinstance(access_token, str):
            return claims
        reach = reach_of(self._settings)
        said = fetch_object(found.userinfo_endpoint, reach, bearer=access_token)
        email = said.get("email")
        if said.get("sub") != claims.subject or not isinstance(email, str):
            return claims
        verified = said.get("email_verified") is True
        return claims.model_copy(update={"email": email[:320], "email_verified": verified})

    @property
    def _redirect_uri(self) -> str:
        return self._settings.url + CALLBACK

    def _client(self, found: Metadata) -> Any:
        sealed = self._provider.client_secret
        client_secret = unseal(self._secret, sealed) if sealed else None
        basic = "client_secret_basic" in found.token_auth_methods
        method = ("client_secret_basic" if basic else "client_secret_post") if sealed else "none"
        return OAuth2Client(
            client_id=self._provider.client_id,
            client_secret=client_secret,
            token_endpoint_auth_method=method,
            scope=SCOPE,
            redirect_uri=self._redirect_uri,
            code_challenge_method="S256",
            **client_settings(reach_of(self._settings)),
        )
