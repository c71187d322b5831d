"""Filing fact-check findings: on a passage that one can read, to whoever answers for it."""

import secrets

from app.access.decide import require
from app.access.deposit import deposit_field
from app.access.numbers import next_number
from app.domain.actions import Action
from app.domain.events import Event
from app.domain.findings import EVIDENCE_NEEDED
from app.domain.targets import PageRef, Target
from app.features.findings import queries
from app.features.findings.reading import passage_of
from app.features.findings.schemas import FileFinding, FindingRow
from app.kernel.clock import now
from app.kernel.errors import Invalid, NotFound
from app.kernel.ids import new_id
from app.models.findings import Finding
from app.models.reviews import Review
from app.transaction import Transaction


def file_finding(tx: Transaction, command: FileFinding) -> FindingRow:
    """File a finding on a passage that one can read; it goes to whoever answers for it."""
    review_target = Target("review", command.review_id)
    require(tx, Action.FILE_FINDING, review_target)
    review = tx.session.get(Review, command.review_id)
    if review is None:
        raise NotFound
    if command.finding_class in EVIDENCE_NEEDED and not command.evidence:
        raise Invalid(fields={"evidence": "Say what shows it: classes B and D need evidence."})
    page = PageRef(version_id=review.version_id, page=command.page)
    passage = passage_of(tx, page, command.word_from, command.word_to)
    whole = command.word_from is None
    claim = None if whole else queries.find_claim(tx, page.version_id, page.page, passage.rects)
    finding = Finding(
        id=new_id("finding"),
        number=next_number(tx, review.organisation_id, "FC"),
        alias=f"FC-{secrets.token_hex(3)}",
        organisation_id=review.organisation_id,
        review_id=review.id,
        version_id=review.version_id,
        claim_id=claim.id if claim else None,
        page=command.page,
        rects=[list(rect) for rect in passage.rects],
        quote_digest=passage.digest,
        finding_class=command.finding_class,
        materiality=command.materiality,
        as_of=command.as_of,
        state="filed",
        state_since=now(),
        routed_by_rule="",
        filed_by=tx.actor.id,
        filed_at=now(),
    )
    tx.session.add(finding)
    tx.session.flush()
    for field in ("statement", "correction", "evidence"):
        if body := getattr(command, field):
            _deposit(tx, finding, field, body)
    tx.emit(
        Event(
            name="FindingFiled",
            licence=Action.FILE_FINDING,
            target=review_target,
            subject=Target("finding", finding.id),
            organisations=frozenset({finding.organisation_id}),
            facts={
                "number": finding.number,
                "class": finding.finding_class,
                "materiality": finding.materiality,
                "version_id": finding.version_id,
                "page": finding.page,
                "quote": finding.quote_digest,
            },
            stage="filed",
        )
    )
    return queries.row_views(tx, [finding])[0]


def _deposit(tx: Transaction, finding: Finding, field: str, body: str) -> None:
    deposit_field(
        tx,
        Target("finding", finding.id),
        field=field,
        body=body,
        version_id=finding.version_id,
        organisation_id=finding.organisation_id,
        shared=True,
    )
