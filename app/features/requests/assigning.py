"""Who answers a request: given whole or in parts, to people and teams, handed over, dropped."""

from sqlalchemy import select

from app.access.decide import require
from app.access.facts import forget
from app.domain.actions import Action
from app.domain.events import Fact
from app.domain.parts import PartMove, PartState
from app.domain.targets import Target
from app.features.requests import parts, queries
from app.features.requests.commands import AssignRequest, DropPart, HandOver, SplitRequest
from app.features.requests.handing import hand_on_attachments
from app.features.requests.moving import follows, gone, locked, move_part, moved, target_of, tell
from app.features.requests.parts import Part
from app.features.requests.schemas import MovedView
from app.features.requests.texts import text
from app.features.requests.triage import (
    deposit_internal,
    narrow_for,
    readers,
    take_if_waiting,
)
from app.kernel.clock import now
from app.kernel.errors import Invalid
from app.kernel.ids import new_id
from app.models.people import Membership
from app.models.requests import Assignment, Request
from app.models.teams import Team
from app.transaction import Transaction


def assign_request(tx: Transaction, request_id: str, command: AssignRequest) -> MovedView:
    """Give a request, or one of its parts, to a team or a person; who held it does so no longer."""
    require(tx, Action.ASSIGN_REQUEST, Target("request", request_id))
    row = locked(tx, request_id)
    refuse_strangers(tx, command.team_id, command.responder_id)
    take_if_waiting(tx, row)
    held = parts.list_parts(tx, row.id)
    if command.part_id is None and len(held) > 1:
        raise Invalid(fields={"part_id": "Say which part of the request you mean."})
    part = part_of(held, command.part_id) if held else add_part(tx, row)
    before = part.row.responder_id
    give_part(tx, row, part, command.team_id, command.responder_id)
    hand_on_attachments(tx, row, part, before=before, licence=Action.ASSIGN_REQUEST)
    if command.nothing_withheld:
        _narrow(tx, row, part)
    return moved(tx, row)


def split_request(tx: Transaction, request_id: str, command: SplitRequest) -> MovedView:
    """Add a part to a request, with its own wording, for a team or a person."""
    require(tx, Action.ASSIGN_REQUEST, Target("request", request_id))
    row = locked(tx, request_id)
    refuse_strangers(tx, command.team_id, command.responder_id)
    if command.due_on is not None and row.due_on is not None and command.due_on > row.due_on:
        raise Invalid(fields={"due_on": "Give a day on or before the due date of the request."})
    take_if_waiting(tx, row)
    part = add_part(tx, row)
    part.row.worded, part.row.due_on = True, command.due_on or row.due_on
    deposit_internal(tx, row, f"part.{part.row.id}", command.ask)
    give_part(tx, row, part, command.team_id, command.responder_id)
    if command.nothing_withheld:
        _narrow(tx, row, part)
    return moved(tx, row)


def drop_part(tx: Transaction, request_id: str, command: DropPart) -> MovedView:
    """Take a part out that was not answered; a request that loses its last one is in triage."""
    require(tx, Action.ASSIGN_REQUEST, Target("request", request_id))
    row = locked(tx, request_id)
    part = part_of(parts.list_parts(tx, row.id), command.part_id)
    move_part(tx, row, part, PartMove.DROP)
    facts: dict[str, Fact] = {"assignment": part.row.id, "part": part.row.number}
    tell(tx, row, "PartDropped", Action.ASSIGN_REQUEST, facts=facts)
    return moved(tx, row)


def hand_over_part(tx: Transaction, request_id: str, command: HandOver) -> MovedView:
    """Give a part that one holds, or that waits in one's team, to oneself or to somebody else."""
    require(tx, Action.HAND_OVER_PART, Target("request", request_id))
    row = locked(tx, request_id)
    part = part_of(workable(tx, row), command.part_id)
    to = command.responder_id or tx.actor.id
    if part.row.follows_id is not None:
        raise follows()
    refuse_strangers(tx, None, to)
    if part.state not in (PartState.ASSIGNED, PartState.IN_PROGRESS):
        raise gone()
    before, part.row.responder_id = part.row.responder_id, to
    tx.session.flush()
    forget(tx, target_of(row))
    facts = _facts(part) | {"before": before}
    tell(tx, row, "PartHandedOver", Action.HAND_OVER_PART, facts=facts)
    hand_on_attachments(tx, row, part, before=before, licence=Action.HAND_OVER_PART)
    return moved(tx, row)


