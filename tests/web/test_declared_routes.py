"""The tripwire of routes: what declares no action stops the application, however deep it hides."""

import pytest
from fastapi import APIRouter, FastAPI
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from app.domain.actions import Action
from app.kernel.errors import ProgrammingFault
from app.web.routing import Routes, UndeclaredRoute, declared_routes, require_declarations


def _application(routes: APIRouter) -> FastAPI:
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)
    app.include_router(routes)
    return app


def _declared() -> Routes:
    routes = Routes()
    routes.read("/good", action=Action.SEE_HOME)(lambda: None)
    return routes


def test_routes_are_found_inside_included_routers() -> None:
    outer = Routes()
    outer.include_router(_declared())
    assert [route.path for route in declared_routes(_application(outer))] == ["/good"]


def test_a_plain_router_inside_a_feature_stops_start_up() -> None:
    outer, plain = _declared(), APIRouter()
    plain.add_api_route("/forgotten", lambda: None)
    outer.include_router(plain)
    with pytest.raises(UndeclaredRoute, match="/forgotten"):
        require_declarations(_application(outer))


def test_a_route_of_our_own_kind_without_an_action_stops_start_up() -> None:
    routes = _declared()
    routes.add_api_route("/undeclared", lambda: None)
    with pytest.raises(UndeclaredRoute, match="/undeclared"):
        require_declarations(_application(routes))


def test_a_bare_route_of_the_framework_stops_start_up() -> None:
    app = _application(_declared())
    app.router.routes.append(Route("/bare", lambda _request: PlainTextResponse("")))
    with pytest.raises(UndeclaredRoute, match="/bare"):
        require_declarations(app)


def test_an_endpoint_that_would_hold_up_everybody_is_not_registered() -> None:
    async def waits() -> None: ...

    with pytest.raises(ProgrammingFault, match="waits"):
        Routes().read("/waits", action=Action.SEE_HOME)(waits)
