"""Each intention about organisations and their people, as a form and as JSON: the same."""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace

import pytest

from tests.worlds.doors import Doors, post_form, post_json
from tests.worlds.shared import SharedWorld
from tests.worlds.signing_in import ScriptedProvider, listening

Rooms = tuple[SharedWorld, SharedWorld]
SOMEBODY = {"email": "new@example.test", "name": "Somebody New", "roles": ["reviewer"]}
WHY = {"reason": "It was agreed so."}


@pytest.fixture(scope="module")
def provider() -> Iterator[ScriptedProvider]:
    """Give an identity provider that listens on this machine."""
    scripted = ScriptedProvider()
    with ExitStack() as stack:
        stack.enter_context(listening(scripted.application))
        yield scripted


@pytest.fixture(scope="module")
def two_rooms(two_rooms: Rooms) -> Rooms:
    """Let both reach providers on this machine."""
    for world in two_rooms:
        settings = world.web.settings.model_copy(update={"provider_networks": "127.0.0.0/8"})
        state = world.application.state  # type: ignore[attr-defined]  # FastAPI's
        state.installation = replace(world.web, settings=settings)
    return two_rooms


def at(world: SharedWorld, part: str, code: str = "ORGA") -> str:
    """Give an address below an organisation."""
    return f"/organisations/{world.organisations[code]}/{part}"


@pytest.mark.paired("/organisations")
def test_making_an_organisation_known(pair: Doors) -> None:
    asked = {"kind": "nonprofit", "code": "NOR", "name": "Northlight"}
    events = pair.assert_alike(
        lambda w: post_form(w.administrator, "/organisations", **asked),
        lambda w: post_json(w.administrator, "/organisations", **asked),
    )
    assert events == ["OrganisationCreated"]


@pytest.mark.paired(
    "/organisations/{organisation_id}/suspend", "/organisations/{organisation_id}/reactivate"
)
def test_suspending_and_reactivating_an_organisation(pair: Doors) -> None:
    done = [
        pair.assert_alike(
            lambda w, act=act: post_form(w.administrator, at(w, act, "TEAM"), **WHY),
            lambda w, act=act: post_json(w.administrator, at(w, act, "TEAM"), **WHY),
        )
        for act in ("suspend", "reactivate")
    ]
    assert done == [["OrganisationSuspended"], ["OrganisationReactivated"]]


@pytest.mark.paired("/organisations/{organisation_id}/invitations")
def test_inviting_a_person(pair: Doors) -> None:
    """The page with the link follows at once, for the link is nowhere else: no redirect."""
    events = pair.assert_alike(
        lambda w: post_form(w.lead_a, at(w, "invitations"), **SOMEBODY),
        lambda w: post_json(w.lead_a, at(w, "invitations"), **SOMEBODY),
        shows=200,
    )
    assert events == ["PersonInvited"]


def _invited(world: SharedWorld) -> str:
    made = post_json(world.lead_a, at(world, "invitations"), **SOMEBODY)
    return at(world, f"invitations/{made.json()['id']}/withdraw")


@pytest.mark.paired("/organisations/{organisation_id}/invitations/{invitation_id}/withdraw")
def test_withdrawing_an_invitation(pair: Doors) -> None:
    path = pair.ids(_invited)
    events = pair.assert_alike(
        lambda w: post_form(w.lead_a, path(w)), lambda w: post_json(w.lead_a, path(w))
    )
    assert events == ["InvitationWithdrawn"]


@pytest.mark.paired("/organisations/{organisation_id}/memberships/{membership_id}/end")
def test_ending_a_membership(pair: Doors) -> None:
    def path(world: SharedWorld) -> str:
        return at(world, f"memberships/{world.reviewer_b.membership_id}/end", "ORGB")

    events = pair.assert_alike(
        lambda w: post_form(w.lead_b, path(w), **WHY),
        lambda w: post_json(w.lead_b, path(w), **WHY),
    )
    assert events == ["MembershipEnded"]


@pytest.mark.paired(
    "/organisations/{organisation_id}/providers/try",
    "/organisations/{organisation_id}/providers",
    "/organisations/{organisation_id}/providers/{provider_id}/close",
)
def test_trying_adding_and_closing_a_provider(pair: Doors, provider: ScriptedProvider) -> None:
    typed = {"address": provider.issuer, "client_id": "vitrine", "client_secret": "s3cret words"}
    tried = pair.assert_alike(
        lambda w: post_form(w.lead_b, at(w, "providers/try", "ORGB"), **typed),
        lambda w: post_json(w.lead_b, at(w, "providers/try", "ORGB"), address=provider.issuer),
        shows=200,
        changes=False,
    )
    added = pair.assert_alike(
        lambda w: post_form(w.lead_b, at(w, "providers", "ORGB"), **typed),
        lambda w: post_json(w.lead_b, at(w, "providers", "ORGB"), **typed),
    )

    def close(world: SharedWorld) -> str:
        ((kept,),) = world.rows("SELECT id FROM providers WHERE issuer = :i", i=provider.issuer)
        return at(world, f"providers/{kept}/close", "ORGB")

    closed = pair.assert_alike(
        lambda w: post_form(w.lead_b, close(w)), lambda w: post_json(w.lead_b, close(w))
    )
    assert (tried, added, closed) == ([], ["ProviderAdded"], ["ProviderClosed"])
