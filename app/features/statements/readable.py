"""What of a review's record the policies let the acting person read, decided as lists decide it.

Row-level security hides the rest already; a statement, which is handed on, does not rest on one
wall alone. A request can be kept to some people of the organisation, and so can all that hangs
on it.
"""

from collections.abc import Callable, Sequence
from typing import TypeVar

from app.access.decide import keep
from app.access.facts import remember_findings
from app.access.request_facts import remember_requests
from app.access.said_facts import remember_assurances, remember_recommendations
from app.domain.actions import Action
from app.domain.targets import Target
from app.models.assurances import Assurance
from app.models.findings import Finding
from app.models.recommendations import Recommendation
from app.models.requests import Request
from app.models.withheld import Assessment
from app.transaction import Transaction

Row = TypeVar("Row")


def of_requests(
    tx: Transaction, rows: Sequence[Row], request_of: Callable[[Row], Request]
) -> list[Row]:
    """Keep what belongs to a request that may be read: the request itself, or an interview."""
    remember_requests(tx, [request_of(row) for row in rows])
    return keep(tx, Action.READ_REQUEST, rows, lambda row: Target("request", request_of(row).id))


def of_findings(tx: Transaction, rows: Sequence[Finding]) -> list[Finding]:
    """Keep the findings that may be read, and told to all who read a statement.

    A confidentiality slip is for those alone who look after it: no statement names it.
    """
    told = [row for row in rows if row.finding_class != "H"]
    remember_findings(tx, told)
    return keep(tx, Action.READ_FINDING, told, lambda row: Target("finding", row.id))


def of_assurances(tx: Transaction, rows: Sequence[Assurance]) -> list[Assurance]:
    """Keep the assurances that may be read."""
    remember_assurances(tx, rows)
    return keep(tx, Action.READ_ASSURANCE, rows, lambda row: Target("assurance", row.id))


def of_recommendations(tx: Transaction, rows: Sequence[Recommendation]) -> list[Recommendation]:
    """Keep the recommendations that may be read."""
    remember_recommendations(tx, rows)
    return keep(tx, Action.READ_RECOMMENDATION, rows, lambda row: Target("recommendation", row.id))


def of_assessments(tx: Transaction, rows: Sequence[Assessment]) -> list[Assessment]:
    """Keep the assessments that may be read; their facts are their rows."""
    return keep(tx, Action.READ_ASSESSMENT, rows, lambda row: Target("assessment", row.id))
