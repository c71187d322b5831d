"""The part of the door through which evidence of two versions leaves side by side, line by line.

The worker says of each item whether it reads the same in two editions (`evidence_matching`); the
lines come from the editions of the person who looks.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from app.access.comparing import ReleasedComparison
from app.access.decide import require
from app.access.evidence_lines import edition_lines
from app.access.evidence_matching import ItemChange, items_built
from app.access.released import EditionFacts
from app.domain.actions import Action
from app.domain.events import Event, Fact
from app.domain.targets import Target
from app.models.evidence import EvidenceItem
from app.rendering.line_changes import LineChange, change_lines
from app.rendering.lines import ShownLine
from app.transaction import Transaction


@dataclass(frozen=True, kw_only=True)
class ReleasedChanges:
    """An item in two editions: its lines in both, and how they go together."""

    old: tuple[ShownLine, ...]
    new: tuple[ShownLine, ...]
    changes: tuple[LineChange, ...]


def items_compared(tx: Transaction, found: ReleasedComparison) -> list[ItemChange]:
    """List what became of the items of two editions that were released to the acting person."""
    parts = [part for part in found.parts if part.kind == "evidence"]
    ids = {one for part in parts for one in (part.old_id, part.new_id) if one}
    if not parts:
        return []
    rows = {row.id: row for row in items_built(tx, sorted(ids))}
    changes = [
        ItemChange(
            old=rows.get(part.old_id or ""),
            new=rows.get(part.new_id or ""),
            standing=part.standing,
        )
        for part in parts
    ]
    return [one for one in changes if one.old or one.new]


def release_line_changes(
    tx: Transaction, found: ReleasedComparison, change: ItemChange
) -> ReleasedChanges:
    """Reveal the lines of an item in two editions; `found` was released to this person.

    Raises:
        NotFound: the pages of one of the versions are not for this person.
    """
    sides = ((found.old, change.old), (found.new, change.new))
    lines = [tuple(_lines(tx, edition, item)) for edition, item in sides]
    old, new = lines
    return ReleasedChanges(old=old, new=new, changes=tuple(change_lines(old, new)))


def _lines(
    tx: Transaction, edition: EditionFacts, item: EvidenceItem | None
) -> Iterable[ShownLine]:
    if item is None:
        return ()
    target = Target("version", edition.version_id)
    require(tx, Action.READ_PAGE, target)
    facts: dict[str, Fact] = {
        "edition": edition.key,
        "lifted": list(edition.lifted),
        "withheld": list(edition.withheld),
        "item": item.id,
        "code": item.code,
        "page": "all",
        "part": "lines",
    }
    tx.emit(Event(name="EvidenceRead", licence=Action.READ_PAGE, target=target, facts=facts))
    return edition_lines(tx, edition.id, item.id)
