"""The web process: one application, its features' routes, and nothing that is not declared."""

import gc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib import import_module

from fastapi import FastAPI

from app.installation import open_for_web
from app.kernel.config import Settings
from app.kernel.config import settings as read_settings
from app.kernel.logs import configure_logs
from app.transaction import Installation
from app.web.errors import register_errors
from app.web.headers import HeadersMiddleware, mount_static
from app.web.hosts import HostGuard
from app.web.routing import Routes, require_declarations

FEATURES = (
    "reports",  # first: its pages are asked for most, and routes are tried in this order
    "claims",
    "versions",
    "home",
    "identity",
    "organisations",
    "redactions",
    "withheld",
    "ingestion",
    "downloads",
    "evidence",
    "viewas",
    "reviews",
    "speed",
    "cockpit",  # before requests, whose one address takes any word
    "requests",
    "sharing",
    "interviews",
    "attachments",
    "teams",
    "routing",
    "packs",
    "provided",
    "earlier",
    "findings",
    "statements",
    "positions",
    "recommendations",
    "assurances",
    "signing",
    "notes",
    "notices",
    "auditing",
    "ownwork",
    "admin",
)


def create_app(
    settings: Settings | None = None, installation: Installation | None = None
) -> FastAPI:
    """Make the application; stops when a route declares no action or a policy is invalid."""
    configure_logs()
    made = installation or open_for_web(settings or read_settings())

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        # What is loaded by now stays: the collector need not walk it between requests.
        gc.collect()
        gc.freeze()
        yield
        made.engine.dispose()

    app = FastAPI(
        title="Vitrine",
        version="0.1.0",
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        lifespan=lifespan,
    )
    app.state.installation = made
    for feature in FEATURES:
        for door in ("html", "api"):
            module = import_module(f"app.features.{feature}.{door}")
            routes: Routes = module.routes
            app.router.routes.extend(routes.routes)  # as they are: see Routes.adopt
    require_declarations(app)
    register_errors(app)
    mount_static(app)
    app.add_middleware(HeadersMiddleware)
    app.add_middleware(HostGuard, public_url=made.settings.url)
    return app
