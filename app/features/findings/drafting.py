"""Drafts of findings: written, opened to colleagues, placed anew, marked ready, removed.

A draft is its writer's until they open it. Nothing of it reaches the publisher: each act on one
stands in the log as the reading of a page (decisions/0034). Filing is in `filing`.
"""

from collections.abc import Mapping

from app.access.decide import as_reading, require
from app.access.deposit import deposit_field
from app.access.evidence_files import SentFile, deposit_file, remove_file
from app.access.facts import forget
from app.access.filing_facts import state_of
from app.access.memberships import people_of
from app.access.release import release, release_field
from app.domain.actions import Action
from app.domain.events import Event, Fact
from app.domain.quoting import runs_of
from app.domain.targets import FieldRef, PageRef, Target
from app.features.findings.anchors import Anchor, columns_of, find_anchor, read_place
from app.features.findings.evidence import (
    NEEDED,
    TEXTS,
    files_of,
    keep_references,
    lacks_evidence,
    references_of,
)
from app.features.findings.filing_schemas import (
    ChangeDraft,
    DraftFinding,
    DraftMade,
    MarkDraftReady,
    OpenDraft,
    PlaceDraft,
    Where,
    Written,
)
from app.kernel.clock import now
from app.kernel.errors import Conflict, Invalid, NotFound
from app.kernel.ids import new_id
from app.models.filing import FindingDraft
from app.models.reviews import Review
from app.transaction import Transaction


def draft_finding(
    tx: Transaction, command: DraftFinding, *, source: str = "typed", placed: bool = True
) -> DraftMade:
    """Draft a finding on a place that one can read; nobody else sees it.

    `placed` is False for an imported one that nobody has said the place of yet; its page is where
    the file had it.
    """
    require(tx, Action.DRAFT_FINDING, Target("review", command.review_id))
    review = tx.session.get(Review, command.review_id)
    if review is None:
        raise NotFound
    place = (
        columns_of(find_anchor(tx, review.version_id, command))
        if placed
        else {"about": "", "page": command.page or 1, "rects": []}
    )
    row = FindingDraft(
        id=new_id("finding_draft"),
        organisation_id=review.organisation_id,
        review_id=review.id,
        version_id=review.version_id,
        source=source,
        written_by=tx.actor.id,
        written_at=now(),
        changed_by=tx.actor.id,
        changed_at=now(),
        revision=1,
        open=False,
        people=[],
        **_columns(command),
        **place,
    )
    tx.session.add(row)
    tx.session.flush()
    _keep_texts(tx, row, command)
    tell_draft(tx, row, "FindingDrafted", Action.DRAFT_FINDING)
    return made(row)


def change_draft(tx: Transaction, draft_id: str, command: ChangeDraft) -> DraftMade:
    """Write a draft anew.

    Raises:
        Conflict: it was filed or removed, or somebody else changed it since it was read.
    """
    row = _changing(tx, draft_id)
    if row.revision != command.revision:
        raise Conflict(
            "Somebody else changed this draft while you wrote.",
            kept="What you typed is still in the form; nothing of theirs was written over.",
            remedy="Read theirs beside it, then save again.",
        )
    for name, value in _columns(command).items():
        setattr(row, name, value)
    _keep_texts(tx, row, command)
    return _changed(tx, row, "FindingDraftChanged")


def place_draft(tx: Transaction, draft_id: str, command: PlaceDraft) -> DraftMade:
    """Say anew which place a draft is about, or confirm its place as it reads now.

    Raises:
        Invalid: no such place, or there is none to keep (`page`).
    """
    row = _changing(tx, draft_id)
    if command.keep:
        _, anchor = read_place(tx, row)
        if anchor is None:
            raise Invalid(fields={"page": "There is no place to keep. Choose one."})
        kept = {"claim_id": row.claim_id, "redaction_id": row.redaction_id}
        place = {**columns_of(anchor), **kept}
    else:
        place = columns_of(_named_place(tx, row, command))
    for name, value in place.items():
        setattr(row, name, value)
    return _changed(tx, row, "FindingDraftPlaced")


