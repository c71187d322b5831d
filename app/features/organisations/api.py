"""Organisations and their people as JSON: the same services as the pages."""

from app.domain.actions import Action
from app.features.organisations import providers, service
from app.features.organisations.schemas import (
    AddProvider,
    ChangeState,
    CreateOrganisation,
    EndMembership,
    InvitationLink,
    InvitePerson,
    OrganisationRow,
    OrganisationView,
    ProviderTrial,
    ProviderView,
    TryProvider,
)
from app.web.routing import Routes, Tx

routes = Routes(prefix="/api/v1", tags=["organisations"])
_Done = dict[str, bool]


@routes.read("/organisations", action=Action.MANAGE_ORGANISATIONS)
def list_organisations(tx: Tx) -> list[OrganisationRow]:
    """List all organisations."""
    return service.list_organisations(tx)


@routes.act("/organisations", action=Action.MANAGE_ORGANISATIONS, status_code=201)
def create_organisation(tx: Tx, command: CreateOrganisation) -> OrganisationView:
    """Make an organisation known."""
    return service.create_organisation(tx, command)


@routes.read("/organisations/{organisation_id}", action=Action.READ_ORGANISATION)
def read_organisation(tx: Tx, organisation_id: str) -> OrganisationView:
    """Give an organisation with its people and its sign-in."""
    return service.read_organisation(tx, organisation_id)


@routes.act("/organisations/{organisation_id}/suspend", action=Action.MANAGE_ORGANISATIONS)
def suspend_organisation(tx: Tx, organisation_id: str, command: ChangeState) -> _Done:
    """Stop everything the organisation's people do."""
    service.suspend_organisation(tx, organisation_id=organisation_id, command=command)
    return {"suspended": True}


@routes.act("/organisations/{organisation_id}/reactivate", action=Action.MANAGE_ORGANISATIONS)
def reactivate_organisation(tx: Tx, organisation_id: str, command: ChangeState) -> _Done:
    """Let a suspended organisation's people act again."""
    service.reactivate_organisation(tx, organisation_id=organisation_id, command=command)
    return {"suspended": False}


@routes.act("/organisations/{organisation_id}/providers/try", action=Action.MANAGE_PROVIDERS)
def look_at_provider(tx: Tx, organisation_id: str, command: TryProvider) -> ProviderTrial:
    """Try a provider and save nothing."""
    return providers.look_at_provider(tx, organisation_id=organisation_id, command=command)


@routes.act(
    "/organisations/{organisation_id}/providers", action=Action.MANAGE_PROVIDERS, status_code=201
)
def add_provider(tx: Tx, organisation_id: str, command: AddProvider) -> ProviderView:
    """Let an organisation's people sign in through a provider."""
    return providers.add_provider(tx, organisation_id=organisation_id, command=command)


@routes.act(
    "/organisations/{organisation_id}/providers/{provider_id}/close",
    action=Action.MANAGE_PROVIDERS,
)
def close_provider(tx: Tx, organisation_id: str, provider_id: str) -> _Done:
    """Let nobody sign in through a provider any more."""
    providers.close_provider(tx, organisation_id=organisation_id, provider_id=provider_id)
    return {"closed": True}


@routes.act(
    "/organisations/{organisation_id}/invitations", action=Action.INVITE_PERSON, status_code=201
)
def invite_person(tx: Tx, organisation_id: str, command: InvitePerson) -> InvitationLink:
    """Invite somebody; the answer holds the link, this once."""
    return service.invite_person(tx, organisation_id=organisation_id, command=command)


@routes.act(
    "/organisations/{organisation_id}/invitations/{invitation_id}/withdraw",
    action=Action.INVITE_PERSON,
)
def withdraw_invitation(tx: Tx, organisation_id: str, invitation_id: str) -> _Done:
    """Make an unused invitation worthless."""
    service.withdraw_invitation(tx, organisation_id=organisation_id, invitation_id=invitation_id)
    return {"withdrawn": True}


@routes.act(
    "/organisations/{organisation_id}/memberships/{membership_id}/end",
    action=Action.END_MEMBERSHIP,
)
def end_membership(
    tx: Tx, organisation_id: str, membership_id: str, command: EndMembership
) -> _Done:
    """Take somebody out of an organisation."""
    service.end_membership(
        tx, organisation_id=organisation_id, membership_id=membership_id, command=command
    )
    return {"ended": True}
