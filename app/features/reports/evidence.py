"""What an edition shows of the evidence attached to its version: built, stored, and checked."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from app.access.evidence_lines import (
    deposit_edition_lines,
    edition_lines,
    source_lines,
    spans_of,
)
from app.kernel.errors import ProgrammingFault
from app.models.evidence import EvidenceItem
from app.models.redactions import Redaction
from app.models.reports import Edition
from app.rendering.checkedlines import Cover, check_file, cover, secrets_and_public
from app.rendering.leakcheck import Finding
from app.rendering.lines import KINDS, Kind, Line, Span
from app.rendering.writing_lines import show_lines, write_file
from app.transaction import Transaction


@dataclass(frozen=True, kw_only=True)
class EvidencePlan:
    """An item with its source, what an edition withholds of it, and what that leaves open."""

    item: EvidenceItem
    lines: Sequence[Line]
    spans: Sequence[Span]
    covered: Cover
    withheld: Sequence[str]
    open_to_all: Sequence[str]

    @property
    def kind(self) -> Kind:
        """Give the kind of its file."""
        return next(kind for kind in KINDS if kind == self.item.kind)


def items_of(tx: Transaction, version_id: str) -> list[EvidenceItem]:
    """List the items of a version that were read in and not taken off, in their order."""
    rows = tx.session.scalars(
        select(EvidenceItem)
        .where(EvidenceItem.version_id == version_id, EvidenceItem.state == "ready")
        .order_by(EvidenceItem.imported_at, EvidenceItem.id)
    )
    return list(rows)


def plan_evidence(tx: Transaction, edition: Edition) -> list[EvidencePlan]:
    """Plan every item of an edition from the sources and the marks that it withholds."""
    plans: list[EvidencePlan] = []
    for item in items_of(tx, edition.version_id):
        lines = source_lines(tx, item.id)
        spans = spans_of(tx, item.id, edition.withheld_redactions)
        covered = cover(lines, spans)
        withheld, open_to_all = secrets_and_public(covered)
        plans.append(
            EvidencePlan(
                item=item,
                lines=lines,
                spans=spans,
                covered=covered,
                withheld=withheld,
                open_to_all=open_to_all,
            )
        )
    _refuse_marks_without_a_place(tx, edition, plans)
    return plans


def _refuse_marks_without_a_place(
    tx: Transaction, edition: Edition, plans: Sequence[EvidencePlan]
) -> None:
    """Stop the build where a redaction that withholds stands nowhere: it would withhold nothing."""
    marked = tx.session.scalars(
        select(Redaction.id).where(
            Redaction.id.in_(edition.withheld_redactions), Redaction.evidence.is_not(None)
        )
    )
    if set(marked) - {span.id for plan in plans for span in plan.spans}:
        raise ProgrammingFault("a redaction in evidence has no place there")


def build_evidence(
    tx: Transaction, edition: Edition, plans: Sequence[EvidencePlan], *, secrets: Sequence[str]
) -> list[Finding]:
    """Store what an edition shows of each item; gives what the checker finds wrong with it."""
    for plan in plans:
        shown = show_lines(plan.lines, plan.spans)
        deposit_edition_lines(tx, edition_id=edition.id, item=plan.item, lines=shown)
    edition.evidence = sorted(plan.item.id for plan in plans)
    return check_evidence(tx, edition, plans, secrets=secrets)


def check_evidence(
    tx: Transaction, edition: Edition, plans: Sequence[EvidencePlan], *, secrets: Sequence[str]
) -> list[Finding]:
    """Check what is stored of each item as the files that readers are given."""
    return [
        Finding(f"evidence {plan.item.code}", 0, f"{what}, piece {place}" if place else what)
        for plan in plans
        for place, what in check_file(
            write_file(edition_lines(tx, edition.id, plan.item.id), plan.kind),
            plan.kind,
            covered=plan.covered,
            secrets=secrets,
        )
    ]
