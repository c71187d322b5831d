"""The scenes in which the demo's evidence is attached and marked like the report's pages."""

from sqlalchemy import select

from app.demo.cast import Cast
from app.demo.evidence import ATTACHED
from app.demo.marks import DemoRedaction
from app.demo.report import REDACTIONS
from app.demo.scenes import AUTHOR
from app.features.evidence.schemas import AttachEvidence
from app.features.evidence.service import attach_evidence as attach
from app.features.redactions import evidence as marking
from app.features.redactions.schemas import ProposeInEvidence
from app.kernel.actor import system_actor
from app.models.evidence import EvidenceItem
from app.models.redactions import Redaction
from app.models.reports import Edition
from app.transaction import Installation, Transaction, begin


def attach_evidence(installation: Installation, cast: Cast, version_id: str) -> None:
    """Attach what is not attached yet; the worker reads it."""
    with begin(installation, cast.actors[AUTHOR]) as tx:
        here = select(EvidenceItem.title).where(EvidenceItem.version_id == version_id)
        known = set(tx.session.scalars(here))
        for item in ATTACHED:
            if item.title not in known:
                command = AttachEvidence.model_validate({"title": item.title, "kind": item.kind})
                attach(tx, version_id, command, content=item.content, file_name=item.file_name)
        tx.commit()


def evidence_is_read(installation: Installation, version_id: str) -> bool:
    """Say whether an edition holds every item that was attached."""
    with begin(installation, system_actor("operate")) as tx:
        here = select(EvidenceItem.id).where(EvidenceItem.version_id == version_id)
        items = set(tx.session.scalars(here))
        ready = select(Edition.evidence).where(
            Edition.version_id == version_id, Edition.state == "ready"
        )
        return any(set(held) >= items for held in tx.session.scalars(ready))


def mark_evidence(installation: Installation, cast: Cast, version_id: str) -> None:
    """Propose to withhold in the evidence what the report withholds, for the same reasons."""
    with begin(installation, cast.actors[AUTHOR]) as tx:
        marked = select(Redaction.id).where(
            Redaction.version_id == version_id, Redaction.evidence.is_not(None)
        )
        if tx.session.scalars(marked).first() is not None:
            return
        # The longest first: a name that stands in a path is marked with the path.
        marks = sorted(REDACTIONS, key=lambda mark: -len(mark.phrase or ""))
        for number in range(1, len(ATTACHED) + 1):
            for mark in marks:
                if mark.phrase is not None:
                    _mark(tx, version_id, f"E{number}", mark, mark.phrase)
        tx.commit()


def _mark(tx: Transaction, version_id: str, code: str, mark: DemoRedaction, phrase: str) -> None:
    view = marking.open_evidence_editor(tx, version_id, code, phrase=phrase)
    places = [hit.place for hit in view.hits if not hit.marked]
    if not places:
        return
    command = ProposeInEvidence.model_validate(
        {
            "places": places,
            "categories": mark.categories,
            "character": mark.character,
            "justification": mark.justification,
        }
    )
    marking.propose_in_evidence(tx, version_id, code, command)
