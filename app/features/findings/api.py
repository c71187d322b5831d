"""JSON API of fact-check findings: the same services as the pages."""

from app.domain.actions import Action
from app.features.findings import api_filing, reading, service
from app.features.findings.schemas import (
    Contest,
    DecideRejection,
    FindingRow,
    FindingView,
    Reroute,
    Respond,
)
from app.web.routing import Tx

routes = api_filing.routes  # its addresses stand before the one that takes any word


@routes.read("/findings", action=Action.LIST_FINDINGS, response_model=list[FindingRow])
def list_findings(
    tx: Tx, state: str = "", version: str = "", page: int = 1
) -> tuple[FindingRow, ...]:
    """List the findings that concern the caller, worst first."""
    found = reading.list_findings(tx, outward_state=state, version_id=version, page=max(page, 1))
    return found.rows


@routes.read("/findings/{finding_id}", action=Action.READ_FINDING, response_model=FindingView)
def read_finding(tx: Tx, finding_id: str) -> FindingView:
    """Give a finding as the caller may read it."""
    return reading.read_finding(tx, finding_id)


@routes.act(
    "/findings/{finding_id}/respond", action=Action.ANSWER_FINDING, response_model=FindingRow
)
def respond(tx: Tx, finding_id: str, command: Respond) -> FindingRow:
    """Answer a finding."""
    return service.respond(tx, finding_id, command)


@routes.act(
    "/findings/{finding_id}/decide", action=Action.REJECT_FINDING, response_model=FindingRow
)
def decide_rejection(tx: Tx, finding_id: str, command: DecideRejection) -> FindingRow:
    """Uphold or turn down a proposed rejection."""
    return service.decide_rejection(tx, finding_id, command)


@routes.act(
    "/findings/{finding_id}/reroute", action=Action.REROUTE_FINDING, response_model=FindingRow
)
def reroute(tx: Tx, finding_id: str, command: Reroute) -> FindingRow:
    """Give a finding to another author."""
    return service.reroute(tx, finding_id, command)


@routes.act(
    "/findings/{finding_id}/confirm", action=Action.CONFIRM_FINDING, response_model=FindingRow
)
def confirm(tx: Tx, finding_id: str) -> FindingRow:
    """Confirm the answer."""
    return service.confirm(tx, finding_id)


@routes.act(
    "/findings/{finding_id}/contest", action=Action.CONTEST_FINDING, response_model=FindingRow
)
def contest(tx: Tx, finding_id: str, command: Contest) -> FindingRow:
    """Contest the answer, or record the disagreement."""
    return service.contest(tx, finding_id, command)


@routes.act(
    "/findings/{finding_id}/withdraw", action=Action.WITHDRAW_FINDING, response_model=FindingRow
)
def withdraw(tx: Tx, finding_id: str) -> FindingRow:
    """Withdraw a finding."""
    return service.withdraw(tx, finding_id)
