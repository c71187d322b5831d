"""The part of the door through which marks in evidence are compared with another version's files.

Which items of earlier versions a later one has not, and where the marks in those that it has stand
now. Lines are compared only for who has everything lifted in both versions; whoever asks made sure
of that (`carrying`).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy.orm import aliased

from app.access.decide import may
from app.access.editions import active_redactions, lifted_codes
from app.access.evidence_lines import edition_lines, span_of
from app.access.released import EditionFacts
from app.domain.actions import Action
from app.domain.evidence import AT_HAND, HELD
from app.domain.targets import Target
from app.models.evidence import EvidenceItem, EvidenceMark
from app.models.redactions import Redaction
from app.models.reports import Edition, Version
from app.rendering.carrying_lines import LineCarrier, LineMatch
from app.rendering.lines import Span
from app.transaction import Transaction

UNREAD = LineMatch("unread")


@dataclass(frozen=True, kw_only=True)
class LineCarry:
    """What became of a mark in evidence: where it stood, and the item of the later version.

    `item` is None where the later version has no such item any more.
    """

    stood: Span
    item: EvidenceItem | None
    match: LineMatch


def is_in_item(item: type[EvidenceItem]) -> ColumnElement[bool]:
    """Say in SQL that a redaction stands in an item."""
    return and_(item.version_id == Redaction.version_id, item.code == Redaction.evidence)


def is_at_hand(item: type[EvidenceItem], version_id: str) -> ColumnElement[bool]:
    """Say in SQL that a version holds an item's file, or one of the same title."""
    held = aliased(EvidenceItem)
    return exists().where(
        held.version_id == version_id,
        held.state.in_(AT_HAND),
        or_(
            held.source_digest == item.source_digest,
            func.lower(held.title) == func.lower(item.title),
        ),
    )


def counts_here(
    item: type[EvidenceItem], later: type[Version], version_id: str
) -> ColumnElement[bool]:
    """Say in SQL that what was settled in a later version is settled in this one as well.

    What was said of a mark where its file had changed, or was gone, says nothing of the very file
    when that comes back.
    """
    return or_(
        item.id.is_(None),
        later.id == version_id,
        item.source_digest.not_in(_digests(version_id)),
        item.source_digest.in_(_digests(later.id).correlate(later)),
    )


def _digests(version_id: object) -> Select[str]:
    held = aliased(EvidenceItem)
    return select(held.source_digest).where(held.version_id == version_id, held.state.in_(HELD))


def compare_lines(
    tx: Transaction, old: EditionFacts, new: EditionFacts, rows: Sequence[Redaction]
) -> dict[str, LineCarry]:
    """Say of marks in evidence where they stand in the later version; both are wholly open."""
    marks = tx.session.scalars(
        select(EvidenceMark).where(EvidenceMark.redaction_id.in_([row.id for row in rows]))
    )
    by_item: dict[str, list[EvidenceMark]] = {}
    for mark in marks:
        by_item.setdefault(mark.item_id, []).append(mark)
    found: dict[str, LineCarry] = {}
    built = {one.id: _built(tx, one) for one in (old, new)}
    for item_id, places in by_item.items():
        before = tx.session.get_one(EvidenceItem, item_id)
        here = _counterpart(tx, new.version_id, before)
        ready = here is not None and before.id in built[old.id] and here.id in built[new.id]
        carrier = _carrier(tx, old, new, before, here) if here is not None and ready else None
        for place in places:
            stood = span_of(place)
            match = carrier.match(stood) if carrier else UNREAD if here else LineMatch("gone")
            found[place.redaction_id] = LineCarry(stood=stood, item=here, match=match)
    return found


def _built(tx: Transaction, edition: EditionFacts) -> frozenset[str]:
    """Give the items with which an edition was built."""
    return frozenset(
        tx.session.scalars(select(Edition.evidence).where(Edition.id == edition.id)).one()
    )


def _counterpart(tx: Transaction, version_id: str, old: EvidenceItem) -> EvidenceItem | None:
    """Find the item of a later version with the same bytes, or else of the same title."""
    same_file = EvidenceItem.source_digest == old.source_digest
    alike = EvidenceItem.kind == old.kind
    return tx.session.scalars(
        select(EvidenceItem)
        .where(
            EvidenceItem.version_id == version_id,
            EvidenceItem.state.in_(AT_HAND),
            same_file | (func.lower(EvidenceItem.title) == func.lower(old.title)),
        )
        .order_by(same_file.desc(), alike.desc(), EvidenceItem.imported_at, EvidenceItem.id)
    ).first()


def _carrier(
    tx: Transaction, old: EditionFacts, new: EditionFacts, before: EvidenceItem, here: EvidenceItem
) -> LineCarrier:
    return LineCarrier(
        edition_lines(tx, old.id, before.id),
        edition_lines(tx, new.id, here.id),
        same_file=(before.source_digest, before.kind) == (here.source_digest, here.kind),
    )


def places_of(tx: Transaction, redactions: Iterable[str]) -> dict[str, Span]:
    """Give where marks stand in their items: for the publisher's people only."""
    rows = tx.session.scalars(
        select(EvidenceMark).where(EvidenceMark.redaction_id.in_(list(redactions)))
    )
    return {row.redaction_id: span_of(row) for row in rows}


def items_not_here(tx: Transaction, version_id: str) -> dict[str, list[EvidenceItem]]:
    """Give by version what earlier ones since the last published have and this one has not.

    A file that several of them have is given of the latest; no line of any is.
    """
    version = tx.session.get_one(Version, version_id)
    earlier = and_(Version.report_id == version.report_id, Version.number < version.number)
    base = select(func.coalesce(func.max(Version.number), 0)).where(
        earlier, Version.published_at.is_not(None)
    )
    rows = tx.session.scalars(
        select(EvidenceItem)
        .join(Version, Version.id == EvidenceItem.version_id)
        .where(
            earlier,
            Version.number >= base.scalar_subquery(),
            Version.state.not_in(("importing", "failed")),
            EvidenceItem.state == "ready",
            EvidenceItem.source_digest.not_in(_digests(version_id)),
        )
        .order_by(Version.number.desc(), EvidenceItem.imported_at, EvidenceItem.id)
    )
    found: dict[str, list[EvidenceItem]] = {}
    seen: set[str] = set()
    for item in rows:
        if item.source_digest not in seen:
            seen.add(item.source_digest)
            found.setdefault(item.version_id, []).append(item)
    return found


def is_wholly_open(tx: Transaction, version_id: str) -> bool:
    """Say whether this person may read a version, and nothing of it is withheld from them."""
    if not may(tx, Action.READ_VERSION, Target("version", version_id)):
        return False
    occurring = {code for row in active_redactions(tx, version_id) for code in row.categories}
    return occurring <= lifted_codes(tx, version_id)
