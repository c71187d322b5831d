"""Scoped reads of what was asked and provided: rows and counts. No guarded text."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, select, true

from app.access import scope
from app.domain.requests import DETERMINATIONS, REFUSALS, State
from app.features.provided.schemas import Count, ProvidedFilter
from app.models.organisations import Organisation
from app.models.requests import Answer, Request
from app.transaction import Transaction

GIVEN = ("released", "accepted", "returned")
BY_REFERENCE = "by_reference"
_ENDED_OTHERWISE = (State.WITHDRAWN.value, State.CLOSED_UNRESOLVED.value)


def _latest() -> Any:
    """Give the latest released answer, looked up for each request by itself."""
    return (
        select(
            Answer.request_id,
            Answer.round,
            Answer.state,
            Answer.determination,
            Answer.category,
            Answer.released_at,
        )
        .where(Answer.request_id == Request.id, Answer.state.in_(GIVEN))
        .order_by(Answer.round.desc())
        .limit(1)
        .lateral()
    )


def matching(tx: Transaction, wanted: ProvidedFilter) -> tuple[Select[Any], ColumnElement[str]]:
    """Give the statement of a ledger with each request's latest answer, and its outcome's name."""
    given = _latest()
    outcome = case(
        (Request.state.in_(_ENDED_OTHERWISE), Request.state),
        (Request.referred_to.is_not(None), BY_REFERENCE),
        (given.c.determination.is_not(None), given.c.determination),
        else_="open",
    )
    statement = (
        scope.requests(tx)
        .where(Request.state != State.DRAFT.value)
        .outerjoin(given, true())
        .add_columns(*given.c, outcome.label("outcome"))
    )
    if wanted.organisation:
        statement = statement.where(Request.organisation_id == wanted.organisation)
    if wanted.review:
        statement = statement.where(Request.review_id == wanted.review)
    if wanted.outcome:
        statement = statement.where(outcome == wanted.outcome)
    if wanted.code:
        statement = statement.where(given.c.category == wanted.code)
    return statement, outcome


def page_of(tx: Transaction, statement: Select[Any], *, offset: int, limit: int) -> Sequence[Any]:
    """Give some rows of a ledger, in the order in which was asked."""
    ordered = statement.order_by(Request.submitted_at, Request.id)
    return tx.session.execute(ordered.offset(offset).limit(limit)).all()


def counts(
    tx: Transaction, wanted: ProvidedFilter
) -> tuple[tuple[Count, ...], tuple[Count, ...], int]:
    """Count by outcome and by code, whatever of the two is chosen; and what is listed."""
    every, _ = matching(tx, wanted.model_copy(update={"outcome": "", "code": ""}))
    inner = every.with_only_columns(
        *(column for column in every.selected_columns if column.name in ("outcome", "category"))
    ).subquery()
    rows = tx.session.execute(
        select(inner.c.outcome, inner.c.category, func.count().label("n")).group_by(
            inner.c.outcome, inner.c.category
        )
    ).all()
    listed = sum(
        row.n
        for row in rows
        if wanted.outcome in ("", row.outcome) and wanted.code in ("", row.category)
    )
    outcomes = _summed((row.outcome, row.n) for row in rows)
    codes = _summed((row.category, row.n) for row in rows if row.category)
    order = (*DETERMINATIONS, BY_REFERENCE, *_ENDED_OTHERWISE, "open")
    return _in_order(outcomes, order), _in_order(codes, REFUSALS), listed


def organisation_names(tx: Transaction, ids: Iterable[str]) -> dict[str, str]:
    """Give the names of organisations by id."""
    rows = tx.session.execute(
        select(Organisation.id, Organisation.name).where(Organisation.id.in_(set(ids)))
    )
    return {row.id: row.name for row in rows}


def askers(tx: Transaction) -> list[tuple[str, str]]:
    """List (id, name) of the organisations that asked something, by name."""
    asked = scope.requests(tx).with_only_columns(Request.organisation_id)
    rows = tx.session.execute(
        select(Organisation.id, Organisation.name)
        .where(Organisation.id.in_(asked))
        .order_by(Organisation.name)
    )
    return [(row.id, row.name) for row in rows]


def _summed(pairs: Iterable[tuple[str, int]]) -> dict[str, int]:
    found: dict[str, int] = {}
    for name, count in pairs:
        found[name] = found.get(name, 0) + count
    return found


def _in_order(found: dict[str, int], order: Iterable[str]) -> tuple[Count, ...]:
    return tuple(Count(name=name, count=found[name]) for name in order if name in found)
