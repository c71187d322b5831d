"""Requests as their asker handles them: draft, submit, clarify, accept, return, withdraw.

Also listing and reading, for everybody. The publisher's side is in triage.py and answering.py.
"""

import secrets
from collections.abc import Iterable

from app.access.decide import require
from app.access.deposit import deposit_field
from app.access.numbers import next_number
from app.domain.actions import Action
from app.domain.events import Event, Fact
from app.domain.requests import Move, State, priority_after_return
from app.domain.targets import INSTALLATION, Target
from app.features.requests import listing, parts, queries
from app.features.requests.basis import keep_basis
from app.features.requests.clocks import resume_clock, start_clock
from app.features.requests.commands import (
    DraftRequest,
    EditDraft,
    GiveClarification,
    ListFilter,
    ListQuery,
    ReturnAnswer,
)
from app.features.requests.keeping import inherit, keep_to
from app.features.requests.listing import Row
from app.features.requests.moving import (
    locked,
    move,
    moved,
    share_ask,
    target_of,
    tell,
    tell_draft,
)
from app.features.requests.reading import request_view
from app.features.requests.rows import Board, RequestList
from app.features.requests.schemas import MovedView, RequestView
from app.features.requests.texts import text
from app.kernel.clock import now
from app.kernel.errors import Conflict, Invalid, NotFound
from app.kernel.ids import new_id
from app.models.requests import Request
from app.models.reviews import Review
from app.transaction import Transaction

_ALIAS = "23456789abcdefghjkmnpqrstvwxyz"


def list_requests(tx: Transaction, wanted: ListQuery) -> RequestList:
    """List the requests that the acting person may read, as that person sees them."""
    require(tx, Action.LIST_REQUESTS, INSTALLATION)
    return listing.list_requests(tx, wanted)


def read_board(tx: Transaction, wanted: ListFilter) -> Board:
    """Give the queue by where its requests are, to the publisher's overseers."""
    require(tx, Action.READ_COCKPIT, INSTALLATION)
    return listing.list_board(tx, wanted)


def export_requests(tx: Transaction, wanted: ListFilter) -> tuple[queries.SeenAs, list[Row]]:
    """Give the whole list that a filter lets through; that it was taken away is recorded."""
    require(tx, Action.EXPORT_REQUESTS, INSTALLATION)
    seen, rows = listing.export_requests(tx, wanted)
    facts: dict[str, Fact] = {"rows": len(rows)}
    if wanted.organisation and seen == "publisher":
        facts["organisation"] = wanted.organisation
    tx.emit(
        Event(
            name="RequestsExported",
            licence=Action.EXPORT_REQUESTS,
            target=INSTALLATION,
            facts=facts,
        )
    )
    return seen, rows


def read_request(tx: Transaction, request_id: str) -> RequestView:
    """Give a request with its texts and its passage, each as the acting person may read it."""
    require(tx, Action.READ_REQUEST, Target("request", request_id))
    row = queries.get_request(tx, request_id)
    tell(tx, row, "RequestRead", Action.READ_REQUEST, step=False)
    return request_view(tx, row)


def draft_request(
    tx: Transaction, command: DraftRequest, *, at_least: Iterable[str] = ()
) -> MovedView:
    """Draft a request; only the organisation itself sees it until it is submitted.

    `at_least` are categories that its readers need besides, for words taken from elsewhere.
    """
    review_target = Target("review", command.review_id)
    require(tx, Action.DRAFT_REQUEST, review_target)
    review = tx.session.get(Review, command.review_id)
    if review is None:
        raise NotFound
    row = Request(
        id=new_id("request"),
        alias="Q-" + "".join(secrets.choice(_ALIAS) for _ in range(5)),
        organisation_id=review.organisation_id,
        review_id=review.id,
        version_id=review.version_id,
        basis_kind="",
        priority="normal",
        state=State.DRAFT.value,
        state_since=now(),
        returns=0,
        drafted_by=tx.actor.id,
        created_at=now(),
    )
    _write(tx, row, command)
    tx.session.add(row)
    tx.session.flush()
    if command.kept_to is not None:
        keep_to(tx, row, command.kept_to)
    inherit(tx, row, _followed(row))
    _deposit_draft(tx, row, command, at_least, new=True)
    tell_draft(tx, row, "RequestDrafted")
    return moved(tx, row)


def edit_draft(tx: Transaction, request_id: str, command: EditDraft) -> MovedView:
    """Write a draft anew; anybody of the organisation who may draft may do so."""
    require(tx, Action.READ_REQUEST, Target("request", request_id))
    row = locked(tx, request_id)
    require(tx, Action.DRAFT_REQUEST, Target("review", row.review_id))
    if row.state != State.DRAFT.value:
        raise Conflict("This request was submitted; what was asked is not changed any more.")
    _write(tx, row, command)
    inherit(tx, row, _followed(row))
    _deposit_draft(tx, row, command)
    tell_draft(tx, row, "DraftEdited")
    return moved(tx, row)


def submit_request(tx: Transaction, request_id: str) -> MovedView:
    """Submit a draft: it is numbered, its texts are shared with the publisher, the clock starts."""
    target = Target("request", request_id)
    require(tx, Action.SUBMIT_REQUEST, target)
    row = locked(tx, request_id)
    refuse_incomplete(tx, row)
    review = tx.session.get(Review, row.review_id)
    if review is None or review.state != "open":
        raise Conflict("This review has ended, so nothing can be submitted in it any more.")
    move(tx, row, Move.SUBMIT)
    row.number = next_number(tx, row.organisation_id, "RQ")
    row.submitted_at = now()
    due_on = start_clock(tx, row)
    share_ask(tx, row)
    tell(
        tx,
        row,
        "RequestSubmitted",
        Action.SUBMIT_REQUEST,
        shared=True,
        facts={
            "number": row.number,
            "type": row.type,
            "form": row.expected_form,
            "basis": row.basis_kind,
            "version_id": row.version_id,
            "due_on": due_on.isoformat(),
        },
    )
    last = queries.review_end(tx, row.review_id)
    beyond = last is not None and due_on > last
    return moved(tx, row).model_copy(update={"due_on": due_on, "beyond_window": beyond})


