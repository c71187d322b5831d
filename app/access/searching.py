"""The part of the door that searches requests by what is said in them, for any kind of reader.

A text counts only where the very text may be read now by the one who searches: what is masked, or
is never shown to this kind of reader, is neither found nor counted. Asker: all that either side
said to the other. Overseers: that, and what was worded inside; no notes, no answer that is not
released. Who answers: the ask as worded for them, and what they wrote; a text that stands reworded
is not found by the asker's words. What is given back are ids, never texts.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import ColumnElement, and_, func, or_, select

from app.access import scope
from app.access.decide import require
from app.access.release import missing_for
from app.db.base import one_of
from app.domain.actions import Action
from app.domain.events import Event
from app.domain.targets import INSTALLATION
from app.models.content import GuardedField
from app.models.requests import Assignment, Request
from app.transaction import Transaction

Reader = Literal["asker", "publisher", "responder"]
LONGEST = 200  # characters of what is typed
MOST_TEXTS = 2_000
"""Texts looked at, the newest; where more fit, that is said."""
_SAID = ("question", "purpose", "clarification_asked", "clarification", "answer", "reason",
         "return_reason", "appeal", "appeal_decision", "substitutes")  # fmt: skip
_INSIDE = (*_SAID, "reworded", "part")
_ONCE_SHARED = ("answer", "reason")  # before that they are drafts
_ASKERS_WORDS = ("question", "clarification", "return_reason")
_COLUMNS = tuple(
    getattr(GuardedField, name)
    for name in ("subject_id", "field", "version_id", "sensitivity", "organisation_id", "side",
                 "written_by")
)  # fmt: skip


@dataclass(frozen=True)
class Hits:
    """The requests that some words were found in; `more`: others may have them as well."""

    ids: tuple[str, ...]
    more: bool


def search_requests(tx: Transaction, phrase: str, *, reader: Reader) -> Hits:
    """Find requests by words that are said in them, all in one text, or by a part of their name.

    The name is what the reader knows a request by: a number, inside also the alias; who answers
    knows the alias alone.
    """
    require(tx, Action.SEARCH_REQUESTS, INSTALLATION)
    words = " ".join(phrase.split())[:LONGEST]
    rows, more = _texts(tx, words, reader)
    readable = _readable(tx, rows)
    if reader == "responder":
        readable = _as_worded(tx, readable)
    found = dict.fromkeys(row.subject_id for row in readable)
    named = _named(tx, words, reader)
    more = more or len(named) > MOST_TEXTS
    ids = tuple(dict.fromkeys([*found, *named[:MOST_TEXTS]]))
    tx.emit(
        Event(
            name="RequestsSearched",
            licence=Action.SEARCH_REQUESTS,
            target=INSTALLATION,
            facts={"hits": len(ids)},
            content={"phrase": words},
        )
    )
    return Hits(ids=ids, more=more)


def _texts(tx: Transaction, words: str, reader: Reader) -> tuple[list[Any], bool]:
    """Give the newest texts that have the words, and whether there are more than are looked at."""
    wanted = func.plainto_tsquery("english", words)
    statement = select(*_COLUMNS).where(GuardedField.subject_kind == "request", _shown(reader))
    if reader == "publisher":
        # Through a function with the wall inside: behind row-level security no index is used.
        looked = select(func.vitrine_find_texts(wanted, MOST_TEXTS + 1))
        ids = list(tx.session.scalars(looked))
        rows = tx.session.execute(statement.where(one_of(GuardedField.id, ids[:MOST_TEXTS])))
        return list(rows), len(ids) > MOST_TEXTS
    statement = statement.where(_own(tx, reader), GuardedField.words.bool_op("@@")(wanted))
    ordered = statement.order_by(GuardedField.written_at.desc(), GuardedField.id)
    found = list(tx.session.execute(ordered.limit(MOST_TEXTS + 1)))
    return found[:MOST_TEXTS], len(found) > MOST_TEXTS


def _shown(reader: Reader) -> ColumnElement[bool]:
    """Say which texts this kind of reader is ever shown."""
    base = func.split_part(GuardedField.field, ".", 1)
    if reader == "responder":
        return base.in_((*_ASKERS_WORDS, "reworded", "part", "answer"))
    known = base.in_((*_SAID, "reference") if reader == "asker" else _INSIDE)
    return and_(known, or_(base.not_in(_ONCE_SHARED), GuardedField.shared))


def _own(tx: Transaction, reader: Reader) -> ColumnElement[bool]:
    listed = GuardedField.subject_id.in_(scope.requests(tx).with_only_columns(Request.id))
    if reader == "responder":
        return listed
    return and_(listed, GuardedField.organisation_id == (tx.actor.organisation_id or ""))


def _readable(tx: Transaction, rows: Iterable[Any]) -> list[Any]:
    """Leave out what is masked for the one who searches; each kind of text is decided once."""
    known: dict[tuple[object, ...], bool] = {}
    kept = []
    for row in rows:
        mine = row.written_by == tx.actor.id
        kind = (row.version_id, tuple(row.sensitivity), row.side, row.organisation_id, mine)
        if kind not in known:
            known[kind] = not missing_for(tx, row)
        if known[kind]:
            kept.append(row)
    return kept


def _as_worded(tx: Transaction, rows: list[Any]) -> list[Any]:
    """Keep of a responder's hits those in the ask as it stands before them, and in their own."""
    ids = {row.subject_id for row in rows}
    reworded = set(
        tx.session.scalars(
            select(GuardedField.subject_id).where(
                one_of(GuardedField.subject_id, ids), GuardedField.field == "reworded"
            )
        )
    )
    mine = scope.parts_of_mine(tx).where(one_of(Assignment.request_id, ids))
    parts = {f"part.{one}" for one in tx.session.scalars(mine.with_only_columns(Assignment.id))}
    found = []
    for row in rows:
        base = row.field.partition(".")[0]
        if (
            (base in _ASKERS_WORDS and row.subject_id not in reworded)
            or base == "reworded"
            or row.field in parts
            or (base == "answer" and row.written_by == tx.actor.id)
        ):
            found.append(row)
    return found


def _named(tx: Transaction, words: str, reader: Reader) -> list[str]:
    """Find by a part of the name; a name has a digit or a hyphen, most words have neither."""
    if not any(letter.isdigit() or letter == "-" for letter in words):
        return []
    number = Request.number.icontains(words, autoescape=True)
    alias = Request.alias.icontains(words, autoescape=True)
    name = {"asker": number, "responder": alias, "publisher": or_(number, alias)}[reader]
    ids = scope.requests(tx).with_only_columns(Request.id).where(name)
    return list(tx.session.scalars(ids.limit(MOST_TEXTS + 1)))
