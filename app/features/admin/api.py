"""Health and policies as JSON, and the one answer for strangers: live, ready."""

from app.domain.actions import Action
from app.features.admin import service
from app.features.admin.schemas import HealthView, PoliciesView, Readiness
from app.web.routing import Public, Routes, Tx

routes = Routes(tags=["installation"])


@routes.read("/healthz", action=Public("for the process that watches this one; says no details"))
def readiness(tx: Tx) -> Readiness:
    """Say whether the process lives and can work."""
    return service.readiness(tx)


@routes.read("/api/v1/health", action=Action.READ_HEALTH)
def read_health(tx: Tx) -> HealthView:
    """Say whether everything that the portal leans on holds."""
    return service.read_health(tx)


@routes.read("/api/v1/policies", action=Action.READ_POLICIES)
def read_policies(tx: Tx) -> PoliciesView:
    """Give the policies in force."""
    return service.read_policies(tx)
