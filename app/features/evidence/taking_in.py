"""Taking in files as evidence, whoever brings them and whatever for; the worker reads them."""

from collections.abc import Mapping

from sqlalchemy import select

from app.access.deposit import deposit_source
from app.domain.actions import Action
from app.domain.events import Event, Fact
from app.domain.evidence import HELD, MOST_ITEMS, SPREADSHEET, next_codes
from app.domain.licences import Licence
from app.domain.targets import Target
from app.features.evidence.schemas import AttachEvidence
from app.kernel.clock import now
from app.kernel.errors import Conflict, Invalid, NotFound, TooLarge
from app.kernel.ids import new_id
from app.models.evidence import EvidenceItem
from app.models.reports import Version
from app.rendering.reading_lines import MOST_BYTES
from app.transaction import Transaction

_PACKED = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")  # .xlsx and the like; .xls


def take_in_evidence(
    tx: Transaction,
    licence: Licence,
    version_id: str,
    command: AttachEvidence,
    *,
    content: bytes,
    file_name: str,
) -> None:
    """Take in a file as an item of a version, under an act that was decided.

    Raises:
        Invalid: an empty file, or one that is not of its kind; the field is `file`.
        TooLarge: more bytes than evidence may have.
        Conflict: the version has this file already.
    """
    _check_file(content, command.kind)
    item = EvidenceItem(
        kind=command.kind,
        title=command.title,
        source_digest=deposit_source(tx, content),
        source_bytes=len(content),
    )
    # What is attached to an answer has no name but its title: a file's could tell too much.
    named = {"file_name": file_name[:200]} if licence.act is Action.IMPORT_VERSION else {}
    put_down(tx, licence, version_id, item, content=named)


def put_down(
    tx: Transaction,
    licence: Licence,
    version_id: str,
    item: EvidenceItem,
    *,
    origin: Mapping[str, Fact] | None = None,
    content: Mapping[str, Fact] | None = None,
) -> None:
    """Give a new item its code and its row, and tell of it; the worker reads it next."""
    item.id, item.version_id = new_id("evidence"), version_id
    item.code = _next_code(tx, version_id, item.source_digest)
    item.state, item.imported_by, item.imported_at = "importing", tx.actor.id, now()
    tx.session.add(item)
    tx.session.flush()
    of_report = licence.target.kind == "report"
    tx.emit(
        Event(
            name="EvidenceAttached",
            licence=licence.act,
            target=licence.target,
            subject=None if of_report else Target("version", version_id),
            facts={
                "version_id": version_id,
                "item": item.id,
                "code": item.code,
                "kind": item.kind,
                "digest": item.source_digest,
                "bytes": item.source_bytes,
                **(origin or {}),
            },
            content={**(content or {}), "title": item.title},
        )
    )


def locked_working(tx: Transaction, version_id: str) -> Version:
    """Hold a version that is still marked; publication and other files wait."""
    version = tx.session.scalars(
        select(Version).where(Version.id == version_id).with_for_update()
    ).one_or_none()
    if version is None:
        raise NotFound
    if version.state != "working":
        raise Conflict("Evidence is attached while a version is marked, before it is published.")
    return version


def _check_file(content: bytes, kind: str) -> None:
    if not content:
        raise Invalid(fields={"file": "The file is empty. Nothing was attached."})
    packed = content.startswith(_PACKED)
    if packed and kind != SPREADSHEET:
        said = "This is a spreadsheet or a packed file. Choose “Spreadsheet” if that is what it is."
        raise Invalid(fields={"file": f"{said} Nothing was attached."})
    if kind == SPREADSHEET and not packed:
        said = "This is no spreadsheet. Choose what it is, or save it as .xlsx first."
        raise Invalid(fields={"file": f"{said} Nothing was attached."})
    if len(content) > MOST_BYTES:
        raise TooLarge(
            f"A text, a table or a spreadsheet has at most {MOST_BYTES // 10**6} MB here.",
            kept="Nothing was attached.",
            remedy="Split it, and attach its pieces.",
        )


def _next_code(tx: Transaction, version_id: str, digest: str) -> str:
    items = tx.session.scalars(
        select(EvidenceItem).where(EvidenceItem.version_id == version_id)
    ).all()
    for item in items:
        if item.source_digest == digest and item.state in HELD:
            raise Conflict(
                f"This file is already attached, as {item.code}.",
                kept="Nothing was attached a second time.",
            )
    codes = next_codes([item.state for item in items])
    if not codes:
        raise Conflict(f"A version has at most {MOST_ITEMS} pieces of evidence.")
    return codes[0]
