"""Authorization codes and access tokens of the demo's identity provider, kept in memory.

Here belongs what was issued, to whom, for how long and how it is spent. Signing is ``tokens.py``.
"""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field

CODE_LIFETIME_S = 60
ACCESS_TOKEN_LIFETIME_S = 600
MOST_KEPT = 10_000
"""Beyond so many open codes or tokens the oldest go: memory stays bounded whoever asks."""


@dataclass(frozen=True, kw_only=True)
class SignIn:
    """One sign-in of one person at one issuer for one client."""

    issuer: str
    client_id: str
    redirect_uri: str
    code_challenge: str
    subject: str
    scopes: tuple[str, ...]
    nonce: str | None
    session_id: str
    two_factors: bool
    at: int
    """Seconds since the epoch."""


class CodeRefused(Exception):
    """The code is unknown, spent, too old, or belongs to another issuer, client or address."""


@dataclass(kw_only=True)
class Ledger:
    """What was issued and not yet spent."""

    clock: Callable[[], float]
    _open: dict[str, SignIn] = field(default_factory=dict)
    _spent: dict[str, SignIn] = field(default_factory=dict)
    _access: dict[str, SignIn] = field(default_factory=dict)

    def issue_code(self, sign_in: SignIn) -> str:
        """Remember a sign-in and return its single-use code."""
        code = secrets.token_urlsafe(32)
        _keep(self._open, code, sign_in)
        return code

    def redeem_code(
        self, code: str, *, issuer: str, client_id: str, redirect_uri: str, verifier: str
    ) -> SignIn:
        """Spend a code; raises CodeRefused. A code that was shown once is never good again."""
        sign_in = self._open.pop(code, None)
        if sign_in is None:
            self._revoke_after_replay(code)
            raise CodeRefused("The code is unknown or was used before.")
        _keep(self._spent, code, sign_in)
        if self.clock() - sign_in.at >= CODE_LIFETIME_S:
            raise CodeRefused("The code is too old.")
        bound = (sign_in.issuer, sign_in.client_id, sign_in.redirect_uri)
        if bound != (issuer, client_id, redirect_uri):
            raise CodeRefused("The code was issued by or for somebody else.")
        if not hmac.compare_digest(s256(verifier), sign_in.code_challenge):
            raise CodeRefused("The code_verifier does not fit the code_challenge.")
        return sign_in

    def issue_access_token(self, sign_in: SignIn) -> str:
        """Return an access token for the userinfo endpoint of the sign-in's issuer."""
        token = secrets.token_urlsafe(32)
        _keep(self._access, token, sign_in)
        return token

    def find_by_access_token(self, token: str, *, issuer: str) -> SignIn | None:
        """Return the sign-in that the token stands for, while it lives and at its own issuer."""
        sign_in = self._access.get(token)
        if sign_in is None or sign_in.issuer != issuer:
            return None
        if self.clock() - sign_in.at >= ACCESS_TOKEN_LIFETIME_S:
            return None
        return sign_in

    def end_session(self, session_id: str) -> None:
        """Forget every code and access token of the session."""
        for kept in (self._open, self._access):
            for key in [key for key, item in kept.items() if item.session_id == session_id]:
                del kept[key]

    def _revoke_after_replay(self, code: str) -> None:
        # RFC 6749 section 4.1.2: a second use should also end what the first one obtained.
        replayed = self._spent.get(code)
        if replayed is not None:
            self.end_session(replayed.session_id)


def s256(verifier: str) -> str:
    """Return the S256 challenge of a verifier (RFC 7636 section 4.2)."""
    digest = hashlib.sha256(verifier.encode("utf-8")).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode("ascii")


def _keep(kept: dict[str, SignIn], key: str, sign_in: SignIn) -> None:
    while len(kept) >= MOST_KEPT:
        del kept[next(iter(kept))]
    kept[key] = sign_in
