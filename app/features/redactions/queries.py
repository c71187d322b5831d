"""Scoped reads of redactions: places, reasons and states."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import groupby

from sqlalchemy import Select, func, select
from sqlalchemy.orm import aliased

from app.domain.redactions import size_label
from app.domain.sentences import sentence_of
from app.features.redactions.schemas import GroupView, RedactionView, StepView
from app.kernel.errors import NotFound
from app.models.evidence import EvidenceItem, EvidenceMark
from app.models.history import Stage
from app.models.people import Person
from app.models.redactions import Redaction, RedactionComment
from app.models.reports import Claim
from app.rendering.lines import Span
from app.transaction import Transaction

SYSTEM = "Vitrine"
_AT_ONCE = timedelta(seconds=2)


def list_redactions(
    tx: Transaction,
    version_id: str,
    *,
    state: str = "",
    category: str = "",
    page: int | None = None,
) -> list[RedactionView]:
    """List the redactions of a version in the order of its pages; of a moved one its last place."""
    statement = _with_names(version_id).where(Redaction.id.not_in(replaced(version_id)))
    if state:
        statement = statement.where(Redaction.state == state)
    if category:
        statement = statement.where(Redaction.categories.contains([category]))
    if page is not None:
        statement = statement.where(Redaction.page == page)
    rows = tx.session.execute(statement).all()
    places = places_in_evidence(tx, version_id) if any(row[0].evidence for row in rows) else {}
    return [
        _view(row, by, decided, said_place(places[row.id]) if row.id in places else "")
        for row, by, decided in rows
    ]


def places_in_evidence(tx: Transaction, version_id: str) -> dict[str, EvidenceMark]:
    """Give where the marks of a version stand in its evidence, by redaction."""
    rows = tx.session.scalars(select(EvidenceMark).where(EvidenceMark.version_id == version_id))
    return {row.redaction_id: row for row in rows}


def said_place(mark: EvidenceMark | Span) -> str:
    """Say where a mark stands in its item: for the publisher's people only."""
    if mark.line_to != mark.line_from:
        return f"lines {mark.line_from}–{mark.line_to}"
    if mark.field is None:
        return f"line {mark.line_from}"
    part = "" if mark.char_from is None else "part of "
    return f"line {mark.line_from}, {part}field {mark.field + 1}"


def _with_names(version_id: str) -> Select[Redaction, str, str]:
    proposer, decider = aliased(Person), aliased(Person)
    return (
        select(Redaction, proposer.name, decider.name)
        .join(proposer, proposer.id == Redaction.proposed_by)
        .outerjoin(decider, decider.id == Redaction.decided_by)
        .where(Redaction.version_id == version_id)
        .order_by(Redaction.page, Redaction.proposed_at, Redaction.id)
    )


def replaced(version_id: str) -> Select[str | None]:
    """Select the ids of rows that stand at an earlier place of a mark."""
    return select(Redaction.replaces).where(
        Redaction.version_id == version_id, Redaction.replaces.is_not(None)
    )


def is_replaced(tx: Transaction, redaction: str) -> bool:
    """Say whether a row is an earlier place of a mark."""
    later = select(Redaction.id).where(Redaction.replaces == redaction)
    return tx.session.scalars(later).first() is not None


def latest(tx: Transaction, row: Redaction) -> Redaction:
    """Give the row at which a mark stands now, however often it was moved since."""
    step = select(Redaction)
    while later := tx.session.scalars(step.where(Redaction.replaces == row.id)).first():
        row = later
    return row


def find_redaction(tx: Transaction, version_id: str, redaction: str) -> RedactionView | None:
    """Find one redaction of a version, in whatever state."""
    row = tx.session.execute(_with_names(version_id).where(Redaction.id == redaction)).one_or_none()
    return None if row is None else _view(*row)


def get_redaction(tx: Transaction, version_id: str, redaction: str) -> RedactionView:
    """Give one redaction of a version; NotFound where there is none."""
    found = find_redaction(tx, version_id, redaction)
    if found is None:
        raise NotFound
    return found


def _view(
    row: Redaction, proposed_by: str, decided_by: str | None, where: str = ""
) -> RedactionView:
    return RedactionView(
        id=row.id,
        group_id=row.group_id,
        page=row.page,
        rects=tuple((x0, y0, x1, y1) for x0, y0, x1, y1 in row.rects),
        mode=row.mode,
        categories=tuple(row.categories),
        character=row.character,
        justification=row.justification,
        size=size_label(row.size_words),
        state=row.state,
        proposed_by=proposed_by,
        proposed_at=row.proposed_at,
        decided_by=decided_by,
        decided_at=row.decided_at,
        decision_reason=row.decision_reason,
        expires_at=row.expires_at,
        revision=row.revision,
        replaces=row.replaces,
        changed_at=row.changed_at,
        substitute=row.substitute,
        segregable=row.segregable,
        evidence=row.evidence,
        where=where,
    )


def grouped(redactions: Sequence[RedactionView]) -> list[GroupView]:
    """Gather redactions by group; undecided ones first, those of one reason beside each other."""
    by_group = sorted(redactions, key=lambda r: (r.group_id, r.page, r.id))
    groups = [_group(list(rows)) for _, rows in groupby(by_group, key=lambda r: r.group_id)]
    oldest: dict[tuple[object, ...], datetime] = {}
    for group in groups:
        reason = _reason(group)
        oldest[reason] = min(oldest.get(reason, group.proposed_at), group.proposed_at)
    return sorted(groups, key=lambda g: (_place(g, oldest), g.proposed_at, g.id))


