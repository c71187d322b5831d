"""Keeping a request to some people of the organisation that asks: its compartment.

The publisher learns nothing of it: in the log, saying who sees a request looks like reading it.
"""

from collections.abc import Collection

from sqlalchemy import delete, insert, select, update

from app.access.decide import require
from app.access.facts import forget
from app.access.memberships import people_of
from app.access.request_people import kept_to
from app.domain.actions import Action
from app.domain.targets import Target
from app.features.requests.commands import KeepRequest
from app.features.requests.moving import locked, moved, target_of, tell
from app.features.requests.schemas import MovedView, PersonView
from app.kernel.actor import Role
from app.kernel.clock import now
from app.kernel.errors import Invalid
from app.models.packs import PackAsked
from app.models.requests import Request, RequestPerson
from app.transaction import Transaction


def keep_request(tx: Transaction, request_id: str, command: KeepRequest) -> MovedView:
    """Say who of the organisation sees a request besides its drafter and the leads.

    Raises:
        Invalid: somebody who is none of its people (`people`).
    """
    target = Target("request", request_id)
    require(tx, Action.READ_REQUEST, target)
    require(tx, Action.KEEP_REQUEST, target)
    row = locked(tx, request_id)
    keep_to(tx, row, command.people)
    tell(tx, row, "RequestRead", Action.READ_REQUEST, step=False)
    return moved(tx, row)


def keep_to(tx: Transaction, row: Request, people: Collection[str] | None) -> None:
    """Write down whom a request is kept to; None opens it to everybody of the organisation."""
    wanted = None if people is None else {*people, row.drafted_by}
    if wanted is not None:
        known = {one.id for one in people_of(tx, row.organisation_id, people)}
        if set(people or ()) - known:
            raise Invalid(fields={"people": "Choose people of your own organisation."})
    before = kept_to(tx, [row.id]).get(row.id, frozenset())
    gone = before - (wanted or set())
    new = sorted((wanted or set()) - before)
    if new:
        # In one statement, before anybody is taken out: whoever acts sees the request all along.
        rows = [
            {
                "request_id": row.id,
                "person_id": person,
                "organisation_id": row.organisation_id,
                "added_at": now(),
            }
            for person in new
        ]
        tx.session.execute(insert(RequestPerson).values(rows))
    tx.session.execute(
        delete(RequestPerson)
        .where(RequestPerson.request_id == row.id, RequestPerson.person_id.in_(gone))
        .execution_options(synchronize_session=False)
    )
    if wanted is not None:
        # A colleague who applies the same pack is not to learn that this was asked.
        tx.session.execute(
            update(PackAsked)
            .where(PackAsked.request_id == row.id)
            .values(mark=row.id)
            .execution_options(synchronize_session=False)
        )
    forget(tx, target_of(row))


def inherit(tx: Transaction, row: Request, other_id: str | None) -> None:
    """Keep a request to those to whom the one that it rests on is kept, unless it is kept already.

    It may tell of what they alone are to know.
    """
    found = kept_to(tx, [row.id, other_id or ""])
    if other_id in found and row.id not in found:
        keep_to(tx, row, found[other_id])


def colleagues(tx: Transaction) -> list[tuple[str, str]]:
    """List (id, name) of those from whom a request could be kept: neither oneself nor the leads."""
    return [
        (one.id, one.name)
        for one in people_of(tx, tx.actor.organisation_id or "")
        if one.id != tx.actor.id and not one.has(Role.LEAD)
    ]


def kept_view(tx: Transaction, row: Request) -> tuple[PersonView, ...] | None:
    """Name whom a request is kept to, to those who see it; None where it is everybody's."""
    ids = tx.session.scalars(
        select(RequestPerson.person_id).where(RequestPerson.request_id == row.id)
    ).all()
    if not ids:
        return None
    found = people_of(tx, row.organisation_id, ids)
    return tuple(PersonView(id=one.id, name=one.name) for one in found)
