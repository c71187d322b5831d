"""Scoped reads of evidence: codes, titles, states; never a line."""

from collections.abc import Collection

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from app.domain.redactions import WITHHOLDING
from app.features.evidence.schemas import AttachedItem, ItemView
from app.models.evidence import EvidenceItem
from app.models.people import Person
from app.models.redactions import Redaction
from app.models.reports import Version
from app.transaction import Transaction


def report_of(tx: Transaction, version_id: str) -> str:
    """Give the report of a version; the id itself where there is none, so that it is not found."""
    row = tx.session.get(Version, version_id)
    return version_id if row is None else row.report_id


def attached(tx: Transaction, version_id: str) -> tuple[AttachedItem, ...]:
    """List what was attached to a version and not taken off, in order."""
    marks = marks_by_code(tx, version_id)
    rows = tx.session.execute(
        select(EvidenceItem, Person.name)
        .join(Person, Person.id == EvidenceItem.imported_by)
        .where(EvidenceItem.version_id == version_id, EvidenceItem.state != "removed")
        .order_by(EvidenceItem.imported_at, EvidenceItem.id)
    )
    return tuple(
        AttachedItem(
            code=row.code,
            kind=row.kind,
            title=row.title,
            state=row.state,
            failure=row.failure,
            lines=row.lines,
            hidden_sheets=row.hidden_sheets,
            size=row.source_bytes,
            digest=row.source_digest,
            attached_by=name,
            attached_at=row.imported_at,
            marks=marks.get(row.code, 0),
        )
        for row, name in rows
    )


def marks_by_code(tx: Transaction, version_id: str) -> dict[str | None, int]:
    """Count the marks of a version that withhold something, by the item they stand in."""
    return dict(
        tx.session.execute(
            select(Redaction.evidence, func.count())
            .where(Redaction.version_id == version_id, Redaction.state.in_(WITHHOLDING))
            .group_by(Redaction.evidence)
        ).all()
    )


def number_of(tx: Transaction, version_id: str) -> int:
    """Give the number of a version."""
    return tx.session.scalars(select(Version.number).where(Version.id == version_id)).one()


def items_of_report(
    tx: Transaction, version_id: str, wanted: Collection[str]
) -> list[EvidenceItem]:
    """Give those items that can be read in earlier versions of the same report, in order."""
    here, there = aliased(Version), aliased(Version)
    return list(
        tx.session.scalars(
            select(EvidenceItem)
            .join(there, there.id == EvidenceItem.version_id)
            .join(here, (here.report_id == there.report_id) & (there.number < here.number))
            .where(
                here.id == version_id,
                EvidenceItem.id.in_(wanted),
                EvidenceItem.state == "ready",
            )
            .order_by(there.number.desc(), EvidenceItem.imported_at, EvidenceItem.id)
        )
    )


def readable(tx: Transaction, version_id: str) -> tuple[ItemView, ...]:
    """List what a reader of the version can open, in order."""
    rows = tx.session.scalars(
        select(EvidenceItem)
        .where(EvidenceItem.version_id == version_id, EvidenceItem.state == "ready")
        .order_by(EvidenceItem.imported_at, EvidenceItem.id)
    )
    return tuple(ItemView(code=row.code, kind=row.kind, title=row.title) for row in rows)
