"""The signed evidence of a released statement: an archive that a third party verifies offline.

It holds the organisation's slice of the log without what names people or quotes (the personal and
content facets stand there as commitments), so that it can be handed on.
"""

import hashlib
import tempfile
import time
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from fastapi import Response
from fastapi.responses import FileResponse
from starlette.background import BackgroundTask

from app.access.decide import require
from app.access.statement_texts import open_file
from app.audit import bundle, statement
from app.audit.canonical import canonical_bytes
from app.audit.export import BundleExport, NothingToExport
from app.domain.actions import Action
from app.domain.events import Event
from app.domain.tables import written as csv_of
from app.domain.targets import Target
from app.features.auditing import queries as auditing
from app.features.signing.schemas import SignatureView
from app.features.statements import forms, queries
from app.features.statements.content import bytes_of
from app.features.statements.record import Appendix
from app.kernel.errors import Conflict, NotFound, Unavailable
from app.models.statements import Statement
from app.transaction import Transaction

_PATIENCE_SECONDS = 8.0
_LOOK_EVERY_SECONDS = 0.2
_KEPT_SECONDS = 3600
_ZIP_TIME = (1980, 1, 1, 0, 0, 0)
_RUNS = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True)
class Archive:
    """A finished archive on disk, to be sent and then removed."""

    path: Path
    name: str


def begin_bundle(tx: Transaction, statement_id: str) -> None:
    """Record that the evidence of a statement is taken, with the digest of each form of it."""
    row = _released(tx, statement_id)
    files, _ = _forms_of(tx, row)
    listed = sorted(f"{name} {hashlib.sha256(body).hexdigest()}" for name, body in files.items())
    tx.emit(
        Event(
            name=statement.EXPORTED,
            licence=Action.EXPORT_STATEMENT,
            target=Target("statement", row.id),
            organisations=frozenset({row.organisation_id}),
            facts={"digest": row.digest, "files": listed},
        )
    )


def make_bundle(tx: Transaction, statement_id: str) -> Archive:
    """Write the archive once the entry that began it is signed; record what is handed out.

    Raises:
        Conflict: it was not begun, or what was begun has been handed out.
        Unavailable: the log has not been signed up to the beginning of this export yet.
    """
    row = _released(tx, statement_id)
    if auditing.exports_begun(tx, Action.EXPORT_STATEMENT) < 1:
        raise _not_begun()
    _wait_until_signed(tx)
    files, signature = _forms_of(tx, row)
    content, appendix, _ = forms.released(tx, row)
    files |= {
        statement.STATEMENT: bytes_of(content),
        statement.APPENDIX: bytes_of(appendix),
        statement.SIGNATURE: _signature_bytes(signature),
    }
    archive, digest, size = _write(tx, row, files, signature)
    tx.emit(
        Event(
            name=auditing.EXPORT_FINISHED,
            licence=Action.EXPORT_STATEMENT,
            target=Target("statement", row.id),
            organisations=frozenset({row.organisation_id}),
            facts={"bytes": size, "digest": digest},
        )
    )
    return Archive(archive, f"statement-{row.number}-evidence.zip")


def as_download(archive: Archive) -> Response:
    """Send an archive and remove it afterwards."""
    return FileResponse(
        archive.path,
        media_type="application/zip",
        filename=archive.name,
        background=BackgroundTask(archive.path.unlink, missing_ok=True),
    )


def _released(tx: Transaction, statement_id: str) -> Statement:
    require(tx, Action.EXPORT_STATEMENT, Target("statement", statement_id))
    row = queries.get_statement(tx, statement_id)
    require(tx, Action.EXPORT_RECORD, Target("organisation", row.organisation_id))
    return row


def _forms_of(tx: Transaction, row: Statement) -> tuple[dict[str, bytes], SignatureView]:
    """Give every form of a statement whose digest the log names; the same bytes each time."""
    content, appendix, signature = forms.released(tx, row)
    if signature is None:
        raise NotFound
    files = {
        f"statement.{form}": forms.written(content, appendix, signature, form)
        for form in ("pdf", "docx", "md")
    }
    files["redaction-index.csv"] = _index(appendix)
    if row.file_digest is not None:
        files[f"{statement.UPLOADED}{row.file_kind}"] = open_file(tx, row.id, row.file_digest)
    return files, signature


