"""How far a thing that was attached is, and which files stand behind its cover."""

from sqlalchemy import func, select

from app.access.attached_views import AttachedFileView
from app.domain.attached_files import is_cover, state_of_files
from app.models.evidence import EvidenceItem
from app.models.redactions import Redaction
from app.models.reports import Version
from app.transaction import Transaction

_SHOWN = ("ready", "split")


def covers_files(version: Version) -> bool:
    """Say whether what was attached is a file without pages, behind a cover."""
    return is_cover(version.kind, version.original_digest)


def pages_of(version: Version) -> int:
    """Count the pages of what was attached; its cover is none of them."""
    return 0 if covers_files(version) else version.pages


def files_of(tx: Transaction, version: Version) -> tuple[AttachedFileView, ...]:
    """List the files behind a cover that can be read; nothing where there are pages instead."""
    if not covers_files(version):
        return ()
    return tuple(
        AttachedFileView(code=one.code, kind=one.kind, title=one.title)
        for one in _items(tx, version.id)
        if one.state == "ready"
    )


def sheets_left_out(tx: Transaction, version: Version) -> int:
    """Count the hidden sheets of a spreadsheet that was attached; for the publisher's people."""
    if not covers_files(version):
        return 0
    return sum(one.hidden_sheets for one in _items(tx, version.id) if one.state in _SHOWN)


def failure_of(tx: Transaction, version: Version) -> str | None:
    """Say why a thing attached could not be taken, in a public sentence."""
    if version.failure or not covers_files(version):
        return version.failure
    said = (one.failure for one in _items(tx, version.id) if one.state == "failed")
    return next(said, None) or "Its file was taken off."


def state_of(tx: Transaction, version: Version) -> str:
    """Say how far it is for those who work on it: reading, failed, marks_wait, to_approve,
    to_close, or ready.
    """
    if version.state in ("importing", "failed"):
        return "reading" if version.state == "importing" else "failed"
    if covers_files(version):
        files = state_of_files(one.state for one in _items(tx, version.id))
        if files != "there":
            return files
    if version.state != "working":
        return "ready"
    undecided = tx.session.scalars(
        select(func.count())
        .select_from(Redaction)
        .where(Redaction.version_id == version.id, Redaction.state == "proposed")
    ).one()
    if undecided:
        return "marks_wait"
    approved = version.kind == "pdf" or version.pdf_approved_at is not None
    return "to_close" if approved else "to_approve"


def _items(tx: Transaction, version_id: str) -> list[EvidenceItem]:
    return list(
        tx.session.scalars(
            select(EvidenceItem)
            .where(EvidenceItem.version_id == version_id, EvidenceItem.state != "removed")
            .order_by(EvidenceItem.imported_at, EvidenceItem.id)
        )
    )
