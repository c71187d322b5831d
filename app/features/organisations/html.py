"""Pages of organisations: the administrator's, and the lead's of their own people."""

from typing import Annotated, Any

from fastapi import Form, Request, Response
from fastapi.responses import HTMLResponse
from pydantic import ValidationError

from app.access.decide import may, require
from app.domain.actions import Action
from app.domain.people import ORGANISATION_KINDS, roles_for
from app.domain.targets import INSTALLATION, Target
from app.features.organisations import providers, service
from app.features.organisations.schemas import (
    AddProvider,
    ChangeState,
    CreateOrganisation,
    EndMembership,
    InvitePerson,
    OrganisationView,
    ProviderTrial,
    TryProvider,
)
from app.kernel.actor import Role, Side
from app.kernel.errors import Conflict, Invalid
from app.transaction import Transaction
from app.web.pages import see_other, show
from app.web.routing import Routes, Tx

routes = Routes()

KIND_WORDS = {
    "publisher": "Publisher",
    "government": "Government body",
    "nonprofit": "Nonprofit",
    "company": "Company",
    "internal": "Internal team",
}
_NEEDED = {
    "code": "Two to twelve capital letters and digits, beginning with a letter.",
    "name": "Give a name.",
    "email": "Give a whole e-mail address.",
    "roles": "Choose at least one role.",
    "days": "Between 1 and 30 days.",
    "address": "Give the issuer’s or the discovery address, beginning with https://.",
    "client_id": "Give the client id that the provider knows this portal by.",
    "kind": "Choose what kind of organisation it is.",
    "reason": "Say why, in a few words.",
}


@routes.page("/organisations", action=Action.MANAGE_ORGANISATIONS)
def list_page(tx: Tx, request: Request) -> HTMLResponse:
    """Show all organisations."""
    return show(
        tx,
        request,
        "organisations/list.html",
        organisations=service.list_organisations(tx),
        kinds=KIND_WORDS,
    )


@routes.page("/organisations/new", action=Action.MANAGE_ORGANISATIONS)
def new_page(tx: Tx, request: Request) -> HTMLResponse:
    """Ask for what a new organisation is called."""
    require(tx, Action.MANAGE_ORGANISATIONS, INSTALLATION)
    return _new_form(tx, request, typed={}, errors={})


@routes.form("/organisations", action=Action.MANAGE_ORGANISATIONS)
def create_organisation(
    tx: Tx,
    request: Request,
    kind: Annotated[str, Form()] = "",
    code: Annotated[str, Form()] = "",
    name: Annotated[str, Form()] = "",
) -> Response:
    """Make an organisation known."""
    typed = {"kind": kind, "code": code.strip().upper(), "name": name}
    try:
        made = service.create_organisation(tx, CreateOrganisation.model_validate(typed))
    except (ValidationError, Invalid) as error:
        tx.rollback()
        return _new_form(tx, request, typed=typed, errors=_fields(error), status=422)
    return see_other(f"/organisations/{made.id}")


@routes.page("/organisations/{organisation_id}", action=Action.READ_ORGANISATION)
def detail_page(tx: Tx, request: Request, organisation_id: str) -> HTMLResponse:
    """Show an organisation with its people and its sign-in."""
    return _detail(tx, request, organisation_id)


@routes.page("/our-people", action=Action.READ_ORGANISATION)
def our_people_page(tx: Tx, request: Request) -> HTMLResponse:
    """Show a lead the people and the sign-in of their own organisation."""
    return _detail(tx, request, tx.actor.organisation_id or "")


@routes.form("/organisations/{organisation_id}/suspend", action=Action.MANAGE_ORGANISATIONS)
def suspend_organisation(
    tx: Tx, request: Request, organisation_id: str, reason: Annotated[str, Form()] = ""
) -> Response:
    """Stop everything the organisation's people do."""
    try:
        command = ChangeState(reason=reason)
        service.suspend_organisation(tx, organisation_id=organisation_id, command=command)
    except (ValidationError, Conflict) as error:
        return _again(tx, request, organisation_id, "state", error, {"reason": reason})
    return see_other(_home_of(tx, organisation_id))


