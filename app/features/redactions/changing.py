"""Moving, resizing, deleting and undoing one's own marks until somebody decides them.

A mark that moves becomes a row of its own which replaces the withdrawn one: editions are named by
the ids of what they withhold, so no edition painted at the old place can pass for the new one.
"""

from dataclasses import dataclass

from sqlalchemy import func, select

from app.access.decide import may, require
from app.access.facts import forget
from app.access.release import release
from app.domain.actions import Action
from app.domain.events import Event
from app.domain.redactions import after
from app.domain.targets import PageRef, Target
from app.features.redactions import queries
from app.features.redactions.placing import lock_for_marks, on_page, words_in, written_rects
from app.features.redactions.schemas import (
    ChangeRedaction,
    GroupView,
    RedactionView,
    RestoreRedactions,
    UndoView,
    WithdrawRedactions,
)
from app.kernel.clock import now
from app.kernel.errors import Conflict, NotFound
from app.kernel.ids import new_id
from app.models.redactions import Redaction
from app.transaction import Transaction

_SAID = {
    "approved": "Somebody approved this mark meanwhile.",
    "refused": "Somebody refused this mark meanwhile.",
    "withdrawn": "This mark was withdrawn meanwhile.",
}


@dataclass
class MarkChanged(Conflict):
    """A mark is not as it was when somebody opened it; `redaction` is what it is now."""

    message: str = "This mark was changed meanwhile, in another window or by somebody else."
    kept: str | None = "Nothing was overwritten."
    redaction: str = ""


def change_redaction(tx: Transaction, version_id: str, command: ChangeRedaction) -> RedactionView:
    """Give one's own undecided mark another place or size; both withhold until editions follow.

    Raises:
        MarkChanged: it was decided, withdrawn or changed since it was opened.
        Invalid: a place off the page.
        Conflict: it stands in evidence.
    """
    row = _to_change(tx, version_id, command.redaction, command.revision)
    target = Target("redaction", row.id)
    if row.evidence is not None:
        raise Conflict(
            "A mark in evidence is not moved: withdraw it, and mark the other place.",
            kept="It withholds as before.",
        )
    page = release(tx, PageRef(version_id=version_id, page=row.page))
    rects = [list(rect) for rect in on_page(command.rects, page)]
    mode = command.mode or row.mode
    if (rects, mode) == (row.rects, row.mode):
        return queries.get_redaction(tx, version_id, row.id)
    words = words_in(page, [(x0, y0, x1, y1) for x0, y0, x1, y1 in rects])
    moved = replace_row(tx, row, rects=rects, mode=mode, size_words=words)
    tx.emit(
        Event(
            name="RedactionChanged",
            licence=Action.CHANGE_REDACTION,
            target=target,
            subject=Target("redaction", moved.id),
            facts={
                "version_id": version_id,
                "page": row.page,
                "replaces": row.id,
                "from": written_rects(row.rects),
                "to": written_rects(moved.rects),
                "mode": [row.mode, moved.mode],
            },
            stage="proposed",
        )
    )
    return queries.get_redaction(tx, version_id, moved.id)


def replace_row(
    tx: Transaction, row: Redaction, *, rects: list[list[float]], mode: str, size_words: int
) -> Redaction:
    """Withdraw a row in favour of one with another place or mode; the caller emits the event."""
    moment = now()
    moved = Redaction(
        id=new_id("redaction"),
        replaces=row.id,
        rects=rects,
        mode=mode,
        size_words=size_words,
        revision=row.revision + 1,
        changed_at=moment,
        **{name: getattr(row, name) for name in _CARRIED},
    )
    row.state, row.changed_at = after(row.state, "replace"), moment
    tx.session.add(moved)
    tx.session.flush()
    forget(tx, Target("redaction", row.id))
    return moved


_CARRIED = (
    "version_id", "group_id", "page", "categories", "character", "justification", "state",
    "proposed_by", "proposed_at", "negative_statement", "expires_at", "substitute",
    "segregable", "carried_from",
)  # fmt: skip


def _to_change(tx: Transaction, version_id: str, redaction: str, revision: int) -> Redaction:
    """Give an undecided mark that this person may change, locked, in a version still marked."""
    target, version = Target("redaction", redaction), Target("version", version_id)
    row = tx.session.scalars(
        select(Redaction)
        .where(Redaction.id == redaction, Redaction.version_id == version_id)
        .with_for_update()
    ).one_or_none()
    # Whoever may list the marks may know how one stands; anybody else learns nothing.
    if row is not None and may(tx, Action.LIST_REDACTIONS, version):
        _refuse_stale(tx, row, revision)
    require(tx, Action.CHANGE_REDACTION, target)
    require(tx, Action.PROPOSE_REDACTION, version)
    lock_for_marks(tx, version_id)
    if row is None:
        raise NotFound
    return row


