"""Organisations, their sign-in and their people: what is asked and what is answered."""

from datetime import datetime
from typing import Literal

from pydantic import Field

from app.kernel.actor import Role
from app.kernel.values import Frozen

Kind = Literal["publisher", "government", "nonprofit", "company", "internal"]
_EMAIL = r"^[^@\s<>\",;]{1,64}@[^@\s<>\",;]{1,190}\.[^@\s<>\",;.]{2,60}$"


class CreateOrganisation(Frozen):
    """Make an organisation known; nobody belongs to it yet."""

    kind: Kind
    code: str = Field(pattern=r"^[A-Z][A-Z0-9]{1,11}$")
    name: str = Field(min_length=2, max_length=120)


class ChangeState(Frozen):
    """Suspend an organisation or let it act again, and why."""

    reason: str = Field(min_length=3, max_length=2000)


class TryProvider(Frozen):
    """Look at an identity provider before anything is saved."""

    address: str = Field(min_length=8, max_length=500)


class AddProvider(Frozen):
    """Let an organisation's people sign in through a provider."""

    address: str = Field(min_length=8, max_length=500)
    client_id: str = Field(min_length=1, max_length=300)
    client_secret: str = Field(default="", max_length=1000)


class InvitePerson(Frozen):
    """Invite somebody by a link that works once, for this e-mail only."""

    email: str = Field(pattern=_EMAIL, max_length=320)
    name: str = Field(min_length=1, max_length=200)
    roles: tuple[Role, ...] = Field(min_length=1)
    days: int = Field(default=7, ge=1, le=30)


class EndMembership(Frozen):
    """Take somebody out of an organisation, and why."""

    reason: str = Field(min_length=3, max_length=2000)


class ProviderTrial(Frozen):
    """What was found at a provider's address."""

    discovery_url: str
    issuer: str | None
    endpoints: tuple[tuple[str, str], ...]
    keys: int
    problems: tuple[str, ...]
    usable: bool


class ProviderView(Frozen):
    """A provider of an organisation; the secret is never shown."""

    id: str
    entry: str
    issuer: str
    client_id: str
    state: str
    created_at: datetime


class MemberView(Frozen):
    """A person in an organisation."""

    membership_id: str
    person_id: str
    name: str
    email: str
    roles: tuple[str, ...]
    state: str
    since: datetime


class PendingInvitation(Frozen):
    """An invitation that was not used yet."""

    id: str
    name: str
    email: str
    roles: tuple[str, ...]
    expires_at: datetime


class InvitationLink(Frozen):
    """The link of a fresh invitation; it is shown this once and kept nowhere."""

    id: str
    email: str
    link: str
    expires_at: datetime


class OrganisationRow(Frozen):
    """An organisation in the list."""

    id: str
    code: str
    name: str
    kind: str
    state: str
    members: int
    providers: int
    invitations: int


class OrganisationView(Frozen):
    """An organisation with its people and its sign-in."""

    id: str
    code: str
    name: str
    kind: str
    state: str
    led: bool  # it has a lead, who looks after its sign-in and its leads
    providers: tuple[ProviderView, ...]
    members: tuple[MemberView, ...]
    invitations: tuple[PendingInvitation, ...]
