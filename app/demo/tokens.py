"""Signing keys and ID tokens of the demo's identity provider.

One key per issuer, made at start and kept in memory only: a token of one organisation's issuer
never verifies at another's. RS256, since every OpenID client must support it.
"""

import base64
import hashlib
from dataclasses import dataclass
from typing import Any

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet, RSAKey

from app.demo.authorization import ACR_ONE_FACTOR, ACR_TWO_FACTORS
from app.demo.codes import SignIn
from app.demo.personas import Persona

ALGORITHM = "RS256"
ID_TOKEN_LIFETIME_S = 300


@dataclass(frozen=True)
class SigningKey:
    """The private key of one issuer."""

    key: RSAKey

    @classmethod
    def generate(cls) -> "SigningKey":
        """Make a new 2048-bit key whose id is its thumbprint (RFC 7638)."""
        return cls(RSAKey.generate_key(2048, {"use": "sig", "alg": ALGORITHM}, auto_kid=True))

    def public_set(self) -> dict[str, Any]:
        """Return the JWK set with the public half."""
        return dict(KeySet([self.key]).as_dict(private=False))

    def sign_id_token(
        self, sign_in: SignIn, *, person: Persona, access_token: str, now: int
    ) -> str:
        """Return the ID token of a sign-in (OpenID Connect Core 1.0 section 2)."""
        claims: dict[str, Any] = {
            "iss": sign_in.issuer,
            "aud": sign_in.client_id,
            "azp": sign_in.client_id,
            "iat": now,
            "exp": now + ID_TOKEN_LIFETIME_S,
            "auth_time": sign_in.at,
            "sid": sign_in.session_id,
            "amr": ["user", "mfa"] if sign_in.two_factors else ["user"],
            "acr": ACR_TWO_FACTORS if sign_in.two_factors else ACR_ONE_FACTOR,
            "at_hash": at_hash(access_token),
            **person_claims(person, scopes=sign_in.scopes),
        }
        if sign_in.nonce is not None:
            claims["nonce"] = sign_in.nonce
        header = {"alg": ALGORITHM, "kid": self.key.kid}
        return jwt.encode(header, claims, self.key, algorithms=[ALGORITHM])

    def find_claims(self, id_token: str) -> dict[str, Any] | None:
        """Return the claims of a token this key signed, however old; None for any other."""
        try:
            return dict(jwt.decode(id_token, self.key, algorithms=[ALGORITHM]).claims)
        except (JoseError, ValueError):
            return None


def person_claims(person: Persona, *, scopes: tuple[str, ...]) -> dict[str, Any]:
    """Return what the granted scopes say about a person."""
    claims: dict[str, Any] = {"sub": person.subject}
    if "profile" in scopes:
        claims["name"] = person.name
    if "email" in scopes:
        claims["email"] = person.email
        claims["email_verified"] = True
    return claims


def at_hash(access_token: str) -> str:
    """Return the left half of the token's SHA-256 in base64url, as RS256 prescribes."""
    half = hashlib.sha256(access_token.encode("ascii")).digest()[:16]
    return base64.urlsafe_b64encode(half).rstrip(b"=").decode("ascii")
