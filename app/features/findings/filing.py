"""Filing fact-check findings: on a place that one can read, to whoever answers for it.

The words are the filer's: nobody edits them afterwards, on neither side. Drafts are in `drafting`.
"""

import secrets
from collections.abc import Mapping, Sequence

from sqlalchemy import select

from app.access.decide import require
from app.access.deposit import deposit_field
from app.access.evidence_files import SentFile, hand_over_files
from app.access.facts import forget
from app.access.numbers import next_number
from app.access.release import release_field
from app.domain.actions import Action
from app.domain.events import Event
from app.domain.targets import FieldRef, Target
from app.features.findings import queries
from app.features.findings.anchors import Anchor, columns_of, find_anchor, read_place
from app.features.findings.clocks import start_clock
from app.features.findings.drafting import add_file, draft_finding, lacks_of, lock, said_of
from app.features.findings.evidence import (
    NEEDED,
    TEXTS,
    keep_references,
    lacks_evidence,
    named_in_form,
    references_of,
)
from app.features.findings.filing_schemas import (
    DraftFinding,
    DraftMade,
    Evidence,
    FiledDrafts,
    FileDrafts,
    FileFinding,
    LeftDraft,
)
from app.features.findings.schemas import FindingRow
from app.kernel.clock import now
from app.kernel.errors import Conflict, Invalid, NotFound
from app.kernel.ids import new_id
from app.models.filing import FindingDraft
from app.models.findings import Finding
from app.models.reviews import Review
from app.transaction import Transaction

_OTHERWISE = "The passage reads otherwise now. Confirm the place, or choose another."
_CLOSED = "You cannot read this place any more, so nothing can be filed on it."


def file_finding(tx: Transaction, command: FileFinding) -> FindingRow:
    """File a finding on a place that one can read; it goes to whoever answers for it.

    Raises:
        Invalid: by field, what is missing or cannot be taken.
    """
    require(tx, Action.FILE_FINDING, Target("review", command.review_id))
    review = tx.session.get(Review, command.review_id)
    if review is None:
        raise NotFound
    if lacks_evidence(command.finding_class, shown=bool(command.evidence or command.references)):
        raise Invalid(fields={"evidence": NEEDED})
    anchor = find_anchor(tx, review.version_id, command)
    finding = _filed(
        tx, review, anchor, command, (command.finding_class, command.materiality)
    )  # fmt: skip
    texts = {name: getattr(command, name) for name in TEXTS}
    _keep_texts(tx, finding, texts, {})
    if command.references:
        _keep_references(tx, finding, command)
    _tell(tx, finding)
    return queries.row_views(tx, [finding])[0]


def file_with(tx: Transaction, command: FileFinding, sent: SentFile) -> FindingRow:
    """File a finding with a file that shows it: drafted, given the file and filed in one act.

    Raises:
        Invalid: as `file_finding`, or the file is not kept (`file`), or lacks its title
            (`file_title`).
    """
    made = draft_with(tx, DraftFinding.model_validate(command.model_dump()), sent)
    return file_drafts(tx, FileDrafts(drafts=(made.id,))).filed[0]


def draft_with(tx: Transaction, command: DraftFinding, sent: SentFile | None) -> DraftMade:
    """Draft a finding, with the file that was chosen for it, if one was; errors as above."""
    made = draft_finding(tx, command)
    try:
        return add_file(tx, made.id, sent) if sent else made
    except Invalid as error:
        raise Invalid(fields=named_in_form(error.fields)) from error


def file_drafts(tx: Transaction, command: FileDrafts) -> FiledDrafts:
    """File drafts; those that lack something are left, each with what it lacks.

    Raises:
        Invalid: none of them could be filed; of a single one by field, else `drafts`.
    """
    filed: list[Finding] = []
    left: list[LeftDraft] = []
    for draft_id in _in_order(tx, command.drafts):
        try:
            filed.append(_file_draft(tx, draft_id))
        except Invalid as error:
            left.append(LeftDraft(id=draft_id, fields=dict(error.fields)))
    if not filed and len(left) == 1:
        raise Invalid(fields=left[0].fields)
    if not filed:
        raise Invalid(fields={"drafts": "None of these can be filed yet. Open each to see why."})
    return FiledDrafts(filed=tuple(queries.row_views(tx, filed)), left=tuple(left))


def _in_order(tx: Transaction, drafts: Sequence[str]) -> list[str]:
    """Order drafts as they stand in the report, for their numbers; what is not there stays."""
    rows = tx.session.scalars(select(FindingDraft).where(FindingDraft.id.in_(set(drafts))))
    places = {
        row.id: (row.version_id, row.page, min((r[1] for r in row.rects), default=0.0), row.id)
        for row in rows
    }
    return sorted(dict.fromkeys(drafts), key=lambda one: places.get(one, ("", 0, 0.0, one)))


