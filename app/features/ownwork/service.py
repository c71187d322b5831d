"""An organisation's own work: what it wrote and what it was answered stays its own.

It spans findings, requests, reviews, challenges and statements, and reads each by that feature's
own reading. Texts come by release: a quote of what is withheld now is left out.
"""

from collections.abc import Callable, Sequence
from typing import TypeVar

from app.access import scope
from app.access.decide import require
from app.domain.actions import Action
from app.domain.events import Event
from app.domain.targets import Target
from app.features.findings import queries as findings
from app.features.findings.draft_reading import own_drafts
from app.features.findings.reading import finding_view
from app.features.findings.schemas import FindingView
from app.features.notes import queries as note_queries
from app.features.notes import reading as notes
from app.features.notes.schemas import NoteFilter
from app.features.ownwork.schemas import OwnWork, OwnWorkList
from app.features.positions import reading as positions
from app.features.recommendations import reading as recommendations
from app.features.requests.commands import ListQuery
from app.features.requests.listing import list_requests
from app.features.requests.reading import request_view
from app.features.requests.rows import AskerRow
from app.features.requests.schemas import AskerView
from app.features.reviews import queries as reviews
from app.features.statements import reading as statements
from app.features.statements import taking
from app.features.withheld import assessing, challenges
from app.kernel.clock import now
from app.models.findings import Finding
from app.models.requests import Request
from app.transaction import Transaction

Row = TypeVar("Row")


def list_own_work(tx: Transaction) -> OwnWorkList:
    """List what belongs to the acting organisation, without texts."""
    _require(tx)
    return OwnWorkList(
        findings=tuple(_all_pages(lambda page: findings.list_findings(tx, page=page).rows)),
        requests=tuple(_all_pages(lambda page: _request_page(tx, page))),
        receipts=tuple(reviews.list_receipts(tx)),
        notes=note_queries.count(tx, note_queries.matching(tx, NoteFilter())),
        challenges=tuple(challenges.list_challenges(tx)),
        statements=statements.rows_of(tx, taking.own_rows(tx)),
    )


def export_own_work(tx: Transaction) -> OwnWork:
    """Give all of it as one document; what is handed out is recorded by id."""
    target = _require(tx)
    own_findings, own_requests = _findings(tx), _requests(tx)
    receipts = tuple(reviews.list_receipts(tx))
    own_reviews = tuple(reviews.list_reviews(tx))
    held = positions.own_positions(tx, [row.id for row in own_reviews])
    advised = recommendations.own_recommendations(tx)
    stated = taking.own_statements(tx)
    said, judged = challenges.own_challenges(tx), assessing.own_assessments(tx)
    tx.emit(
        Event(
            name="OwnWorkExported",
            licence=Action.EXPORT_OWN_WORK,
            target=target,
            organisations=frozenset({target.id}),
            facts={
                "findings": [view.row.id for view in own_findings],
                "requests": [view.id for view in own_requests],
                "receipts": [receipt.id for receipt in receipts],
                "challenges": [view.row.id for view in said],
                "assessments": [view.id for view in judged],
                # That there is a draft is the organisation's own to know.
                "statements": [one.id for one in stated if one.shared_at or one.released_at],
            },
        )
    )
    return OwnWork(
        organisation=tx.actor.organisation_name,
        exported_at=now(),
        exported_by=tx.actor.name,
        reviews=own_reviews,
        findings=own_findings,
        finding_drafts=own_drafts(tx),
        requests=own_requests,
        receipts=receipts,
        notes=notes.own_notes(tx),
        challenges=said,
        assessments=judged,
        positions=held,
        recommendations=advised,
        statements=stated,
    )


def _require(tx: Transaction) -> Target:
    target = Target("organisation", tx.actor.organisation_id or "")
    require(tx, Action.EXPORT_OWN_WORK, target)
    return target


def _findings(tx: Transaction) -> tuple[FindingView, ...]:
    rows = tx.session.scalars(scope.findings(tx).order_by(Finding.filed_at, Finding.id)).all()
    for row in rows:
        require(tx, Action.READ_FINDING, Target("finding", row.id))
    return tuple(finding_view(tx, row) for row in rows)


def _requests(tx: Transaction) -> tuple[AskerView, ...]:
    rows = tx.session.scalars(scope.requests(tx).order_by(Request.created_at, Request.id)).all()
    views = []
    for row in rows:
        require(tx, Action.READ_REQUEST, Target("request", row.id))
        view = request_view(tx, row)
        if isinstance(view, AskerView):
            views.append(view)
    return tuple(views)


def _request_page(tx: Transaction, page: int) -> Sequence[AskerRow]:
    found = list_requests(tx, ListQuery(show="all", page=page))
    return [row for row in found.rows if isinstance(row, AskerRow)]


def _all_pages(page_of: Callable[[int], Sequence[Row]]) -> list[Row]:
    """Gather every page of a list, up to the first that is empty."""
    gathered: list[Row] = []
    number = 1
    while rows := page_of(number):
        gathered += rows
        number += 1
    return gathered
