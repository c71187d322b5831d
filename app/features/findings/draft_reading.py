"""Reading drafts of findings, and listing places that read otherwise than when they were chosen."""

from collections.abc import Sequence

from sqlalchemy import select

from app.access import scope
from app.access.decide import as_reading, keep, keep_to_read, may, require
from app.access.evidence_files import KINDS, release_file
from app.access.filing_facts import remember_drafts, state_of
from app.access.finding_facts import remember_findings
from app.access.memberships import people_of
from app.access.release import release_fields
from app.access.released import ReleasedPage
from app.domain.actions import Action
from app.domain.events import Event
from app.domain.targets import INSTALLATION, Target
from app.features.findings import queries
from app.features.findings.anchors import anchor_view, read_place
from app.features.findings.drafting import lacks_of, lead_files, said_of, tell_draft
from app.features.findings.duplicates import find_similar
from app.features.findings.evidence import files_of, references_of
from app.features.findings.filing_schemas import (
    AnchorView,
    Colleague,
    DraftList,
    DraftRow,
    DraftView,
    PlaceRow,
)
from app.kernel.actor import Side
from app.kernel.errors import NotFound
from app.models.filing import FindingDraft
from app.models.findings import Finding
from app.models.people import Person
from app.models.reports import Report, Version
from app.models.reviews import Review
from app.transaction import Transaction

PAGE_SIZE = 50
_DONE = ("resolved", "withdrawn", "disagreement_recorded", "moot", "merged")


def list_drafts(tx: Transaction, *, removed: bool = False, page: int = 1) -> DraftList:
    """List the drafts that the acting person wrote or was let see, the newest change first."""
    require(tx, Action.LIST_FINDING_DRAFTS, INSTALLATION)
    gone = FindingDraft.removed_at
    statement = (
        scope.finding_drafts(tx)
        .where(gone.is_not(None) if removed else gone.is_(None))
        .order_by(FindingDraft.changed_at.desc(), FindingDraft.id)
    )
    rows = tx.session.scalars(statement).all()
    remember_drafts(tx, rows)
    kept = keep(tx, Action.READ_FINDING_DRAFT, rows, lambda row: Target("finding_draft", row.id))
    shown = kept[(page - 1) * PAGE_SIZE : page * PAGE_SIZE]
    _record(tx, shown)
    reviews = open_reviews(tx)
    return DraftList(
        rows=_rows(tx, shown),
        total=len(kept),
        files=any(may(tx, Action.FILE_FINDING, Target("review", one)) for one in reviews),
        reviews=reviews,
    )


def read_draft(tx: Transaction, draft_id: str) -> DraftView:
    """Give a draft with its texts, its place, and what may say the same already."""
    require(tx, Action.READ_FINDING_DRAFT, Target("finding_draft", draft_id))
    row = tx.session.get(FindingDraft, draft_id)
    if row is None:
        raise NotFound
    tell_draft(tx, row, "FindingDraftRead", Action.READ_FINDING_DRAFT)
    return draft_view(tx, row)


def draft_view(tx: Transaction, row: FindingDraft) -> DraftView:
    """Build the view of a draft; the caller has required the reading of it and records it."""
    target, said = Target("finding_draft", row.id), said_of(tx, row)
    title, number = _titles(tx, [row])[row.version_id]
    named = {*row.people, row.written_by, row.changed_by, *([row.ready_by] if row.ready_by else [])}
    names = _names(tx, named)
    similar = find_similar(
        tx,
        version_id=row.version_id,
        page=row.page,
        rects=row.rects,
        claim_id=row.claim_id,
        said=said["statement"],
        but_not=row.id,
    )
    return DraftView(
        id=row.id,
        review_id=row.review_id,
        report_title=title,
        version_number=number,
        anchor=anchor_view(tx, row),
        claim_code=queries.claim_code(tx, row.claim_id),
        finding_class=row.finding_class,
        materiality=row.materiality,
        **said,
        references=references_of(tx, target) or (),
        files=files_of(tx, target),
        as_of=row.as_of,
        source=row.source,
        writer=names[row.written_by],
        changed_by=names[row.changed_by],
        changed_at=row.changed_at,
        revision=row.revision,
        everybody=row.open,
        people=tuple(names[one] for one in row.people),
        ready_by=names[row.ready_by].name if row.ready_by else None,
        ready_at=row.ready_at,
        state=state_of(row),
        filed_as=row.filed_as,
        lacks=tuple(lacks_of(tx, row)),
        similar=similar,
        acts=_acts(tx, row),
    )


