"""What a signed-in person does with their session, as a form and as JSON: the same."""

import pytest

from tests.worlds.doors import Doors, post_form, post_json
from tests.worlds.shared import SharedWorld


def _in_two_organisations(world: SharedWorld) -> None:
    """Make reviewer A a member of organisation B too, which trusts the same provider."""
    world.change(
        "INSERT INTO memberships (id, person_id, organisation_id, roles, state, created_at)"
        " VALUES ('mem_second', :person, :organisation, '{reviewer}', 'active', now())",
        person=world.reviewer_a.id,
        organisation=world.organisations["ORGB"],
    )
    world.change(
        "UPDATE providers SET issuer = 'https://issuer.test/both'"
        " WHERE organisation_id IN (:a, :b)",
        a=world.organisations["ORGA"],
        b=world.organisations["ORGB"],
    )


@pytest.mark.paired("/acting-organisation")
def test_acting_for_another_organisation(pair: Doors) -> None:
    pair.both(_in_two_organisations)
    events = pair.assert_alike(
        lambda w: post_form(w.reviewer_a, "/acting-organisation", membership="mem_second"),
        lambda w: post_json(w.reviewer_a, "/session/switch", membership="mem_second"),
    )
    assert events == ["OrganisationSwitched"]


@pytest.mark.paired("/sign-out")
def test_signing_out(pair: Doors) -> None:
    """The form shows a page: there is nowhere to go on to without a session."""
    events = pair.assert_alike(
        lambda w: post_form(w.lead_a, "/sign-out"),
        lambda w: post_json(w.lead_a, "/session/end"),
        shows=200,
    )
    assert events == ["SignedOut"]
