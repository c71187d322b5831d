"""Closing a provider ends what was begun through it; suspending and ending do, too."""

from typing import Any

from joserfc import jwt
from sqlalchemy import text

from tests.clients import client_of
from tests.world import PUBLIC_URL, Someone, World
from tests.worlds.entries import entries
from tests.worlds.signing_in import SigningIn, session_cookie


def own_provider(someone: Someone) -> str:
    return f"idp_{someone.organisation_id[4:]}"


def close(world: World, someone: Someone, organisation: str, provider: str) -> Any:
    return someone.client.post(f"/api/v1/organisations/{organisation}/providers/{provider}/close")


def another_provider(world: World, someone: Someone) -> str:
    """Let somebody's session be one of a second provider of their organisation."""
    made = f"idp_second{someone.organisation_id[10:]}"
    with world.owner.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO providers (id, organisation_id, entry, issuer, discovery_url,"
                " client_id, client_secret, state, created_at)"
                " SELECT :made, organisation_id, entry || '2', issuer || '2', discovery_url,"
                " client_id, client_secret, state, created_at FROM providers WHERE id = :like"
            ),
            {"made": made, "like": own_provider(someone)},
        )
        connection.execute(
            text("UPDATE sessions SET provider_id = :made WHERE person_id = :person"),
            {"made": made, "person": someone.id},
        )
    return made


def test_closing_a_provider_ends_the_sessions_begun_through_it_and_says_how_many(
    world: World,
) -> None:
    lead, reviewer, stranger = world.lead_a, world.reviewer_a, world.reviewer_b
    second = another_provider(world, lead)
    assert reviewer.client.get("/api/v1/session").status_code == 200
    assert close(world, lead, lead.organisation_id, own_provider(lead)).status_code == 200
    assert reviewer.client.get("/api/v1/session").status_code == 401
    assert lead.client.get("/api/v1/session").status_code == 200  # came by the second one
    assert stranger.client.get("/api/v1/session").status_code == 200
    (closed,) = [e for e in entries(world) if e.event == "ProviderClosed"]
    assert closed.core["facts"]["facts"]["sessions_ended"] == 1
    assert second != own_provider(lead)


def test_nobody_closes_the_provider_that_they_signed_in_through(world: World) -> None:
    lead = world.lead_a
    refused = close(world, lead, lead.organisation_id, own_provider(lead))
    assert refused.status_code == 409
    assert "lock you out" in refused.text
    assert world.reviewer_a.client.get("/api/v1/session").status_code == 200


def test_an_organisation_ends_no_session_of_another(world: World) -> None:
    """The function behind it ends none even when it is called past the service."""
    lead, other = world.lead_a, world.reviewer_b
    assert close(world, lead, other.organisation_id, own_provider(other)).status_code == 404
    call = text("SELECT session_id FROM end_sessions_through(:provider, now())")
    with world.web.engine.begin() as connection:
        connection.execute(
            text(
                "SELECT set_config('vitrine.side', 'reviewer', true),"
                " set_config('vitrine.organisation', :own, true)"
            ),
            {"own": lead.organisation_id},
        )
        assert connection.execute(call, {"provider": own_provider(other)}).all() == []
        assert len(connection.execute(call, {"provider": own_provider(lead)}).all()) == 2
    assert other.client.get("/api/v1/session").status_code == 200


def test_people_of_a_suspended_organisation_do_nothing_from_their_next_request_on(
    world: World,
) -> None:
    organisation = world.organisations["ORGA"]
    reviewer, stranger = world.reviewer_a, world.reviewer_b
    assert reviewer.client.get("/reviews").status_code == 200
    told = world.administrator.client.post(
        f"/api/v1/organisations/{organisation}/suspend", json={"reason": "An incident"}
    )
    assert told.status_code == 200
    for path in ("/reviews", "/requests", "/findings", "/api/v1/session"):
        assert reviewer.client.get(path).status_code in {403, 404}, path
    assert stranger.client.get("/reviews").status_code == 200
    left = client_of(world.application, PUBLIC_URL)
    assert left.get("/reviews").status_code != 200


def test_a_provider_that_closes_while_its_answer_is_redeemed_begins_no_session(
    signing_in: SigningIn,
) -> None:
    provider, browser = signing_in.provider, signing_in.browser()

    def close_and_sign(header: dict[str, Any], claims: dict[str, Any]) -> str:
        with signing_in.world.owner.begin() as connection:
            connection.execute(
                text("UPDATE providers SET state = 'closed' WHERE entry = :entry"),
                {"entry": signing_in.entry},
            )
        return jwt.encode(header, claims, provider.key, algorithms=["RS256"])

    provider.signer = close_and_sign
    asked = signing_in.start(browser)
    assert signing_in.answer(browser, asked).status_code == 403
    assert session_cookie(browser) is None
    refused = signing_in.entries()[-1]
    assert (refused.outcome, refused.facts["reason"]) == ("denied", "provider-closed")