def own_drafts(tx: Transaction) -> tuple[DraftView, ...]:
    """Give every draft that the acting person may read, for an export that records itself."""
    if tx.actor.side is not Side.REVIEWER:
        return ()
    rows = tx.session.scalars(
        scope.finding_drafts(tx)
        .where(FindingDraft.removed_at.is_(None))
        .order_by(FindingDraft.written_at, FindingDraft.id)
    ).all()
    remember_drafts(tx, rows)
    kept = keep_to_read(
        tx, Action.READ_FINDING_DRAFT, rows, lambda row: Target("finding_draft", row.id)
    )
    return tuple(draft_view(tx, row) for row in kept)


def open_draft_file(tx: Transaction, draft_id: str, file_id: str) -> tuple[str, bytes]:
    """Hand out a file of a draft; gives its name, which tells nothing, and its bytes."""
    target = Target("finding_draft", draft_id)
    require(tx, Action.READ_FINDING_DRAFT, target)
    row = tx.session.get(FindingDraft, draft_id)
    if row is None:
        raise NotFound
    kind, content = release_file(tx, target, file_id)
    tell_draft(tx, row, "FindingDraftFileRead", Action.READ_FINDING_DRAFT, facts={"file": file_id})
    return f"evidence-{file_id[-4:]}.{KINDS[kind]}", content


def read_anchor(tx: Transaction, finding_id: str) -> AnchorView:
    """Say where a finding points, as the acting person's edition has it now."""
    target = Target("finding", finding_id)
    require(tx, Action.READ_FINDING, target)
    finding = tx.session.get(Finding, finding_id)
    if finding is None:
        raise NotFound
    outsider = tx.actor.side is Side.REVIEWER
    tx.emit(
        Event(
            name="FindingRead",
            licence=Action.READ_FINDING,
            target=target,
            facts={"number": finding.number if outsider else finding.alias},
        )
    )
    return anchor_view(tx, finding)


def list_places(tx: Transaction) -> tuple[PlaceRow, ...]:
    """List open findings and drafts whose place does not read as it did, or cannot be read.

    Nothing is moved: of a draft its writer says anew where it belongs, of a finding the number
    stays where it was filed.
    """
    require(tx, Action.LIST_FINDING_DRAFTS, INSTALLATION)
    findings = tx.session.scalars(
        scope.findings(tx).where(Finding.state.not_in(_DONE)).order_by(Finding.filed_at, Finding.id)
    ).all()
    remember_findings(tx, findings)
    drafts = tx.session.scalars(
        scope.finding_drafts(tx)
        .where(FindingDraft.removed_at.is_(None))
        .order_by(FindingDraft.written_at, FindingDraft.id)
    ).all()
    remember_drafts(tx, drafts)
    rows: list[Finding | FindingDraft] = [
        *keep(tx, Action.READ_FINDING, findings, lambda row: Target("finding", row.id)),
        *keep(tx, Action.READ_FINDING_DRAFT, drafts, lambda row: Target("finding_draft", row.id)),
    ]
    read: dict[str, dict[int, ReleasedPage]] = {}
    found = []
    for row in rows:
        state, anchor = read_place(tx, row, pages=read.setdefault(row.version_id, {}))
        if state == "reads_the_same":
            continue
        found.append(
            PlaceRow(
                id=row.id,
                label=row.number if isinstance(row, Finding) else "",
                page=row.page,
                state=state,
                is_draft=isinstance(row, FindingDraft),
                quote=anchor.quote[:240] if anchor else None,
            )
        )
    return tuple(found)


