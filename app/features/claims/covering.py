"""What no claim covers: sentences by section, and claims without evidence or owner."""

from collections import defaultdict

from app.access.coverage import Sentence, read_sentences
from app.access.decide import may, require
from app.access.scope import version_and_title
from app.domain.actions import Action
from app.domain.events import Event
from app.domain.targets import Target
from app.features.claims.register import all_rows, is_inside
from app.features.claims.schemas import CoverageView, SectionCoverage, SentenceView
from app.transaction import Transaction

MOST_SENTENCES = 100
"""Of one section that are shown to be read; all are counted."""


def read_coverage(tx: Transaction, version_id: str) -> CoverageView:
    """Say what of one's own edition no claim covers, section by section.

    Raises:
        NotFound, Unavailable: the version, or one's edition of it.
    """
    target = Target("version", version_id)
    require(tx, Action.READ_CLAIMS, target)
    version, title = version_and_title(tx, version_id)
    rows = all_rows(tx, version_id)
    found = read_sentences(tx, version_id)
    by_section: dict[str | None, list[Sentence]] = defaultdict(list)
    for sentence in found.all:
        by_section[sentence.section_id].append(sentence)
    places: list[tuple[str | None, str, int, int]] = [(None, "Before the first section", 1, 1)]
    places += [(e.section_id, e.title, e.page, e.level) for e in found.outline]
    tx.emit(
        Event(
            name="CoverageRead",
            licence=Action.READ_CLAIMS,
            target=target,
            facts={"sentences": len(found.all)},
        )
    )
    return CoverageView(
        version_id=version_id,
        report_title=title,
        version_number=version.number,
        sections=tuple(
            _section(place, by_section[place[0]]) for place in places if by_section[place[0]]
        ),
        sentences=len(found.all),
        covered=sum(bool(sentence.claim_ids) for sentence in found.all),
        claims=len(rows),
        without_evidence=tuple(row for row in rows if not row.evidence),
        without_owner=tuple(
            row for row in rows if row.answers is not None and row.answers.person_id is None
        )
        if is_inside(tx)
        else None,
        can_mark=is_inside(tx) and may(tx, Action.MARK_CLAIM, target),
    )


def _section(place: tuple[str | None, str, int, int], sentences: list[Sentence]) -> SectionCoverage:
    section_id, title, page, level = place
    bare = [sentence for sentence in sentences if not sentence.claim_ids]
    return SectionCoverage(
        section_id=section_id,
        title=title,
        page=page,
        level=level,
        sentences=len(sentences),
        covered=len(sentences) - len(bare),
        uncovered=tuple(
            SentenceView(page=one.page, words=f"{one.first}-{one.last}", text=one.text)
            for one in bare[:MOST_SENTENCES]
        ),
    )
