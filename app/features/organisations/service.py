"""Organisations and their people: one function per intention. Providers are in providers.py."""

import secrets
from datetime import timedelta

from sqlalchemy import select

from app.access.decide import require
from app.access.facts import forget
from app.domain.actions import Action
from app.domain.events import Event
from app.domain.people import roles_for
from app.domain.targets import INSTALLATION, Target
from app.features.organisations import queries
from app.features.organisations.schemas import (
    ChangeState,
    CreateOrganisation,
    EndMembership,
    InvitationLink,
    InvitePerson,
    OrganisationRow,
    OrganisationView,
)
from app.kernel.actor import Role
from app.kernel.clock import now
from app.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from app.kernel.ids import new_id
from app.kernel.tokens import new_token
from app.models.organisations import Organisation
from app.models.people import Invitation
from app.transaction import Transaction

LED_POLICY = "base.led-by-its-own-lead"
LED = "This organisation has a lead, who looks after its sign-in and its leads."


def list_organisations(tx: Transaction) -> list[OrganisationRow]:
    """List all organisations of the installation."""
    require(tx, Action.MANAGE_ORGANISATIONS, INSTALLATION)
    return queries.list_organisations(tx)


def read_organisation(tx: Transaction, organisation_id: str) -> OrganisationView:
    """Give an organisation with its people and its sign-in, to those who look after it."""
    target = Target("organisation", organisation_id)
    require(tx, Action.READ_ORGANISATION, target)
    require(tx, Action.INVITE_PERSON, target)
    return queries.get_view(tx, organisation_id)


def list_people(tx: Transaction) -> list[OrganisationView]:
    """List all organisations with their people, for whoever looks after the installation."""
    require(tx, Action.MANAGE_ORGANISATIONS, INSTALLATION)
    return [queries.get_view(tx, row.id) for row in queries.list_organisations(tx)]


def create_organisation(tx: Transaction, command: CreateOrganisation) -> OrganisationView:
    """Make an organisation known, with a place of its own in the log."""
    require(tx, Action.MANAGE_ORGANISATIONS, INSTALLATION)
    problems = {}
    if tx.session.scalars(
        select(Organisation.id).where(Organisation.code == command.code)
    ).one_or_none():
        problems["code"] = "Another organisation has this code."
    if command.kind == "publisher" and _publisher_exists(tx):
        problems["kind"] = "There is a publisher already."
    if problems:
        raise Invalid(fields=problems)
    made = Organisation(
        id=new_id("organisation"),
        code=command.code,
        name=command.name.strip(),
        kind=command.kind,
        state="active",
        created_at=now(),
    )
    tx.session.add(made)
    tx.session.flush()
    tx.enrol(made.id)
    subject = Target("organisation", made.id)
    tx.emit(
        Event(
            name="OrganisationCreated",
            licence=Action.MANAGE_ORGANISATIONS,
            target=INSTALLATION,
            subject=subject,
            organisations=audience(made),
            facts={"kind": made.kind, "code": made.code},
            content={"name": made.name},
        )
    )
    forget(tx, subject)
    return queries.get_view(tx, made.id)


def suspend_organisation(tx: Transaction, *, organisation_id: str, command: ChangeState) -> None:
    """Stop everything the organisation's people do, at their next request."""
    _change_state(tx, organisation_id, "suspended", "OrganisationSuspended", command)


def reactivate_organisation(tx: Transaction, *, organisation_id: str, command: ChangeState) -> None:
    """Let a suspended organisation's people act again."""
    _change_state(tx, organisation_id, "active", "OrganisationReactivated", command)


def invite_person(
    tx: Transaction, *, organisation_id: str, command: InvitePerson
) -> InvitationLink:
    """Make a link that lets one person in, once; only its hash is kept."""
    target = Target("organisation", organisation_id)
    require(tx, Action.INVITE_PERSON, target)
    organisation = queries.get_organisation(tx, organisation_id)
    strange = set(command.roles) - roles_for(organisation.kind)
    if strange:
        named = ", ".join(sorted(role.value for role in strange))
        raise Invalid(fields={"roles": f"Nobody in this organisation can be {named}."})
    if Role.LEAD in command.roles:
        require_own(tx, Action.CHANGE_LEADS, target)
    token, digest = new_token()
    made = Invitation(
        id=new_id("invitation"),
        organisation_id=organisation.id,
        email=command.email.strip(),
        name=command.name.strip(),
        roles=sorted({role.value for role in command.roles}),
        token_hash=digest,
        invited_by=tx.actor.id,
        created_at=now(),
        expires_at=now() + timedelta(days=command.days),
    )
    tx.session.add(made)
    tx.session.flush()
    tx.emit(
        Event(
            name="PersonInvited",
            licence=Action.INVITE_PERSON,
            target=target,
            organisations=audience(organisation),
            facts={"invitation": made.id, "roles": list(made.roles), "days": command.days},
            personal={"invited_email": made.email, "invited_name": made.name},
        )
    )
    return InvitationLink(
        id=made.id,
        email=made.email,
        link=f"{tx.installation.settings.url}/invitations/{token}",
        expires_at=made.expires_at,
    )


