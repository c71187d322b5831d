"""A whole sign-in at the demo's identity provider, by Authlib over real HTTP."""

from collections.abc import Callable

import httpx
import pytest
from joserfc.errors import InvalidClaimError, InvalidKeyIdError

from app.demo.personas import ORGANISATIONS

from .conftest import Listening
from .relying_party import PORTAL, VERIFIER, Portal, answer, choose, code_for, redeem

OpenPortal = Callable[..., Portal]


@pytest.mark.parametrize("method", ["client_secret_basic", "client_secret_post"])
def test_a_person_signs_in_with_code_and_pkce(
    portal_at: OpenPortal, northlight: str, method: str
) -> None:
    portal = portal_at(northlight, token_endpoint_auth_method=method)
    url, state = portal.create_authorization_url(
        portal.server_metadata["authorization_endpoint"], code_verifier=VERIFIER, nonce="n-1"
    )
    back = choose(httpx.get(url), "felix.brandt", second_factor="yes")
    assert answer(back)["state"] == state
    assert answer(back)["iss"] == northlight
    token = portal.fetch_token(
        portal.server_metadata["token_endpoint"],
        authorization_response=back.headers["location"],
        code_verifier=VERIFIER,
    )
    claims = portal.parse_id_token(token, nonce="n-1")
    assert claims["iss"] == northlight
    assert claims["aud"] == claims["azp"] == PORTAL.client_id
    assert claims["sub"] == "felix.brandt"
    assert claims["name"] == "Felix Brandt"
    assert claims["email"] == "felix.brandt@northlight.example"
    assert claims["email_verified"] is True
    assert claims["amr"] == ["user", "mfa"]
    assert claims["acr"] == "urn:vitrine:demo:two-factors"
    assert claims["sid"]
    assert claims["exp"] > claims["iat"] >= claims["auth_time"]
    told = portal.get(portal.server_metadata["userinfo_endpoint"]).json()
    assert told == {name: claims[name] for name in ("sub", "name", "email", "email_verified")}


def test_a_second_factor_that_was_not_chosen_is_not_claimed(
    portal_at: OpenPortal, northlight: str
) -> None:
    portal = portal_at(northlight)
    token = redeem(northlight, code_for(northlight)).json()
    claims = portal.parse_id_token(token, nonce="the nonce")
    assert claims["amr"] == ["user"]
    assert claims["acr"] == "urn:vitrine:demo:one-factor"


def test_a_token_says_only_what_the_scope_asked_for(portal_at: OpenPortal, northlight: str) -> None:
    token = redeem(northlight, code_for(northlight, scope="openid")).json()
    claims = portal_at(northlight).parse_id_token(token, nonce="the nonce")
    assert not {"name", "email", "email_verified"} & set(claims)


def test_a_token_of_one_issuer_does_not_pass_for_another(
    portal_at: OpenPortal, northlight: str, nima: str
) -> None:
    token = redeem(northlight, code_for(northlight)).json()
    with pytest.raises(InvalidKeyIdError):
        portal_at(nima).parse_id_token(token, nonce="the nonce")
    userinfo = httpx.get(
        f"{nima}/userinfo", headers={"authorization": f"Bearer {token['access_token']}"}
    )
    assert userinfo.status_code == 401


def test_another_nonce_is_noticed_by_the_client(portal_at: OpenPortal, northlight: str) -> None:
    token = redeem(northlight, code_for(northlight)).json()
    with pytest.raises(InvalidClaimError, match="nonce"):
        portal_at(northlight).parse_id_token(token, nonce="some other nonce")


def test_signing_out_ends_what_the_sign_in_obtained(northlight: str) -> None:
    token = redeem(northlight, code_for(northlight)).json()
    response = httpx.get(
        f"{northlight}/end-session",
        params={
            "id_token_hint": token["id_token"],
            "post_logout_redirect_uri": "http://localhost:8000/",
            "state": "s",
        },
    )
    assert response.headers["location"] == "http://localhost:8000/?state=s"
    bearer = {"authorization": f"Bearer {token['access_token']}"}
    assert httpx.get(f"{northlight}/userinfo", headers=bearer).status_code == 401


def test_signing_out_returns_to_registered_addresses_only(northlight: str, nima: str) -> None:
    token = redeem(northlight, code_for(northlight)).json()["id_token"]
    for issuer, hint, address in (
        (northlight, token, "http://evil.example/"),
        (northlight, "made.up.token", "http://localhost:8000/"),
        (nima, token, "http://localhost:8000/"),
    ):
        response = httpx.get(
            f"{issuer}/end-session",
            params={"id_token_hint": hint, "post_logout_redirect_uri": address},
        )
        assert response.status_code == 200
        assert "location" not in response.headers


def test_every_organisation_has_an_issuer_with_its_own_key(provider: Listening) -> None:
    keys = set()
    for organisation in ORGANISATIONS:
        issuer = f"{provider.base}/{organisation.slug}"
        metadata = httpx.get(f"{issuer}/.well-known/openid-configuration").json()
        assert metadata["issuer"] == issuer
        assert metadata["code_challenge_methods_supported"] == ["S256"]
        assert metadata["authorization_response_iss_parameter_supported"] is True
        (key,) = httpx.get(metadata["jwks_uri"]).json()["keys"]
        assert key["alg"] == "RS256"
        assert not {"d", "p", "q", "dp", "dq", "qi"} & set(key)
        keys.add(key["kid"])
    assert len(keys) == len(ORGANISATIONS)
    nobody = httpx.get(f"{provider.base}/nobody/.well-known/openid-configuration")
    assert nobody.status_code == 404