@routes.form("/organisations/{organisation_id}/reactivate", action=Action.MANAGE_ORGANISATIONS)
def reactivate_organisation(
    tx: Tx, request: Request, organisation_id: str, reason: Annotated[str, Form()] = ""
) -> Response:
    """Let a suspended organisation's people act again."""
    try:
        command = ChangeState(reason=reason)
        service.reactivate_organisation(tx, organisation_id=organisation_id, command=command)
    except (ValidationError, Conflict) as error:
        return _again(tx, request, organisation_id, "state", error, {"reason": reason})
    return see_other(_home_of(tx, organisation_id))


@routes.form("/organisations/{organisation_id}/providers/try", action=Action.MANAGE_PROVIDERS)
def look_at_provider(
    tx: Tx,
    request: Request,
    organisation_id: str,
    address: Annotated[str, Form()] = "",
    client_id: Annotated[str, Form()] = "",
    client_secret: Annotated[str, Form()] = "",
) -> Response:
    """Try a provider, show what was found, and keep what was typed."""
    typed = {"address": address, "client_id": client_id, "client_secret": client_secret}
    try:
        command = TryProvider(address=address)
        trial = providers.look_at_provider(tx, organisation_id=organisation_id, command=command)
    except ValidationError as error:
        return _again(tx, request, organisation_id, "provider", error, typed)
    return _detail(tx, request, organisation_id, part="provider", typed=typed, trial=trial)


@routes.form("/organisations/{organisation_id}/providers", action=Action.MANAGE_PROVIDERS)
def add_provider(
    tx: Tx,
    request: Request,
    organisation_id: str,
    address: Annotated[str, Form()] = "",
    client_id: Annotated[str, Form()] = "",
    client_secret: Annotated[str, Form()] = "",
) -> Response:
    """Let an organisation's people sign in through a provider."""
    typed = {"address": address, "client_id": client_id, "client_secret": client_secret}
    try:
        command = AddProvider(**typed)
        providers.add_provider(tx, organisation_id=organisation_id, command=command)
    except (ValidationError, Invalid) as error:
        return _again(tx, request, organisation_id, "provider", error, typed)
    return see_other(f"{_home_of(tx, organisation_id)}#sign-in")


@routes.form(
    "/organisations/{organisation_id}/providers/{provider_id}/close",
    action=Action.MANAGE_PROVIDERS,
)
def close_provider(tx: Tx, organisation_id: str, provider_id: str) -> Response:
    """Let nobody sign in through a provider any more."""
    providers.close_provider(tx, organisation_id=organisation_id, provider_id=provider_id)
    return see_other(f"{_home_of(tx, organisation_id)}#sign-in")


@routes.form("/organisations/{organisation_id}/invitations", action=Action.INVITE_PERSON)
def invite_person(
    tx: Tx,
    request: Request,
    organisation_id: str,
    email: Annotated[str, Form()] = "",
    name: Annotated[str, Form()] = "",
    roles: Annotated[list[str] | None, Form()] = None,
    days: Annotated[str, Form()] = "7",
) -> Response:
    """Invite somebody; the link is on this page and nowhere else."""
    typed: dict[str, Any] = {"email": email, "name": name, "roles": roles or [], "days": days}
    try:
        command = InvitePerson.model_validate({**typed, "email": email.strip()})
        invited = service.invite_person(tx, organisation_id=organisation_id, command=command)
    except (ValidationError, Invalid) as error:
        return _again(tx, request, organisation_id, "invitation", error, typed)
    return _detail(tx, request, organisation_id, invited=invited)