def withdraw_invitation(tx: Transaction, *, organisation_id: str, invitation_id: str) -> None:
    """Make an unused invitation worthless."""
    target = Target("organisation", organisation_id)
    require(tx, Action.INVITE_PERSON, target)
    organisation = queries.get_organisation(tx, organisation_id)
    row = queries.find_invitation(tx, organisation_id, invitation_id)
    if row is not None:
        tx.session.refresh(row, with_for_update=True)  # of two at once, one
    if row is None or row.expires_at <= now():
        raise NotFound
    row.expires_at = now()
    tx.emit(
        Event(
            name="InvitationWithdrawn",
            licence=Action.INVITE_PERSON,
            target=target,
            organisations=audience(organisation),
            facts={"invitation": row.id},
        )
    )


def end_membership(
    tx: Transaction, *, organisation_id: str, membership_id: str, command: EndMembership
) -> None:
    """Take somebody out of an organisation; their sessions for it end with it."""
    target = Target("organisation", organisation_id)
    require(tx, Action.END_MEMBERSHIP, target)
    organisation = queries.get_organisation(tx, organisation_id)
    row = queries.find_member(tx, organisation_id, membership_id)
    if row is None:
        raise NotFound
    tx.session.refresh(row, with_for_update=True)  # of two at once, one
    if row.state != "active":
        raise Conflict("This person is no longer a member.")
    if row.id == tx.actor.membership_id:
        raise Conflict("Nobody ends their own membership: ask somebody else who can.")
    if Role.LEAD.value in row.roles:
        require_own(tx, Action.CHANGE_LEADS, target)
    row.state, row.ended_at = "ended", now()
    tx.emit(
        Event(
            name="MembershipEnded",
            licence=Action.END_MEMBERSHIP,
            target=target,
            organisations=audience(organisation),
            facts={"membership": row.id, "roles": list(row.roles)},
            content={"reason": command.reason},
        )
    )


def require_own(tx: Transaction, action: Action, target: Target) -> None:
    """Require an act that an organisation's own lead takes over from the publisher.

    Raises:
        Forbidden: as `require`; where the organisation has a lead, in words that say so.
    """
    try:
        require(tx, action, target)
    except Forbidden as refusal:
        if LED_POLICY in tx.decisions[-1].policies:
            raise Forbidden(LED, remedy="Ask the lead to do it.", code="led") from refusal
        raise


def audience(organisation: Organisation) -> frozenset[str]:
    """Give whose record shows what happens to an organisation: its own, if it reviews."""
    return frozenset() if organisation.kind == "publisher" else frozenset({organisation.id})


def new_entry(code: str) -> str:
    """Make a sign-in name: a hint for its people, and a part that nobody can guess."""
    tail = "".join(secrets.choice("23456789abcdefghjkmnpqrstvwxyz") for _ in range(8))
    return f"{code[:3].lower()}-{tail}"


def _publisher_exists(tx: Transaction) -> bool:
    found = tx.session.scalars(select(Organisation.id).where(Organisation.kind == "publisher"))
    return found.first() is not None


def _change_state(
    tx: Transaction, organisation_id: str, state: str, name: str, command: ChangeState
) -> None:
    require(tx, Action.MANAGE_ORGANISATIONS, INSTALLATION)
    row = queries.get_organisation(tx, organisation_id)
    if row.kind == "publisher":
        raise Conflict("The publisher cannot be suspended: nobody could undo it.")
    tx.session.refresh(row, with_for_update=True)  # of two at once, one
    if row.state == state:
        raise Conflict(f"This organisation is {state} already.")
    before, row.state = row.state, state
    tx.emit(
        Event(
            name=name,
            licence=Action.MANAGE_ORGANISATIONS,
            target=INSTALLATION,
            subject=Target("organisation", row.id),
            organisations=audience(row),
            facts={"before": before, "after": state},
            content={"reason": command.reason},
            stage=state,
        )
    )
