"""An export at the command line: the same service, policies and entries as on the page.

Here: the order of things (the start is recorded and signed, then the bundle made and recorded).
Not here: options and words (`audit`), what a bundle contains (`features/auditing/bundles`).
"""

import time
import zipfile
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select

from app.cli.acting import actor_as
from app.cli.runtime import installation
from app.features.auditing import service
from app.features.auditing.bundles import make_bundle
from app.installation import open_for_web
from app.kernel.actor import Actor
from app.kernel.config import Settings
from app.kernel.context import RequestContext
from app.kernel.errors import VitrineError
from app.models.audit import AuditPending
from app.transaction import Installation, begin
from app.worker import sequencer_of

WAIT_SECONDS = 10.0
"""How long an export waits for its own first entry to be signed."""

POLL_SECONDS = 0.1


@dataclass(frozen=True)
class Written:
    """What an export left behind."""

    out: str
    files: int
    bytes: int
    key: str


def export_as(person: str, out: Path, *, organisation: str | None) -> Written:
    """Export as a person, into a new or empty folder or a new `.zip`.

    Raises VitrineError when the person may not, or nothing is signed yet.
    """
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise VitrineError(f"{out} exists already: an export never overwrites another.")
    with installation() as known:
        actor = actor_as(known, person)
        web = open_for_web(known)
        try:
            return _export(known, web, actor, out, organisation)
        finally:
            web.engine.dispose()


def _export(
    known: Settings, web: Installation, actor: Actor, out: Path, organisation: str | None
) -> Written:
    context = RequestContext(channel="cli")
    with begin(web, actor, context) as tx:
        if organisation is None:
            service.start_log_export(tx)
        else:
            service.start_record_export(tx, organisation)
        tx.commit()
    _let_sign(known, web, actor)
    with begin(web, actor, context) as tx:
        made = make_bundle(tx, organisation_id=organisation)
        try:
            key = str(service.read_state(tx).vkey)
            tx.commit()  # recorded before anything is handed out
            return _hand_out(made.path, out, key)
        finally:
            made.path.unlink(missing_ok=True)


def _let_sign(known: Settings, web: Installation, actor: Actor) -> None:
    """Have what waits signed: by the worker that runs or, where none does, here."""
    sequencer = sequencer_of(known)
    limit = time.monotonic() + WAIT_SECONDS
    try:
        while sequencer.sequence_once() is not None or _something_waits(web, actor):
            if time.monotonic() > limit:
                return
            time.sleep(POLL_SECONDS)
    finally:
        sequencer.close()


def _something_waits(web: Installation, actor: Actor) -> bool:
    with begin(web, actor) as tx:
        return tx.session.scalars(select(AuditPending.ordinal).limit(1)).first() is not None


def _hand_out(archive: Path, out: Path, key: str) -> Written:
    if out.suffix == ".zip":
        out.write_bytes(archive.read_bytes())
        out.chmod(0o600)
        return Written(str(out), 1, out.stat().st_size, key)
    out.mkdir(mode=0o700, parents=True, exist_ok=True)
    with zipfile.ZipFile(archive) as files:
        files.extractall(out)
    written = list(out.iterdir())
    for path in written:
        path.chmod(0o600)
    return Written(str(out), len(written), sum(path.stat().st_size for path in written), key)
