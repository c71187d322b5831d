"""A change is made only by a page that we gave to this session."""

import pytest
from starlette.requests import Request

from app.web.csrf import ForgedRequest, check, check_api, check_origin, token_for

SECRET = "secret-of-the-session"


def _request(**headers: str) -> Request:
    pairs = [(n.replace("_", "-").lower().encode(), v.encode()) for n, v in headers.items()]
    return Request(
        {
            "type": "http",
            "method": "POST",
            "scheme": "https",
            "server": ("vitrine.example", 443),
            "path": "/",
            "query_string": b"",
            "headers": [(b"host", b"vitrine.example"), *pairs],
        }
    )


OURS = {"Sec_Fetch_Site": "same-origin", "Origin": "https://vitrine.example"}


def test_a_form_of_this_session_passes_and_each_page_has_another_token() -> None:
    one, other = token_for(SECRET), token_for(SECRET)
    assert one != other
    for token in (one, other):
        check(_request(**OURS), form_token=token, session_secret=SECRET)


@pytest.mark.parametrize(
    "token",
    [None, "", "x", "é", "A" * 64, token_for("another session"), token_for(SECRET)[:-2] + "xx"],
    ids=["none", "empty", "short", "accent", "long", "of-another-session", "changed"],
)
def test_a_form_without_a_token_of_this_session_is_refused(token: str | None) -> None:
    with pytest.raises(ForgedRequest):
        check(_request(**OURS), form_token=token, session_secret=SECRET)


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec_Fetch_Site": "cross-site"},
        {"Sec_Fetch_Site": "same-site"},
        {"Sec_Fetch_Site": "none"},
        {"Origin": "https://evil.example"},
        {"Origin": "http://vitrine.example"},
        {"Origin": "null"},
        {"Origin": "https://vitrine.example:8443", "Sec_Fetch_Site": "same-origin"},
    ],
)
def test_a_request_that_began_elsewhere_is_refused_even_with_a_token(
    headers: dict[str, str],
) -> None:
    with pytest.raises(ForgedRequest):
        check(_request(**headers), form_token=token_for(SECRET), session_secret=SECRET)


def test_behind_a_proxy_the_public_origin_counts() -> None:
    request = _request(Origin="https://public.example")
    check_origin(request, own_origin="https://public.example")
    with pytest.raises(ForgedRequest):
        check_origin(request)


@pytest.mark.parametrize(
    "headers",
    [
        {"X_Vitrine_CSRF": "1"},
        {"Content_Type": "application/json; charset=utf-8", "Sec_Fetch_Site": "same-origin"},
    ],
)
def test_a_json_call_that_a_foreign_page_could_not_make_passes(headers: dict[str, str]) -> None:
    check_api(_request(**headers))


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Content_Type": "application/json"},
        {"Content_Type": "text/plain", "Sec_Fetch_Site": "same-origin"},
        {"Content_Type": "application/json", "Sec_Fetch_Site": "cross-site"},
        {"X_Vitrine_CSRF": "1", "Origin": "https://evil.example"},
    ],
)
def test_any_other_json_call_is_refused(headers: dict[str, str]) -> None:
    with pytest.raises(ForgedRequest):
        check_api(_request(**headers))
