"""What a client may ask of the authorization endpoint, checked in the order the standards give.

OpenID Connect Core 1.0 section 3.1.2, RFC 6749 section 4.1, RFC 7636 (S256 only), RFC 9207.
Pure: nothing here answers a request or remembers anything.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

SCOPES = ("openid", "profile", "email")
ACR_ONE_FACTOR = "urn:vitrine:demo:one-factor"
ACR_TWO_FACTORS = "urn:vitrine:demo:two-factors"
ACR_VALUES = (ACR_ONE_FACTOR, ACR_TWO_FACTORS)

# RFC 7636 section 4.2: a SHA-256 in base64url without padding is 43 characters long.
_S256_CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}")

PARAMETERS = (
    "response_type",
    "response_mode",
    "client_id",
    "redirect_uri",
    "scope",
    "state",
    "nonce",
    "code_challenge",
    "code_challenge_method",
    "prompt",
    "acr_values",
    "max_age",
    "login_hint",
    "request",
    "request_uri",
    "registration",
)


@dataclass(frozen=True, kw_only=True)
class Client:
    """A registered client: its secret and the exact addresses it may be answered at."""

    client_id: str
    client_secret: str
    redirect_uris: frozenset[str]
    post_logout_redirect_uris: frozenset[str] = frozenset()


@dataclass(frozen=True, kw_only=True)
class AuthorizationRequest:
    """An authorization request that passed every check."""

    client_id: str
    redirect_uri: str
    scopes: tuple[str, ...]
    state: str | None
    nonce: str | None
    code_challenge: str
    wants_two_factors: bool
    parameters: tuple[tuple[str, str], ...]
    """The request as it was sent, for the picker's form to carry."""


class UnanswerableRequest(Exception):
    """The client or its address is not known, so nothing may be sent there."""


class RefusedRequest(Exception):
    """The request breaks a rule; the client is told with an error code of the standards."""

    def __init__(self, *, error: str, description: str, redirect_uri: str, state: str | None):
        super().__init__(description)
        self.error = error
        self.description = description
        self.redirect_uri = redirect_uri
        self.state = state


def parse_authorization_request(
    parameters: Sequence[tuple[str, str]], *, clients: dict[str, Client]
) -> AuthorizationRequest:
    """Check a request; raises UnanswerableRequest or RefusedRequest."""
    known = [(name, value) for name, value in parameters if name in PARAMETERS]
    asked = dict(known)
    redirect_uri = _answerable_address(known, clients=clients)
    problem = _first_problem(known)
    if problem is not None:
        error, description = problem
        raise RefusedRequest(
            error=error,
            description=description,
            redirect_uri=redirect_uri,
            state=asked.get("state"),
        )
    return AuthorizationRequest(
        client_id=asked["client_id"],
        redirect_uri=redirect_uri,
        scopes=tuple(scope for scope in SCOPES if scope in asked["scope"].split()),
        state=asked.get("state"),
        nonce=asked.get("nonce"),
        code_challenge=asked["code_challenge"],
        wants_two_factors=ACR_TWO_FACTORS in asked.get("acr_values", "").split(),
        parameters=tuple(known),
    )


def answer_address(redirect_uri: str, *, answer: dict[str, str | None]) -> str:
    """Return ``redirect_uri`` with the answer in its query; members that are None are left out."""
    parts = urlsplit(redirect_uri)
    query = parse_qsl(parts.query, keep_blank_values=True)
    query += [(name, value) for name, value in answer.items() if value is not None]
    return urlunsplit(parts._replace(query=urlencode(query)))


def _answerable_address(known: Sequence[tuple[str, str]], *, clients: dict[str, Client]) -> str:
    client_ids = [value for name, value in known if name == "client_id"]
    addresses = [value for name, value in known if name == "redirect_uri"]
    if len(client_ids) != 1 or client_ids[0] not in clients:
        raise UnanswerableRequest("This client is not registered here.")
    if len(addresses) != 1 or addresses[0] not in clients[client_ids[0]].redirect_uris:
        raise UnanswerableRequest("The address to return to is not the registered one.")
    return addresses[0]


def _first_problem(known: Sequence[tuple[str, str]]) -> tuple[str, str] | None:
    names = [name for name, _ in known]
    asked = dict(known)
    rules = (
        (len(names) != len(set(names)), "invalid_request", "A parameter was sent twice."),
        ("request" in asked, "request_not_supported", "Request objects are not supported."),
        ("request_uri" in asked, "request_uri_not_supported", "request_uri is not supported."),
        ("registration" in asked, "registration_not_supported", "Clients are registered ahead."),
        (
            asked.get("response_type") != "code",
            "unsupported_response_type",
            "Only response_type=code is supported.",
        ),
        (
            asked.get("response_mode", "query") != "query",
            "invalid_request",
            "Only response_mode=query is supported.",
        ),
        (
            "openid" not in asked.get("scope", "").split(),
            "invalid_scope",
            "The scope must contain openid.",
        ),
        (
            asked.get("code_challenge_method") != "S256",
            "invalid_request",
            "PKCE with code_challenge_method=S256 is required.",
        ),
        (
            _S256_CHALLENGE.fullmatch(asked.get("code_challenge", "")) is None,
            "invalid_request",
            "The code_challenge is not an S256 challenge.",
        ),
        (
            "none" in asked.get("prompt", "").split(),
            "login_required",
            "A person must choose who signs in.",
        ),
    )
    for broken, error, description in rules:
        if broken:
            return error, description
    return None