def part_of(held: list[Part], part_id: str | None) -> Part:
    """Give the part that is meant: the one named, or the only one there is.

    Raises:
        Invalid: there is no such part, or it has to be named.
    """
    only = part_id is None and len(held) == 1
    named = [part for part in held if only or part.row.id == part_id]
    if not named:
        raise Invalid(fields={"part_id": "Say which part of the request you mean."})
    return named[0]


def workable(tx: Transaction, row: Request) -> list[Part]:
    """List the parts that the acting person may work on: theirs, or all as a coordinator."""
    overseeing = queries.seen_as(tx) == "publisher"
    return parts.list_parts(tx, row.id) if overseeing else parts.own_parts(tx, row.id)


def add_part(tx: Transaction, row: Request) -> Part:
    """Add a part that nobody holds yet to a locked request; it is told of when it is given."""
    if parts.following_part(tx, row.id) is not None:
        raise follows()
    made = Assignment(
        id=new_id("assignment"),
        request_id=row.id,
        organisation_id=row.organisation_id,
        number=parts.next_part_number(tx, row.id),
        assigned_by=tx.actor.id,
        worded=False,
        state=PartState.ASSIGNED.value,
        due_on=row.due_on,
        created_at=now(),
    )
    tx.session.add(made)
    tx.session.flush()
    return Part(made, None)


def give_part(
    tx: Transaction, row: Request, part: Part, team: str | None, responder: str | None
) -> None:
    """Give a part to a team, a person, or a person of a team; ASSIGN_REQUEST was decided."""
    held, before = part.row, part.row.responder_id
    held.team_id, held.responder_id, held.assigned_by = team, responder, tx.actor.id
    held.due_on = row.due_on if held.due_on is None or not held.worded else held.due_on
    move_part(tx, row, part, PartMove.GIVE)
    facts = _facts(part) | {"before": before}
    tell(tx, row, "RequestAssigned", Action.ASSIGN_REQUEST, facts=facts)


def _facts(part: Part) -> dict[str, Fact]:
    return {
        "assignment": part.row.id,
        "part": part.row.number,
        "team": part.row.team_id,
        "responder": part.row.responder_id,
    }


def _narrow(tx: Transaction, row: Request, part: Part) -> None:
    """Record that what those who hold a part read of the ask holds nothing withheld from them."""
    people = readers(tx, part.row)
    for field in _asks(tx, row, part):
        narrow_for(tx, row, field, people, Action.ASSIGN_REQUEST)


def _asks(tx: Transaction, row: Request, part: Part) -> list[str]:
    """Name the texts that those who hold a part read as what is asked."""
    if part.row.worded:
        return [f"part.{part.row.id}"]
    if queries.count_stages(tx, row.id, "RequestReworded") > 0:
        return ["reworded"]
    instead = text(tx, row, "substitutes")
    return ["question", *(["substitutes"] if instead else [])]


def refuse_strangers(tx: Transaction, team_id: str | None, person_id: str | None) -> None:
    """Refuse whoever is no team or person of the publisher; raises Invalid."""
    if team_id is None and person_id is None:
        raise Invalid(fields={"responder_id": "Choose who answers: a person, or a team."})
    if team_id is not None:
        team = tx.session.get(Team, team_id)
        if team is None or team.ended_at is not None:
            raise Invalid(fields={"team_id": "Choose one of your teams."})
    member = (
        person_id is None
        or tx.session.scalars(
            select(Membership.id).where(
                Membership.person_id == person_id,
                Membership.organisation_id == (tx.actor.organisation_id or ""),
                Membership.state == "active",
            )
        ).first()
    )
    if not member:
        raise Invalid(fields={"responder_id": "Choose a person of your own organisation."})
