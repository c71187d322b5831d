"""AC-30: ID tokens and answers that lie. Each refusal stands beside the same sign-in, unforged."""

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Callable
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, OKPKey, RSAKey

from app.kernel.clock import now
from app.kernel.outbound import reach_of
from app.web.openid import CACHE_SECONDS, KEYS_AGAIN_SECONDS, directory_for
from tests.worlds.signing_in import ScriptedProvider, SigningIn, session_cookie

Change = Callable[[ScriptedProvider], None]


def _at(seconds: int) -> int:
    return int(now().timestamp()) + seconds


def _claims(**changes: Any) -> Change:
    return lambda provider: provider.claims.update(changes)


def _unsigned(provider: ScriptedProvider) -> None:
    def sign(header: dict[str, Any], claims: dict[str, Any]) -> str:
        parts = [json.dumps({**header, "alg": "none"}), json.dumps(claims)]
        return ".".join(_b64(part.encode()) for part in parts) + "."

    provider.signer = sign


def _signed_with_the_public_key(provider: ScriptedProvider) -> None:
    """Algorithm confusion: HS256 under the bytes of the published RSA key."""

    def sign(header: dict[str, Any], claims: dict[str, Any]) -> str:
        parts = ({**header, "alg": "HS256"}, claims)
        signed = ".".join(_b64(json.dumps(part).encode()) for part in parts)
        secret = provider.key.as_pem(private=False)
        return f"{signed}.{_b64(hmac.digest(secret, signed.encode(), 'sha256'))}"

    provider.signer = sign


def _signed_by_somebody_else(provider: ScriptedProvider) -> None:
    other = RSAKey.generate_key(2048)
    provider.signer = lambda header, claims: jwt.encode(header, claims, other, algorithms=["RS256"])


def _weak_algorithm(provider: ScriptedProvider) -> None:
    provider.signer = lambda header, claims: jwt.encode(
        {**header, "alg": "RS512"}, claims, provider.key, algorithms=["RS512"]
    )


def _changed_after_signing(provider: ScriptedProvider) -> None:
    def sign(header: dict[str, Any], claims: dict[str, Any]) -> str:
        good = jwt.encode(header, {**claims, "sub": "nobody"}, provider.key, algorithms=["RS256"])
        head, _, signature = good.split(".")
        return ".".join((head, _b64(json.dumps(claims).encode()), signature))

    provider.signer = sign


def _critical_header(provider: ScriptedProvider) -> None:
    """RFC 7515, section 4.1.11: what is critical and not understood makes the token invalid."""

    def sign(header: dict[str, Any], claims: dict[str, Any]) -> str:
        from cryptography.hazmat.primitives.asymmetric import padding
        from cryptography.hazmat.primitives.hashes import SHA256

        strange = {**header, "crit": ["b64", "urn:strange"], "b64": True, "urn:strange": 1}
        signed = ".".join(_b64(json.dumps(part).encode()) for part in (strange, claims))
        private = provider.key.get_op_key("sign")
        return f"{signed}.{_b64(private.sign(signed.encode(), padding.PKCS1v15(), SHA256()))}"

    provider.signer = sign


def _understood_but_critical(provider: ScriptedProvider) -> None:
    provider.signer = lambda header, claims: jwt.encode(
        {**header, "crit": ["b64"], "b64": True}, claims, provider.key, algorithms=["RS256"]
    )


def _foreign_access_token_hash(provider: ScriptedProvider) -> None:
    half = hashlib.sha256(b"another access token").digest()[:16]
    provider.claims["at_hash"] = _b64(half)


def _access_token_hash_without_token(provider: ScriptedProvider) -> None:
    provider.claims["at_hash"] = _b64(hashlib.sha256(b"an access token").digest()[:16])
    provider.token["access_token"] = None


def _no_id_token(provider: ScriptedProvider) -> None:
    provider.token["id_token"] = None


def _error_from_token_endpoint(provider: ScriptedProvider) -> None:
    provider.token.update({"error": "invalid_grant", "id_token": None, "access_token": None})


