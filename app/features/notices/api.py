"""JSON API of notices: the same services as the pages."""

from app.domain.actions import Action
from app.features.notices import choosing, outbox, service
from app.features.notices.schemas import (
    About,
    MailList,
    MailState,
    MarkedView,
    MarkNoticesRead,
    NoticeList,
    PreferencesView,
    RetryMail,
    SetMailWording,
    SetPreferences,
    Show,
    UnreadCount,
    WordingView,
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


@routes.read("/notices/preferences", action=Action.LIST_NOTICES, response_model=PreferencesView)
def read_preferences(tx: Tx) -> PreferencesView:
    """Give what comes by mail, and what became of the latest mails to the caller."""
    return choosing.read_preferences(tx)


@routes.act("/notices/preferences", action=Action.SET_PREFERENCES, response_model=PreferencesView)
def set_preferences(tx: Tx, command: SetPreferences) -> PreferencesView:
    """Choose what comes by mail."""
    return choosing.set_preferences(tx, command)


@routes.act(
    "/organisations/{organisation_id}/mails",
    action=Action.CHANGE_MAIL_WORDING,
    response_model=WordingView,
)
def set_mail_wording(tx: Tx, organisation_id: str, command: SetMailWording) -> WordingView:
    """Decide whether the mails to an organisation say more than that something waits."""
    return choosing.set_mail_wording(tx, organisation_id, command)


@routes.read("/mails", action=Action.READ_MAILS, response_model=MailList)
def list_mails(tx: Tx, state: MailState = "", page: int = 1) -> MailList:
    """List what became of the mails, latest first."""
    return outbox.list_mails(tx, state=state, page=max(1, page))


@routes.act("/mails/retry", action=Action.RETRY_MAIL)
def retry_mail(tx: Tx, command: RetryMail) -> None:
    """Have a mail that was given up tried again."""
    outbox.retry_mail(tx, command)
