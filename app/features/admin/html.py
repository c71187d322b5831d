"""Pages for those who look after the installation, and the policies for everybody inside."""

from fastapi import Request
from fastapi.responses import HTMLResponse

from app.domain.actions import Action
from app.features.admin import service
from app.web.pages import show
from app.web.routing import Routes, Tx

routes = Routes()

TONES = {"good": "good", "warning": "warn", "fault": "danger"}
WORDS = {"good": "Good", "warning": "Look at this", "fault": "Broken"}


@routes.page("/health", action=Action.READ_HEALTH)
def health_page(tx: Tx, request: Request) -> HTMLResponse:
    """Show whether everything that the portal leans on holds."""
    health = service.read_health(tx)
    return show(tx, request, "admin/health.html", health=health, tones=TONES, words=WORDS)


@routes.page("/policies", action=Action.READ_POLICIES)
def policies_page(tx: Tx, request: Request) -> HTMLResponse:
    """Show the policies in force."""
    return show(tx, request, "admin/policies.html", policies=service.read_policies(tx))
