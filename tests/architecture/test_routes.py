"""The routes of the running application: each declares what it stands for, and must mean it."""

from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.responses import HTMLResponse, RedirectResponse
from fastapi.testclient import TestClient
from sqlalchemy import text

from app.access.decide import require
from app.domain.actions import Action
from app.domain.targets import INSTALLATION
from app.main import FEATURES, create_app
from app.web.routing import (
    DeclaredRoute,
    Public,
    Routes,
    Tx,
    UndeclaredRoute,
    require_declarations,
)
from tests.architecture.conftest import Running
from tests.world import PUBLIC_URL

SECRET = "CANARY-BEHIND-THE-TRIPWIRE"

# Everything that anybody may call. A line here is a decision: somebody read the endpoint.
PUBLIC = {
    ("GET", "/sign-in"): "the way in",
    ("POST", "/sign-in"): "the way in",
    ("GET", "/sign-in/{entry}"): "the way in",
    ("GET", "/sign-in/callback"): "the identity provider's answer",
    ("GET", "/invitations/{token}"): "the holder of the link was invited",
    ("POST", "/sign-out"): "ends whatever session there is",
    ("POST", "/theme"): "a choice that stays in the browser",
    ("GET", "/healthz"): "for the process that watches this one; says no details",
}


def _addresses(routes: list[DeclaredRoute]) -> dict[tuple[str, str], Action | Public | None]:
    return {(method, r.path): r.declared for r in routes for method in r.methods or ()}


def test_every_route_declares_an_action_or_why_it_is_public(routes: list[DeclaredRoute]) -> None:
    assert len(routes) > 100
    declared = _addresses(routes)
    assert [at for at, what in declared.items() if not isinstance(what, Action | Public)] == []


def test_what_is_public_was_reviewed_line_by_line(routes: list[DeclaredRoute]) -> None:
    public = {at: what.why for at, what in _addresses(routes).items() if isinstance(what, Public)}
    assert public == PUBLIC
    assert all(why.strip() for why in public.values())


def test_no_address_is_registered_twice(routes: list[DeclaredRoute]) -> None:
    addresses = [(method, route.path) for route in routes for method in route.methods or ()]
    assert sorted(addresses) == sorted(set(addresses))


def test_only_reading_answers_to_get_and_only_posts_change(routes: list[DeclaredRoute]) -> None:
    assert {method for route in routes for method in route.methods or ()} == {"GET", "POST"}


def test_a_plain_route_slipped_into_the_application_stops_start_up(running: Running) -> None:
    app = running.application()
    require_declarations(app)
    app.add_api_route("/slipped-in", lambda: SECRET)
    with pytest.raises(UndeclaredRoute, match="/slipped-in"):
        require_declarations(app)


def _with(running: Running, extra: Routes) -> FastAPI:
    app = running.application()
    app.include_router(extra)
    require_declarations(app)
    return app


def _undecided() -> Routes:
    extra = Routes()

    @extra.page("/undecided", action=Action.READ_LOG)
    def page() -> HTMLResponse:
        return HTMLResponse(SECRET, headers={"X-Secret": SECRET})

    @extra.read("/api/v1/undecided", action=Action.READ_LOG)
    def read() -> dict[str, str]:
        return {"secret": SECRET}

    @extra.read("/api/v1/another", action=Action.READ_LOG)
    def decides_another(tx: Tx) -> dict[str, str]:
        require(tx, Action.SEE_HOME, INSTALLATION)
        return {"secret": SECRET}

    @extra.act("/api/v1/writes", action=Action.READ_LOG)
    def writes(tx: Tx) -> dict[str, str]:
        tx.session.execute(text("UPDATE organisations SET name = :name"), {"name": SECRET})
        return {"secret": SECRET}

    @extra.read("/api/v1/decided", action=Action.READ_LOG)
    def decided(tx: Tx) -> dict[str, str]:
        require(tx, Action.READ_LOG, INSTALLATION)
        return {"secret": SECRET}

    return extra


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/undecided"),
        ("GET", "/api/v1/undecided"),
        ("GET", "/api/v1/another"),
        ("POST", "/api/v1/writes"),
    ],
)
def test_an_endpoint_that_does_not_decide_its_action_answers_500_and_reveals_nothing(
    running: Running, method: str, path: str
) -> None:
    response = running.browser(_with(running, _undecided()), "auditor").request(method, path)
    assert response.status_code == 500
    assert SECRET not in response.text
    assert SECRET not in str(response.headers)
    with running.web.engine.begin() as connection:
        connection.execute(text("SELECT set_config('vitrine.side', 'publisher', true)"))
        names = connection.execute(text("SELECT name FROM organisations")).scalars().all()
    assert names
    assert SECRET not in names


def test_the_same_endpoint_answers_once_it_decides_and_only_who_may(running: Running) -> None:
    """The positive control: it is the missing decision that stops the others."""
    app = _with(running, _undecided())
    answered = running.browser(app, "auditor").get("/api/v1/decided")
    assert (answered.status_code, answered.json()) == (200, {"secret": SECRET})
    refused = running.browser(app, "reviewer_a").get("/api/v1/decided")
    assert refused.status_code == 404
    assert SECRET not in refused.text


def test_an_endpoint_past_the_wrapper_answers_500_and_commits_nothing(running: Running) -> None:
    """It names its action and decides it, but nothing would commit the entry before the answer."""
    extra = Routes()

    def smuggled(tx: Tx) -> dict[str, str]:
        require(tx, Action.READ_LOG, INSTALLATION)
        return {"secret": SECRET}

    smuggled.__dict__["declared"] = Action.READ_LOG
    extra.add_api_route("/api/v1/smuggled", smuggled, methods=["GET"])
    response = running.browser(_with(running, extra), "auditor").get("/api/v1/smuggled")
    assert response.status_code == 500
    assert SECRET not in response.text


def test_an_undecided_redirect_says_nothing_but_where_to_go(running: Running) -> None:
    extra = Routes()

    @extra.page("/onwards", action=Action.READ_LOG)
    def onwards() -> RedirectResponse:
        return RedirectResponse("/elsewhere", status_code=303)

    response = running.browser(_with(running, extra), "auditor").get("/onwards")
    assert (response.status_code, response.text) == (303, "")


def test_nobody_signed_in_reaches_no_declared_endpoint(running: Running) -> None:
    app = _with(running, _undecided())
    client = TestClient(app, base_url=PUBLIC_URL, follow_redirects=False)
    assert client.get("/api/v1/undecided").status_code == 401
    assert client.get("/undecided").status_code in (303, 401)


def test_hidden_descriptions_stay_hidden(running: Running) -> None:
    """The framework's own pages would name every address to anybody (AC-59)."""
    app = running.application()
    client = TestClient(app, base_url=PUBLIC_URL, follow_redirects=False)
    missing = client.get("/there-is-no-such-page")
    for path in ("/openapi.json", "/docs", "/redoc", "/docs/oauth2-redirect"):
        answer = client.get(path)
        assert (answer.status_code, answer.content) == (404, missing.content)


def test_the_list_of_features_is_whole() -> None:
    features = Path(create_app.__code__.co_filename).parent / "features"
    assert {path.parent.name for path in features.glob("*/html.py")} == set(FEATURES)