def _place(group: GroupView, oldest: dict[tuple[object, ...], datetime]) -> tuple[object, ...]:
    reason = _reason(group)
    return (group.undecided == 0, oldest[reason], reason)


def _reason(group: GroupView) -> tuple[object, ...]:
    return (group.undecided == 0, group.categories, group.justification)


def _group(rows: list[RedactionView]) -> GroupView:
    first, states = rows[0], {row.state for row in rows}
    return GroupView(
        id=first.group_id,
        categories=first.categories,
        character=first.character,
        justification=first.justification,
        state=first.state if len(states) == 1 else "mixed",
        proposed_by=first.proposed_by,
        proposed_at=min(row.proposed_at for row in rows),
        pages=tuple(sorted({row.page for row in rows})),
        redactions=tuple(rows),
        undecided=sum(row.state == "proposed" for row in rows),
    )


def chosen(
    tx: Transaction, version_id: str, *, redactions: Sequence[str], groups: Sequence[str]
) -> list[Redaction]:
    """Give the undecided redactions named by id or by group, locked for a decision."""
    statement: Select[Redaction] = (
        select(Redaction)
        .where(
            Redaction.version_id == version_id,
            Redaction.state == "proposed",
            Redaction.id.in_(redactions) | Redaction.group_id.in_(groups),
        )
        .order_by(Redaction.page, Redaction.id)
        .with_for_update()
    )
    return list(tx.session.scalars(statement))


def get_item(tx: Transaction, version_id: str, code: str) -> EvidenceItem:
    """Give an item of a version by its code; NotFound where it is missing or not read in."""
    row = tx.session.scalars(
        select(EvidenceItem).where(
            EvidenceItem.version_id == version_id,
            EvidenceItem.code == code,
            EvidenceItem.state == "ready",
        )
    ).one_or_none()
    if row is None:
        raise NotFound
    return row


def claim_places(tx: Transaction, version_id: str) -> list[Claim]:
    """List where the claims of a version stand."""
    statement = (
        select(Claim)
        .where(Claim.version_id == version_id, Claim.ended_at.is_(None))
        .order_by(Claim.ordinal)
    )
    return list(tx.session.scalars(statement))


def claims_touched(group: GroupView, claims: Sequence[Claim]) -> tuple[str, ...]:
    """Give the codes of the claims that a mark of the group covers in part or wholly."""
    return tuple(
        claim.code
        for claim in claims
        if any(
            mark.page == claim.page and _meet(one, other)
            for mark in group.redactions
            for one in mark.rects
            for other in claim.rects
        )
    )


def _meet(one: Sequence[float], other: Sequence[float]) -> bool:
    across = one[0] < other[2] and other[0] < one[2]
    return across and one[1] < other[3] and other[1] < one[3]


def list_comments(
    tx: Transaction, version_id: str
) -> dict[str, list[tuple[RedactionComment, str]]]:
    """List the comments of a version's groups with their writers' names, oldest first."""
    rows = tx.session.execute(
        select(RedactionComment, Person.name)
        .join(Person, Person.id == RedactionComment.written_by)
        .where(RedactionComment.version_id == version_id)
        .order_by(RedactionComment.written_at, RedactionComment.id)
    )
    found: dict[str, list[tuple[RedactionComment, str]]] = {}
    for comment, name in rows:
        found.setdefault(comment.group_id, []).append((comment, name))
    return found


def list_steps(tx: Transaction, version_id: str) -> dict[str, tuple[StepView, ...]]:
    """List what was done to each group, oldest first; the same done to many at once is one step."""
    rows = tx.session.execute(
        select(Redaction.group_id, Stage.name, Stage.at, Person.name.label("by"))
        .join(Stage, Stage.subject_id == Redaction.id)
        .outerjoin(Person, Person.id == Stage.person_id)
        .where(Redaction.version_id == version_id, Stage.subject_kind == "redaction")
        .order_by(Redaction.group_id, Stage.at, Stage.name)
    )
    found: dict[str, list[StepView]] = {}
    for group, name, at, by in rows:
        steps = found.setdefault(group, [])
        what = sentence_of(name, action=name, outcome="done", facts={})
        last = steps[-1] if steps else None
        if last and (last.what, last.by) == (what, by or SYSTEM) and at - last.at < _AT_ONCE:
            steps[-1] = last.model_copy(update={"marks": last.marks + 1})
        else:
            steps.append(StepView(at=at, by=by or SYSTEM, what=what, marks=1))
    return {group: tuple(steps) for group, steps in found.items()}


def marks_by_justification(tx: Transaction, version_id: str) -> Counter[str]:
    """Count the marks of a version that have the same justification, those taken back aside."""
    rows = tx.session.execute(
        select(Redaction.justification, func.count().label("count"))
        .where(Redaction.version_id == version_id, Redaction.state.not_in(("refused", "withdrawn")))
        .group_by(Redaction.justification)
    )
    return Counter({row.justification: row.count for row in rows})
