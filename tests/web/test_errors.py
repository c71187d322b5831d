"""What went wrong, told to people and to programs, and nothing more than that."""

import asyncio
import json

import httpx
import pytest
from fastapi import FastAPI
from starlette.responses import Response

from app.kernel.errors import AuditUnavailable, Invalid, SignInNeeded
from app.web.errors import register_errors


def _ask(
    app: FastAPI, path: str, *, method: str = "GET", accept: str = "*/*", referer: str = ""
) -> httpx.Response:
    async def ask() -> httpx.Response:
        transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="https://v.example") as client:
            return await client.request(
                method, path, headers={"Accept": accept, "Referer": referer}
            )

    return asyncio.run(ask())


def _app_raising(error: Exception) -> FastAPI:
    app = FastAPI(openapi_url=None)
    register_errors(app)

    def fail() -> Response:
        raise error

    app.add_api_route("/fail", fail, methods=["GET", "POST"])
    app.add_api_route("/api/fail", fail)
    app.add_api_route("/count", lambda n: {"n": n} if isinstance(n, int) else {})
    return app


@pytest.mark.parametrize("prefix", ["", "/api"])
def test_missing_forbidden_and_wrong_method_read_the_same(styleguide: FastAPI, prefix: str) -> None:
    missing = _ask(styleguide, f"{prefix}/nothing-here")
    forbidden = _ask(styleguide, f"{prefix}/forbidden")
    wrong = _ask(styleguide, f"{prefix}/forbidden", method="DELETE")
    assert missing.status_code == forbidden.status_code == wrong.status_code == 404
    assert missing.content == forbidden.content == wrong.content
    assert dict(missing.headers) == dict(forbidden.headers) == dict(wrong.headers)


def test_a_fault_tells_its_number_and_no_detail(styleguide: FastAPI) -> None:
    for accept in ("text/html", "application/json"):
        said = _ask(styleguide, "/broken", accept=accept)
        assert said.status_code == 500
        assert "secret" not in said.text
        assert "RuntimeError" not in said.text


def test_a_program_gets_a_problem_with_its_fields() -> None:
    error = Invalid(fields={"title": "Say what you ask for."}, kept="Your draft is kept.")
    said = _ask(_app_raising(error), "/api/fail")
    assert said.headers["Content-Type"] == "application/problem+json"
    assert json.loads(said.content) == {
        "type": "urn:vitrine:problem:invalid",
        "title": "Something needs another look",
        "status": 422,
        "detail": "Some of what you typed needs another look.",
        "code": "invalid",
        "kept": "Your draft is kept.",
        "fields": {"title": "Say what you ask for."},
    }


def test_a_person_reads_what_happened_what_is_kept_and_what_to_do() -> None:
    error = Invalid(kept="Your draft is kept.", remedy="Look at the title.")
    said = _ask(_app_raising(error), "/fail", accept="text/html,*/*")
    assert said.status_code == 422
    for sentence in (error.message, "Your draft is kept.", "Look at the title."):
        assert sentence in said.text


def test_an_entry_that_cannot_be_written_is_told_without_its_cause() -> None:
    said = _ask(_app_raising(AuditUnavailable("disk /var/lib is full")), "/fail")
    assert said.status_code == 503
    assert "nothing was shown" in said.text
    assert "disk" not in said.text


@pytest.mark.parametrize(
    ("referer", "back"),
    [
        ("https://v.example/requests/new?type=data", "%2Frequests%2Fnew%3Ftype%3Ddata"),
        ("https://evil.example/x", "%2F"),
        ("", "%2F"),
        ("https://[", "%2F"),
    ],
)
def test_a_form_after_the_session_leads_back_to_the_page_it_was_on(referer: str, back: str) -> None:
    said = _ask(_app_raising(SignInNeeded()), "/fail?page=4", method="POST", referer=referer)
    assert said.status_code == 401
    assert f'href="/sign-in?next={back}"' in said.text


def test_a_page_after_the_session_leads_to_sign_in_and_back() -> None:
    said = _ask(_app_raising(SignInNeeded()), "/fail?page=4")
    assert said.status_code == 303
    assert said.headers["Location"] == "/sign-in?next=%2Ffail%3Fpage%3D4"
    program = _ask(_app_raising(SignInNeeded()), "/fail", accept="application/json")
    assert program.status_code == 401


def test_a_field_that_the_framework_cannot_read_is_named() -> None:
    app = _app_raising(RuntimeError())
    said = _ask(app, "/count", accept="application/json")
    assert said.status_code == 422
    assert json.loads(said.content)["fields"] == {"n": "This is needed."}