def _index(appendix: Appendix) -> bytes:
    heads = ["Place", "Categories", "What is removed", "Size", "Reason", "In this edition"]
    lines = [heads] + [
        [
            one.place, " ".join(one.categories), one.what, one.size, one.reason,
            "withheld" if one.withheld else "shown",
        ]
        for one in appendix.removed
    ]  # fmt: skip
    return csv_of([[_cell(cell) for cell in line] for line in lines]).encode()


def _cell(text: str) -> str:
    """Quote what a spreadsheet would run."""
    return f"'{text}" if text.startswith(_RUNS) else text


def _signature_bytes(signature: SignatureView) -> bytes:
    return canonical_bytes(signature.model_dump(mode="json", exclude={"holds"}))


def _write(
    tx: Transaction, row: Statement, files: Mapping[str, bytes], signature: SignatureView
) -> tuple[Path, str, int]:
    folder = tx.installation.settings.data_dir / "exports"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    _sweep(folder)
    try:
        made = BundleExport(
            tx.session.connection(),
            organisation=row.organisation_id,
            withhold=("personal", "content"),
            request=tx.context.request_id,
        )
    except NothingToExport as nothing:
        raise _not_yet() from nothing
    readme = statement.readme_bytes(made.key, signature.digest, signature.fingerprint)
    with (
        tempfile.NamedTemporaryFile(dir=folder, suffix=".zip", delete=False) as file,
        zipfile.ZipFile(file, "w") as archive,
    ):
        digests = _pack(archive, {**files, bundle.README: readme}, made)
        archive.writestr(_entry(bundle.SUMS), bundle.sums_bytes(digests))
    path = Path(file.name)
    if statement.verify_statement(path).record.fault is not None:
        # Begun by an earlier release, say, which set the same statement otherwise.
        path.unlink()
        raise _not_begun()
    whole = hashlib.sha256()
    with path.open("rb") as written:
        while block := written.read(1 << 20):
            whole.update(block)
    return path, whole.hexdigest(), path.stat().st_size


def _pack(
    archive: zipfile.ZipFile, files: Mapping[str, bytes], made: BundleExport
) -> dict[str, str]:
    digests = {}
    for name in sorted(files):
        archive.writestr(_entry(name), files[name])
        digests[name] = hashlib.sha256(files[name]).hexdigest()
    for name, chunks in made.members():
        digest = hashlib.sha256()
        with archive.open(_entry(statement.RECORD + name), "w", force_zip64=True) as member:
            for chunk in chunks:
                digest.update(chunk)
                member.write(chunk)
        digests[statement.RECORD + name] = digest.hexdigest()
    return digests


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, _ZIP_TIME)
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.external_attr = 0o600 << 16
    return entry


def _wait_until_signed(tx: Transaction) -> None:
    """Wait for the sequencer to take in the entry that began this export."""
    until = time.monotonic() + _PATIENCE_SECONDS
    while auditing.unsigned_exports(tx, Action.EXPORT_STATEMENT):
        if time.monotonic() > until:
            raise _not_yet()
        time.sleep(_LOOK_EVERY_SECONDS)


def _sweep(folder: Path) -> None:
    """Remove archives that were made but never fetched."""
    oldest = time.time() - _KEPT_SECONDS
    for path in folder.glob("*.zip"):
        if path.stat().st_mtime < oldest:
            path.unlink(missing_ok=True)


def _not_begun() -> Conflict:
    return Conflict(
        "Nothing was begun, or what was begun has been handed out.",
        remedy="Go back and begin again: each time is recorded.",
        code="export-not-begun",
    )


def _not_yet() -> Unavailable:
    return Unavailable(
        "The log is not signed up to this moment yet.",
        kept="The beginning of your export is recorded.",
        remedy="Try again in a few seconds; if it stays, the worker is not running.",
        code="not-signed-yet",
    )
