"""One's organisation's drafts, and submitting many of them at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import ColumnElement, Select, func, select

from app.access import scope
from app.access.decide import keep_to_read, may_all, require
from app.access.release import release_fields
from app.access.request_facts import remember_requests
from app.domain.actions import Action
from app.domain.events import Event
from app.domain.requests import State
from app.domain.targets import INSTALLATION, Target
from app.features.packs.queries import review_labels
from app.features.packs.schemas import (
    DraftList,
    DraftRow,
    KeptBack,
    MarkDrafts,
    MarkedView,
    SubmitDrafts,
    Submitted,
    SubmittedView,
)
from app.features.requests.commands import MarkReady
from app.features.requests.drafts import mark_ready
from app.features.requests.queries import basis_label
from app.features.requests.service import submit_request
from app.kernel.errors import Conflict, Invalid, NotFound
from app.models.requests import Request
from app.models.reviews import Review
from app.transaction import Transaction

MOST_DRAFTS = 200
"""Drafts on the page, and submitted at once."""


def list_drafts(tx: Transaction, *, show: Literal["all", "ready"] = "all") -> DraftList:
    """List the drafts of one's organisation, oldest first, with what each still needs.

    `show="ready"` lists those that were marked ready for the lead.
    """
    require(tx, Action.LIST_REQUESTS, INSTALLATION)
    statement = scope.requests(tx).where(Request.state == State.DRAFT.value)
    total, marked = _counts(tx, statement.with_only_columns(Request.id))
    if show == "ready":
        statement = statement.where(Request.ready_at.is_not(None))
    found = list(
        tx.session.scalars(statement.order_by(Request.created_at, Request.id).limit(MOST_DRAFTS))
    )
    remember_requests(tx, found)
    kept = keep_to_read(tx, Action.READ_REQUEST, found, _target)
    targets = [_target(row) for row in kept]
    questions, references = (
        release_fields(tx, targets, field=name) for name in ("question", "reference")
    )
    able = may_all(tx, [(Action.SUBMIT_REQUEST, target) for target in targets])
    reviews = {row.review_id for row in kept}
    around = _Around(
        review_labels(tx, reviews),
        _reviews_where(tx, reviews, Review.state != "open"),
        _reviews_where(tx, reviews, Review.submitted_by == "lead"),
    )
    rows = tuple(
        _row(
            row,
            around,
            question=(questions[row.id].body or "") if row.id in questions else "",
            reference=(references[row.id].body or "") if row.id in references else "",
            can_submit=good,
        )
        for row, good in zip(kept, able, strict=True)
    )
    for row in kept:
        tx.emit(Event(name="RequestRead", licence=Action.READ_REQUEST, target=_target(row)))
    return DraftList(
        show=show,
        rows=rows,
        ready=sum(1 for row in rows if not row.missing),
        total=total,
        marked=marked,
    )


def mark_drafts(tx: Transaction, command: MarkDrafts) -> MarkedView:
    """Mark the chosen drafts ready for the lead; what cannot be marked is said with the reason.

    Raises:
        NotFound: one of them is no request of the acting organisation.
        Invalid: none of them could be marked.
    """
    done, kept_back = [], []
    for request_id in dict.fromkeys(command.requests):
        try:
            mark_ready(tx, request_id, MarkReady())
            done.append(request_id)
        except Invalid as error:
            kept_back.append(KeptBack(id=request_id, said=" ".join(error.fields.values())))
        except Conflict as error:
            kept_back.append(KeptBack(id=request_id, said=error.message))
    if not done:
        _refuse(kept_back, "marked")
    return MarkedView(marked=tuple(done), kept_back=tuple(kept_back))


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
        _refuse(kept_back, "submitted")
    return SubmittedView(submitted=tuple(done), kept_back=tuple(kept_back))


def _refuse(kept_back: Sequence[KeptBack], done: str) -> None:
    said = kept_back[0].said if kept_back else "Choose at least one draft."
    raise Invalid(fields={"requests": f"Nothing was {done}. {said}"})


def _counts(tx: Transaction, ids: Select[str]) -> tuple[int, int]:
    """Count the drafts there are, and those marked ready for the lead."""
    statement = select(
        func.count(), func.count().filter(Request.ready_at.is_not(None)).label("marked")
    ).where(Request.id.in_(ids))
    total, marked = tx.session.execute(statement).one()
    return total, marked


@dataclass(frozen=True)
class _Around:
    """What is known of the reviews of drafts: labels, which ended, in which the lead submits."""

    labels: dict[str, str]
    ended: set[str]
    led: set[str]


def _row(
    row: Request, around: _Around, *, question: str, reference: str, can_submit: bool
) -> DraftRow:
    missing = [
        name
        for name, there in (
            ("the question", question.strip()),
            ("what it is about", row.basis_kind),
            ("the form of the answer", row.expected_form),
            ("a review that is open", row.review_id not in around.ended),
        )
        if not there
    ]
    return DraftRow(
        id=row.id,
        question=question,
        type=row.type,
        form=row.expected_form or None,
        about=basis_label(row),
        review=around.labels.get(row.review_id, ""),
        reference=reference,
        missing=tuple(missing),
        marked_ready=row.ready_at is not None,
        can_submit=can_submit and not missing,
        can_mark=row.review_id in around.led and not (row.ready_at or missing or can_submit),
    )


def _reviews_where(tx: Transaction, reviews: set[str], condition: ColumnElement[bool]) -> set[str]:
    return set(tx.session.scalars(select(Review.id).where(Review.id.in_(reviews), condition)))


def _target(row: Request) -> Target:
    return Target("request", row.id)