def give_clarification(tx: Transaction, request_id: str, command: GiveClarification) -> MovedView:
    """Answer what was asked back; the due date moves by as long as the clock stood still."""
    require(tx, Action.CLARIFY_REQUEST, Target("request", request_id))
    row = locked(tx, request_id)
    paused_on = row.state_since.date()
    move(tx, row, Move.CLARIFY)
    number = queries.count_stages(tx, row.id, "ClarificationAsked")
    _deposit(tx, row, f"clarification.{number}", command.clarification, shared=True)
    resume_clock(tx, row, paused_on=paused_on)
    due = row.due_on.isoformat() if row.due_on else None
    facts = {"round": number, "due_on": due}
    tell(tx, row, "ClarificationGiven", Action.CLARIFY_REQUEST, shared=True, facts=facts)
    return moved(tx, row)


def accept_answer(tx: Transaction, request_id: str) -> MovedView:
    """Accept the released answer, which closes the request; nobody else can."""
    require(tx, Action.ACCEPT_ANSWER, Target("request", request_id))
    row = locked(tx, request_id)
    move(tx, row, Move.ACCEPT)
    number = _settle(tx, row, "accepted", ())
    row.closed_at = now()
    facts = {"round": number}
    tell(tx, row, "AnswerAccepted", Action.ACCEPT_ANSWER, shared=True, facts=facts)
    return moved(tx, row)


def return_answer(tx: Transaction, request_id: str, command: ReturnAnswer) -> MovedView:
    """Return the released answer with a reason; the third return escalates the request."""
    require(tx, Action.RETURN_ANSWER, Target("request", request_id))
    row = locked(tx, request_id)
    move(tx, row, Move.RETURN)
    number = _settle(tx, row, "returned", command.rounds)
    row.returns += 1
    escalated = priority_after_return(row.priority, row.returns)
    row.priority = escalated
    due_on = start_clock(tx, row)
    _deposit(tx, row, f"return_reason.{number}", command.return_reason, shared=True)
    tell(
        tx,
        row,
        "AnswerReturned",
        Action.RETURN_ANSWER,
        shared=True,
        facts={"round": number, "returns": row.returns, "due_on": due_on.isoformat()},
    )
    return moved(tx, row)


def withdraw_request(tx: Transaction, request_id: str) -> MovedView:
    """Withdraw a request that is not answered yet."""
    require(tx, Action.WITHDRAW_REQUEST, Target("request", request_id))
    row = locked(tx, request_id)
    before = queries.state_for(row, "asker")
    move(tx, row, Move.WITHDRAW)
    row.closed_at = now()
    facts = {"from": before}
    tell(tx, row, "RequestWithdrawn", Action.WITHDRAW_REQUEST, shared=True, facts=facts)
    return moved(tx, row)


def _write(tx: Transaction, row: Request, command: EditDraft) -> None:
    row.type = command.type
    row.expected_form = command.expected_form or ""
    row.wanted_by = command.wanted_by
    if command.basis is not None:
        keep_basis(tx, row, command.basis)


def _followed(row: Request) -> str | None:
    return row.basis_id if row.basis_kind == "request" else None


def _deposit_draft(
    tx: Transaction,
    row: Request,
    command: EditDraft,
    at_least: Iterable[str] = (),
    *,
    new: bool = False,
) -> None:
    _deposit(tx, row, "question", command.question, shared=False, at_least=at_least)
    _deposit(tx, row, "purpose", command.purpose, shared=False, at_least=at_least)
    for field, body in (("substitutes", command.substitutes), ("reference", command.reference)):
        if body or not new:  # most requests have neither
            _deposit(tx, row, field, body, shared=False, at_least=at_least)


def _deposit(
    tx: Transaction,
    row: Request,
    field: str,
    body: str,
    *,
    shared: bool,
    at_least: Iterable[str] = (),
) -> None:
    deposit_field(
        tx,
        target_of(row),
        field=field,
        body=body,
        version_id=row.version_id,
        organisation_id=row.organisation_id,
        shared=shared,
        at_least=at_least,
    )


def refuse_incomplete(tx: Transaction, row: Request) -> None:
    """Say what a draft still needs before it can be submitted.

    Raises:
        Invalid: by field, what is missing.
    """
    problems: dict[str, str] = {}
    if text(tx, row, "question") is None:
        problems["question"] = "Say what you ask for."
    if not row.basis_kind:
        problems["basis"] = "Say what it is about: a passage, a page, or the report as a whole."
    if not row.expected_form:
        problems["expected_form"] = "Say what form of answer would do."
    if problems:
        raise Invalid(fields=problems)


def _settle(tx: Transaction, row: Request, state: str, rounds: tuple[int, ...]) -> int:
    """Mark released answers, all or those of some rounds, as accepted or returned.

    Gives the round of the last one.
    """
    released = [
        answer
        for answer in parts.list_answers(tx, row.id, "released")
        if not rounds or answer.round in rounds
    ]
    if not released:
        raise Conflict("There is no released answer to this request.")
    for answer in released:
        answer.state = state
    tx.session.flush()
    return released[-1].round
