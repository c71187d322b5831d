"""Comparing the evidence of two editions, in the worker: item by item, by the lines they show.

Who has something withheld in either has items paired by their titles alone: that two files are the
same bytes would tell that what is under a bar is, too. What is kept is a word for each item.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from app.access.evidence_lines import edition_lines
from app.models.evidence import EvidenceItem
from app.models.reports import Edition
from app.rendering.line_changes import alike
from app.transaction import Transaction


@dataclass(frozen=True, kw_only=True)
class ItemChange:
    """What became of an item: identical, same, changed, gone, new; one that is new has no `old`."""

    old: EvidenceItem | None
    new: EvidenceItem | None
    standing: str

    @property
    def item(self) -> EvidenceItem:
        """Give the item of the later version, of one that is gone the earlier."""
        found = self.new or self.old
        if found is None:
            raise LookupError("neither version has it")
        return found


_Named = Callable[[EvidenceItem], object]
_BYTES: tuple[_Named, ...] = (
    lambda one: (one.source_digest, one.kind, one.title.casefold()),
    lambda one: (one.source_digest, one.kind),
)
_TITLES: tuple[_Named, ...] = (
    lambda one: (one.title.casefold(), one.kind),
    lambda one: one.title.casefold(),
)


def compare_items(tx: Transaction, old: Edition, new: Edition, *, whole: bool) -> list[ItemChange]:
    """Compare the evidence of two editions, for the worker; `whole`: neither withholds anything."""
    before, after = items_built(tx, old.evidence), items_built(tx, new.evidence)
    pairs = _paired(before, after, whole=whole)
    taken = {was.id for was in pairs.values()}
    found = [
        ItemChange(old=was, new=item, standing=_standing(tx, old, new, was, item, whole=whole))
        for item in after
        for was in [pairs.get(item.id)]
    ]
    gone = (ItemChange(old=one, new=None, standing="gone") for one in before if one.id not in taken)
    return [*found, *gone]


def items_built(tx: Transaction, built: Sequence[str]) -> list[EvidenceItem]:
    """Give items by their ids, in the order in which they were attached."""
    rows = tx.session.scalars(
        select(EvidenceItem)
        .where(EvidenceItem.id.in_(built), EvidenceItem.state == "ready")
        .order_by(EvidenceItem.imported_at, EvidenceItem.id)
    )
    return list(rows)


def _paired(
    before: Sequence[EvidenceItem], after: Sequence[EvidenceItem], *, whole: bool
) -> dict[str, EvidenceItem]:
    """Pair items, by the new one: where all is open those of the same bytes, then of one title."""
    pairs: dict[str, EvidenceItem] = {}
    taken: set[str] = set()
    for named in (*(_BYTES if whole else ()), *_TITLES):
        for item in after:
            free = (one for one in before if one.id not in taken and named(one) == named(item))
            was = None if item.id in pairs else next(free, None)
            if was is not None:
                pairs[item.id] = was
                taken.add(was.id)
    return pairs


def _standing(
    tx: Transaction,
    old: Edition,
    new: Edition,
    was: EvidenceItem | None,
    item: EvidenceItem,
    *,
    whole: bool,
) -> str:
    if was is None:
        return "new"
    same = whole and (was.source_digest, was.kind) == (item.source_digest, item.kind)
    if same or alike(edition_lines(tx, old.id, was.id), edition_lines(tx, new.id, item.id)):
        return "identical" if whole else "same"
    return "changed"
