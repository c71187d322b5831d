"""One's organisation's drafts, and submitting many of them at once."""

from collections.abc import Sequence

from sqlalchemy import select

from app.access import scope
from app.access.decide import keep, require
from app.access.facts import remember_requests
from app.access.release import release_fields
from app.domain.actions import Action
from app.domain.events import Event
from app.domain.requests import State
from app.domain.targets import INSTALLATION, Target
from app.features.packs.queries import review_labels
from app.features.packs.schemas import (
    DraftList,
    DraftRow,
    KeptBack,
    SubmitDrafts,
    Submitted,
    SubmittedView,
)
from app.features.requests.queries import basis_label
from app.features.requests.service import submit_request
from app.kernel.errors import Conflict, Invalid, NotFound
from app.models.requests import Request
from app.models.reviews import Review
from app.transaction import Transaction

MOST_DRAFTS = 200
"""Drafts on the page, and submitted at once."""


def list_drafts(tx: Transaction) -> DraftList:
    """List the drafts of one's organisation, oldest first, with what each still needs."""
    require(tx, Action.LIST_REQUESTS, INSTALLATION)
    statement = scope.requests(tx).where(Request.state == State.DRAFT.value)
    found = list(
        tx.session.scalars(statement.order_by(Request.created_at, Request.id).limit(MOST_DRAFTS))
    )
    remember_requests(tx, found)
    kept = keep(tx, Action.READ_REQUEST, found, _target)
    for row in kept:
        require(tx, Action.READ_REQUEST, _target(row))
    questions = release_fields(tx, [_target(row) for row in kept], field="question")
    reviews = {row.review_id for row in kept}
    labels, ended = review_labels(tx, reviews), _ended(tx, reviews)
    rows = tuple(
        _row(
            row,
            (questions[row.id].body or "") if row.id in questions else "",
            labels.get(row.review_id, ""),
            ended=row.review_id in ended,
        )
        for row in kept
    )
    for row in kept:
        tx.emit(Event(name="RequestRead", licence=Action.READ_REQUEST, target=_target(row)))
    return DraftList(rows=rows, ready=sum(1 for row in rows if not row.missing))


def submit_drafts(tx: Transaction, command: SubmitDrafts) -> SubmittedView:
    """Submit the chosen drafts that are ready; the others stay, each with what it needs.

    Raises:
        NotFound: one of them is no request of the acting organisation.
    """
    done, kept_back = [], []
    for request_id in dict.fromkeys(command.requests):
        target = Target("request", request_id)
        require(tx, Action.READ_REQUEST, target)
        row = tx.session.get(Request, request_id)
        if row is None:
            raise NotFound
        if row.state != State.DRAFT.value:
            kept_back.append(KeptBack(id=request_id, said="It was submitted already."))
            continue
        try:
            submit_request(tx, request_id)
            done.append(Submitted(id=request_id, number=row.number or ""))
        except Invalid as error:
            kept_back.append(KeptBack(id=request_id, said=" ".join(error.fields.values())))
        except Conflict as error:
            kept_back.append(KeptBack(id=request_id, said=error.message))
    if not done:
        _refuse(kept_back)
    return SubmittedView(submitted=tuple(done), kept_back=tuple(kept_back))


def _refuse(kept_back: Sequence[KeptBack]) -> None:
    said = kept_back[0].said if kept_back else "Choose at least one draft."
    raise Invalid(fields={"requests": f"Nothing was submitted. {said}"})


def _row(row: Request, question: str, review: str, *, ended: bool) -> DraftRow:
    missing = [
        name
        for name, there in (
            ("the question", question.strip()),
            ("what it is about", row.basis_kind),
            ("the form of the answer", row.expected_form),
            ("a review that is open", not ended),
        )
        if not there
    ]
    return DraftRow(
        id=row.id,
        question=question,
        type=row.type,
        form=row.expected_form or None,
        about=basis_label(row),
        review=review,
        missing=tuple(missing),
    )


def _ended(tx: Transaction, reviews: set[str]) -> set[str]:
    found = tx.session.scalars(
        select(Review.id).where(Review.id.in_(reviews), Review.state != "open")
    )
    return set(found)


def _target(row: Request) -> Target:
    return Target("request", row.id)
