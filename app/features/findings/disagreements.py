"""Disagreements that were recorded, with both sides: what a statement carries on.

Here: the reading that other features use. Not here: how a statement is made of it.
"""

from app.access import scope
from app.access.decide import keep_to_read, require
from app.access.finding_facts import remember_findings
from app.domain.actions import Action
from app.domain.targets import INSTALLATION, Target
from app.features.findings import reading
from app.features.findings.schemas import DisagreementView, FindingView
from app.models.findings import Finding
from app.transaction import Transaction


def list_disagreements(tx: Transaction, review_id: str) -> tuple[DisagreementView, ...]:
    """List the disagreements of a review, each with the finding, the answer and the objection.

    Texts are as the acting person may read them; None where one is masked for them.
    """
    require(tx, Action.LIST_FINDINGS, INSTALLATION)
    rows = list(
        tx.session.scalars(
            scope.findings(tx)
            .where(Finding.review_id == review_id, Finding.state == "disagreement_recorded")
            .order_by(Finding.filed_at, Finding.id)
        )
    )
    remember_findings(tx, rows)
    kept = keep_to_read(tx, Action.READ_FINDING, rows, lambda row: Target("finding", row.id))
    for row in kept:
        reading.record_reading(tx, row)
    return tuple(_disagreement(reading.finding_view(tx, row)) for row in kept)


def _disagreement(view: FindingView) -> DisagreementView:
    given = [response for response in view.responses if response.state == "given"]
    last = given[-1]
    return DisagreementView(
        finding_id=view.row.id,
        number=view.row.number,
        version_id=view.row.version_id,
        page=view.row.page,
        finding_class=view.row.finding_class,
        materiality=view.row.materiality,
        claim_code=view.claim_code,
        statement=view.statement,
        disposition=last.disposition,
        publisher_says=last.explanation,
        reviewer_says=last.contested,
    )
