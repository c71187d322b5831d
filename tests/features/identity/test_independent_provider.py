"""A sign-in and an invitation against a provider that was written by somebody else."""

import httpx
import pytest
from oidc_provider_mock import User, run_server_in_thread

from tests.world import World
from tests.worlds.signing_in import SigningIn, add_provider


@pytest.mark.filterwarnings("ignore:get_jwt_config")  # the mock's own, raised in its thread
def test_an_invited_person_signs_in_at_an_independent_provider(provider_world: World) -> None:
    newcomer = User(
        sub="newcomer", claims={"email": "new.comer@example.test", "email_verified": True}
    )
    with run_server_in_thread(user_claims=[newcomer]) as server:
        issuer = f"http://localhost:{server.server_port}"
        add_provider(provider_world, "ORGA", issuer=issuer, entry="oga-independent")
        walk = SigningIn(provider_world, None, "oga-independent")  # type: ignore[arg-type]  # none
        token = walk.invite("new.comer@example.test")
        for attempt, expected in ((token, 303), (None, 303)):
            browser = walk.browser()
            query = {"invitation": attempt} if attempt else {}
            started = browser.get(f"/sign-in/{walk.entry}", params=query)
            chosen = httpx.post(started.headers["location"], data={"sub": "newcomer"})
            landed = browser.get(chosen.headers["location"])
            assert landed.status_code == expected, landed.text
            session = browser.get("/api/v1/session").json()
            assert session["email"] == "new.comer@example.test"
            assert session["organisation_id"] == provider_world.organisations["ORGA"]
        stranger = walk.browser()
        started = stranger.get(f"/sign-in/{walk.entry}")
        chosen = httpx.post(started.headers["location"], data={"sub": "a.stranger@example.test"})
        assert stranger.get(chosen.headers["location"]).status_code == 403
