"""Changing the reason of one's own undecided groups, several together, and how far boxes grow."""

from app.access.decide import may, require
from app.access.facts import forget
from app.domain.actions import Action
from app.domain.events import Event, Fact
from app.domain.redactions import category_problem
from app.domain.targets import Target
from app.features.redactions import queries
from app.features.redactions.changing import replace_row
from app.features.redactions.placing import lock_for_marks
from app.features.redactions.schemas import EditRedactions, GroupView
from app.kernel.clock import now
from app.kernel.errors import Conflict, Invalid
from app.models.redactions import Redaction
from app.transaction import Transaction


def edit_redactions(tx: Transaction, version_id: str, command: EditRedactions) -> list[GroupView]:
    """Give chosen undecided groups of one's own other categories, words or boxes.

    Raises:
        Invalid: nothing to change, or categories that cannot be taken.
        Conflict: none of the groups waits for a decision any more.
    """
    version = Target("version", version_id)
    rows = queries.chosen(tx, version_id, redactions=(), groups=command.groups)
    if not rows:
        if not may(tx, Action.LIST_REDACTIONS, version):
            require(tx, Action.CHANGE_REDACTION, Target("redaction", command.groups[0]))
        require(tx, Action.LIST_REDACTIONS, version)
        raise Conflict("None of these waits for a decision any more.")
    for row in rows:
        require(tx, Action.CHANGE_REDACTION, Target("redaction", row.id))
    require(tx, Action.PROPOSE_REDACTION, version)
    lock_for_marks(tx, version_id)
    _check(rows, command)
    for row in rows:
        _reword(tx, row, command)
    return queries.grouped(queries.list_redactions(tx, version_id))


def _check(rows: list[Redaction], command: EditRedactions) -> None:
    if not (command.categories or command.character or command.justification or command.mode):
        raise Invalid(fields={"justification": "Say what is to change; what is left empty stays."})
    if not command.categories:
        return
    if problem := category_problem(command.categories):
        raise Invalid(fields={"categories": problem})
    if "EMB" in command.categories and any(row.expires_at is None for row in rows):
        raise Invalid(
            fields={"categories": "An embargo needs its last day: propose these marks anew."}
        )


def _reword(tx: Transaction, row: Redaction, command: EditRedactions) -> None:
    target, mode, before = Target("redaction", row.id), row.mode, list(row.categories)
    if command.mode and command.mode != row.mode and row.evidence is None:
        # Another mode is another place: a row of its own (see changing.py).
        row = replace_row(tx, row, rects=row.rects, mode=command.mode, size_words=row.size_words)
    else:
        row.revision += 1
    row.categories = sorted(set(command.categories)) if command.categories else before
    row.character = command.character or row.character
    row.justification = command.justification or row.justification
    if "EMB" not in row.categories:
        row.expires_at = None
    row.changed_at = now()
    tx.session.flush()
    forget(tx, target)
    facts: dict[str, Fact] = {
        "version_id": row.version_id,
        "from": before,
        "to": list(row.categories),
        "mode": [mode, row.mode],
    }
    tx.emit(
        Event(
            name="RedactionReworded",
            licence=Action.CHANGE_REDACTION,
            target=target,
            subject=Target("redaction", row.id),
            facts=facts,
            content={"character": row.character, "justification": row.justification},
            stage="proposed",
        )
    )