def _b64(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


HOSTILE: dict[str, Change] = {
    "alg none": _unsigned,
    "alg confusion": _signed_with_the_public_key,
    "another key under the same id": _signed_by_somebody_else,
    "an algorithm off the list": _weak_algorithm,
    "changed after signing": _changed_after_signing,
    "critical header unknown": _critical_header,
    "critical header known": _understood_but_critical,
    "nonce of another sign-in": _claims(nonce="somebody else's nonce"),
    "no nonce": _claims(nonce=None),
    "another issuer": _claims(iss="https://evil.test"),
    "issuer with a slash more": lambda p: p.claims.update(iss=f"{p.issuer}/"),
    "another audience": _claims(aud="another client"),
    "several audiences without a party": _claims(aud=["vitrine", "another client"]),
    "several audiences, another party": _claims(aud=["vitrine", "other"], azp="other"),
    "another authorized party": _claims(azp="another client"),
    "expired": lambda p: p.claims.update(exp=_at(-120), iat=_at(-600)),
    "no expiry": _claims(exp=None),
    "expiry that is no number": _claims(exp="never"),
    "issued in the future": lambda p: p.claims.update(iat=_at(600), exp=_at(900)),
    "not valid yet": lambda p: p.claims.update(nbf=_at(600)),
    "no subject": _claims(sub=None),
    "empty subject": _claims(sub=""),
    "at_hash of another token": _foreign_access_token_hash,
    "at_hash without a token": _access_token_hash_without_token,
    "no ID token": _no_id_token,
    "code refused": _error_from_token_endpoint,
}


def test_every_hostile_token_is_refused_and_recorded(signing_in: SigningIn) -> None:
    let_in: list[str] = []
    for case, change in HOSTILE.items():
        signing_in.let_a_minute_pass()
        before = len(signing_in.entries())
        change(signing_in.provider)
        browser = signing_in.browser()
        response = signing_in.sign_in(browser)
        _behave(signing_in.provider)
        entry = signing_in.entries()[-1]
        refused = response.status_code == 403 and session_cookie(browser) is None
        recorded = len(signing_in.entries()) == before + 1 and entry.outcome == "denied"
        if not (refused and recorded and "could not be completed" in response.text):
            let_in.append(f"{case}: {response.status_code} {entry}")
        good = signing_in.browser()
        assert signing_in.sign_in(good).status_code == 303, f"control after {case}"
    assert let_in == []


def _behave(provider: ScriptedProvider) -> None:
    provider.claims.clear()
    provider.header.clear()
    provider.token.clear()
    provider.signer = None


@pytest.mark.parametrize(
    ("algorithm", "make"),
    [
        ("ES256", lambda: ECKey.generate_key("P-256", auto_kid=True)),
        ("EdDSA", lambda: OKPKey.generate_key("Ed25519", auto_kid=True)),
        ("PS256", lambda: RSAKey.generate_key(2048, auto_kid=True)),
    ],
)
@pytest.mark.filterwarnings("ignore:EdDSA is deprecated")
def test_every_algorithm_on_the_list_signs_in(
    signing_in: SigningIn, algorithm: str, make: Callable[[], Any]
) -> None:
    key = make()
    signing_in.provider.published = [key]
    signing_in.provider.signer = lambda header, claims: jwt.encode(
        {**header, "alg": algorithm, "kid": key.kid}, claims, key, algorithms=[algorithm]
    )
    digest = hashlib.sha512 if algorithm == "EdDSA" else hashlib.sha256
    half = digest(b"an access token").digest()
    signing_in.provider.claims["at_hash"] = _b64(half[: len(half) // 2])
    assert signing_in.sign_in(signing_in.browser()).status_code == 303


def test_a_key_that_the_provider_took_back_signs_nobody_in(
    signing_in: SigningIn, later: Callable[[float], None]
) -> None:
    assert signing_in.sign_in(signing_in.browser()).status_code == 303
    stolen, fresh = signing_in.provider.key, RSAKey.generate_key(2048, auto_kid=True)
    signing_in.provider.key, signing_in.provider.published = fresh, [fresh]
    later(CACHE_SECONDS + 1)
    assert signing_in.sign_in(signing_in.browser()).status_code == 303
    signing_in.provider.key = stolen
    assert signing_in.sign_in(signing_in.browser()).status_code == 403


def test_a_rolled_key_is_found_without_waiting_for_the_cache(
    signing_in: SigningIn, later: Callable[[float], None]
) -> None:
    assert signing_in.sign_in(signing_in.browser()).status_code == 303
    signing_in.provider.key = RSAKey.generate_key(2048, auto_kid=True)
    signing_in.provider.published = [signing_in.provider.key]
    later(KEYS_AGAIN_SECONDS + 1)
    assert signing_in.sign_in(signing_in.browser()).status_code == 303


@pytest.fixture
def later(signing_in: SigningIn, monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Move the clock by which metadata and keys are remembered."""
    directory = directory_for(reach_of(signing_in.world.web.settings))

    def move(seconds: float) -> None:
        monkeypatch.setattr(directory, "_clock", lambda: time.monotonic() + seconds)

    return move
