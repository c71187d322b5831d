"""What is asked of sign-in and what it answers."""

from datetime import datetime

from app.kernel.errors import Forbidden
from app.kernel.values import Frozen


class SignInRefused(Forbidden):
    """A sign-in that ends here; `facts` go into the log, never to the person."""

    def __init__(self, reason: str, *, provider_id: str | None = None) -> None:
        again = reason in _START_AGAIN
        super().__init__(
            message=_NOT_COMPLETED if again else _NOT_KNOWN,
            remedy="Start again." if again else "Ask the person who invited you.",
            code="sign-in-refused",
        )
        named = () if provider_id is None else (("provider", provider_id),)
        self.facts: tuple[tuple[str, str | int], ...] = (("reason", reason), *named)


_NOT_COMPLETED = "This sign-in could not be completed."
_NOT_KNOWN = "This sign-in is not known here."
_START_AGAIN = frozenset(
    {
        *("state-unknown", "state-expired", "other-browser", "provider-refused", "code-missing"),
        *("issuer-differs", "code-refused", "token-refused"),
    }
)


class KnownProvider(Frozen):
    """A provider through which people can sign in now."""

    id: str
    organisation_id: str
    entry: str
    issuer: str
    discovery_url: str
    client_id: str
    client_secret: bytes


class PendingSignIn(Frozen):
    """A sign-in under way, taken once."""

    browser_hash: bytes
    provider_id: str
    nonce: str
    verifier: str
    next_path: str
    invitation_hash: bytes | None
    created_at: datetime


class ProviderAnswer(Frozen):
    """What the provider's redirect brought back."""

    state: str = ""
    code: str | None = None
    issuer: str | None = None
    error: str | None = None


class Claims(Frozen):
    """What a verified ID token says about a person."""

    issuer: str
    subject: str
    email: str | None
    email_verified: bool
    name: str | None
    session: str | None
    acr: str | None
    amr: tuple[str, ...]


class StartedSignIn(Frozen):
    """Where the browser goes, and the cookie that binds the answer to it."""

    url: str
    browser: str


class FinishedSignIn(Frozen):
    """A new session: its token for the cookie and where to go on."""

    token: str
    next_path: str


class InvitationView(Frozen):
    """What an invitation says to the person who holds its link."""

    name: str
    email: str
    organisation_name: str
    roles: tuple[str, ...]
    expires_at: datetime
    entries: tuple[tuple[str, str], ...]  # (sign-in name, host of the provider)


class SwitchOrganisation(Frozen):
    """Act for another organisation from now on."""

    membership: str


class MembershipView(Frozen):
    """An organisation for which the person may act."""

    id: str
    organisation_name: str


class SessionView(Frozen):
    """Who is signed in, for whom and as what."""

    person_id: str
    name: str
    email: str
    time_zone: str
    organisation_id: str
    organisation_name: str
    organisation_kind: str
    roles: tuple[str, ...]
    membership_id: str
    other_memberships: tuple[MembershipView, ...]


class SignedOut(Frozen):
    """The session is over; the provider's own may be ended at this address."""

    end_session_url: str | None = None
