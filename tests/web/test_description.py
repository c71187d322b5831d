"""The API's description: whole, only of the API, and only for people who are signed in."""

from typing import Any

import pytest

from app.web.routing import declared_routes
from tests.worlds.shared import SharedWorld

PATH = "/api/v1/openapi.json"


@pytest.fixture(scope="module")
def room(shared_room: SharedWorld) -> SharedWorld:
    """Give one world to the whole module, which only reads."""
    return shared_room


@pytest.fixture(scope="module")
def said(room: SharedWorld) -> dict[str, Any]:
    """Give the description as a reviewer gets it."""
    answer = room.reviewer_a.client.get(PATH)
    assert answer.status_code == 200
    made: dict[str, Any] = answer.json()
    return made


def _described(said: dict[str, Any]) -> set[tuple[str, str]]:
    return {(m.upper(), path) for path, methods in said["paths"].items() for m in methods}


def test_every_address_of_the_api_is_described_and_no_page_is(
    room: SharedWorld, said: dict[str, Any]
) -> None:
    served = {
        (method, route.path)
        for route in declared_routes(room.application)  # type: ignore[arg-type]  # a FastAPI application
        for method in route.methods or ()
        if route.path.startswith("/api/") and route.path != PATH
    }
    assert len(served) > 90
    assert _described(said) - {("GET", "/healthz")} == served


def test_a_program_learns_how_to_sign_in_change_and_understand_a_refusal(
    said: dict[str, Any],
) -> None:
    schemes = said["components"]["securitySchemes"]
    assert schemes["session"]["name"] == "__Host-vitrine"
    assert schemes["change"]["name"] == "X-Vitrine-CSRF"
    assert said["paths"]["/api/v1/requests"]["post"]["security"] == [{"session": [], "change": []}]
    assert said["paths"]["/api/v1/requests"]["get"]["security"] == [{"session": []}]
    assert "HTTPValidationError" not in str(said)
    assert set(said["components"]["schemas"]["Problem"]["required"]) >= {"code", "detail"}


def test_a_refusal_has_the_shape_that_is_described(room: SharedWorld, said: dict[str, Any]) -> None:
    problem = said["components"]["schemas"]["Problem"]
    for path in ("/requests/req_nothing", "/log", "/versions/ver_nothing/pages/1"):
        refused = room.reviewer_a.client.get(f"/api/v1{path}").json()
        assert set(problem["required"]) <= set(refused) <= set(problem["properties"])


def test_every_person_gets_the_same_description_and_nobody_else_gets_it(
    room: SharedWorld, said: dict[str, Any]
) -> None:
    for name in ("auditor", "administrator", "lead_b", "responder"):
        assert room.people[name].client.get(PATH).json() == said
    refused = room.anonymous().get(PATH)
    assert refused.status_code == 401
    assert "paths" not in refused.text
