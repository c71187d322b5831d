"""The routes of the running application: each declares what it stands for, and must mean it."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.responses import HTMLResponse, RedirectResponse
from fastapi.testclient import TestClient
from sqlalchemy import text

from app.access.decide import require
from app.domain.actions import Action
from app.domain.targets import INSTALLATION
from app.kernel.config import Settings
from app.main import FEATURES, create_app
from app.transaction import Installation
from app.web.routing import (
    DeclaredRoute,
    Public,
    Routes,
    Tx,
    UndeclaredRoute,
    declared_routes,
    require_declarations,
)
from app.web.session import COOKIE
from tests.database import DatabaseServer
from tests.world import PUBLIC_URL, Someone, build_world, make_settings

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

# Pages whose JSON has another address, and pages that need none, with the reason.
SIBLINGS = {
    "/": "/api/v1/home",
    "/reports/{report_id}/versions/{version_id}": "/api/v1/versions/{version_id}/desk",
}
PAGES_ALONE = {
    "/sign-in": "a browser signs in",
    "/sign-in/{entry}": "a browser signs in",
    "/sign-in/callback": "a browser signs in",
    "/invitations/{token}": "a browser signs in",
    "/organisations/new": "an empty form",
    "/reports/new": "an empty form",
    "/reviews/new": "an empty form",
    "/requests/new": "a form; what it quotes is the page's own JSON",
    "/findings/new": "a form; what it quotes is the page's own JSON",
    "/our-people": "one's own organisation, by its short name",
    "/versions/{version_id}/pages": "sends on to the page with a number",
    "/versions/{version_id}/redactions/pages": "sends on to the page with a number",
    "/versions/{version_id}/redactions/pages/{number}": "the editor; page and marks have JSON",
    "/versions/{version_id}/readers": "a form; the grants are the review's JSON",
    "/shared-items.csv": "the ledger's JSON in another form",
    "/our-work/export.json": "is JSON itself; the API gives the same",
}


@dataclass
class Running:
    """An installation in which one auditor is signed in, and what applications of it need."""

    settings: Settings
    web: Installation
    people: dict[str, Someone]

    def application(self) -> FastAPI:
        """Make the application anew, as `vitrine serve` does."""
        return create_app(self.settings, self.web)

    def browser(self, app: FastAPI, who: str) -> TestClient:
        """Give a browser in which somebody is signed in at this application."""
        client = TestClient(
            app, base_url=PUBLIC_URL, follow_redirects=False, raise_server_exceptions=False
        )
        client.cookies.set(COOKIE, self.people[who].token, domain="vitrine.test", path="/")
        client.headers["X-Vitrine-CSRF"] = "1"
        return client


@pytest.fixture(scope="module")
def running(
    database_server: DatabaseServer, worker_id: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Running]:
    """Give an installation for this module."""
    database = database_server.clone(f"{worker_id}_routes")
    settings = make_settings(database, tmp_path_factory.mktemp("routes"))
    made = build_world(settings, database.owner)
    yield Running(settings, made.web, made.people)
    made.web.engine.dispose()
    made.worker.engine.dispose()
    database_server.drop(database)


@pytest.fixture(scope="module")
def routes(running: Running) -> list[DeclaredRoute]:
    """Give every route of the running application."""
    return declared_routes(running.application())


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


def test_every_page_has_a_json_sibling_or_a_reason(routes: list[DeclaredRoute]) -> None:
    reads = {path for method, path in _addresses(routes) if method == "GET"}
    pages = {path for path in reads if not path.startswith("/api/") and path != "/healthz"}
    alone = {path for path in pages if SIBLINGS.get(path, f"/api/v1{path}") not in reads}
    assert alone == set(PAGES_ALONE)


def test_every_form_has_a_json_sibling_with_the_same_action(routes: list[DeclaredRoute]) -> None:
    """What a page can do a program can, and by the same decision."""
    declared = _addresses(routes)
    by_api = {what for (method, path), what in declared.items() if path.startswith("/api/")}
    only_by_form = {
        what.name
        for (method, path), what in declared.items()
        if isinstance(what, Action) and not path.startswith("/api/") and what not in by_api
    }
    assert only_by_form == set()


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
