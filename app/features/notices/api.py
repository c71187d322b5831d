"""JSON API of notices: the same services as the pages."""

from app.domain.actions import Action
from app.features.notices import service
from app.features.notices.schemas import (
    About,
    MarkedView,
    MarkNoticesRead,
    NoticeList,
    Show,
    UnreadCount,
)
from app.web.routing import Routes, Tx

routes = Routes(prefix="/api/v1", tags=["notices"])


@routes.read("/notices", action=Action.LIST_NOTICES, response_model=NoticeList)
def list_notices(tx: Tx, show: Show = "all", about: About = "", page: int = 1) -> NoticeList:
    """List the caller's notices, newest first: fixed words, never what somebody wrote."""
    return service.list_notices(tx, show=show, about=about, page=max(1, page))


@routes.read("/notices/count", action=Action.LIST_NOTICES, response_model=UnreadCount)
def unread_count(tx: Tx) -> UnreadCount:
    """Say how many notices the caller has not read."""
    return service.unread_count(tx)


@routes.act("/notices/read", action=Action.MARK_NOTICES_READ, response_model=MarkedView)
def mark_read(tx: Tx, command: MarkNoticesRead) -> MarkedView:
    """Mark one notice as read, or all of them."""
    return service.mark_read(tx, command)
