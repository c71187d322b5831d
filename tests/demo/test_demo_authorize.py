"""Who may ask the demo's identity provider, from where, and what the picker shows."""

import html
import re

import anyio
import httpx
import pytest

from app.demo.loopback import BeyondLoopback
from app.demo.personas import ORGANISATIONS, PERSONAS, DemoOrganisation, people_of
from app.demo.provider import create_app, serve

from .conftest import Listening
from .relying_party import CALLBACK, VERIFIER, answer, asking, choose


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"code_challenge": None, "code_challenge_method": None}, "invalid_request"),
        ({"code_challenge": VERIFIER, "code_challenge_method": "plain"}, "invalid_request"),
        ({"code_challenge_method": None}, "invalid_request"),
        ({"code_challenge": "too-short"}, "invalid_request"),
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"response_type": "code id_token"}, "unsupported_response_type"),
        ({"response_mode": "fragment"}, "invalid_request"),
        ({"scope": "profile"}, "invalid_scope"),
        ({"prompt": "none"}, "login_required"),
        ({"request": "e30.e30."}, "request_not_supported"),
        ({"request_uri": "http://127.0.0.1:9/x"}, "request_uri_not_supported"),
    ],
)
def test_a_request_outside_the_rules_is_refused_to_the_client(
    northlight: str, changes: dict[str, str | None], error: str
) -> None:
    sent_back = answer(httpx.get(f"{northlight}/authorize", params=asking(**changes)))
    assert sent_back["error"] == error
    assert sent_back["state"] == "the state"
    assert sent_back["iss"] == northlight
    assert "code" not in sent_back


def test_a_parameter_sent_twice_is_refused(northlight: str) -> None:
    twice = (*asking().items(), ("nonce", "another"))
    sent_back = answer(httpx.get(f"{northlight}/authorize", params=twice))
    assert sent_back["error"] == "invalid_request"


@pytest.mark.parametrize(
    "changes",
    [
        {"redirect_uri": "http://localhost:8001/sign-in/callback"},
        {"redirect_uri": CALLBACK + "/"},
        {"redirect_uri": CALLBACK + "?more=1"},
        {"redirect_uri": "http://evil.example/sign-in/callback"},
        {"redirect_uri": None},
        {"client_id": "unknown"},
        {"client_id": None},
    ],
)
def test_an_unregistered_client_or_address_is_never_sent_anything(
    northlight: str, changes: dict[str, str | None]
) -> None:
    response = httpx.get(f"{northlight}/authorize", params=asking(**changes))
    assert response.status_code == 400
    assert "location" not in response.headers
    assert "evil.example" not in response.text


def test_the_rules_are_checked_again_when_the_form_comes_back(northlight: str) -> None:
    page = httpx.get(f"{northlight}/authorize", params=asking())
    plain = httpx.post(
        page.url, data={**asking(code_challenge_method="plain"), "subject": "felix.brandt"}
    )
    assert answer(plain)["error"] == "invalid_request"
    foreign = httpx.post(
        page.url, data={**asking(redirect_uri="http://x.example/"), "subject": "felix.brandt"}
    )
    assert foreign.status_code == 400


def test_a_subject_in_the_address_chooses_nobody(northlight: str) -> None:
    page = httpx.get(f"{northlight}/authorize", params=asking() | {"subject": "felix.brandt"})
    assert page.status_code == 200
    assert "Who signs in?" in page.text


def test_a_person_of_another_organisation_cannot_be_chosen(northlight: str) -> None:
    page = httpx.get(f"{northlight}/authorize", params=asking())
    assert choose(page, "kenji.moriyama").status_code == 400
    assert choose(page, "felix.brandt").status_code == 303


def test_going_back_tells_the_client_that_nobody_signed_in(northlight: str) -> None:
    page = httpx.get(f"{northlight}/authorize", params=asking())
    sent_back = answer(choose(page, "felix.brandt", cancel="yes"))
    assert sent_back == {"error": "access_denied", "state": "the state", "iss": northlight}


def test_a_form_from_another_site_signs_nobody_in(provider: Listening, northlight: str) -> None:
    form = {**asking(), "subject": "felix.brandt"}
    foreign = {"origin": "http://evil.example"}
    assert httpx.post(f"{northlight}/authorize", data=form, headers=foreign).status_code == 403
    own = {"origin": provider.base}
    assert httpx.post(f"{northlight}/authorize", data=form, headers=own).status_code == 303


@pytest.mark.parametrize("organisation", ORGANISATIONS, ids=lambda found: found.slug)
def test_the_picker_shows_the_people_of_one_organisation_only(
    provider: Listening, organisation: DemoOrganisation
) -> None:
    page = httpx.get(f"{provider.base}/{organisation.slug}/authorize", params=asking())
    own = {person.subject for person in people_of(organisation.code)}
    assert own
    for person in PERSONAS:
        assert (f'value="{person.subject}"' in page.text) == (person.subject in own)
        assert (html.escape(person.tour, quote=False) in html.unescape(page.text)) == (
            person.subject in own
        )


def test_the_picker_runs_no_script_and_asks_nobody_else(northlight: str) -> None:
    hostile = '"><script>alert(1)</script>'
    page = httpx.get(f"{northlight}/authorize", params=asking(state=hostile))
    policy = page.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "form-action 'self' http://localhost:8000" in policy
    assert "script-src" not in policy
    assert "<script" not in page.text
    assert re.findall(r'(?:src|href)="([^"]+)"', page.text) == ["/assets/provider.css"]
    assert page.headers["cache-control"] == "no-store"
    assert answer(choose(page, "felix.brandt"))["state"] == hostile


def test_another_name_for_the_provider_is_not_answered(provider: Listening) -> None:
    address = f"{provider.base}/nima/jwks"
    assert httpx.get(address).status_code == 200
    assert httpx.get(address, headers={"host": "rebound.example"}).status_code == 421


def test_a_caller_from_another_machine_is_not_answered() -> None:
    app = create_app(port=80, redirect_uris=[CALLBACK], client_id="a", client_secret="b")

    async def status_for(caller: str) -> int:
        transport = httpx.ASGITransport(app=app, client=(caller, 50000))
        async with httpx.AsyncClient(transport=transport) as client:
            headers = {"host": "127.0.0.1:80"}
            address = "http://127.0.0.1:80/nima/jwks"
            return (await client.get(address, headers=headers)).status_code

    assert anyio.run(status_for, "127.0.0.1") == 200
    assert anyio.run(status_for, "192.0.2.7") == 403


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.7", "localhost", "", "127.0.0.1.x"])
def test_the_provider_refuses_to_listen_beyond_loopback(host: str) -> None:
    with pytest.raises(BeyondLoopback, match="loopback"):
        serve(host, 0, redirect_uris=[CALLBACK], client_id="a", client_secret="b")


def test_nobody_is_in_two_organisations_and_every_role_is_played() -> None:
    subjects = [person.subject for person in PERSONAS]
    assert len(subjects) == len(set(subjects))
    publisher = [role for person in people_of("MER") for role in person.roles]
    assert publisher.count("author") == 2
    assert {"coordinator", "responder", "approver", "auditor", "administrator"} <= set(publisher)
    for code in ("NOR", "NIMA", "STRESS"):
        roles = {role for person in people_of(code) for role in person.roles}
        assert roles == {"lead", "reviewer"}