@routes.form(
    "/organisations/{organisation_id}/invitations/{invitation_id}/withdraw",
    action=Action.INVITE_PERSON,
)
def withdraw_invitation(tx: Tx, organisation_id: str, invitation_id: str) -> Response:
    """Make an unused invitation worthless."""
    service.withdraw_invitation(tx, organisation_id=organisation_id, invitation_id=invitation_id)
    return see_other(_home_of(tx, organisation_id))


@routes.form(
    "/organisations/{organisation_id}/memberships/{membership_id}/end",
    action=Action.END_MEMBERSHIP,
)
def end_membership(
    tx: Tx,
    request: Request,
    organisation_id: str,
    membership_id: str,
    reason: Annotated[str, Form()] = "",
) -> Response:
    """Take somebody out of an organisation."""
    try:
        service.end_membership(
            tx,
            organisation_id=organisation_id,
            membership_id=membership_id,
            command=EndMembership(reason=reason),
        )
    except (ValidationError, Conflict) as error:
        return _again(tx, request, organisation_id, "people", error, {"reason": reason})
    return see_other(_home_of(tx, organisation_id))


def _new_form(
    tx: Transaction,
    request: Request,
    *,
    typed: dict[str, str],
    errors: dict[str, str],
    status: int = 200,
) -> HTMLResponse:
    kinds = [{"value": kind, "label": KIND_WORDS[kind]} for kind in ORGANISATION_KINDS]
    return show(
        tx,
        request,
        "organisations/new.html",
        status=status,
        typed=typed,
        errors=errors,
        kinds=kinds,
    )


def _again(
    tx: Transaction,
    request: Request,
    organisation_id: str,
    part: str,
    error: ValidationError | Invalid | Conflict,
    typed: dict[str, Any],
) -> HTMLResponse:
    """Show the page again with what was typed and what is wrong with it."""
    tx.rollback()
    errors = {"": error.message} if isinstance(error, Conflict) else _fields(error)
    status = 409 if isinstance(error, Conflict) else 422
    return _detail(
        tx, request, organisation_id, part=part, typed=typed, errors=errors, status=status
    )


def _detail(
    tx: Transaction,
    request: Request,
    organisation_id: str,
    *,
    part: str = "",
    typed: dict[str, Any] | None = None,
    errors: dict[str, str] | None = None,
    trial: ProviderTrial | None = None,
    invited: object | None = None,
    status: int = 200,
) -> HTMLResponse:
    view = service.read_organisation(tx, organisation_id)
    locked = view.led and tx.actor.side is not Side.REVIEWER
    return show(
        tx,
        request,
        "organisations/detail.html",
        status=status,
        organisation=view,
        kind=KIND_WORDS[view.kind],
        own=tx.actor.side is Side.REVIEWER,
        own_membership=tx.actor.membership_id,
        administers=may(tx, Action.MANAGE_ORGANISATIONS, INSTALLATION),
        may_end=may(tx, Action.END_MEMBERSHIP, Target("organisation", view.id)),
        locked=locked,
        role_options=_role_options(view, locked=locked),
        part=part,
        typed=typed or {},
        errors=errors or {},
        trial=trial,
        invited=invited,
        callback=f"{tx.installation.settings.url}/sign-in/callback",
    )


def _role_options(view: OrganisationView, *, locked: bool) -> list[dict[str, str]]:
    """Offer the roles of an organisation, in the order in which they are declared."""
    fitting = [role for role in Role if role in roles_for(view.kind)]
    offered = [role for role in fitting if not (locked and role is Role.LEAD)]
    return [
        {"value": role.value, "label": role.value.replace("_", " ").capitalize()}
        for role in offered
    ]


def _home_of(tx: Transaction, organisation_id: str) -> str:
    own = tx.actor.side is Side.REVIEWER
    return "/our-people" if own else f"/organisations/{organisation_id}"


def _fields(error: ValidationError | Invalid) -> dict[str, str]:
    if isinstance(error, Invalid):
        return error.fields
    names = [str(fault["loc"][0]) for fault in error.errors() if fault["loc"]]
    return {name: _NEEDED.get(name, "This needs another look.") for name in names}
