"""How an organisation's people sign in: try a provider, add it, close it."""

from app.domain.actions import Action
from app.domain.events import Event
from app.domain.targets import Target
from app.features.organisations import queries
from app.features.organisations.schemas import (
    AddProvider,
    ProviderTrial,
    ProviderView,
    TryProvider,
)
from app.features.organisations.service import audience, new_entry, require_own
from app.kernel.clock import now
from app.kernel.errors import Conflict, Invalid, NotFound
from app.kernel.ids import new_id
from app.kernel.keys import seal
from app.kernel.outbound import reach_of
from app.models.organisations import Organisation, Provider
from app.transaction import Transaction
from app.web.openid import WELL_KNOWN, Trial, try_provider

OWN = "You are signed in through this provider: closing it would lock you out."
OWN_REMEDY = (
    "Add another provider, sign in through it, then close this one. If it can no longer be"
    " trusted, have the organisation suspended."
)


def look_at_provider(
    tx: Transaction, *, organisation_id: str, command: TryProvider
) -> ProviderTrial:
    """Try a provider as a sign-in would, and save nothing."""
    require_own(tx, Action.MANAGE_PROVIDERS, Target("organisation", organisation_id))
    found = try_provider(command.address, reach_of(tx.installation.settings))
    return ProviderTrial(
        discovery_url=found.discovery_url,
        issuer=found.issuer,
        endpoints=found.endpoints,
        keys=found.keys,
        problems=found.problems,
        usable=found.usable,
    )


def add_provider(tx: Transaction, *, organisation_id: str, command: AddProvider) -> ProviderView:
    """Let an organisation's people sign in through a provider that was tried just now.

    Raises:
        Invalid: the trial failed, or the provider is there already.
    """
    target = Target("organisation", organisation_id)
    require_own(tx, Action.MANAGE_PROVIDERS, target)
    organisation = queries.get_organisation(tx, organisation_id)
    trial = try_provider(command.address, reach_of(tx.installation.settings))
    if not trial.usable:
        raise Invalid(fields={"address": " ".join(trial.problems)})
    row = _keep(tx, organisation, command, trial)
    tx.emit(
        Event(
            name="ProviderAdded",
            licence=Action.MANAGE_PROVIDERS,
            target=target,
            organisations=audience(organisation),
            facts={"provider": row.id, "issuer": row.issuer, "client": row.client_id},
        )
    )
    return _view(row)


def close_provider(tx: Transaction, *, organisation_id: str, provider_id: str) -> None:
    """Let nobody sign in through a provider any more, and end every session begun through it.

    Raises:
        Conflict: it is closed already, or the acting person would end their own session by it.
    """
    target = Target("organisation", organisation_id)
    require_own(tx, Action.MANAGE_PROVIDERS, target)
    organisation = queries.get_organisation(tx, organisation_id)
    row = queries.find_provider(tx, organisation_id, provider_id)
    if row is None:
        raise NotFound
    tx.session.refresh(row, with_for_update=True)  # of two at once, one
    if row.state != "active":
        raise Conflict("This provider is closed already.")
    if queries.session_is_through(tx, row.id):
        raise Conflict(OWN, remedy=OWN_REMEDY)
    row.state = "closed"
    tx.session.flush()  # waits for a sign-in that is being finished: its session must end too
    ended = queries.end_sessions_through(tx, row.id)
    tx.emit(
        Event(
            name="ProviderClosed",
            licence=Action.MANAGE_PROVIDERS,
            target=target,
            organisations=audience(organisation),
            facts={"provider": row.id, "issuer": row.issuer, "sessions_ended": ended},
        )
    )


def _keep(
    tx: Transaction, organisation: Organisation, command: AddProvider, trial: Trial
) -> Provider:
    issuer = trial.issuer or trial.discovery_url.removesuffix(WELL_KNOWN)
    row = queries.find_provider_with(tx, organisation.id, issuer)
    if row is not None and row.state == "active":
        raise Invalid(fields={"address": "The people of this organisation sign in there already."})
    if row is None:
        row = Provider(
            id=new_id("provider"), organisation_id=organisation.id, issuer=issuer, created_at=now()
        )
        tx.session.add(row)
    row.entry = new_entry(organisation.code)
    row.discovery_url = trial.discovery_url
    row.client_id = command.client_id.strip()
    row.client_secret = (
        seal(tx.installation.secret, command.client_secret) if command.client_secret else b""
    )
    row.state = "active"
    tx.session.flush()
    return row


def _view(row: Provider) -> ProviderView:
    return ProviderView(
        id=row.id,
        entry=row.entry,
        issuer=row.issuer,
        client_id=row.client_id,
        state=row.state,
        created_at=row.created_at,
    )
