"""What the worker's jobs store and read back of evidence that is text; the door reads it here."""

import hashlib
from collections.abc import Mapping, Sequence

import msgspec
from sqlalchemy import delete, select

from app.access.decide import require
from app.domain.actions import Action
from app.domain.events import Event
from app.domain.targets import Target
from app.kernel.errors import ProgrammingFault
from app.models.content import EditionEvidence, SourceEvidence, WorkbookSheet
from app.models.evidence import EvidenceItem, EvidenceMark
from app.models.reports import Edition
from app.rendering.line_repeats import MarkedLines
from app.rendering.lines import KINDS, Line, ShownLine, Span, in_parts
from app.rendering.shapes import Sheet
from app.rendering.writing_lines import write_file
from app.storage.sources import OpenableSources
from app.transaction import Transaction


def open_item_source(tx: Transaction, item: EvidenceItem) -> bytes:
    """Open the source of an evidence item for a job; recorded like any other access."""
    target = Target("version", item.version_id)
    require(tx, Action.OPEN_SOURCE, target)
    sources = tx.installation.sources
    if not isinstance(sources, OpenableSources):
        raise ProgrammingFault("this process was not given the key of the sources")
    content = sources.get(item.source_digest)
    tx.emit(
        Event(
            name="SourceOpened",
            licence=Action.OPEN_SOURCE,
            target=target,
            facts={"digest": item.source_digest, "item": item.id},
        )
    )
    return content


def deposit_source_lines(tx: Transaction, item: EvidenceItem, lines: Sequence[Line]) -> None:
    """Store (or store again) all lines of an item; only the system side can read them."""
    tx.session.execute(delete(SourceEvidence).where(SourceEvidence.item_id == item.id))
    tx.session.add_all(
        SourceEvidence(item_id=item.id, part=number, version_id=item.version_id, lines=packed)
        for number, packed in enumerate(in_parts(lines), start=1)
    )
    tx.session.flush()


def deposit_sheets(
    tx: Transaction, item: EvidenceItem, sheets: Sequence[Sheet], taken: Mapping[int, str]
) -> None:
    """Store what a spreadsheet holds; `taken` are the codes of its sheets' items, by number."""
    tx.session.add_all(
        WorkbookSheet(
            item_id=item.id,
            number=number,
            version_id=item.version_id,
            name=sheet.name[:200],
            visible=sheet.visible,
            rows=sheet.rows,
            columns=sheet.columns,
            taken_as=taken.get(number),
        )
        for number, sheet in enumerate(sheets, start=1)
    )
    tx.session.flush()


def source_lines(tx: Transaction, item_id: str) -> list[Line]:
    """Give all lines of an item's source to a job."""
    rows = tx.session.scalars(
        select(SourceEvidence.lines)
        .where(SourceEvidence.item_id == item_id)
        .order_by(SourceEvidence.part)
    )
    return [line for packed in rows for line in msgspec.msgpack.decode(packed, type=list[Line])]


def spans_of(tx: Transaction, item_id: str, withheld: Sequence[str]) -> list[Span]:
    """Give where these redactions stand in an item."""
    rows = tx.session.scalars(
        select(EvidenceMark)
        .where(EvidenceMark.item_id == item_id, EvidenceMark.redaction_id.in_(withheld))
        .order_by(EvidenceMark.redaction_id)
    )
    return [span_of(row) for row in rows]


def span_of(row: EvidenceMark) -> Span:
    """Give a mark's place as rendering takes it."""
    return Span(row.redaction_id, row.line_from, row.line_to, row.field, row.char_from, row.char_to)


def deposit_edition_lines(
    tx: Transaction, *, edition_id: str, item: EvidenceItem, lines: Sequence[ShownLine]
) -> None:
    """Store (or store again) what an edition shows of an item."""
    here = (EditionEvidence.edition_id == edition_id) & (EditionEvidence.item_id == item.id)
    tx.session.execute(delete(EditionEvidence).where(here))
    tx.session.add_all(
        EditionEvidence(
            edition_id=edition_id,
            item_id=item.id,
            part=number,
            version_id=item.version_id,
            lines=packed,
        )
        for number, packed in enumerate(in_parts(lines), start=1)
    )
    tx.session.flush()


def evidence_ids(tx: Transaction, version_id: str) -> list[str]:
    """Give the items that a finished edition of a version shows, as it names them."""
    ready = (EvidenceItem.version_id == version_id) & (EvidenceItem.state == "ready")
    return sorted(tx.session.scalars(select(EvidenceItem.id).where(ready)))


def evidence_digests(tx: Transaction, edition: Edition) -> list[tuple[str, str, str]]:
    """Give (code, title, SHA-256 of the file) of each item of an edition, for a receipt."""
    items = tx.session.scalars(
        select(EvidenceItem)
        .where(EvidenceItem.id.in_(edition.evidence), EvidenceItem.state == "ready")
        .order_by(EvidenceItem.imported_at, EvidenceItem.id)
    )
    found = []
    for item in items:
        kind = next(kind for kind in KINDS if kind == item.kind)
        content = write_file(edition_lines(tx, edition.id, item.id), kind)
        found.append((item.code, item.title, hashlib.sha256(content).hexdigest()))
    return found


def edition_lines(tx: Transaction, edition_id: str, item_id: str) -> list[ShownLine]:
    """Give what an edition shows of an item, from its first line to its last."""
    rows = tx.session.scalars(
        select(EditionEvidence.lines)
        .where(EditionEvidence.edition_id == edition_id, EditionEvidence.item_id == item_id)
        .order_by(EditionEvidence.part)
    )
    return [
        line for packed in rows for line in msgspec.msgpack.decode(packed, type=list[ShownLine])
    ]


def marked_items(
    tx: Transaction, edition_id: str, withholding: Sequence[str]
) -> dict[str, tuple[MarkedLines, list[Span]]]:
    """Give by code the items of an edition that withholds nothing, with the marks on each.

    For a part of the door that has made sure of both, and of the reading.
    """
    built = tx.session.scalars(select(Edition.evidence).where(Edition.id == edition_id)).one()
    items = tx.session.scalars(
        select(EvidenceItem)
        .where(EvidenceItem.id.in_(built), EvidenceItem.state == "ready")
        .order_by(EvidenceItem.imported_at, EvidenceItem.id)
    ).all()
    found = {}
    for item in items:
        spans = spans_of(tx, item.id, withholding)
        found[item.code] = MarkedLines(edition_lines(tx, edition_id, item.id), spans), spans
    return found
