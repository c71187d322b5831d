"""Versions that were not imported as PDF: what their PDF was made of, and its approval.

The PDF itself is made in the worker (converting.py).
"""

from sqlalchemy import select

from app.access.decide import require
from app.access.source_report import whole_edition
from app.domain.actions import Action
from app.domain.events import Event
from app.domain.filekinds import FileKind
from app.domain.targets import Target
from app.features.reports import queries
from app.features.reports.schemas import OriginView, VersionRow
from app.kernel.clock import now
from app.kernel.errors import Conflict
from app.models.reports import Version
from app.transaction import Transaction


def origin_of(tx: Transaction, version: Version) -> OriginView | None:
    """Say what a version's PDF was made of; None where it was imported as PDF."""
    if version.kind == FileKind.PDF:
        return None
    left_out = (version.inspection or {}).get("left_out", {})
    approved_by = version.pdf_approved_by
    return OriginView(
        kind=FileKind(version.kind).shown,
        digest=str(version.original_digest),
        bytes=version.original_bytes or 0,
        converted_at=version.converted_at,
        pictures_left_out=left_out.get("pictures", 0),
        addresses_left_out=left_out.get("addresses", 0),
        approved_by=queries.person_name(tx, approved_by) if approved_by else None,
        approved_at=version.pdf_approved_at,
    )


def waits_for_approval(version: Version) -> bool:
    """Say whether nobody has approved yet the PDF that was made of another kind of file."""
    return version.kind != FileKind.PDF and version.pdf_approved_at is None


def approve_pdf(tx: Transaction, version_id: str) -> VersionRow:
    """Approve the PDF made of a file of another kind: it says what its author wrote.

    Raises:
        NotFound: missing, or something of the version is withheld from this person.
        Unavailable: its pages cannot be looked at yet.
        Conflict: nothing waits: it was imported as PDF, or approved before.
    """
    target = Target("version", version_id)
    require(tx, Action.APPROVE_PDF, target)
    # Whoever approves must have been able to see every page whole.
    whole_edition(tx, version_id)
    version = tx.session.scalars(
        select(Version).where(Version.id == version_id).with_for_update()
    ).one()
    if version.kind == FileKind.PDF:
        raise Conflict("This version was imported as PDF.", kept="There is nothing to approve.")
    if version.state != "working" or not waits_for_approval(version):
        raise Conflict("The PDF is approved already.", kept="Nothing was changed.")
    version.pdf_approved_by, version.pdf_approved_at = tx.actor.id, now()
    tx.session.flush()
    tx.emit(
        Event(
            name="PdfApproved",
            licence=Action.APPROVE_PDF,
            target=target,
            facts={
                "digest": version.source_digest,
                "original": str(version.original_digest),
                "kind": version.kind,
            },
        )
    )
    return queries.version_row(version)
