"""Taking attached evidence apart in the worker: each file is opened in the walled child alone."""

from collections.abc import Callable, Sequence
from functools import partial

import structlog
from sqlalchemy import select

from app.access.decide import require
from app.access.deposit import deposit_source
from app.access.evidence_lines import deposit_sheets, deposit_source_lines, open_item_source
from app.domain.actions import Action
from app.domain.events import Event, Fact
from app.domain.evidence import HELD, SPREADSHEET, next_codes, title_of_sheet
from app.domain.targets import Target
from app.features.reports.converting import INGEST
from app.features.reports.ingest import limits_of
from app.kernel.clock import now
from app.kernel.ids import new_id
from app.models.evidence import EvidenceItem
from app.rendering import evidence_reading
from app.rendering.lines import KINDS, Line
from app.rendering.refusals import SourceRefused, refused
from app.rendering.shapes import Sheet
from app.transaction import Installation, Transaction, begin

_log = structlog.get_logger(__name__)


def read_evidence(installation: Installation, *, version_id: str) -> None:
    """Read every file that was attached to a version and not read yet; a killed job goes on."""
    while waiting := _waiting(installation, version_id):  # a spreadsheet makes more
        for item_id in waiting:
            _read(installation, item_id)


def _waiting(installation: Installation, version_id: str) -> Sequence[str]:
    with begin(installation, INGEST) as tx:
        return tx.session.scalars(
            select(EvidenceItem.id)
            .where(EvidenceItem.version_id == version_id, EvidenceItem.state == "importing")
            .order_by(EvidenceItem.imported_at, EvidenceItem.id)
        ).all()


def _read(installation: Installation, item_id: str) -> None:
    with begin(installation, INGEST) as tx:
        item = _item(tx, item_id)
        if item.state != "importing":
            return
        kind = item.kind
        content = open_item_source(tx, item)
        tx.commit()
    limits = limits_of(installation.settings)
    put_down: Callable[[Transaction, EvidenceItem], None]
    try:
        if kind == SPREADSHEET:
            sheets = evidence_reading.split_workbook(content, limits=limits)
            put_down = partial(_take_sheets, sheets=sheets)
        else:
            of_kind = next(one for one in KINDS if one == kind)
            lines = evidence_reading.read_evidence(content, kind=of_kind, limits=limits)
            put_down = partial(_take_lines, lines=lines)
    except SourceRefused as error:
        put_down = partial(_refuse, refusal=error)
    with begin(installation, INGEST) as tx:
        item = _item(tx, item_id)
        if item.state == "importing":  # else it was taken off meanwhile
            put_down(tx, item)
        tx.commit()


def _refuse(tx: Transaction, item: EvidenceItem, *, refusal: SourceRefused) -> None:
    _log.info("evidence refused", item=item.id, reason=refusal.reason)
    item.state = "failed"
    item.failure = " ".join(filter(None, (refusal.message, refusal.remedy)))
    _emit(tx, item, "EvidenceImportFailed", {"reason": refusal.reason})


def _take_lines(tx: Transaction, item: EvidenceItem, *, lines: list[Line]) -> None:
    deposit_source_lines(tx, item, lines)
    item.state, item.lines = "ready", len(lines)
    _emit(tx, item, "EvidenceImported", {"lines": len(lines)})


def _take_sheets(tx: Transaction, item: EvidenceItem, *, sheets: list[Sheet]) -> None:
    """Make an item of each sheet that can be seen, unless it is one already; they are read next."""
    here = select(EvidenceItem).where(EvidenceItem.version_id == item.version_id)
    items = tx.session.scalars(here.with_for_update()).all()
    held = {one.source_digest: one.code for one in items if one.state in HELD}
    digests = {
        number: deposit_source(tx, sheet.content)
        for number, sheet in enumerate(sheets, start=1)
        if sheet.content
    }
    new = {digest: number for number, digest in digests.items() if digest not in held}
    codes = next_codes([one.state for one in items], len(new))
    if len(codes) < len(new):
        _refuse(tx, item, refusal=refused("too-many-sheets"))
        return
    for (digest, number), code in zip(new.items(), codes, strict=True):
        size = len(sheets[number - 1].content)
        tx.session.add(_sheet_item(item, number, code=code, digest=digest, size=size))
        held[digest] = code
    deposit_sheets(tx, item, sheets, {number: held[digest] for number, digest in digests.items()})
    item.state, item.lines = "split", len(sheets)
    item.hidden_sheets = sum(not sheet.visible for sheet in sheets)
    facts: dict[str, Fact] = {"sheets": len(sheets), "hidden": item.hidden_sheets}
    _emit(tx, item, "SpreadsheetSplit", {**facts, "taken_as": codes})


def _sheet_item(
    item: EvidenceItem, number: int, *, code: str, digest: str, size: int
) -> EvidenceItem:
    return EvidenceItem(
        id=new_id("evidence"),
        version_id=item.version_id,
        code=code,
        kind="csv",
        title=title_of_sheet(item.title, number),
        source_digest=digest,
        source_bytes=size,
        state="importing",
        imported_by=item.imported_by,
        imported_at=now(),
    )


def _item(tx: Transaction, item_id: str) -> EvidenceItem:
    item = tx.session.scalars(
        select(EvidenceItem).where(EvidenceItem.id == item_id).with_for_update()
    ).one()
    require(tx, Action.INGEST_VERSION, Target("version", item.version_id))
    return item


def _emit(tx: Transaction, item: EvidenceItem, name: str, facts: dict[str, Fact]) -> None:
    tx.emit(
        Event(
            name=name,
            licence=Action.INGEST_VERSION,
            target=Target("version", item.version_id),
            facts={"item": item.id, "code": item.code, **facts},
        )
    )
