"""One's notices: listed, counted, marked as read."""

from sqlalchemy import func, select, update

from app.access.decide import require
from app.access.noticed import count_unread
from app.domain.actions import Action
from app.domain.events import Event
from app.domain.targets import INSTALLATION
from app.features.notices import queries
from app.features.notices.schemas import (
    About,
    MarkedView,
    MarkNoticesRead,
    NoticeList,
    Show,
    UnreadCount,
)
from app.kernel.clock import now
from app.kernel.errors import NotFound
from app.models.notices import Notice
from app.transaction import Decision, Transaction


def list_notices(tx: Transaction, *, show: Show, about: About, page: int) -> NoticeList:
    """List one's own notices for the organisation acted for."""
    require(tx, Action.LIST_NOTICES, INSTALLATION)
    rows, total = queries.list_notices(tx, show=show, about=about, page=page)
    return NoticeList(
        rows=tuple(queries.notice_view(row) for row in rows),
        show=show,
        about=about,
        total=total,
        unread=count_unread(tx),
        page=page,
        pages=max(1, -(-total // queries.PAGE_SIZE)),
    )


def unread_count(tx: Transaction) -> UnreadCount:
    """Count what waits; asked every minute by each open page."""
    require(tx, Action.LIST_NOTICES, INSTALLATION)
    return UnreadCount(unread=count_unread(tx))


def mark_read(tx: Transaction, command: MarkNoticesRead) -> MarkedView:
    """Mark one of one's notices as read, or all of them; what is read already stays as it is.

    Raises:
        NotFound: no such notice, or somebody else's.
    """
    require(tx, Action.MARK_NOTICES_READ, INSTALLATION)
    wanted = queries.own_unread(tx)
    if command.notice_id is not None:
        if queries.find_own(tx, command.notice_id) is None:
            _refuse(tx)
        wanted.append(Notice.id == command.notice_id)
    if not tx.session.scalar(select(func.count(Notice.id)).where(*wanted)):
        return MarkedView(marked=0, unread=count_unread(tx))
    marked = tx.session.scalars(
        update(Notice)
        .where(*wanted)
        .values(read_at=now())
        .returning(Notice.id)
        .execution_options(synchronize_session=False)
    ).all()
    # Also when a second window was quicker: waiting for its rows counts as a write of ours.
    tx.emit(
        Event(
            name="NoticesRead",
            licence=Action.MARK_NOTICES_READ,
            target=INSTALLATION,
            facts={"notices": len(marked)},
        )
    )
    return MarkedView(marked=len(marked), unread=count_unread(tx))


def _refuse(tx: Transaction) -> None:
    """Leave an entry: somebody named a notice that is not theirs."""
    tx.decisions.append(
        Decision(action=Action.MARK_NOTICES_READ, target=INSTALLATION, allowed=False, policies=())
    )
    raise NotFound
