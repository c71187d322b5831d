"""Rejections that wait for somebody who neither owns the claim nor proposed them."""

from sqlalchemy import select

from app.access import scope
from app.access.decide import keep, require
from app.access.facts import remember_findings
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
    if tx.actor.side is not Side.PUBLISHER:
        return ()
    rows = list(
        tx.session.scalars(
            scope.findings(tx)
            .join(Response, Response.finding_id == Finding.id)
            .where(Response.state == "proposed")
            .order_by(Response.given_at, Finding.id)
        )
    )
    remember_findings(tx, rows)
    kept = keep(tx, Action.REJECT_FINDING, rows, lambda row: Target("finding", row.id))
    return tuple(queries.row_views(tx, kept))


def count_decisions(tx: Transaction) -> int:
    """Count them, for the home page; over-counts what only the policies exclude."""
    waiting = select(Response.finding_id).where(
        Response.state == "proposed", Response.given_by != tx.actor.id
    )
    owned = Finding.author_id == tx.actor.id
    rows = tx.session.scalars(scope.findings(tx).where(Finding.id.in_(waiting), owned.is_not(True)))
    return len(rows.all())
