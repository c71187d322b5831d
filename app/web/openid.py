"""What an OpenID provider says about itself: its metadata and keys, fetched within bounds.

Here: discovery (OpenID Connect Discovery 1.0), the key set, a trial for administrators. Not here:
signing in (features/identity) and which addresses may be reached (kernel/outbound.py).
"""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import httpx
from joserfc.errors import JoseError
from joserfc.jwk import JWKRegistry, KeySet

from app.kernel.outbound import OutboundFault, Reach, checked_addresses, fetch_object

WELL_KNOWN = "/.well-known/openid-configuration"
ALGORITHMS = ("RS256", "ES256", "PS256", "EdDSA")
CACHE_SECONDS = 300.0
KEYS_AGAIN_SECONDS = 10.0  # a key that is not in the cached set is looked for at most this often

_KEY_TYPES = frozenset({"RSA", "EC", "OKP"})


class ProviderFault(RuntimeError):
    """A provider cannot be used; says why in words for an administrator."""


@dataclass(frozen=True, kw_only=True)
class Metadata:
    """What the portal uses of a provider's metadata."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    userinfo_endpoint: str | None
    end_session_endpoint: str | None
    token_auth_methods: tuple[str, ...]
    names_issuer: bool  # every answer carries `iss` (RFC 9207)


@dataclass(frozen=True, kw_only=True)
class Trial:
    """The outcome of trying a provider before it is saved."""

    discovery_url: str
    issuer: str | None
    endpoints: tuple[tuple[str, str], ...]
    keys: int
    problems: tuple[str, ...]

    @property
    def usable(self) -> bool:
        """Say whether people could sign in through it."""
        return not self.problems


def discovery_address(address: str) -> str:
    """Give the discovery address of what an administrator typed: it, or an issuer."""
    plain = address.strip()
    return plain if plain.endswith(WELL_KNOWN) else plain.rstrip("/") + WELL_KNOWN


class Directory:
    """Metadata and keys of providers, remembered for a few minutes in this process."""

    def __init__(self, reach: Reach, clock: Callable[[], float] = time.monotonic) -> None:
        self.reach = reach
        self._clock = clock
        self._known: dict[str, tuple[float, Any]] = {}
        self._lock = threading.Lock()

    def metadata(self, discovery_url: str, *, issuer: str) -> Metadata:
        """Give the metadata of a provider known by its issuer.

        Raises:
            OutboundFault: it cannot be fetched.
            ProviderFault: it is not what it was, or not usable.
        """
        found: Metadata = self._remembered(
            discovery_url,
            CACHE_SECONDS,
            lambda: read_metadata(fetch_object(discovery_url, self.reach), discovery_url),
        )
        if found.issuer != issuer:
            raise ProviderFault(f"The provider now calls itself {found.issuer}, not {issuer}.")
        return found

    def keys(self, jwks_uri: str, *, fresh: bool = False) -> KeySet:
        """Give a provider's public keys; `fresh` looks again, within reason.

        Raises:
            OutboundFault, ProviderFault: as `metadata`.
        """
        found: KeySet = self._remembered(
            jwks_uri,
            KEYS_AGAIN_SECONDS if fresh else CACHE_SECONDS,
            lambda: read_keys(fetch_object(jwks_uri, self.reach)),
        )
        return found

    def _remembered(self, key: str, seconds: float, fetch: Callable[[], Any]) -> Any:
        with self._lock:
            known = self._known.get(key)
        if known is not None and self._clock() - known[0] < seconds:
            return known[1]
        fetched = fetch()
        with self._lock:
            self._known[key] = (self._clock(), fetched)
        return fetched


def read_metadata(said: dict[str, Any], discovery_url: str) -> Metadata:
    """Read a provider's metadata; the issuer must be the address it was fetched from.

    Otherwise whoever runs one provider could speak for the people of another.

    Raises:
        ProviderFault: a required member is missing or wrong.
    """
    issuer = _text(said, "issuer")
    if issuer.rstrip("/") + WELL_KNOWN != discovery_url:
        raise ProviderFault(
            f"The provider calls itself {issuer}, which is not where this was read:"
            f" the address should be {issuer.rstrip('/')}{WELL_KNOWN}."
        )
    if "code" not in _listed(said, "response_types_supported", ("code",)):
        raise ProviderFault("The provider does not offer the authorization code flow.")
    if "S256" not in _listed(said, "code_challenge_methods_supported", ("S256",)):
        raise ProviderFault("The provider does not offer PKCE with S256.")
    offered = _listed(said, "id_token_signing_alg_values_supported", ALGORITHMS)
    if not set(ALGORITHMS) & set(offered):
        raise ProviderFault(f"The provider signs with none of {', '.join(ALGORITHMS)}.")
    return Metadata(
        issuer=issuer,
        authorization_endpoint=_text(said, "authorization_endpoint"),
        token_endpoint=_text(said, "token_endpoint"),
        jwks_uri=_text(said, "jwks_uri"),
        userinfo_endpoint=_optional(said, "userinfo_endpoint"),
        end_session_endpoint=_optional(said, "end_session_endpoint"),
        token_auth_methods=_listed(
            said, "token_endpoint_auth_methods_supported", ("client_secret_basic",)
        ),
        names_issuer=said.get("authorization_response_iss_parameter_supported") is True,
    )


def read_keys(said: dict[str, Any]) -> KeySet:
    """Read the public signing keys of a key set; others in it are left out.

    Raises:
        ProviderFault: there is none.
    """
    listed = said.get("keys")
    keys = []
    for entry in listed if isinstance(listed, list) else []:
        if not isinstance(entry, dict) or entry.get("kty") not in _KEY_TYPES:
            continue
        if entry.get("use", "sig") != "sig":
            continue
        try:
            keys.append(JWKRegistry.import_key(entry))
        except (JoseError, ValueError, TypeError, KeyError):
            continue
    if not keys:
        raise ProviderFault("The provider publishes no signing keys that can be used.")
    return KeySet(keys)


def try_provider(address: str, reach: Reach) -> Trial:
    """Try a provider as a sign-in would: metadata, keys, endpoints within reach."""
    discovery_url = discovery_address(address)
    issuer: str | None = None
    endpoints: tuple[tuple[str, str], ...] = ()
    count = 0
    problems: list[str] = []
    try:
        found = read_metadata(fetch_object(discovery_url, reach), discovery_url)
        issuer = found.issuer
        endpoints = _endpoints(found)
        for _, endpoint in endpoints:
            _check(endpoint, reach, problems)
        count = len(read_keys(fetch_object(found.jwks_uri, reach)).keys)
    except (OutboundFault, ProviderFault) as fault:
        problems.append(str(fault))
    return Trial(
        discovery_url=discovery_url,
        issuer=issuer,
        endpoints=endpoints,
        keys=count,
        problems=tuple(dict.fromkeys(problems)),
    )


def _endpoints(found: Metadata) -> tuple[tuple[str, str], ...]:
    listed = [
        ("Sign-in", found.authorization_endpoint),
        ("Tokens", found.token_endpoint),
        ("Keys", found.jwks_uri),
        ("Person", found.userinfo_endpoint),
        ("Sign-out", found.end_session_endpoint),
    ]
    return tuple((label, address) for label, address in listed if address)


def _check(endpoint: str, reach: Reach, problems: list[str]) -> None:
    try:
        checked_addresses(httpx.URL(endpoint), reach)
    except (OutboundFault, httpx.InvalidURL) as fault:
        problems.append(str(fault))


def _text(said: dict[str, Any], name: str) -> str:
    value = said.get(name)
    if not isinstance(value, str) or not value.startswith(("https://", "http://")):
        raise ProviderFault(f"The provider does not say its {name}.")
    return value


def _optional(said: dict[str, Any], name: str) -> str | None:
    value = said.get(name)
    return value if isinstance(value, str) and value.startswith(("https://", "http://")) else None


def _listed(said: dict[str, Any], name: str, otherwise: tuple[str, ...]) -> tuple[str, ...]:
    value = said.get(name)
    if not isinstance(value, list):
        return otherwise
    return tuple(entry for entry in value if isinstance(entry, str))


_directories: dict[Reach, Directory] = {}
_directories_lock = threading.Lock()


def directory_for(reach: Reach) -> Directory:
    """Give this process's directory for a reach."""
    with _directories_lock:
        return _directories.setdefault(reach, Directory(reach))
