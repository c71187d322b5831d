"""What of one's own organisation may say the same already: on the same place, or in like words.

A hint, never a hindrance. Only findings and drafts that the acting person may read take part.
"""

from collections.abc import Sequence

from app.access import scope
from app.access.decide import keep_to_read
from app.access.filing_facts import remember_drafts
from app.access.finding_facts import remember_findings
from app.access.release import release_fields
from app.domain.actions import Action
from app.domain.likeness import likeness, words_of
from app.domain.targets import Target
from app.features.findings.filing_schemas import SimilarView
from app.features.findings.queries import overlap
from app.models.filing import FindingDraft
from app.models.findings import Finding
from app.transaction import Transaction

ALIKE = 0.5
MOST = 5
_MOST_COMPARED = 400
_GONE = ("withdrawn", "merged", "moot")

Row = Finding | FindingDraft


def find_similar(
    tx: Transaction,
    *,
    version_id: str,
    page: int,
    rects: Sequence[Sequence[float]],
    claim_id: str | None = None,
    said: str = "",
    but_not: str = "",
) -> tuple[SimilarView, ...]:
    """Find what may say the same of a version: the same place first, then like words.

    Args:
        tx: the transaction.
        version_id: the version.
        page: the page of the place.
        rects: its rectangles; none for no place yet.
        claim_id: the claim that it is about.
        said: what is said of it; nothing compares places alone.
        but_not: the draft that asks.
    """
    rows = _candidates(tx, version_id, but_not)
    findings = [Target("finding", row.id) for row in rows if isinstance(row, Finding)]
    drafts = [Target("finding_draft", row.id) for row in rows if isinstance(row, FindingDraft)]
    texts = release_fields(tx, findings + drafts, field="statement")
    wanted = words_of(said)
    found: list[SimilarView] = []
    for row in rows:
        text = texts[row.id].body or "" if row.id in texts else ""
        alike = likeness(wanted, words_of(text)) if wanted else 0.0
        same = row.page == page and overlap(row.rects, rects)
        same = same or bool(claim_id and row.claim_id == claim_id)
        if same or alike >= ALIKE:
            found.append(_view(row, text, same=same, alike=alike))
    found.sort(key=lambda one: (not one.same_place, -one.likeness, one.label, one.id))
    return tuple(found[:MOST])


def _candidates(tx: Transaction, version_id: str, but_not: str) -> list[Row]:
    findings = tx.session.scalars(
        scope.findings(tx)
        .where(Finding.version_id == version_id, Finding.state.not_in(_GONE))
        .order_by(Finding.filed_at.desc(), Finding.id)
        .limit(_MOST_COMPARED)
    ).all()
    remember_findings(tx, findings)
    drafts = tx.session.scalars(
        scope.finding_drafts(tx)
        .where(
            FindingDraft.version_id == version_id,
            FindingDraft.id != but_not,
            FindingDraft.removed_at.is_(None),
        )
        .order_by(FindingDraft.changed_at.desc(), FindingDraft.id)
        .limit(_MOST_COMPARED)
    ).all()
    remember_drafts(tx, drafts)
    return [
        *keep_to_read(tx, Action.READ_FINDING, findings, lambda row: Target("finding", row.id)),
        *keep_to_read(
            tx, Action.READ_FINDING_DRAFT, drafts, lambda row: Target("finding_draft", row.id)
        ),
    ]


def _view(row: Row, text: str, *, same: bool, alike: float) -> SimilarView:
    return SimilarView(
        id=row.id,
        label=row.number if isinstance(row, Finding) else "",
        page=row.page,
        statement=text[:240],
        same_place=same,
        likeness=round(100 * alike),
        is_draft=isinstance(row, FindingDraft),
    )
