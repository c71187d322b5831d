"""The walk of a demo persona, against the demo's own provider over real HTTP."""

from collections.abc import Iterator

import httpx
import pytest

from app.demo.authorization import Client
from app.demo.provider import app_for
from tests.demo.relying_party import choose
from tests.world import World
from tests.worlds.signing_in import (
    CALLBACK,
    CLIENT_ID,
    CLIENT_SECRET,
    SigningIn,
    add_provider,
    bind_identity,
    listening,
    session_cookie,
)


@pytest.fixture
def demo(provider_world: World) -> Iterator[str]:
    """Give the base address of the demo's provider, known to ORGA (northlight) and PUB."""
    client = Client(
        client_id=CLIENT_ID,
        client_secret=CLIENT_SECRET,
        redirect_uris=frozenset({CALLBACK}),
        post_logout_redirect_uris=frozenset({"https://vitrine.test/sign-in"}),
    )
    with listening(lambda port: app_for([client], port=port)) as base:
        add_provider(provider_world, "ORGA", issuer=f"{base}/northlight", entry="nor-7k2m9q4x")
        add_provider(provider_world, "ORGB", issuer=f"{base}/nima", entry="nim-7k2m9q4x")
        bind_identity(
            provider_world,
            provider_world.reviewer_a,
            issuer=f"{base}/northlight",
            subject="felix.brandt",
        )
        yield base


def test_a_persona_signs_in_and_out(provider_world: World, demo: str) -> None:
    browser = provider_world.anonymous()
    started = browser.get("/sign-in/nor-7k2m9q4x")
    answer = choose(httpx.get(started.headers["location"]), "felix.brandt", second_factor="yes")
    landed = browser.get(answer.headers["location"])
    assert landed.status_code == 303
    assert browser.get("/api/v1/session").json()["person_id"] == provider_world.reviewer_a.id
    session = SigningIn(provider_world, None).rows(  # type: ignore[arg-type]  # no scripted one
        "SELECT amr, acr, provider_session FROM sessions WHERE amr <> '{}'"
    )
    assert "mfa" in session[0].amr
    assert session[0].provider_session
    ended = browser.post("/api/v1/session/end", headers={"X-Vitrine-CSRF": "1"}).json()
    back = httpx.get(ended["end_session_url"])
    assert back.headers["location"] == "https://vitrine.test/sign-in?state=signed-out"
    assert "You are signed out." in browser.get("/sign-in?state=signed-out").text


def test_somebody_who_cancels_is_told_to_start_again(provider_world: World, demo: str) -> None:
    browser = provider_world.anonymous()
    started = browser.get("/sign-in/nor-7k2m9q4x")
    answer = choose(httpx.get(started.headers["location"]), "felix.brandt", cancel="1")
    landed = browser.get(answer.headers["location"])
    assert landed.status_code == 403
    assert "could not be completed" in landed.text
    assert session_cookie(browser) is None


def test_people_of_another_issuer_of_the_same_provider_are_not_let_in(
    provider_world: World, demo: str
) -> None:
    browser = provider_world.anonymous()
    started = browser.get("/sign-in/nim-7k2m9q4x")
    answer = choose(httpx.get(started.headers["location"]), "kenji.moriyama")
    assert browser.get(answer.headers["location"]).status_code == 403