def _file_draft(tx: Transaction, draft_id: str) -> Finding:
    target = Target("finding_draft", draft_id)
    require(tx, Action.READ_FINDING_DRAFT, target)
    row = lock(tx, draft_id)
    if row.filed_as is not None or row.removed_at is not None:
        raise Conflict(
            "This draft was filed already." if row.filed_as else "This draft was removed.",
            remedy="Look at the list of drafts again.",
        )
    require(tx, Action.FILE_FINDING, Target("review", row.review_id), inside=True)
    review = tx.session.get(Review, row.review_id)
    if review is None:
        raise NotFound
    if lacking := lacks_of(tx, row):
        raise Invalid(fields=lacking)
    anchor = _place_of(tx, row)
    said = Evidence(as_of=row.as_of, references=references_of(tx, target) or ())
    finding = _filed(tx, review, anchor, said, (row.finding_class, row.materiality))
    sensitivity = {
        name: release_field(tx, FieldRef(subject=target, field=name)).sensitivity for name in TEXTS
    }
    _keep_texts(tx, finding, said_of(tx, row), sensitivity)
    if said.references:
        kept = release_field(tx, FieldRef(subject=target, field="references"))
        _keep_references(tx, finding, said, kept.sensitivity)
    hand_over_files(
        tx,
        target,
        Target("finding", finding.id),
        version_id=row.version_id,
        organisation_id=row.organisation_id,
    )
    row.filed_as, row.filed_at = finding.id, now()
    tx.session.flush()
    forget(tx, target)
    _tell(tx, finding)
    return finding


def _place_of(tx: Transaction, row: FindingDraft) -> Anchor:
    """Give the place of a draft, which has to read as it did when it was chosen."""
    state, anchor = read_place(tx, row)
    if state == "reads_the_same" and anchor is not None:
        claim = queries.find_claim(tx, row.version_id, anchor.page, anchor.rects)
        found = row.claim_id or (claim.id if claim and row.about == "passage" else None)
        return Anchor(
            **{**anchor.__dict__, "claim_id": found, "redaction_id": row.redaction_id}
        )  # fmt: skip
    raise Invalid(fields={"place": _OTHERWISE if state == "reads_otherwise" else _CLOSED})


def _filed(
    tx: Transaction, review: Review, anchor: Anchor, said: Evidence, kind: tuple[str, str]
) -> Finding:
    finding = Finding(
        id=new_id("finding"),
        number=next_number(tx, review.organisation_id, "FC"),
        alias=f"FC-{secrets.token_hex(3)}",
        organisation_id=review.organisation_id,
        review_id=review.id,
        version_id=review.version_id,
        finding_class=kind[0],
        materiality=kind[1],
        as_of=said.as_of,
        state="filed",
        state_since=now(),
        routed_by_rule="",
        filed_by=tx.actor.id,
        filed_at=now(),
        **columns_of(anchor),
    )
    start_clock(tx, finding)
    tx.session.add(finding)
    tx.session.flush()
    return finding


def _keep_texts(
    tx: Transaction,
    finding: Finding,
    texts: Mapping[str, str],
    sensitivity: Mapping[str, Sequence[str]],
) -> None:
    for field, body in texts.items():
        if body:
            deposit_field(
                tx,
                Target("finding", finding.id),
                field=field,
                body=body,
                version_id=finding.version_id,
                organisation_id=finding.organisation_id,
                shared=True,
                at_least=sensitivity.get(field, ()),
            )


def _keep_references(
    tx: Transaction, finding: Finding, said: Evidence, at_least: Sequence[str] = ()
) -> None:
    keep_references(
        tx,
        Target("finding", finding.id),
        said.references,
        version_id=finding.version_id,
        organisation_id=finding.organisation_id,
        shared=True,
        at_least=at_least,
    )


def _tell(tx: Transaction, finding: Finding) -> None:
    tx.emit(
        Event(
            name="FindingFiled",
            licence=Action.FILE_FINDING,
            target=Target("review", finding.review_id),
            subject=Target("finding", finding.id),
            organisations=frozenset({finding.organisation_id}),
            facts={
                "number": finding.number,
                "class": finding.finding_class,
                "materiality": finding.materiality,
                "version_id": finding.version_id,
                "page": finding.page,
            },
            # Whoever guesses words could tell by it whether they are the withheld ones.
            content={"quote": finding.quote_digest},
            stage="filed",
        )
    )
