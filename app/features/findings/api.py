"""JSON API of fact-check findings: the same services as the pages."""

from app.domain.actions import Action
from app.features.findings import claw_back_api, desk_api, detail_api, reading, service
from app.features.findings.schemas import FileFinding, FindingRow
from app.web.routing import Routes, Tx

routes = Routes()
filing = Routes(prefix="/api/v1", tags=["findings"])


@filing.read("/findings", action=Action.LIST_FINDINGS, response_model=list[FindingRow])
def list_findings(
    tx: Tx, state: str = "", version: str = "", page: int = 1
) -> tuple[FindingRow, ...]:
    """List the findings that concern the caller, worst first."""
    found = reading.list_findings(tx, outward_state=state, version_id=version, page=max(page, 1))
    return found.rows


@filing.act("/findings", action=Action.FILE_FINDING, response_model=FindingRow, status_code=201)
def file_finding(tx: Tx, command: FileFinding) -> FindingRow:
    """File a finding on a run of words of a page of the caller's edition."""
    return service.file_finding(tx, command)


for more in (filing, desk_api.routes, claw_back_api.routes, detail_api.routes):
    routes.include_router(more)