def open_draft(tx: Transaction, draft_id: str, command: OpenDraft) -> DraftMade:
    """Say who of the organisation sees a draft besides its writer; the writer alone may.

    Raises:
        Invalid: somebody who is none of its people (`people`).
    """
    row = _keeping(tx, draft_id)
    wanted = set(command.people) - {row.written_by}
    known = {one.id for one in people_of(tx, row.organisation_id, wanted)}
    if wanted - known:
        raise Invalid(fields={"people": "Choose people of your own organisation."})
    row.open, row.people = command.everybody, sorted(known)
    return _done(tx, row, "FindingDraftOpened", Action.KEEP_FINDING_DRAFT)


def mark_draft_ready(tx: Transaction, draft_id: str, command: MarkDraftReady) -> DraftMade:
    """Mark a draft ready for the lead, who then sees it; or take that back.

    Raises:
        Invalid: by field, what it lacks.
        Conflict: in this review whoever writes files, or it is so already.
    """
    row = _changing(tx, draft_id)
    if not lead_files(tx, row.review_id):
        raise Conflict(
            "In this review whoever writes a finding files it.", remedy="File it yourself."
        )
    if command.ready and (lacking := lacks_of(tx, row)):
        raise Invalid(fields=lacking)
    if command.ready == (row.ready_at is not None):
        raise Conflict(
            "It is marked ready already." if command.ready else "It is not marked ready."
        )
    row.ready_at = now() if command.ready else None
    row.ready_by = tx.actor.id if command.ready else None
    name = "FindingDraftReady" if command.ready else "FindingDraftTakenBack"
    return _done(tx, row, name, Action.CHANGE_FINDING_DRAFT)


def remove_draft(tx: Transaction, draft_id: str) -> DraftMade:
    """Remove a draft; its writer may bring it back."""
    row = _keeping(tx, draft_id)
    if row.removed_at is not None:
        raise Conflict("This draft is removed already.")
    row.removed_at = now()
    return _done(tx, row, "FindingDraftRemoved", Action.KEEP_FINDING_DRAFT)


def restore_draft(tx: Transaction, draft_id: str) -> DraftMade:
    """Bring a removed draft back."""
    row = _keeping(tx, draft_id)
    if row.removed_at is None:
        raise Conflict("This draft is not removed.")
    row.removed_at = None
    return _done(tx, row, "FindingDraftRestored", Action.KEEP_FINDING_DRAFT)


def add_file(tx: Transaction, draft_id: str, sent: SentFile) -> DraftMade:
    """Add a file to a draft: kept as it came, and opened by nobody here.

    Raises:
        Invalid: no title (`title`), or a file that is not kept (`file`).
    """
    row = _changing(tx, draft_id)
    kept = deposit_file(
        tx,
        target_of(row),
        sent,
        version_id=row.version_id,
        organisation_id=row.organisation_id,
    )
    return _changed(tx, row, "FindingFileAdded", {"file": kept.id})


def take_file_off(tx: Transaction, draft_id: str, file_id: str) -> DraftMade:
    """Take a file off a draft."""
    row = _changing(tx, draft_id)
    remove_file(tx, target_of(row), file_id)
    return _changed(tx, row, "FindingFileRemoved", {"file": file_id})


def target_of(row: FindingDraft) -> Target:
    """Name a draft as a target."""
    return Target("finding_draft", row.id)


def lock(tx: Transaction, draft_id: str) -> FindingDraft:
    """Give a draft's row, locked until the commit."""
    row = tx.session.get(FindingDraft, draft_id, with_for_update=True, populate_existing=True)
    if row is None:
        raise NotFound
    return row


def made(row: FindingDraft) -> DraftMade:
    """Say what an act left of a draft."""
    return DraftMade(
        id=row.id, version_id=row.version_id, revision=row.revision, state=state_of(row)
    )


def said_of(tx: Transaction, row: FindingDraft) -> dict[str, str]:
    """Give the texts of a draft; the caller has required the reading of it."""
    target = target_of(row)
    return {
        name: release_field(tx, FieldRef(subject=target, field=name)).body or "" for name in TEXTS
    }


