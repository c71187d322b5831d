"""Scoped reads of redactions: places, reasons and states."""

from collections.abc import Sequence
from itertools import groupby

from sqlalchemy import Select, select
from sqlalchemy.orm import aliased

from app.domain.redactions import size_label
from app.features.redactions.schemas import GroupView, RedactionView
from app.kernel.errors import NotFound
from app.models.people import Person
from app.models.redactions import Redaction
from app.models.reports import Report, Version
from app.transaction import Transaction


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
    return [_view(row, by, decided) for row, by, decided in tx.session.execute(statement)]


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


def _view(row: Redaction, proposed_by: str, decided_by: str | None) -> RedactionView:
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
    )


def grouped(redactions: Sequence[RedactionView]) -> list[GroupView]:
    """Gather redactions by the reason they share; undecided groups first, oldest first."""
    by_group = sorted(redactions, key=lambda r: (r.group_id, r.page, r.id))
    groups = [_group(list(rows)) for _, rows in groupby(by_group, key=lambda r: r.group_id)]
    return sorted(groups, key=lambda g: (g.undecided == 0, g.proposed_at, g.id))


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


def get_version(tx: Transaction, version_id: str) -> tuple[Version, str]:
    """Give a version with its report's title; NotFound where it is hidden or missing."""
    row = tx.session.execute(
        select(Version, Report.title)
        .join(Report, Report.id == Version.report_id)
        .where(Version.id == version_id)
    ).one_or_none()
    if row is None:
        raise NotFound
    return row.Version, row.title
