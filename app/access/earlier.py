"""The part of the door that searches: an organisation's earlier requests by their texts.

The search runs over texts of the acting organisation alone, and a hit counts only where the very
text may be read now: what is masked is neither found, nor counted, nor lends its place in the
order. What is given back are requests; their texts come by release.
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Text, cast, func, or_, select
from sqlalchemy.dialects.postgresql import TSQUERY

from app.access.decide import keep, keep_to_read, require
from app.access.release import field_of
from app.access.request_facts import remember_requests
from app.domain.actions import Action
from app.domain.events import Event
from app.domain.targets import INSTALLATION, Target
from app.kernel.errors import Invalid
from app.models.content import GuardedField
from app.models.requests import Request
from app.transaction import Transaction

LONGEST_PHRASE = 500
_MOST_TEXTS = 400
_FIELDS = ("question", "purpose")
_ANSWERED = ("released", "closed")


@dataclass(frozen=True)
class Found:
    """A request that a phrase was found in, and how well it fits."""

    row: Request
    rank: float


def find_earlier(tx: Transaction, phrase: str, *, most: int) -> list[Found]:
    """Find answered requests of the acting organisation by words of question, purpose or answer.

    Any of the words will do; the more and the rarer of them a text has, the earlier it comes.

    Raises:
        Invalid: no phrase, or one that is too long (`q`).
    """
    require(tx, Action.FIND_EARLIER, INSTALLATION)
    words = " ".join(phrase.split())
    if not 1 <= len(words) <= LONGEST_PHRASE:
        raise Invalid(fields={"q": f"Type between 1 and {LONGEST_PHRASE} characters."})
    ranks = _ranks(tx, words)
    rows = list(
        tx.session.scalars(
            select(Request).where(Request.id.in_(ranks), Request.state.in_(_ANSWERED))
        )
    )
    remember_requests(tx, rows)
    kept = keep(tx, Action.READ_REQUEST, rows, lambda row: Target("request", row.id))
    found = sorted((Found(row, ranks[row.id]) for row in kept), key=_order)[:most]
    tx.emit(
        Event(
            name="EarlierSearched",
            licence=Action.FIND_EARLIER,
            target=INSTALLATION,
            facts={"hits": len(found)},
            content={"phrase": words},
        )
    )
    return found


@dataclass(frozen=True)
class OwnAnswer:
    """An answer that the acting person wrote, and the request it was written for."""

    row: Request
    body: str


def find_own_answers(tx: Transaction, about: Target, phrase: str, *, most: int) -> list[OwnAnswer]:
    """Find answers that the acting person wrote to other requests, by the words of a new ask.

    The reading of `about` was required before; what it led to is told under it. An answer counts
    only where its request may still be read, and where one is cleared for what was written.
    """
    words = " ".join(phrase.split())[:LONGEST_PHRASE]
    wanted = _any_of(words)
    rank = func.ts_rank(GuardedField.words, wanted)
    rows = tx.session.scalars(
        select(GuardedField)
        .where(
            GuardedField.written_by == tx.actor.id,
            GuardedField.subject_kind == "request",
            GuardedField.subject_id != about.id,
            GuardedField.field.startswith("answer."),
            GuardedField.words.bool_op("@@")(wanted),
        )
        .order_by(rank.desc(), GuardedField.written_at.desc(), GuardedField.id)
        .limit(4 * most)
    ).all()
    requests = list(
        tx.session.scalars(select(Request).where(Request.id.in_({r.subject_id for r in rows})))
    )
    remember_requests(tx, requests)
    kept = {one.id: one for one in keep_to_read(tx, Action.READ_REQUEST, requests, _target)}
    found = [
        OwnAnswer(kept[row.subject_id], body)
        for row in rows
        if row.subject_id in kept and (body := field_of(tx, row).body)
    ][:most]
    if found:
        tx.emit(
            Event(
                name="OwnAnswersRead",
                licence=Action.READ_REQUEST,
                target=about,
                facts={"requests": sorted({one.row.id for one in found})},
            )
        )
    return found


def _target(row: Request) -> Target:
    return Target("request", row.id)


def _any_of(words: str) -> ColumnElement[Any]:
    """Every word by itself, taken apart by the database: nothing that is typed is an operator."""
    terms = func.replace(cast(func.plainto_tsquery("english", words), Text), "&", "|")
    return cast(terms, TSQUERY)


def _ranks(tx: Transaction, words: str) -> dict[str, float]:
    """Give by request how well its best text fits, of those that this person may read."""
    said = GuardedField.words
    wanted = _any_of(words)
    rank = func.ts_rank(said, wanted)
    rows = tx.session.execute(
        select(GuardedField, rank.label("rank"))
        .where(
            GuardedField.organisation_id == (tx.actor.organisation_id or ""),
            GuardedField.subject_kind == "request",
            or_(GuardedField.field.in_(_FIELDS), GuardedField.field.startswith("answer.")),
            said.bool_op("@@")(wanted),
        )
        .order_by(rank.desc(), GuardedField.subject_id)
        .limit(_MOST_TEXTS)
    )
    ranks: dict[str, float] = {}
    for row in rows:
        field = row.GuardedField
        if not field_of(tx, field).masked:
            ranks[field.subject_id] = max(ranks.get(field.subject_id, 0.0), float(row.rank))
    return ranks


def _order(found: Found) -> tuple[float, str]:
    return -found.rank, found.row.id
