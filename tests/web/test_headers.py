"""Headers on every answer, caching of static files, and the way out of a form."""

import asyncio

import httpx
import pytest
from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from app.web.headers import HeadersMiddleware, allow_form_redirect, static_digest, static_url


def _get(
    app: FastAPI, path: str, *, base: str = "https://vitrine.example", **headers: str
) -> httpx.Response:
    async def ask() -> httpx.Response:
        transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url=base) as client:
            return await client.get(path, headers=headers)

    return asyncio.run(ask())


@pytest.mark.parametrize(
    "path", ["/queue", "/leaf.png", "/nothing", "/broken", "/api/nothing", "/static/x/none.css"]
)
def test_every_answer_is_uncacheable_and_carries_the_policy(styleguide: FastAPI, path: str) -> None:
    headers = _get(styleguide, path).headers
    assert headers["Cache-Control"] == "no-store"
    policy = headers["Content-Security-Policy"].split("; ")
    assert {"default-src 'none'", "script-src 'self'", "form-action 'self'"} <= set(policy)
    assert {"require-trusted-types-for 'script'", "frame-ancestors 'none'"} <= set(policy)
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"


def test_static_files_are_kept_for_ever_under_their_digest_only(styleguide: FastAPI) -> None:
    kept = _get(styleguide, static_url("css/base.css"))
    assert kept.status_code == 200
    assert "immutable" in kept.headers["Cache-Control"]
    older = _get(styleguide, f"/static/{'0' * 16}/css/base.css")
    assert (older.status_code, older.headers["Cache-Control"]) == (200, "no-store")
    outside = _get(styleguide, f"/static/{static_digest()}/..%2f..%2fmain.py")
    assert outside.status_code == 404


def test_a_static_address_names_an_existing_file() -> None:
    with pytest.raises(FileNotFoundError):
        static_url("css/none.css")


def test_strict_transport_is_asked_for_over_https_only(styleguide: FastAPI) -> None:
    assert "Strict-Transport-Security" in _get(styleguide, "/queue").headers
    plain = _get(styleguide, "/queue", base="http://127.0.0.1")
    assert "Strict-Transport-Security" not in plain.headers


def test_a_form_may_end_at_the_providers_that_its_page_names() -> None:
    app = FastAPI(openapi_url=None)
    app.add_middleware(HeadersMiddleware)

    def sign_in(request: Request) -> Response:
        allow_form_redirect(request, "https://login.example", "http://127.0.0.1:9000")
        return PlainTextResponse("who are you with?")

    app.add_api_route("/sign-in", sign_in)
    app.add_api_route("/other", lambda: PlainTextResponse("other"))
    policy = _get(app, "/sign-in").headers["Content-Security-Policy"]
    assert policy.endswith("form-action 'self' http://127.0.0.1:9000 https://login.example")
    assert _get(app, "/other").headers["Content-Security-Policy"].endswith("form-action 'self'")


@pytest.mark.parametrize(
    "origin", ["https://login.example/path", "https://a; script-src *", "javascript:1", "*", ""]
)
def test_nothing_but_an_origin_enters_the_policy(origin: str) -> None:
    request = Request({"type": "http", "method": "GET", "path": "/", "headers": []})
    with pytest.raises(ValueError, match="origin"):
        allow_form_redirect(request, origin)
