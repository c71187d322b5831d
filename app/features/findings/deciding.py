"""Rejections that wait for somebody who neither answers for the passage nor proposed them."""

from app.access import scope
from app.access.decide import keep, require
from app.access.finding_facts import remember_findings
from app.domain.actions import Action
from app.domain.targets import INSTALLATION, Target
from app.features.findings import queries
from app.features.findings.schemas import FindingRow
from app.kernel.actor import Side
from app.models.findings import Finding, Response
from app.transaction import Transaction


def list_decisions(tx: Transaction) -> tuple[FindingRow, ...]:
    """List the findings whose rejection the acting person may decide, the longest waiting first."""
    require(tx, Action.LIST_FINDINGS, INSTALLATION)
    return tuple(queries.row_views(tx, _waiting(tx)))


def count_decisions(tx: Transaction) -> int:
    """Count them, for the home page."""
    return len(_waiting(tx))


def _waiting(tx: Transaction) -> list[Finding]:
    """Keep the findings whose rejection the acting person may decide, and may read at all."""
    if tx.actor.side is not Side.PUBLISHER:
        return []
    rows = list(
        tx.session.scalars(
            scope.findings(tx)
            .join(Response, Response.finding_id == Finding.id)
            .where(Response.state == "proposed", Response.given_by != tx.actor.id)
            .order_by(Response.given_at, Finding.id)
        )
    )
    remember_findings(tx, rows)
    kept = keep(tx, Action.REJECT_FINDING, rows, lambda row: Target("finding", row.id))
    return keep(tx, Action.READ_FINDING, kept, lambda row: Target("finding", row.id))
