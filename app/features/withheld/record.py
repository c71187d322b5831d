"""The publisher's own record of the redactions of a version: everybody's marks, every reason."""

from collections.abc import Mapping

from app.access.decide import may, require
from app.access.release import release, release_field
from app.access.released import ReleasedField
from app.access.removals import substitute_of
from app.access.scope import version_and_title
from app.domain.actions import Action
from app.domain.events import Event, Fact
from app.domain.redactions import WITHHOLDING, size_label
from app.domain.targets import DocumentRef, FieldRef, Target
from app.domain.withheld import Removal, arrange, by_category, by_section, part_at
from app.features.withheld import queries
from app.features.withheld.queries import NamedRedaction
from app.features.withheld.schemas import FiguresView, RecordRow, RecordView, Wish
from app.features.withheld.service import paged, sections_of
from app.kernel.errors import NotFound, Unavailable
from app.transaction import Transaction

RESTRICTED = "restricted_justification"
"""The guarded field of a group of marks; its subject is the group."""


def read_record(tx: Transaction, version_id: str, wish: Wish) -> RecordView:
    """Read a page of the record, filtered and ordered as the index is."""
    rows, removals = _open(tx, version_id)
    version, title = version_and_title(tx, version_id)
    by_id = {named.row.id: named for named in rows}
    in_state = [r for r in removals if not wish.state or by_id[r.id].row.state == wish.state]
    chosen = arrange(
        in_state,
        category=wish.category,
        section=wish.section,
        on_page=wish.on_page,
        sort=wish.sort,
    )
    _emit(tx, version_id, {"form": "page", "redactions": len(rows)})
    shown, page, pages = paged(chosen, wish.page)
    return RecordView(
        version_id=version_id,
        report_title=title,
        version_number=version.number,
        rows=_rows(tx, version_id, by_id, shown),
        all=len(rows),
        chosen=len(chosen),
        page=page,
        pages=pages,
        categories=tuple(sorted({code for r in removals for code in r.categories})),
        sections=tuple(dict.fromkeys(r.section for r in arrange(removals) if r.section)),
        states=tuple(dict.fromkeys(named.row.state for named in rows)),
    )


def take_record(tx: Transaction, version_id: str) -> tuple[RecordRow, ...]:
    """Take the whole record along, as a file."""
    rows, removals = _open(tx, version_id)
    _emit(tx, version_id, {"form": "csv", "redactions": len(rows)})
    return _rows(tx, version_id, {named.row.id: named for named in rows}, removals)


def count_record(tx: Transaction, version_id: str) -> FiguresView:
    """Count every mark that withholds from somebody, by section and by category, with its words."""
    rows, removals = _open(tx, version_id)
    version, title = version_and_title(tx, version_id)
    standing = [named.row for named in rows if named.row.state in WITHHOLDING]
    ids = {row.id for row in standing}
    kept = [removal for removal in removals if removal.id in ids]
    _emit(tx, version_id, {"form": "figures", "redactions": len(rows)})
    return FiguresView(
        edition=None,
        version_id=version_id,
        report_title=title,
        version_number=version.number,
        all=len(kept),
        withheld=len(kept),
        pages=version.pages,
        pages_touched=len({removal.page for removal in kept if removal.page}),
        sections=tuple(by_section(kept)),
        categories=tuple(by_category(kept)),
        words=sum(row.size_words for row in standing),
    )


def _open(tx: Transaction, version_id: str) -> tuple[list[NamedRedaction], list[Removal]]:
    require(tx, Action.READ_REDACTION_RECORD, Target("version", version_id))
    rows = queries.every_redaction(tx, version_id)
    outline = _outline(tx, version_id)
    return rows, [_removal(named, outline) for named in rows]


def _outline(tx: Transaction, version_id: str) -> list[tuple[str, int]]:
    """Give the sections as this person's own edition names them; none without an edition."""
    if not may(tx, Action.READ_VERSION, Target("version", version_id)):
        return []
    try:
        return sections_of(release(tx, DocumentRef(version_id=version_id)).outline)
    except Unavailable:
        return []


def _removal(named: NamedRedaction, outline: list[tuple[str, int]]) -> Removal:
    row = named.row
    return Removal(
        id=row.id,
        page=row.page,
        section=part_at(outline, row.page, row.evidence) if outline else "",
        categories=tuple(sorted(row.categories)),
        character=row.character,
        size=size_label(row.size_words),
        justification=row.justification,
        withheld=row.state in WITHHOLDING,
        expires_on=row.expires_at.date() if row.expires_at else None,
        substitute=substitute_of(row),
        evidence=row.evidence,
    )


def _rows(
    tx: Transaction,
    version_id: str,
    by_id: Mapping[str, NamedRedaction],
    removals: list[Removal],
) -> tuple[RecordRow, ...]:
    groups = dict.fromkeys(by_id[removal.id].row.group_id for removal in removals)
    reasons = {group: _restricted(tx, version_id, group) for group in groups}
    found = []
    for removal in removals:
        named = by_id[removal.id]
        reason = reasons[named.row.group_id]
        found.append(_row(removal, named, reason))
    return tuple(found)


def _row(removal: Removal, named: NamedRedaction, reason: ReleasedField | None) -> RecordRow:
    row = named.row
    return RecordRow(
        id=row.id,
        page=row.page,
        evidence=row.evidence,
        section=removal.section,
        categories=removal.categories,
        character=row.character,
        size=removal.size,
        words=row.size_words,
        justification=row.justification,
        state=row.state,
        proposed_by=named.proposed_by,
        proposed_at=row.proposed_at,
        decided_by=named.decided_by,
        decided_at=row.decided_at,
        decision_reason=row.decision_reason,
        statement=row.negative_statement,
        expires_on=removal.expires_on,
        substitute=removal.substitute,
        restricted=None if reason is None else reason.body,
        masked=reason is not None and reason.masked,
    )


def _restricted(tx: Transaction, version_id: str, group: str) -> ReleasedField | None:
    """Give the restricted reason of a group as this person may read it; None where none is."""
    subject = Target("redaction", group)
    try:
        return release_field(tx, FieldRef(subject=subject, field=RESTRICTED, version_id=version_id))
    except NotFound:
        return None


def _emit(tx: Transaction, version_id: str, facts: Mapping[str, Fact]) -> None:
    tx.emit(
        Event(
            name="RedactionRecordRead",
            licence=Action.READ_REDACTION_RECORD,
            target=Target("version", version_id),
            facts=facts,
        )
    )