def open_reviews(tx: Transaction) -> dict[str, str]:
    """Give the reviews in which the acting person may draft findings, by id, the newest first."""
    rows = tx.session.execute(
        scope.reviews(tx)
        .add_columns(Report.title, Version.number)
        .join(Report, Report.id == Review.report_id)
        .join(Version, Version.id == Review.version_id)
        .where(Review.state == "open")
    ).all()
    return {
        row.Review.id: f"{row.title}, version {row.number}"
        for row in rows
        if may(tx, Action.DRAFT_FINDING, Target("review", row.Review.id))
    }


def colleagues(tx: Transaction) -> list[Colleague]:
    """List the people of one's own organisation to whom a draft can be opened."""
    return [
        Colleague(id=one.id, name=one.name)
        for one in people_of(tx, tx.actor.organisation_id or "")
        if one.id != tx.actor.id and {"lead", "reviewer"} & {role.value for role in one.roles}
    ]


def _acts(tx: Transaction, row: FindingDraft) -> tuple[str, ...]:
    target, review = Target("finding_draft", row.id), Target("review", row.review_id)
    state = state_of(row)
    keeps = may(tx, Action.KEEP_FINDING_DRAFT, target)
    if state == "removed":
        return ("restore",) if keeps else ()
    if state == "filed":
        return ()
    acts = ["remove", "open"] if keeps else []
    if may(tx, Action.DRAFT_FINDING, review):
        acts += ["edit", "place"]
        if may(tx, Action.FILE_FINDING, review):
            acts.append("file")
        if lead_files(tx, row.review_id):
            acts.append("take_back" if row.ready_at else "ready")
    return tuple(acts)


def _rows(tx: Transaction, rows: Sequence[FindingDraft]) -> tuple[DraftRow, ...]:
    keep_to_read(tx, Action.READ_FINDING_DRAFT, rows, lambda row: Target("finding_draft", row.id))
    targets = [Target("finding_draft", row.id) for row in rows]
    texts = {
        name: release_fields(tx, targets, field=name)
        for name in ("statement", "evidence", "references")
    }
    titles, names = _titles(tx, rows), _names(tx, {row.written_by for row in rows})

    def body(name: str, row: FindingDraft) -> str:
        return (texts[name][row.id].body or "") if row.id in texts[name] else ""

    return tuple(
        DraftRow(
            id=row.id,
            version_id=row.version_id,
            report_title=titles[row.version_id][0],
            about=row.about,
            page=row.page,
            finding_class=row.finding_class,
            materiality=row.materiality,
            said=body("statement", row)[:200],
            writer=names[row.written_by].name,
            mine=row.written_by == tx.actor.id,
            opened=row.open or bool(row.people),
            ready=row.ready_at is not None,
            removed=row.removed_at is not None,
            changed_at=row.changed_at,
            lacks=_lacks(row, body("statement", row)),
        )
        for row in rows
    )


def _lacks(row: FindingDraft, statement: str) -> tuple[str, ...]:
    """Say what a row of a list plainly lacks; evidence is looked at when it is filed."""
    lacking = {
        "a place": not row.about,
        "a kind": not row.finding_class,
        "how far it reaches": not row.materiality,
        "what is wrong": not statement,
    }
    return tuple(name for name, missing in lacking.items() if missing)


def _titles(tx: Transaction, rows: Sequence[FindingDraft]) -> dict[str, tuple[str, int]]:
    found = tx.session.execute(
        select(Version.id, Report.title, Version.number)
        .join(Report, Report.id == Version.report_id)
        .where(Version.id.in_({row.version_id for row in rows}))
    )
    return {row.id: (row.title, row.number) for row in found}


def _names(tx: Transaction, ids: set[str]) -> dict[str, Colleague]:
    known = {
        row.id: row.name
        for row in tx.session.execute(select(Person.id, Person.name).where(Person.id.in_(ids)))
    }
    return {one: Colleague(id=one, name=known.get(one, "Somebody who left")) for one in ids}


def _record(tx: Transaction, rows: Sequence[FindingDraft]) -> None:
    for version_id in sorted({row.version_id for row in rows}):
        as_reading(tx, version_id)
        tx.emit(
            Event(
                name="FindingDraftsRead",
                licence=Action.LIST_FINDING_DRAFTS,
                target=INSTALLATION,
                subject=Target("version", version_id),
                facts={"drafts": [row.id for row in rows if row.version_id == version_id]},
            )
        )
