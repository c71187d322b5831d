"""Verifies an ID token (OpenID Connect Core 1.0, section 3.1.3.7).

Here: signature, algorithm, and every claim the binding rests on. Not here: whom the claims mean
(binding.py). joserfc checks the signature; what it leaves to the application is checked below.
"""

import base64
import hashlib
import hmac
from collections.abc import Callable
from typing import Any

from joserfc import jwt
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet
from joserfc.jws import JWSRegistry
from joserfc.jwt import JWTClaimsRegistry

from app.features.identity.schemas import Claims
from app.kernel.clock import now
from app.web.openid import ALGORITHMS

LEEWAY_SECONDS = 60
_HASHES = {"EdDSA": hashlib.sha512}  # of Ed25519; all others here hash with SHA-256


class TokenRefused(RuntimeError):
    """The ID token does not prove who signs in; says why, for the log of the process."""


class _Registry(JWSRegistry):
    """The allow-list. EdDSA is served without joserfc's notice on the name (RFC 9864)."""

    max_header_length = 4096

    def get_alg(self, name: str) -> Any:
        if name not in ALGORITHMS:
            raise TokenRefused(f"signed with {name[:20]!r}")
        return self.algorithms[name]


def verify_id_token(
    token: str,
    *,
    keys: Callable[[bool], KeySet],
    issuer: str,
    client_id: str,
    nonce: str,
    access_token: str | None,
) -> Claims:
    """Give the claims of an ID token that is genuine, fresh, and meant for this sign-in.

    Args:
        token: as the token endpoint gave it.
        keys: gives the provider's keys; asked again with True when the key is not among them.
        issuer: who must have issued it.
        client_id: for whom it must be meant.
        nonce: what this sign-in asked to find in it.
        access_token: what `at_hash` must match, when it is there.

    Raises:
        TokenRefused: anything is not as it must be.
        OutboundFault, ProviderFault: the keys cannot be had.
    """
    decoded = _decode(token, keys)
    claims = decoded.claims
    if "crit" in decoded.header:
        raise TokenRefused("header with crit")
    registry = JWTClaimsRegistry(
        now=int(now().timestamp()),
        leeway=LEEWAY_SECONDS,
        iss={"essential": True, "value": issuer},
        sub={"essential": True},
        aud={"essential": True, "value": client_id},
        exp={"essential": True},
        iat={"essential": True},
    )
    try:
        registry.validate(claims)
    except JoseError as error:
        raise TokenRefused(str(error)) from error
    _check_party(claims, client_id)
    _check_nonce(claims, nonce)
    _check_access_token(claims, access_token, algorithm=decoded.header["alg"])
    return _claims_of(claims)


def _decode(token: str, keys: Callable[[bool], KeySet]) -> jwt.Token:
    registry = _Registry(algorithms=list(ALGORITHMS), strict_check_header=False)
    try:
        try:
            return jwt.decode(token, keys(False), registry=registry)
        except InvalidKeyIdError:
            return jwt.decode(token, keys(True), registry=registry)
    except (JoseError, ValueError, TypeError, KeyError) as error:
        raise TokenRefused(str(error) or type(error).__name__) from error


def _check_party(claims: dict[str, Any], client_id: str) -> None:
    several = isinstance(claims["aud"], list) and len(claims["aud"]) > 1
    if ("azp" in claims or several) and claims.get("azp") != client_id:
        raise TokenRefused("authorized party differs")


def _check_nonce(claims: dict[str, Any], nonce: str) -> None:
    found = claims.get("nonce")
    if not isinstance(found, str) or not hmac.compare_digest(found.encode(), nonce.encode()):
        raise TokenRefused("nonce differs")


def _check_access_token(
    claims: dict[str, Any], access_token: str | None, *, algorithm: str
) -> None:
    if "at_hash" not in claims:
        return
    found = claims["at_hash"]
    if not isinstance(found, str) or not access_token:
        raise TokenRefused("at_hash without an access token")
    digest = _HASHES.get(algorithm, hashlib.sha256)(access_token.encode()).digest()
    expected = base64.urlsafe_b64encode(digest[: len(digest) // 2]).rstrip(b"=")
    if not hmac.compare_digest(found.encode(), expected):
        raise TokenRefused("at_hash differs")


def _claims_of(claims: dict[str, Any]) -> Claims:
    subject = claims["sub"]
    if not 0 < len(subject) <= 255:
        raise TokenRefused("subject of that length")
    amr = claims.get("amr")
    return Claims(
        issuer=claims["iss"],
        subject=subject,
        email=_text(claims, "email"),
        email_verified=claims.get("email_verified") is True,
        name=_text(claims, "name"),
        session=_text(claims, "sid"),
        acr=_text(claims, "acr"),
        amr=tuple(str(entry)[:40] for entry in amr[:10]) if isinstance(amr, list) else (),
    )


def _text(claims: dict[str, Any], name: str) -> str | None:
    value = claims.get(name)
    return value[:320] if isinstance(value, str) and value else None
