"""What every move of a request shares: the locked row, the state table, the event.

Not here: which moves there are (domain/requests) and what else an intention changes.
"""

from collections.abc import Mapping

from app.access.deposit import share_field
from app.access.facts import forget
from app.domain.actions import Action
from app.domain.categories import CODES
from app.domain.events import Event, Fact
from app.domain.parts import IllegalPartMove, PartMove, part_after
from app.domain.requests import OF_PARTS, IllegalMove, Move, Party, State, after
from app.domain.targets import Target
from app.features.requests import parts, queries
from app.features.requests.parts import Part
from app.features.requests.schemas import MovedView
from app.kernel.actor import Side
from app.kernel.clock import now
from app.kernel.errors import Conflict, NotFound
from app.models.requests import Request
from app.transaction import Transaction

_PARTIES = {
    Side.REVIEWER: Party.ASKER,
    Side.PUBLISHER: Party.PUBLISHER,
    Side.SYSTEM: Party.CLOCK,
}


def target_of(row: Request) -> Target:
    """Name a request as a target."""
    return Target("request", row.id)


def locked(tx: Transaction, request_id: str) -> Request:
    """Give a request's row, locked until the commit."""
    return queries.get_request(tx, request_id, lock=True)


def move(tx: Transaction, row: Request, what: Move) -> None:
    """Move a locked request by the state table.

    Raises:
        Conflict: its state does not admit the move.
    """
    party = _PARTIES[tx.actor.side]
    held = [part.state for part in parts.list_parts(tx, row.id)]
    try:
        state = after(what, State(row.state), by=party, parts=held)
    except IllegalMove as refused:
        raise gone() from refused
    if row.state != state.value:
        row.state = state.value
        row.state_since = now()
    tx.session.flush()
    forget(tx, target_of(row))


def move_part(tx: Transaction, row: Request, part: Part, what: PartMove) -> None:
    """Move a part of a locked request, and the request to where its parts then are.

    Raises:
        Conflict: the state of the part, or of the request, does not admit the move; or it waits
            for the answer of another request.
    """
    if part.row.follows_id is not None:
        raise follows()
    try:
        part.row.state = part_after(what, part.state).value
    except IllegalPartMove as refused:
        raise gone() from refused
    tx.session.flush()
    move(tx, row, OF_PARTS[what])


def follows() -> Conflict:
    """Say that a request waits for the answer of another one."""
    return Conflict(
        "This request is answered together with another one, so nobody works on it by itself.",
        remedy="Separate it first.",
    )


def gone() -> Conflict:
    """Say that somebody else was quicker."""
    return Conflict(
        "This request is no longer where you saw it, so nothing was changed.",
        remedy="Open it again to see where it is now.",
    )


def tell(
    tx: Transaction,
    row: Request,
    name: str,
    licence: Action,
    *,
    shared: bool = False,
    step: bool = True,
    facts: Mapping[str, Fact] | None = None,
) -> None:
    """Emit what happened to a request.

    Args:
        tx: the transaction.
        row: the request, already changed.
        name: the event, in the past tense.
        licence: the action that was decided *allow* on the request.
        shared: True puts it in the asking organisation's own record.
        step: False keeps it out of the timeline.
        facts: ids, old and new values; with `shared`, nothing that is the publisher's own.
    """
    tx.emit(
        Event(
            name=name,
            licence=licence,
            target=target_of(row),
            organisations=frozenset({row.organisation_id}) if shared else frozenset(),
            facts=dict(facts or {}),
            stage=row.state if step else None,
        )
    )


def tell_draft(tx: Transaction, row: Request, name: str) -> None:
    """Emit what happened to a draft: it is the organisation's own, so no step of it is kept."""
    tx.emit(
        Event(
            name=name,
            licence=Action.DRAFT_REQUEST,
            target=Target("review", row.review_id),
            subject=target_of(row),
        )
    )


def share_ask(tx: Transaction, row: Request) -> None:
    """Share what a draft asks with the publisher; the organisation's own reference stays."""
    for field in ("question", "purpose", "substitutes"):
        try:
            share_field(tx, target_of(row), field=field, narrowed_to=CODES)
        except NotFound:
            # Only what was written is kept, but a request without its question is none.
            if field == "question":
                raise


def moved(tx: Transaction, row: Request) -> MovedView:
    """Give what an act led to, in the words of the acting person."""
    return MovedView(id=row.id, state=queries.state_for(row, queries.seen_as(tx)))
