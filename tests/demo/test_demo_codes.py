"""What the token endpoint of the demo's identity provider refuses."""

import httpx
import pytest

from app.demo.codes import ACCESS_TOKEN_LIFETIME_S, CODE_LIFETIME_S, s256

from .conftest import Listening
from .relying_party import OTHER, VERIFIER, assert_refused, code_for, redeem


def test_a_code_is_good_once_and_a_replay_ends_what_it_obtained(northlight: str) -> None:
    code = code_for(northlight)
    token = redeem(northlight, code).json()
    bearer = {"authorization": f"Bearer {token['access_token']}"}
    assert httpx.get(f"{northlight}/userinfo", headers=bearer).status_code == 200
    assert_refused(redeem(northlight, code), "invalid_grant")
    assert httpx.get(f"{northlight}/userinfo", headers=bearer).status_code == 401


def test_a_wrong_verifier_is_refused_and_spends_the_code(northlight: str) -> None:
    code = code_for(northlight)
    assert_refused(redeem(northlight, code, code_verifier=VERIFIER + "x"), "invalid_grant")
    assert_refused(redeem(northlight, code), "invalid_grant")


def test_the_challenge_itself_is_not_taken_for_the_verifier(northlight: str) -> None:
    code = code_for(northlight)
    assert_refused(redeem(northlight, code, code_verifier=s256(VERIFIER)), "invalid_grant")


def test_a_code_of_another_issuer_is_refused(northlight: str, nima: str) -> None:
    assert_refused(redeem(nima, code_for(northlight)), "invalid_grant")


def test_a_code_of_another_client_is_refused(northlight: str) -> None:
    assert redeem(northlight, code_for(northlight)).status_code == 200
    assert_refused(redeem(northlight, code_for(northlight), client=OTHER), "invalid_grant")


def test_a_code_for_another_address_is_refused(northlight: str) -> None:
    refused = redeem(northlight, code_for(northlight), redirect_uri="http://localhost:8000/")
    assert_refused(refused, "invalid_grant")


def test_a_code_lives_for_a_minute(provider: Listening, northlight: str) -> None:
    young, old = code_for(northlight), code_for(northlight)
    provider.clock.now += CODE_LIFETIME_S - 2
    assert redeem(northlight, young).status_code == 200
    provider.clock.now += 2
    assert_refused(redeem(northlight, old), "invalid_grant")


def test_an_access_token_ends_by_the_clock(provider: Listening, northlight: str) -> None:
    token = redeem(northlight, code_for(northlight)).json()
    bearer = {"authorization": f"Bearer {token['access_token']}"}
    assert httpx.get(f"{northlight}/userinfo", headers=bearer).status_code == 200
    provider.clock.now += ACCESS_TOKEN_LIFETIME_S
    assert httpx.get(f"{northlight}/userinfo", headers=bearer).status_code == 401


@pytest.mark.parametrize(
    "changes",
    [
        {"client_secret": "wrong"},
        {"client_secret": ""},
        {"client_id": "unknown", "client_secret": ""},
        {"client_id": OTHER.client_id},
    ],
)
def test_a_client_without_its_secret_gets_no_token(
    northlight: str, changes: dict[str, str]
) -> None:
    refused = redeem(northlight, code_for(northlight), **changes)
    assert_refused(refused, "invalid_client", status=401)
    assert refused.headers["www-authenticate"].startswith("Basic")


@pytest.mark.parametrize("header", ["Basic !", "Basic bm9jb2xvbg==", "Bearer x", "Basic /w=="])
def test_a_malformed_authorization_header_is_refused(northlight: str, header: str) -> None:
    response = httpx.post(
        f"{northlight}/token",
        data={"grant_type": "authorization_code", "code": "x"},
        headers={"authorization": header},
    )
    assert_refused(response, "invalid_client", status=401)


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"grant_type": "password"}, "unsupported_grant_type"),
        ({"grant_type": "refresh_token"}, "unsupported_grant_type"),
        ({"code_verifier": ""}, "invalid_request"),
        ({"redirect_uri": ""}, "invalid_request"),
        ({"code": "made-up"}, "invalid_grant"),
    ],
)
def test_only_a_complete_exchange_of_a_code_is_answered(
    northlight: str, changes: dict[str, str], error: str
) -> None:
    assert_refused(redeem(northlight, code_for(northlight), **changes), error)


def test_the_token_endpoint_refuses_a_parameter_sent_twice(northlight: str) -> None:
    body = f"grant_type=authorization_code&code={code_for(northlight)}&code=x"
    refused = httpx.post(
        f"{northlight}/token",
        content=body,
        headers={"content-type": "application/x-www-form-urlencoded"},
    )
    assert_refused(refused, "invalid_request")