def _refuse_stale(tx: Transaction, row: Redaction, revision: int) -> None:
    """Refuse what was typed over a mark that is not there any more as it was."""
    latest = queries.latest(tx, row)
    if latest.id == row.id and row.state == "proposed" and row.revision == revision:
        return
    fault = MarkChanged(redaction=latest.id)
    fault.message = _SAID.get(latest.state, fault.message)
    raise fault


def withdraw_redactions(
    tx: Transaction, version_id: str, command: WithdrawRedactions
) -> list[GroupView]:
    """Withdraw one's own proposals that nobody has decided yet."""
    require(tx, Action.LIST_REDACTIONS, Target("version", version_id))
    moment = now()
    for row in undecided(tx, version_id, command.redactions, command.groups):
        target = Target("redaction", row.id)
        require(tx, Action.WITHDRAW_REDACTION, target)
        row.state, row.changed_at = after(row.state, "withdraw"), moment
        tx.session.flush()
        forget(tx, target)
        tx.emit(
            Event(
                name="RedactionWithdrawn",
                licence=Action.WITHDRAW_REDACTION,
                target=target,
                facts={"version_id": row.version_id},
                stage="withdrawn",
            )
        )
    return queries.grouped(queries.list_redactions(tx, version_id))


def undecided(
    tx: Transaction, version_id: str, redactions: tuple[str, ...], groups: tuple[str, ...]
) -> list[Redaction]:
    """Give the undecided marks chosen, locked.

    Raises:
        Conflict: none of them waits for a decision.
    """
    rows = queries.chosen(tx, version_id, redactions=redactions, groups=groups)
    if not rows:
        raise Conflict("None of these waits for a decision any more.")
    return rows


def restore_redactions(
    tx: Transaction, version_id: str, command: RestoreRedactions
) -> list[GroupView]:
    """Undo a withdrawal: the marks wait for a decision again, and withhold from now on.

    Of a group those that were withdrawn last come back, together.

    Raises:
        Conflict: none of them is withdrawn.
    """
    version = Target("version", version_id)
    rows = _withdrawn(tx, version_id, command)
    if not rows:
        if command.redactions and not may(tx, Action.LIST_REDACTIONS, version):
            require(tx, Action.RESTORE_REDACTION, Target("redaction", command.redactions[0]))
        require(tx, Action.LIST_REDACTIONS, version)
        raise Conflict("None of these is withdrawn any more.")
    for row in rows:
        require(tx, Action.RESTORE_REDACTION, Target("redaction", row.id))
    require(tx, Action.PROPOSE_REDACTION, version)
    lock_for_marks(tx, version_id)
    for row in rows:
        target = Target("redaction", row.id)
        row.state, row.changed_at = after(row.state, "restore"), now()
        row.revision += 1
        tx.session.flush()
        forget(tx, target)
        tx.emit(
            Event(
                name="RedactionRestored",
                licence=Action.RESTORE_REDACTION,
                target=target,
                facts={"version_id": row.version_id},
                stage="proposed",
            )
        )
    return queries.grouped(queries.list_redactions(tx, version_id))


def _withdrawn(tx: Transaction, version_id: str, command: RestoreRedactions) -> list[Redaction]:
    last = (
        select(func.max(Redaction.changed_at))
        .where(
            Redaction.version_id == version_id,
            Redaction.group_id.in_(command.groups),
            Redaction.state == "withdrawn",
            Redaction.id.not_in(queries.replaced(version_id)),
        )
        .scalar_subquery()
    )
    wanted = Redaction.group_id.in_(command.groups) & (Redaction.changed_at == last)
    statement = (
        select(Redaction)
        .where(
            Redaction.version_id == version_id,
            Redaction.state == "withdrawn",
            Redaction.id.not_in(queries.replaced(version_id)),
            Redaction.id.in_(command.redactions) | wanted,
        )
        .order_by(Redaction.page, Redaction.id)
        .with_for_update()
    )
    return list(tx.session.scalars(statement))


def find_undo(tx: Transaction, version_id: str, redaction: str, *, done: str) -> UndoView | None:
    """Find what would undo what was `done` to a mark last, if this person may do that."""
    mark = queries.find_redaction(tx, version_id, redaction)
    if mark is None:
        return None
    before = queries.find_redaction(tx, version_id, mark.replaces) if mark.replaces else None
    target = Target("redaction", mark.id)
    if mark.state == "withdrawn":
        return UndoView(act="restore", mark=mark) if _restorable(tx, mark, target) else None
    if done == "changed" and before is not None:
        undo = UndoView(act="change", mark=mark, before=before.rects, mode=before.mode)
        return undo if may(tx, Action.CHANGE_REDACTION, target) else None
    if may(tx, Action.WITHDRAW_REDACTION, target):
        return UndoView(act="withdraw", mark=mark)
    return None


def _restorable(tx: Transaction, mark: RedactionView, target: Target) -> bool:
    return not queries.is_replaced(tx, mark.id) and may(tx, Action.RESTORE_REDACTION, target)
