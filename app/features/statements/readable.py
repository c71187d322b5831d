"""What of a review's record the policies let the acting person read, decided as lists decide it.

Row-level security hides the rest already; a statement, which is handed on, does not rest on one
wall alone. A request that is kept to some people of the organisation is left out with all that
hangs on it, also where the reader is one of them: its colleagues read the statement.
"""

from collections.abc import Callable, Sequence
from typing import TypeVar

from sqlalchemy import select

from app.access.decide import keep
from app.access.finding_facts import remember_findings
from app.access.request_facts import remember_requests
from app.access.request_people import kept_to
from app.access.said_facts import remember_assurances, remember_recommendations
from app.access.slips import slip_receipts
from app.domain.actions import Action
from app.domain.targets import Target
from app.models.assurances import Assurance
from app.models.findings import Finding
from app.models.recommendations import Recommendation
from app.models.requests import Answer, Request
from app.models.reviews import Grant, Receipt
from app.models.withheld import Assessment
from app.transaction import Transaction

Row = TypeVar("Row")


def of_requests(
    tx: Transaction, rows: Sequence[Row], request_of: Callable[[Row], Request]
) -> list[Row]:
    """Keep what belongs to a request that may be read: the request itself, or an interview."""
    kept = kept_to(tx, [request_of(row).id for row in rows])
    open_rows = [row for row in rows if request_of(row).id not in kept]
    remember_requests(tx, [request_of(row) for row in open_rows])
    return keep(
        tx, Action.READ_REQUEST, open_rows, lambda row: Target("request", request_of(row).id)
    )


def of_findings(tx: Transaction, rows: Sequence[Finding]) -> list[Finding]:
    """Keep the findings that may be read, and told to all who read a statement.

    A confidentiality slip is for those alone who look after it: no statement names it.
    """
    told = [row for row in rows if row.finding_class != "H"]
    remember_findings(tx, told)
    return keep(tx, Action.READ_FINDING, told, lambda row: Target("finding", row.id))


def of_assurances(tx: Transaction, rows: Sequence[Assurance]) -> list[Assurance]:
    """Keep the assurances that may be read, but for those about a request that is kept."""
    about = {row.request_id for row in rows if row.request_id}
    seen = set(tx.session.scalars(select(Request.id).where(Request.id.in_(about))))
    told = seen - kept_to(tx, seen).keys()
    open_rows = [row for row in rows if row.request_id is None or row.request_id in told]
    remember_assurances(tx, open_rows)
    return keep(tx, Action.READ_ASSURANCE, open_rows, lambda row: Target("assurance", row.id))


def kept_receipts(tx: Transaction, review_id: str) -> frozenset[str]:
    """Give the receipts of a review that no statement names.

    They came with the answer of a request that is kept, or with a message about a slip.
    """
    rows = tx.session.execute(
        select(Answer.receipt_id, Answer.request_id)
        .join(Request, Request.id == Answer.request_id)
        .where(Request.review_id == review_id, Answer.receipt_id.is_not(None))
    )
    found = {row.receipt_id: row.request_id for row in rows if row.receipt_id}
    kept = kept_to(tx, found.values())
    slips = select(Receipt.id).where(
        Receipt.review_id == review_id, Receipt.id.in_(slip_receipts())
    )
    return frozenset(
        {receipt for receipt, request in found.items() if request in kept}
        | set(tx.session.scalars(slips))
    )


def of_attached(tx: Transaction, review_id: str) -> frozenset[str]:
    """Give the receipts of later editions of what was attached: they name it by its title alone."""
    rows = (
        select(Receipt.id)
        .join(Grant, Grant.id == Receipt.grant_id)
        .where(Receipt.review_id == review_id, Grant.follows.is_not(None))
    )
    return frozenset(tx.session.scalars(rows))


def of_recommendations(tx: Transaction, rows: Sequence[Recommendation]) -> list[Recommendation]:
    """Keep the recommendations that may be read."""
    remember_recommendations(tx, rows)
    return keep(tx, Action.READ_RECOMMENDATION, rows, lambda row: Target("recommendation", row.id))


def of_assessments(tx: Transaction, rows: Sequence[Assessment]) -> list[Assessment]:
    """Keep the assessments that may be read; their facts are their rows."""
    return keep(tx, Action.READ_ASSESSMENT, rows, lambda row: Target("assessment", row.id))
