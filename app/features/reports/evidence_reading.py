"""Taking attached evidence apart in the worker: each file is opened in the walled child alone."""

import structlog
from sqlalchemy import select

from app.access.decide import require
from app.access.evidence_lines import deposit_source_lines, open_item_source
from app.domain.actions import Action
from app.domain.events import Event, Fact
from app.domain.targets import Target
from app.features.reports.converting import INGEST
from app.features.reports.ingest import limits_of
from app.models.evidence import EvidenceItem
from app.rendering import evidence_reading
from app.rendering.lines import KINDS, Line
from app.rendering.sandbox import SourceRefused
from app.transaction import Installation, Transaction, begin

_log = structlog.get_logger(__name__)


def read_evidence(installation: Installation, *, version_id: str) -> None:
    """Read every file that was attached to a version and not read yet; a killed job goes on."""
    with begin(installation, INGEST) as tx:
        waiting = tx.session.scalars(
            select(EvidenceItem.id)
            .where(EvidenceItem.version_id == version_id, EvidenceItem.state == "importing")
            .order_by(EvidenceItem.imported_at, EvidenceItem.id)
        ).all()
    for item_id in waiting:
        _read(installation, item_id)


def _read(installation: Installation, item_id: str) -> None:
    with begin(installation, INGEST) as tx:
        item = _item(tx, item_id)
        if item.state != "importing":
            return
        kind = next(one for one in KINDS if one == item.kind)
        content = open_item_source(tx, item)
        tx.commit()
    lines: list[Line] = []
    refusal: SourceRefused | None = None
    try:
        lines = evidence_reading.read_evidence(
            content, kind=kind, limits=limits_of(installation.settings)
        )
    except SourceRefused as error:
        refusal = error
    with begin(installation, INGEST) as tx:
        item = _item(tx, item_id)
        if item.state != "importing":  # taken off meanwhile
            return
        if refusal is not None:
            _log.info("evidence refused", item=item_id, reason=refusal.reason)
            item.state = "failed"
            item.failure = " ".join(filter(None, (refusal.message, refusal.remedy)))
            _emit(tx, item, "EvidenceImportFailed", {"reason": refusal.reason})
        else:
            deposit_source_lines(tx, item, lines)
            item.state, item.lines = "ready", len(lines)
            _emit(tx, item, "EvidenceImported", {"lines": len(lines)})
        tx.commit()


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
