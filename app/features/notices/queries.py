"""Scoped reads of notices: always the acting person's own."""

from collections.abc import Mapping

from sqlalchemy import ColumnElement, func, select

from app.domain.notices import KINDS, path_of, said
from app.features.notices.schemas import About, NoticeView, Show
from app.models.notices import Notice
from app.transaction import Transaction

PAGE_SIZE = 40
ABOUT: Mapping[About, frozenset[str]] = {
    "requests": frozenset({"request"}),
    "findings": frozenset({"finding", "challenge"}),
    "opinions": frozenset({"assurance", "recommendation", "statement"}),
    "access": frozenset({"grant", "review", "receipt", "organisation"}),
}


def list_notices(
    tx: Transaction, *, show: Show, about: About, page: int
) -> tuple[list[Notice], int]:
    """List a page of one's own notices, newest first, and count all of them."""
    wanted = [*_own(tx)]
    if show == "unread":
        wanted.append(Notice.read_at.is_(None))
    if about:
        wanted.append(Notice.subject_kind.in_(sorted(ABOUT[about])))
    total = tx.session.scalar(select(func.count(Notice.id)).where(*wanted)) or 0
    rows = tx.session.scalars(
        select(Notice)
        .where(*wanted)
        .order_by(Notice.created_at.desc(), Notice.id.desc())
        .limit(PAGE_SIZE)
        .offset((page - 1) * PAGE_SIZE)
    )
    return list(rows), total


def find_own(tx: Transaction, notice_id: str) -> Notice | None:
    """Find one of one's own notices."""
    return tx.session.scalars(select(Notice).where(Notice.id == notice_id, *_own(tx))).one_or_none()


def own_unread(tx: Transaction) -> list[ColumnElement[bool]]:
    """Give the conditions of one's own unread notices."""
    return [*_own(tx), Notice.read_at.is_(None)]


def notice_view(row: Notice) -> NoticeView:
    """Give a notice in words."""
    return NoticeView(
        id=row.id,
        kind=row.kind,
        says=KINDS[row.kind],
        facts=said(row.facts),
        due_on=row.facts.get("due_on"),
        href=path_of(row.kind, row.subject_kind, row.subject_id),
        at_once=row.at_once,
        at=row.created_at,
        read=row.read_at is not None,
    )


def _own(tx: Transaction) -> list[ColumnElement[bool]]:
    return [
        Notice.person_id == tx.actor.id,
        Notice.organisation_id == (tx.actor.organisation_id or ""),
    ]
