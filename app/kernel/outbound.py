"""Fetching from addresses that somebody typed in: guarded against reaching inside our own network.

Here: what may be reached, the transport that holds to it, limits of size and time. Not here: what
is fetched (web/openid.py). A name is resolved once and the connection goes to the address that
was checked, so that a name server cannot answer differently the second time.
"""

import ipaddress
import socket
import ssl
import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

import httpx

from app.kernel.config import Settings

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

TIMEOUT_SECONDS = 5.0
DEADLINE_SECONDS = 10.0
MAX_BYTES = 512 * 1024
MOST_ADDRESSES = 3  # of one name; the next is tried when one does not take the connection
LOOPBACK_NAMES = frozenset({"localhost", "127.0.0.1", "::1"})

_TRANSLATED = ipaddress.ip_network("64:ff9b::/96")  # IPv4 in IPv6 clothes (NAT64)
_NO_REUSE = httpx.Limits(max_keepalive_connections=0)


class OutboundFault(RuntimeError):
    """An address could not be fetched, or must not be; says why in words for an administrator."""


@dataclass(frozen=True)
class Reach:
    """Which addresses may be reached: the public internet, and what is named here."""

    loopback: bool = False
    networks: tuple[Network, ...] = ()

    def allows(self, address: Address) -> bool:
        """Say whether a connection to an address is permitted."""
        plain = getattr(address, "ipv4_mapped", None) or address
        if any(plain.version == network.version and plain in network for network in self.networks):
            return True
        if plain.is_loopback:
            return self.loopback
        hidden = isinstance(plain, ipaddress.IPv6Address) and (
            plain in _TRANSLATED or plain.sixtofour is not None or plain.teredo is not None
        )
        return plain.is_global and not plain.is_multicast and not hidden


def reach_of(settings: Settings) -> Reach:
    """Give what this installation may reach: this machine only when it is itself on localhost."""
    named = settings.provider_networks.replace(",", " ").split()
    return Reach(
        loopback=urlsplit(settings.url).hostname in LOOPBACK_NAMES,
        networks=tuple(ipaddress.ip_network(network) for network in named),
    )


def checked_addresses(url: httpx.URL, reach: Reach) -> list[str]:
    """Give the addresses to connect to for a URL, in the resolver's order.

    Raises:
        OutboundFault: not https (http is for loopback addresses), with credentials in it, a name
            that does not resolve, or one that leads to an address outside the reach.
    """
    if url.userinfo or url.scheme not in ("http", "https") or not url.host:
        raise OutboundFault(f"{_plain(url)} is not an https:// address.")
    try:
        found = socket.getaddrinfo(
            url.host, url.port or 443, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP
        )
    except (OSError, UnicodeError) as error:
        raise OutboundFault(f"The name {url.host} cannot be found.") from error
    addresses = [ipaddress.ip_address(str(entry[4][0]).partition("%")[0]) for entry in found]
    if not addresses or not all(reach.allows(address) for address in addresses):
        raise OutboundFault(f"{url.host} is not on the public internet, so it is not fetched.")
    if url.scheme == "http" and not all(address.is_loopback for address in addresses):
        raise OutboundFault(f"{_plain(url)} is not encrypted: use https://.")
    return list(dict.fromkeys(str(address) for address in addresses))[:MOST_ADDRESSES]


class GuardedTransport(httpx.BaseTransport):
    """Connects to checked addresses only, follows nothing, stops at a size and a deadline."""

    def __init__(self, reach: Reach) -> None:
        self._reach = reach
        # Connections are not kept: two names on one address must never share one, since the
        # certificate was checked for the first name only.
        self._inner = httpx.HTTPTransport(
            verify=_trusted(), trust_env=False, limits=_NO_REUSE, retries=0
        )

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request to the checked address of its host, under its own name."""
        addresses = checked_addresses(request.url, self._reach)
        name = request.url.host
        request.headers["Accept-Encoding"] = "identity"
        response = self._connect(request, addresses)
        if response.headers.get("Content-Encoding", "identity") != "identity":
            raise OutboundFault(f"{name} answers compressed although asked not to.")
        return httpx.Response(
            response.status_code,
            headers=response.headers,
            stream=_Limited(response.stream, name),
            extensions=response.extensions,
        )

    def _connect(self, request: httpx.Request, addresses: list[str]) -> httpx.Response:
        *earlier, last = addresses
        for address in earlier:
            try:
                return self._inner.handle_request(_pinned(request, address))
            except (httpx.ConnectError, httpx.ConnectTimeout):
                continue
        return self._inner.handle_request(_pinned(request, last))

    def close(self) -> None:
        """Close what is open."""
        self._inner.close()


def _pinned(request: httpx.Request, address: str) -> httpx.Request:
    """Send a request to one address under the name it was meant for."""
    return httpx.Request(
        request.method,
        request.url.copy_with(host=address),
        headers=request.headers,
        stream=request.stream,
        extensions={**request.extensions, "sni_hostname": request.url.host},
    )


class _Limited(httpx.SyncByteStream):
    """A response that ends with a fault when it is too long or too slow."""

    def __init__(self, inner: Any, name: str) -> None:
        self._inner = inner
        self._name = name
        self._until = time.monotonic() + DEADLINE_SECONDS

    def __iter__(self) -> Iterator[bytes]:
        read = 0
        for part in self._inner:
            read += len(part)
            if read > MAX_BYTES:
                raise OutboundFault(f"{self._name} answers with too much.")
            if time.monotonic() > self._until:
                raise OutboundFault(f"{self._name} answers too slowly.")
            yield part

    def close(self) -> None:
        self._inner.close()


def client_settings(reach: Reach) -> dict[str, Any]:
    """Give the settings of an httpx client that stays within a reach."""
    return {
        "transport": GuardedTransport(reach),
        "timeout": TIMEOUT_SECONDS,
        "follow_redirects": False,
        "trust_env": False,
    }


def fetch_object(url: str, reach: Reach, *, bearer: str | None = None) -> dict[str, Any]:
    """Fetch one JSON object.

    Raises:
        OutboundFault: unreachable, refused, not 200, or not a JSON object.
    """
    headers = {"Accept": "application/json"}
    if bearer is not None:
        headers["Authorization"] = f"Bearer {bearer}"
    try:
        with httpx.Client(**client_settings(reach)) as client:
            response = client.get(url, headers=headers)
            answer = response.json() if response.status_code == httpx.codes.OK else None
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise OutboundFault(f"{_short(url)} does not answer.") from error
    except ValueError as error:
        raise OutboundFault(f"{_short(url)} does not answer with JSON.") from error
    if response.status_code != httpx.codes.OK:
        raise OutboundFault(f"{_short(url)} answers with status {response.status_code}.")
    if not isinstance(answer, dict):
        raise OutboundFault(f"{_short(url)} does not answer with a JSON object.")
    return answer


@lru_cache(maxsize=1)
def _trusted() -> ssl.SSLContext:
    return httpx.create_ssl_context()


def _plain(url: httpx.URL) -> str:
    return f"{url.scheme}://{url.host}"


def _short(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.hostname}{parts.path}"[:200]
