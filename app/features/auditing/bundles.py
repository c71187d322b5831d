"""Bundles that verify elsewhere: the whole log for an auditor, the record for an organisation."""

import hashlib
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from app.access.decide import require
from app.audit.export import BundleExport, NothingToExport
from app.domain.actions import Action
from app.domain.events import Event
from app.domain.targets import INSTALLATION, Target
from app.features.auditing import queries
from app.kernel.errors import Conflict, Unavailable
from app.transaction import Transaction

_PATIENCE_SECONDS = 8.0
_LOOK_EVERY_SECONDS = 0.2
_KEPT_SECONDS = 3600


@dataclass(frozen=True)
class Bundle:
    """A finished archive on disk, to be sent and then removed."""

    path: Path
    name: str


def make_bundle(tx: Transaction, *, organisation_id: str | None) -> Bundle:
    """Write the bundle once the entry that began the export is signed; record what is handed out.

    Args:
        tx: the transaction of somebody who may export.
        organisation_id: the organisation whose record it is; None: the whole log.

    Raises:
        Conflict: no export was begun, or what was begun has been handed out.
        Unavailable: the log has not been signed up to the beginning of this export yet.
    """
    action = Action.EXPORT_RECORD if organisation_id else Action.EXPORT_LOG
    target = Target("organisation", organisation_id) if organisation_id else INSTALLATION
    require(tx, action, target)
    _require_begun(tx, action)
    _wait_until_signed(tx, action)
    folder = tx.installation.settings.data_dir / "exports"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    _sweep(folder)
    try:
        made = BundleExport(
            tx.session.connection(),
            organisation=organisation_id,
            withhold=() if organisation_id else ("personal", "content"),
            exporter=tx.actor.id,
            request=tx.context.request_id,
        )
    except NothingToExport as nothing:
        raise _not_yet() from nothing
    digest, size = hashlib.sha256(), 0
    with tempfile.NamedTemporaryFile(dir=folder, suffix=".zip", delete=False) as file:
        for chunk in made.stream_zip():
            digest.update(chunk)
            size += len(chunk)
            file.write(chunk)
    tx.emit(
        Event(
            name=queries.EXPORT_FINISHED,
            licence=action,
            target=target,
            organisations=frozenset({organisation_id}) if organisation_id else frozenset(),
            facts={"bytes": size, "digest": digest.hexdigest(), "size": made.size},
        )
    )
    origin = made.key.name.replace("/", "-")
    return Bundle(Path(file.name), f"{origin}-{made.header.scope}-{made.size}.zip")


def _require_begun(tx: Transaction, action: Action) -> None:
    if queries.exports_begun(tx, action) < 1:
        raise Conflict(
            "No export was begun, or what was begun has been handed out.",
            remedy="Go back and begin the export again: each one is recorded.",
            code="export-not-begun",
        )


def _wait_until_signed(tx: Transaction, action: Action) -> None:
    """Wait for the sequencer to take in the entry that began this export."""
    until = time.monotonic() + _PATIENCE_SECONDS
    while queries.unsigned_exports(tx, action):
        if time.monotonic() > until:
            raise _not_yet()
        time.sleep(_LOOK_EVERY_SECONDS)


def _sweep(folder: Path) -> None:
    """Remove archives that were made but never fetched."""
    oldest = time.time() - _KEPT_SECONDS
    for path in folder.glob("*.zip"):
        if path.stat().st_mtime < oldest:
            path.unlink(missing_ok=True)


def _not_yet() -> Unavailable:
    return Unavailable(
        "The log is not signed up to this moment yet.",
        kept="The beginning of your export is recorded.",
        remedy="Try again in a few seconds; if it stays, the worker is not running.",
        code="not-signed-yet",
    )
