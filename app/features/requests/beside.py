"""What the publisher's overseers see beside a request: a suggested team, repeats, what follows it.

Reading only. None of it is in any view of an asker or a responder.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import select

from app.domain.requests import ENDED, State
from app.features.requests import queries
from app.features.requests.merging import MERGEABLE
from app.features.requests.parts import Part
from app.features.requests.repeats import repeats_of
from app.features.requests.schemas import LinkedView
from app.features.requests.suggesting import suggestion_for
from app.models.history import Stage
from app.models.requests import Request
from app.transaction import Transaction

_BY_ITSELF = frozenset({"assign", "ask_clarification"})
"""Acts for which a request has to go its own way."""


def beside(
    tx: Transaction, row: Request, held: Sequence[Part], following: Sequence[str]
) -> dict[str, Any]:
    """Give the fields of the publisher's view that tell of other requests and of teams.

    Args:
        tx: the transaction.
        row: the request.
        held: its parts.
        following: the requests that follow it.
    """
    main = _followed(held)
    linked = _linked(tx, [*([main] if main else []), *following])
    return {
        "suggestion": suggestion_for(tx, row),
        "repeats": () if main else repeats_of(tx, row, known=following),
        "follows": linked.get(main or ""),
        "followers": tuple(linked[one] for one in following if one in linked),
    }


def acts_beside(
    row: Request, acts: list[str], held: Sequence[Part], following: Sequence[str]
) -> list[str]:
    """Give the acts of somebody who may merge: a request that follows another first leaves it."""
    rest = [act for act in acts if act != "merge"]
    if _followed(held) is not None:
        if State(row.state) in ENDED:
            return rest
        return [*(act for act in rest if act not in _BY_ITSELF), "separate"]
    fit = State(row.state) in MERGEABLE and not following
    return [*rest, "merge"] if fit else rest


def _followed(held: Sequence[Part]) -> str | None:
    """Name the request whose answer one of these parts waits for."""
    return next((part.row.follows_id for part in held if part.row.follows_id is not None), None)


def numbers_in(tx: Transaction, stages: Iterable[Stage]) -> dict[str, str]:
    """Give the numbers of the other requests that some steps name, by id."""
    named = {str(stage.facts.get(key)) for stage in stages for key in ("into", "joined")}
    return queries.numbers_of(tx, named)


def _linked(tx: Transaction, ids: list[str]) -> dict[str, LinkedView]:
    rows = tx.session.scalars(select(Request).where(Request.id.in_(ids))).all() if ids else ()
    names = queries.organisation_names(tx, {row.organisation_id for row in rows})
    return {
        row.id: LinkedView(
            id=row.id,
            number=row.number or "",
            organisation_name=names.get(row.organisation_id, ""),
            state=row.state,
            answer_comes=State(row.state) not in ENDED | {State.RELEASED},
        )
        for row in rows
    }
