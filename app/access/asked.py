"""The part of the door that looks at what is asked on somebody's behalf: for rules, for likeness.

Only a text that the acting person may read takes part, so nothing that is suggested to somebody
rests on words that are masked for them. No text leaves here: rules answer yes or no, and likeness
gives requests.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select

from app.access.decide import keep
from app.access.release import field_of
from app.access.request_facts import remember_requests
from app.domain.actions import Action
from app.domain.requests import PENDING
from app.domain.routing import Asked
from app.domain.targets import Target
from app.kernel.actor import Side
from app.models.content import GuardedField
from app.models.reports import Claim, Pathway
from app.models.requests import Request
from app.transaction import Transaction

_ASKING = ("question", "reworded")
_OPEN_OR_ANSWERED = frozenset({*PENDING, "released", "closed"})
_MOST_TEXTS = 60


@dataclass(frozen=True)
class Similar:
    """A request that asks something similar; 1 is the same words."""

    row: Request
    likeness: float


def words_of(tx: Transaction, rows: Sequence[Request]) -> dict[str, str]:
    """Give what requests ask, as far as the acting person may read it, for matching alone."""
    remember_requests(tx, rows)
    kept = keep(tx, Action.READ_REQUEST, rows, lambda row: Target("request", row.id))
    texts = tx.session.scalars(
        select(GuardedField)
        .where(
            GuardedField.subject_id.in_([row.id for row in kept]), GuardedField.field.in_(_ASKING)
        )
        .order_by(GuardedField.field)
    )
    said: dict[str, list[str]] = {}
    for field in texts:
        if _clear(tx, field):
            said.setdefault(field.subject_id, []).append(field.body)
    return {request_id: "\n".join(found) for request_id, found in said.items()}


def asked_of(tx: Transaction, rows: Sequence[Request]) -> dict[str, Asked]:
    """Give by request what routing rules look at, as far as the acting person may read it."""
    said, pathways = words_of(tx, rows), _pathways(tx, rows)
    return {
        row.id: Asked(
            type=row.type,
            basis=row.basis_kind,
            page=row.basis_page,
            pathway=pathways.get(row.basis_id or ""),
            said=said.get(row.id),
        )
        for row in rows
    }


def find_similar(
    tx: Transaction, phrase: str, *, but_not: str = "", least: float, most: int
) -> list[Similar]:
    """Find open or answered requests of any organisation that ask what a phrase asks, best first.

    For the publisher's people alone: who asks or answers never learns that others ask.

    Args:
        tx: the transaction.
        phrase: what is asked; the acting person may read it.
        but_not: the request that it comes from.
        least: how like they have to be, from 0 to 1.
        most: how many to give.
    """
    if tx.actor.side is not Side.PUBLISHER or not phrase.strip():
        return []
    likeness = _likeness(tx, phrase, but_not, least)
    rows = tx.session.scalars(
        select(Request).where(Request.id.in_(likeness), Request.state.in_(_OPEN_OR_ANSWERED))
    ).all()
    remember_requests(tx, rows)
    kept = keep(tx, Action.READ_REQUEST, rows, lambda row: Target("request", row.id))
    found = [Similar(row, likeness[row.id]) for row in kept]
    return sorted(found, key=lambda one: (-one.likeness, one.row.id))[:most]


def _likeness(tx: Transaction, phrase: str, but_not: str, least: float) -> dict[str, float]:
    """Give by request how like its best text is, of those that the acting person may read."""
    key = ("similar", phrase, but_not)
    if key not in tx.memory:  # asked once for who answered, and once for what is repeated
        tx.memory[key] = _search(tx, phrase, but_not)
    found: dict[str, float] = tx.memory[key]
    return {request_id: likeness for request_id, likeness in found.items() if likeness >= least}


def _search(tx: Transaction, phrase: str, but_not: str) -> dict[str, float]:
    hits = func.vitrine_similar(phrase, but_not, _MOST_TEXTS).table_valued("field_id", "likeness")
    rows = tx.session.execute(
        select(GuardedField, hits.c.likeness).join(hits, hits.c.field_id == GuardedField.id)
    )
    found: dict[str, float] = {}
    for field, likeness in rows:
        if _clear(tx, field):
            found[field.subject_id] = max(found.get(field.subject_id, 0.0), float(likeness))
    return found


def _clear(tx: Transaction, field: GuardedField) -> bool:
    """Say whether the acting person may read a text; asked once for texts of the same kind."""
    own = field.written_by == tx.actor.id
    key = ("clear", field.version_id, tuple(field.sensitivity), own)
    if key not in tx.memory:
        tx.memory[key] = not field_of(tx, field).masked
    return bool(tx.memory[key])


def _pathways(tx: Transaction, rows: Sequence[Request]) -> Mapping[str, int]:
    claims = {row.basis_id for row in rows if row.basis_kind == "claim" and row.basis_id}
    if not claims:
        return {}
    found = tx.session.execute(
        select(Claim.id, Pathway.ordinal)
        .join(Pathway, Pathway.id == Claim.pathway_id)
        .where(Claim.id.in_(claims))
    )
    return {row.id: row.ordinal for row in found}
