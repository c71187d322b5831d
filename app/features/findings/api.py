"""JSON API of fact-check findings: the same services as the pages."""

from app.domain.actions import Action
from app.features.findings import api_filing, claw_back_api, desk_api, detail_api, reading
from app.features.findings.schemas import FindingRow
from app.web.routing import Routes, Tx

routes = Routes(prefix="/api/v1", tags=["findings"])


@routes.read("/findings", action=Action.LIST_FINDINGS, response_model=list[FindingRow])
def list_findings(
    tx: Tx, state: str = "", version: str = "", page: int = 1
) -> tuple[FindingRow, ...]:
    """List the findings that concern the caller, worst first."""
    found = reading.list_findings(tx, outward_state=state, version_id=version, page=max(page, 1))
    return found.rows


# One finding's address takes any word, so it stands last.
for more in (api_filing, desk_api, claw_back_api, detail_api):
    routes.adopt(more.routes)