def lacks_of(tx: Transaction, row: FindingDraft) -> dict[str, str]:
    """Say by field what a draft lacks for being filed; the caller has required its reading."""
    said, target = said_of(tx, row), target_of(row)
    lacking: dict[str, str] = {}
    if not row.about:
        lacking["place"] = "Say which place it is about."
    if not row.finding_class:
        lacking["finding_class"] = "Choose a kind."
    if not row.materiality:
        lacking["materiality"] = "Say how far it reaches."
    if not said["statement"]:
        lacking["statement"] = "Say what is wrong."
    shown = bool(said["evidence"] or references_of(tx, target) or files_of(tx, target))
    if lacks_evidence(row.finding_class, shown=shown):
        lacking["evidence"] = NEEDED
    return lacking


def lead_files(tx: Transaction, review_id: str) -> bool:
    """Say whether in a review only the leads file."""
    review = tx.session.get(Review, review_id)
    return review is not None and review.submitted_by == "lead"


def tell_draft(
    tx: Transaction,
    row: FindingDraft,
    name: str,
    licence: Action,
    facts: Mapping[str, Fact] | None = None,
) -> None:
    """Record an act on a draft; it stands in the log as a reading of its version."""
    review = Target("review", row.review_id)
    as_reading(tx, row.version_id)
    tx.emit(
        Event(
            name=name,
            licence=licence,
            target=review if licence is Action.DRAFT_FINDING else target_of(row),
            subject=Target("version", row.version_id),
            facts={"draft": row.id, "page": row.page, **(facts or {})},
        )
    )


def _named_place(tx: Transaction, row: FindingDraft, command: PlaceDraft) -> Anchor:
    where = Where.model_validate(command.model_dump(exclude={"keep", "quote"}))
    if not command.quote or where.page is None or where.word_from is not None:
        return find_anchor(tx, row.version_id, where)
    page = release(tx, PageRef(version_id=row.version_id, page=where.page))
    runs = runs_of(command.quote, [word.text for word in page.words])
    if len(runs) != 1:
        said = "stand there more than once: take a few more" if runs else "do not stand there"
        raise Invalid(fields={"quote": f"These words {said}."})
    return find_anchor(
        tx,
        row.version_id,
        where.model_copy(update={"word_from": runs[0][0], "word_to": runs[0][1]}),
    )


def _changing(tx: Transaction, draft_id: str) -> FindingDraft:
    require(tx, Action.CHANGE_FINDING_DRAFT, Target("finding_draft", draft_id))
    row = lock(tx, draft_id)
    require(tx, Action.DRAFT_FINDING, Target("review", row.review_id))
    if row.filed_as is not None:
        raise Conflict("This draft was filed; its wording is not changed any more.")
    if row.removed_at is not None:
        raise Conflict("This draft was removed.", remedy="Bring it back first.")
    return row


def _keeping(tx: Transaction, draft_id: str) -> FindingDraft:
    require(tx, Action.KEEP_FINDING_DRAFT, Target("finding_draft", draft_id))
    row = lock(tx, draft_id)
    if row.filed_as is not None:
        raise Conflict("This draft was filed; what came of it is a finding.")
    return row


def _changed(
    tx: Transaction, row: FindingDraft, name: str, facts: Mapping[str, Fact] | None = None
) -> DraftMade:
    row.revision += 1
    row.changed_by, row.changed_at = tx.actor.id, now()
    return _done(tx, row, name, Action.CHANGE_FINDING_DRAFT, facts)


def _done(
    tx: Transaction,
    row: FindingDraft,
    name: str,
    licence: Action,
    facts: Mapping[str, Fact] | None = None,
) -> DraftMade:
    tx.session.flush()
    forget(tx, target_of(row))
    tell_draft(tx, row, name, licence, facts)
    return made(row)


def _columns(command: Written) -> dict[str, object]:
    return {
        "finding_class": command.finding_class,
        "materiality": command.materiality,
        "as_of": command.as_of,
    }


def _keep_texts(tx: Transaction, row: FindingDraft, command: Written) -> None:
    for name in TEXTS:
        deposit_field(
            tx,
            target_of(row),
            field=name,
            body=getattr(command, name),
            version_id=row.version_id,
            organisation_id=row.organisation_id,
            shared=False,
        )
    keep_references(
        tx,
        target_of(row),
        command.references,
        version_id=row.version_id,
        organisation_id=row.organisation_id,
        shared=False,
    )
