"""One running installation for the tests of the application's shape."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from app.kernel.config import Settings
from app.main import create_app
from app.transaction import Installation
from app.web.routing import DeclaredRoute, declared_routes
from app.web.session import COOKIE
from tests.database import DatabaseServer
from tests.world import PUBLIC_URL, Someone, build_world, make_settings


@dataclass
class Running:
    """An installation in which the cast is signed in, and what applications of it need."""

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
    """Give an installation for a module."""
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
